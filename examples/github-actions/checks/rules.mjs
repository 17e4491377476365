// What actionlint does not ask of a workflow, and we do. Each rule gives the faults that it finds.
import { readInputs } from '../action/src/inputs.mjs';

const local = './.github/actions/gitops';
const jobsOf = ({ jobs }) => Object.entries(jobs ?? {});
const stepsOf = (workflow) =>
  jobsOf(workflow).flatMap(([job, { steps = [] }]) =>
    steps.map((step, index) => ({ job, step, at: `${job}, step ${index + 1}` })),
  );

/** Nothing by default, and no more than reading the contents. */
export function permissionsAtTheTop({ permissions }) {
  const isLeast =
    typeof permissions === 'object' &&
    permissions !== null &&
    Object.entries(permissions).every(
      ([scope, level]) => level === 'none' || (scope === 'contents' && level === 'read'),
    );
  return isLeast ? [] : ['`permissions` at the top is missing, or grants more than contents: read'];
}

/**
 * An example says for each job what it needs: only to read, since whoever writes is the App. Alerts alone are written by
 * the job that uploads them.
 */
export function permissionsOfJobs(workflow) {
  const mayWrite = ({ steps = [] }, scope) =>
    scope === 'security-events' && steps.some(({ uses }) => /^github\/codeql-action\/upload-sarif@/.test(uses ?? ''));
  return jobsOf(workflow)
    .filter(
      ([, job]) =>
        job.permissions === undefined ||
        Object.entries(job.permissions).some(([scope, level]) => level !== 'read' && !mayWrite(job, scope)),
    )
    .map(([job]) => `${job}: needs \`permissions\` of its own, and only to read`);
}

/** Triggers that run with the repository's secrets on what others sent. */
export function triggers({ on }) {
  const names = typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(on ?? {});
  return names
    .filter((one) => ['pull_request_target', 'workflow_run', 'issue_comment'].includes(one))
    .map((one) => `on: ${one}`);
}

/** What somebody typed must not become part of a script: it goes through `env`. */
export function scripts(workflow) {
  return stepsOf(workflow)
    .filter(({ step }) => /\$\{\{/.test(`${step.run ?? ''}${step.with?.script ?? ''}`))
    .map(({ at }) => `${at}: an expression inside of a script; hand it over by env`);
}

/** Actions of others by commit, with the version for people. */
export function pins(_workflow, text) {
  return text
    .split('\n')
    .filter((line) => /^\s*(- )?uses:/.test(line) && !/uses: \.\//.test(line))
    .filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line.trimEnd()))
    .map((line) => `not pinned by commit with its version behind it: ${line.trim()}`);
}

/** The token that checkout uses stays out of the working tree. */
export function checkouts(workflow) {
  return stepsOf(workflow)
    .filter(({ step }) => /^actions\/checkout@/.test(step.uses ?? '') && step.with?.['persist-credentials'] !== false)
    .map(({ at }) => `${at}: persist-credentials is not false`);
}

export function timeouts(workflow) {
  return jobsOf(workflow)
    .filter(([, job]) => job['timeout-minutes'] === undefined)
    .map(([job]) => `${job}: no timeout-minutes`);
}

/** A secret of an environment is out of reach for other branches; one of the repository is not. */
export function secrets(workflow) {
  return jobsOf(workflow)
    .filter(([, job]) => job.environment === undefined && /\$\{\{[^}]*\bsecrets\b/.test(JSON.stringify(job)))
    .map(([job]) => `${job}: uses secrets outside of an environment`);
}

/** Steps with our action: inputs that fit together, whatever is typed into the form. */
export function inputsOfSteps(workflow) {
  const faults = [];
  for (const { step, at } of stepsOf(workflow).filter(({ step: one }) => one.uses === local)) {
    for (const typed of ['true', 'false']) {
      const env = Object.entries(step.with ?? {}).map(([input, value]) => {
        const isForm = /\$\{\{/.test(String(value));
        const isText = isForm && !/^(merge|wait|auto|hold|check|dry-run|expired|allow-waiting)$/.test(input);
        const text = typed === 'true' || !/&&/.test(String(value)) ? 'x' : '';
        return [`INPUT_${input.toUpperCase()}`, isForm ? (isText ? text : typed) : String(value)];
      });
      try {
        readInputs(Object.fromEntries(env));
      } catch (error) {
        faults.push(`${at}: ${error.message}`);
      }
    }
  }
  return [...new Set(faults)];
}

const everywhere = [permissionsAtTheTop, triggers, scripts, pins, checkouts, timeouts];
const inExamples = [...everywhere, permissionsOfJobs, secrets, inputsOfSteps];

/** @returns {string[]} The faults of a workflow. */
export function faultsOf(workflow, text, { isExample }) {
  return (isExample ? inExamples : everywhere).flatMap((rule) => rule(workflow, text));
}

/** Environments that a form offers, and that the repository does not have. */
export function unknownChoices(workflow, environments) {
  const inputs = Object.entries(workflow.on?.workflow_dispatch?.inputs ?? {});
  return inputs
    .filter(([input]) => ['from', 'to', 'environment'].includes(input))
    .flatMap(([input, { options = [] }]) =>
      options.filter((one) => !environments.includes(one)).map((one) => `${input}: ${one} is no environment`),
    );
}

/** One commit for each version of an action, in all workflows: a slip of the pen is one that differs. */
export function differingPins(texts) {
  const commits = new Map();
  for (const [, name, commit, version] of texts.join('\n').matchAll(/uses: (\S+)@([0-9a-f]{40}) # (v\S+)/g)) {
    const key = `${name} ${version}`;
    commits.set(key, new Set([...(commits.get(key) ?? []), commit]));
  }
  return [...commits].filter(([, all]) => all.size > 1).map(([key, all]) => `${key} is ${[...all].join(' and ')}`);
}
