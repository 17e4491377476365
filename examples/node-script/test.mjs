// Follows the README, then runs both scripts from the packed packages on copies of infra.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPacked, packed } from '../../tools/packages.mjs';
import { followReadme } from '../../tools/readme.mjs';
import { run } from '../../tools/run.mjs';
import { verdicts } from '../../tools/verdicts.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gitops-node-script-'));
const app = join(folder, 'app');
const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GIT|GITOPS)_/.test(name)));
const env = {
  ...own,
  GIT_AUTHOR_NAME: 'Jenkins',
  GIT_AUTHOR_EMAIL: 'jenkins@example.com',
  GIT_COMMITTER_NAME: 'Jenkins',
  GIT_COMMITTER_EMAIL: 'jenkins@example.com',
  GIT_CONFIG_GLOBAL: join(folder, 'none'),
  GIT_CONFIG_NOSYSTEM: '1',
};

function expect(what, found, wanted) {
  if (!wanted.test(found)) throw new Error(`${what}\n  found   ${found}\n  wanted  ${wanted}`);
}

/** The scripts beside the packed packages that package.json names, and what these ask for. */
async function install() {
  const all = await packed();
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  const names = [...Object.keys(dependencies), '@gitops/provider-http'];
  installPacked(Object.fromEntries(names.map((name) => [name, all[name]])), app);
  for (const script of ['promote.mjs', 'promote.cjs']) cpSync(join(here, script), join(app, script));
}

/** A bare repository with the bundled tree, dev one version ahead. */
async function makeRepository(name) {
  const work = join(folder, `${name}-work`);
  const bare = join(folder, `${name}.git`);
  const git = (...args) => run('git', args, { cwd: work, env });
  mkdirSync(work);
  await git('init', '--quiet', '--initial-branch=main');
  cpSync(join(root, 'infra'), join(work, 'infra'), { recursive: true });
  const file = join(work, 'infra/apps/dev/payments/application.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('value: 1.7.0', 'value: 1.8.2'));
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'dev is ahead');
  await git('clone', '--quiet', '--bare', '.', bare);
  return bare;
}

async function promotes(script) {
  const bare = await makeRepository(script.replace('.', '-'));
  const promote = () => run(process.execPath, [script, bare, 'dev', 'prod'], { cwd: app, env });
  const first = /^opened ([0-9a-f]{12}) Promote dev to prod: payments 1\.8\.2\n$/;
  const opened = await promote();
  expect('the first run', opened, first);
  expect('the second run', await promote(), new RegExp(`^unchanged ${first.exec(opened)[1]} `));
  const changed = await run('git', ['diff', '--numstat', 'main', 'gitops/promote/dev/prod'], { cwd: bare, env });
  expect('what it changes', changed, /^1\t1\tinfra\/apps\/prod\/payments\/application\.yaml\n$/);
  const branches = await run('git', ['for-each-ref', '--format=%(refname)', 'refs/heads/gitops'], { cwd: bare, env });
  expect('its branch', branches, /^refs\/heads\/gitops\/promote\/dev\/prod\n$/);
  return opened;
}

/** What is refused is told as the command line tells it, with its exit code. */
async function refuses(script) {
  const bare = await makeRepository(`refused-${script.replace('.', '-')}`);
  const told = await run(process.execPath, [script, bare, 'dev', 'prd'], { cwd: app, env }).catch((error) => error);
  if (told.status !== 3) throw new Error(`exit code 3 is wanted: ${told.message ?? told}`);
  expect(
    'what it says',
    told.output,
    /^error\[unknown-environment\][\s\S]*Did you mean "prod"\? Known environments: dev, prod\./,
  );
  if (told.stdout !== '') throw new Error(`nothing belongs on stdout: ${told.stdout}`);
}

const checks = verdicts();
try {
  if (await checks.check('the packages install', install)) {
    for (const script of ['promote.mjs', 'promote.cjs']) {
      await checks.check(`${script} promotes once`, () => promotes(script));
      await checks.check(`${script} tells what is refused`, () => refuses(script));
    }
  }
  await checks.check('README', () => followReadme('examples/node-script'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();
