// Runs the jobs of the fleet's workflow on this machine: their `run` lines by bash, the actions that they use as what they
// do to files. What it does not know is an error, never passed over.
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../tools/run.mjs';

/** The value of `a.b.c` or `fromJSON(a.b.c)`. */
function evaluate(expression, context) {
  const inner = /^fromJSON\((.*)\)$/.exec(expression);
  if (inner !== null) return JSON.parse(evaluate(inner[1], context));
  const value = expression.split('.').reduce((one, key) => one?.[key], context);
  if (value === undefined) throw new Error(`\${{ ${expression} }} has no value`);
  return value;
}

function fill(text, context) {
  const whole = /^\$\{\{ ([^}]*) \}\}$/.exec(text);
  if (whole !== null) return evaluate(whole[1], context);
  return text.replace(/\$\{\{ ([^}]*) \}\}/g, (_, expression) => evaluate(expression, context));
}

const filled = (values, context) =>
  Object.fromEntries(Object.entries(values ?? {}).map(([key, value]) => [key, String(fill(String(value), context))]));

/** What the actions do to the files of a job. */
function act(step, given, { work, repository, artifacts }) {
  const action = step.uses.split('@')[0];
  if (action === 'actions/checkout') cpSync(repository, work, { recursive: true });
  else if (action === 'actions/upload-artifact') {
    if (existsSync(join(work, given.path)))
      cpSync(join(work, given.path), join(artifacts, given.name), { recursive: true });
  } else if (action === 'actions/download-artifact') {
    const pattern = new RegExp(`^${given.pattern.replaceAll('*', '.*')}$`);
    for (const name of readdirSync(artifacts).filter((one) => pattern.test(one))) {
      cpSync(join(artifacts, name), join(work, given.path, name), { recursive: true });
    }
  } else throw new Error(`${action} is not carried out here`);
}

/** One job. Gives its result, its outputs, its log and its summary. */
async function runJob(job, context, place) {
  const folder = mkdtempSync(join(place.folder, 'job-'));
  const work = join(folder, 'work');
  const temporary = join(folder, 'temp');
  for (const one of [work, temporary]) mkdirSync(one);
  const file = (name) => {
    appendFileSync(join(folder, name), '');
    return join(folder, name);
  };
  const steps = {};
  let path = place.env.PATH;
  let failure = null;
  for (const step of job.steps) {
    if (failure !== null && step.if !== 'always()') continue;
    const here = { ...context, steps };
    try {
      if (step.uses !== undefined) {
        act(step, filled(step.with, here), { work, ...place });
        continue;
      }
      const files = { GITHUB_OUTPUT: file('output'), GITHUB_PATH: file('path'), GITHUB_STEP_SUMMARY: file('summary') };
      const own = { ...place.env, ...files, RUNNER_TEMP: temporary, PATH: path };
      await run('bash', ['-e', '-c', step.run], {
        cwd: work,
        env: { ...own, ...place.environment(filled(step.env, here)) },
      });
    } catch (error) {
      failure = error;
    }
    path = [...readFileSync(file('path'), 'utf8').split('\n').filter(Boolean), place.env.PATH].join(':');
    const outputs = readFileSync(file('output'), 'utf8').split('\n').filter(Boolean);
    if (step.id !== undefined)
      steps[step.id] = { outputs: Object.fromEntries(outputs.map((line) => line.split(/=(.*)/s).slice(0, 2))) };
  }
  const outputs = failure === null ? filled(job.outputs, { ...context, steps }) : {};
  return {
    result: failure === null ? 'success' : 'failure',
    failure,
    outputs,
    summary: readFileSync(file('summary'), 'utf8'),
  };
}

/**
 * All jobs, in the order in which they stand.
 *
 * @param {object} workflow
 * @param {{ folder: string, repository: string, artifacts: string, env: object, context: object,
 *   environment: (env: object) => object }} place
 */
export async function runJobs(workflow, place) {
  const needs = {};
  const matrices = {};
  mkdirSync(place.artifacts, { recursive: true });
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const context = { ...place.context, needs };
    const needed = [job.needs ?? []].flat();
    const isWilling = job.if?.startsWith('always()') || needed.every((one) => needs[one].result === 'success');
    if (!isWilling) {
      needs[name] = { result: 'skipped', outputs: {} };
      continue;
    }
    if (job.strategy === undefined) {
      needs[name] = await runJob(job, context, place);
      continue;
    }
    const runs = [];
    for (const matrix of fill(job.strategy.matrix.include, context)) {
      const done = await runJob(job, { ...context, matrix }, place);
      runs.push({ ...done, name: matrix.name });
      if (done.failure !== null && job.strategy['fail-fast'] !== false) break;
    }
    matrices[name] = runs;
    needs[name] = { result: runs.every(({ result }) => result === 'success') ? 'success' : 'failure', outputs: {} };
  }
  return { jobs: needs, matrices };
}
