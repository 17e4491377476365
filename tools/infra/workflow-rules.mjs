// What actionlint does not ask of a workflow: actions that cannot move, and no more rights than are said.

const uses = /^\s*(?:- )?uses:\s*(\S+)(.*)$/gm;

/** What is wrong with a workflow, in words. */
export function workflowFaults(text, workflow) {
  const faults = [];
  for (const [, action, comment] of text.matchAll(uses)) {
    if (action.startsWith('./')) continue;
    if (!/@[0-9a-f]{40}$/.test(action)) faults.push(`${action}: a tag can be moved; name the commit`);
    else if (!/^ # v\d+\.\d+\.\d+$/.test(comment)) faults.push(`${action}: the version is not said behind it`);
  }
  if (workflow.permissions === undefined || Object.keys(workflow.permissions).length > 0)
    faults.push('permissions are not {} at the top: each job must ask for its own');
  for (const [name, job] of Object.entries(workflow.jobs ?? {})) {
    if (job.permissions === undefined) faults.push(`job ${name}: says no permissions`);
    if (job['timeout-minutes'] === undefined) faults.push(`job ${name}: has no timeout`);
    if (/-latest$/.test(job['runs-on'] ?? '')) faults.push(`job ${name}: runs on ${job['runs-on']}, which moves`);
  }
  if (Object.hasOwn(workflow.on ?? {}, 'pull_request_target')) faults.push('pull_request_target runs foreign code');
  return faults;
}

/** The workflow with the versions of its actions instead of commits: actionlint knows their inputs by these only. */
export const withVersions = (text) => text.replace(/@[0-9a-f]{40} # (v\d+)\.\d+\.\d+$/gm, '@$1');
