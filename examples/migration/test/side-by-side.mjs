// The old command and the new one, each on a repository of its own with the same commits.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../../tools/run.mjs';
import { applicationOf, commitTo, git, startGitHub } from '../repositories.mjs';

const script = fileURLToPath(new URL('../promote.py', import.meta.url));
const readYaml = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin), default=str))';

export function demand(condition, why) {
  if (!condition) throw new Error(why);
}

export function demandEqual(what, found, wanted) {
  const [one, other] = [found, wanted].map((value) => JSON.stringify(value));
  demand(one === other, `${what}\n  found   ${one}\n  wanted  ${other}`);
}

/**
 * Runs a comparison. It gets the two sides; `by` of each runs a command and gives what it printed, or throws an error
 * with its `status` and `output`. `gitops` runs gitops on that side's repository.
 */
export async function compare({ fakes, bin, python }, work) {
  const fake = await startGitHub(fakes, 'acme/by-script', 'acme/by-gitops');
  const server = { GITHUB_SERVER_URL: fake.webUrl, GITHUB_API_URL: fake.apiUrl };
  const secret = fake.tokens.alice;
  const side = (name) => {
    const bare = fake.folder(name);
    const show = (path, ref = 'main') => git(bare, 'show', `${ref}:${path}`);
    return {
      name,
      show,
      git: (...args) => git(bare, ...args).trim(),
      commit: (message, change) => commitTo(bare, message, change),
      /** What Argo CD gets to read: by a YAML parser that is neither the script's text nor ours. */
      read: async (path) => JSON.parse(await run(python, ['-c', readYaml], { input: show(path) })),
    };
  };
  const plain = { PATH: process.env.PATH, HOME: join(bin, 'no-home'), NO_COLOR: '1', ...server };
  const gitopsOn =
    (name) =>
    (...args) =>
      run(join(bin, 'gitops'), [...args, '--repo', `${fake.webUrl}/${name}`], {
        env: { ...plain, GH_ENTERPRISE_TOKEN: secret, GITOPS_NO_CACHE: 'true' },
      });
  const pythonEnv = { ...plain, GITHUB_TOKEN: secret, PYTHONDONTWRITEBYTECODE: '1' };
  const byScript = side('acme/by-script');
  const byGitops = side('acme/by-gitops');
  const old = {
    ...byScript,
    gitops: gitopsOn(byScript.name),
    by: (...args) => run(python, [script, ...args], { env: { ...pythonEnv, GITHUB_REPOSITORY: byScript.name } }),
  };
  const now = { ...byGitops, gitops: gitopsOn(byGitops.name), by: gitopsOn(byGitops.name) };
  try {
    await work({ old, now, fake, both: (byOld, byNow) => Promise.all([old.by(...byOld), now.by(...byNow)]) });
    demand(fake.violations.length === 0, fake.violations.join('\n'));
  } finally {
    await fake.close();
  }
}

/** How many requests to the API a command makes. */
export async function requestsOf(fake, work) {
  const before = fake.log.count();
  await work();
  return fake.log.count() - before;
}

/** What a command that must end with this code printed. */
export async function refused(status, work) {
  const error = await work().then(
    (printed) => new Error(`it was not refused: ${printed}`),
    (one) => one,
  );
  demand(error.status === status, `exit code ${status} is wanted\n${error.message}`);
  return error.output;
}

/** The versions of an environment, by application. */
export async function versionsOf(side, environment) {
  const versions = {};
  for (const name of ['payments', 'users']) {
    const { spec } = await side.read(applicationOf(environment, name));
    versions[name] = spec.source.helm.parameters.find((one) => one.name === 'image.tag').value;
  }
  return versions;
}

/** Lines that a range of commits adds and takes away: "1 1 infra/..." for each file. */
export function linesChanged(side, from, to = 'main') {
  return side.git('diff', '--numstat', from, to).replaceAll('\t', ' ').split('\n').filter(Boolean);
}

/** Titles of the commits since, merges left out, oldest first. */
export function commitsSince(side, from) {
  return side.git('log', '--no-merges', '--reverse', '--format=%s', `${from}..main`).split('\n').filter(Boolean);
}
