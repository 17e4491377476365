// A project of a fake GitLab with a clone of it, and gitlab-ci-local's shell executor in place of a runner: what a job is
// given (variables by environment, the source of the pipeline) is what GitLab gives it, and nothing of this machine.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../../tools/run.mjs';
import { push } from '../../../tools/sample-forge.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
const git = (folder, ...args) => run('git', ['-C', folder, ...args]);

/** The components of a pipeline lie in the project here: no GitLab serves them. The rest of it is as it is. */
export const withLocalComponents = (text) =>
  text.replaceAll(
    /component: \$CI_SERVER_FQDN\/acme\/gitops-components\/([a-z-]+)@\d+\.\d+\.\d+/g,
    'local: components/$1.yml',
  );

/** A fake GitLab whose projects have these files. */
export async function startGitLab(fakes, projects) {
  const fake = await fakes.startGitLab({ projects: Object.keys(projects).map((path) => ({ path })) });
  for (const [path, files] of Object.entries(projects)) await push(fake.folder(path), files);
  return fake;
}

/** A clone with one of the pipelines in it. */
export async function clone(fake, folder, pipeline) {
  await run('git', ['clone', '--quiet', fake.folder(fake.project.path), folder]);
  // an address that is not this machine's path: gitlab-ci-local reads the name of the project from it
  await git(folder, 'remote', 'set-url', 'origin', `https://gitlab.example.com/${fake.project.path}.git`);
  mkdirSync(join(folder, 'components'));
  for (const file of readdirSync(join(here, 'templates')))
    cpSync(join(here, 'templates', file), join(folder, 'components', file));
  const text = withLocalComponents(readFileSync(join(here, 'pipelines', pipeline), 'utf8'));
  writeFileSync(join(folder, '.gitlab-ci.yml'), text);
  for (const [name, value] of [
    ['name', 'Ana'],
    ['email', 'ana@example.com'],
  ])
    await git(folder, 'config', `user.${name}`, value);
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--message', 'The pipeline');
  return folder;
}

/**
 * Runs a pipeline, or some of its jobs.
 *
 * @param {{ path: string, env: NodeJS.ProcessEnv }} tool gitlab-ci-local
 * @param {{ fake: object, folder: string, bin: string, source: string, inputs?: object, jobs?: string[],
 *   tokens?: Record<string, string>, status?: number, list?: boolean }} options `tokens`: the variable GITLAB_TOKEN, by
 *   the scope that it is limited to.
 */
export function pipeline(tool, options) {
  const {
    fake,
    folder,
    bin,
    source,
    inputs = {},
    jobs = [],
    tokens = {},
    status = 0,
    list = false,
    unprotected = false,
    manual = [],
  } = options;
  const home = join(folder, '../home');
  mkdirSync(join(home, '.gitlab-ci-local'), { recursive: true });
  const token = Object.keys(tokens).length === 0 ? {} : { GITLAB_TOKEN: { type: 'variable', values: tokens } };
  writeFileSync(join(home, '.gitlab-ci-local/variables.yml'), JSON.stringify({ global: token }));
  const variables = {
    CI_SERVER_URL: fake.webUrl,
    CI_API_V4_URL: fake.apiUrl,
    CI_PROJECT_URL: `${fake.webUrl}/${fake.project.path}`,
    CI_PIPELINE_SOURCE: source,
    CI_COMMIT_REF_PROTECTED: String(!unprotected),
    CI_JOB_TOKEN: fake.tokens.job,
    GITOPS_NO_CACHE: 'true',
  };
  const pairs = (flag, all) => Object.entries(all).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  const args = [
    ...[
      '--home',
      home,
      '--force-shell-executor',
      '--shell-isolation',
      '--no-color',
      '--no-json-schema-validation', // a check of its own does
      '--ignore-predefined-vars',
      Object.keys(variables).join(','),
    ],
    ...pairs('--variable', variables),
    ...pairs('--input', inputs),
    ...manual.flatMap((job) => ['--manual', job]),
    ...(list ? ['--list-json'] : jobs),
  ];
  const env = { PATH: `${bin}:${tool.env.PATH}`, HOME: home, NO_PROXY: '127.0.0.1' };
  // what fails is told on stderr, and in the order of the lines
  return run('sh', ['-c', 'exec "$0" "$@" 2>&1', tool.path, ...args], { cwd: folder, env, status });
}
