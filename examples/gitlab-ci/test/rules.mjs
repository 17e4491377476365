// What GitLab takes as it is, and we do not: a job with a token that runs on any branch, or beside another one that changes
// the same environment.
const isProtected = 'CI_COMMIT_REF_PROTECTED == "true" && ';

/** A job with what it extends. */
function whole(jobs, name) {
  const { extends: base, ...own } = jobs[name];
  return base === undefined ? own : { ...whole(jobs, base), ...own };
}

/** Faults of the jobs of a component. The token is limited to environments: a job with one has the token. */
export function ruleFaults(component, jobs) {
  return Object.keys(jobs)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => {
      const { environment, resource_group: group, rules = [] } = whole(jobs, name);
      if (environment === undefined) return [];
      const faults = [];
      if (rules.length === 0 || !rules.every((rule) => rule.if?.startsWith(`$${isProtected}`)))
        faults.push(`${component}: ${name} has a token on branches that are not protected`);
      if (!environment.name.startsWith('gitops-read/') && group !== environment.name)
        faults.push(`${component}: ${name} has ${group} as its resource_group, not ${environment.name}`);
      return faults;
    });
}
