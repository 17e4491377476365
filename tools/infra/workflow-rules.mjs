// What actionlint does not ask of a workflow: actions that cannot move, and no more rights than are said.

const uses = /^\s*(?:- )?uses:\s*(\S+)(.*)$/gm;

/** Outputs of actions of which actionlint does not know the outputs. */
const outputs = { 'aws-actions/amazon-ecr-login': ['registry'] };

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
    faults.push(...[...stepFaults(job)].map((fault) => `job ${name}: ${fault}`));
  }
  if (Object.hasOwn(workflow.on ?? {}, 'pull_request_target')) faults.push('pull_request_target runs foreign code');
  return faults;
}

/** What a step gives: of an action what the table says, of a script what it writes down; null where that is not known. */
function outputsOf({ uses: action, run }) {
  if (action !== undefined) return outputs[action.split('@')[0]] ?? null;
  const written = [...(run ?? '').matchAll(/([\w-]+)=[^\n]*>>\s*"?\$\{?GITHUB_OUTPUT\b/g)].map(([, name]) => name);
  return written.length > 0 || !(run ?? '').includes('GITHUB_OUTPUT') ? written : null;
}

function* stepFaults({ permissions, steps = [] }) {
  const text = JSON.stringify(steps);
  for (const step of steps) {
    if (step.with?.['role-to-assume'] !== undefined && permissions?.['id-token'] !== 'write')
      yield 'assumes a role without id-token: write';
    const given = outputsOf(step);
    if (step.id === undefined || given === null) continue;
    for (const [, output] of text.matchAll(new RegExp(`steps\\.${step.id}\\.outputs\\.([\\w-]+)`, 'g')))
      if (!given.includes(output)) yield `step ${step.id} has no output ${output}`;
  }
}

/** The scripts of the repository that the steps run, as they name them. */
export function scriptsOf(workflow) {
  const steps = Object.values(workflow.jobs ?? {}).flatMap((job) => job.steps ?? []);
  const text = steps.map((step) => step.run ?? '').join('\n');
  return [
    ...new Set(
      [...text.matchAll(/(?:^|[\s"'$(;|&])((?:\.\/)?(?:[\w-]+\/)+[\w.-]+\.(?:sh|py|mjs))\b/gm)].map(([, file]) => file),
    ),
  ];
}

/** The workflow with the versions of its actions instead of commits: actionlint knows their inputs by these only. */
export const withVersions = (text) => text.replace(/@[0-9a-f]{40} # (v\d+)\.\d+\.\d+$/gm, '@$1');
