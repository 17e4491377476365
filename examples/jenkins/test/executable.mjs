// The executable as an agent without Node.js has it: alone on its PATH, on every kind of forge.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '../../../tools/run.mjs';

const who = {
  GIT_AUTHOR_NAME: 'Jenkins',
  GIT_AUTHOR_EMAIL: 'jenkins@example.com',
  GIT_COMMITTER_NAME: 'Jenkins',
  GIT_COMMITTER_EMAIL: 'jenkins@example.com',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};
const name = `gitops-${process.platform}-${process.arch}`;

function expect(what, found, wanted) {
  if (!wanted.test(found)) throw new Error(`${what}\n  found   ${found}\n  wanted  ${wanted}`);
}

/** A repository with the bundled tree, payments one version ahead in dev. */
async function makeRepository({ root, folder }, called) {
  const work = join(folder, called);
  const git = (...args) => run('git', args, { cwd: work, env: { ...process.env, ...who } });
  mkdirSync(work);
  await git('init', '--quiet', '--initial-branch=main');
  cpSync(join(root, 'infra'), join(work, 'infra'), { recursive: true });
  const file = join(work, 'infra/apps/dev/payments/application.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('value: 1.7.0', 'value: 1.8.2'));
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'payments 1.8.2 in dev');
  return { work, git };
}

/** The executable in a folder of its own, as the only program; with Git beside it where that is asked for. */
async function makeAgent(folder, executable, withGit) {
  const bin = join(folder, withGit ? 'agent-with-git' : 'agent');
  mkdirSync(bin);
  copyFileSync(executable, join(bin, 'gitops'));
  chmodSync(join(bin, 'gitops'), 0o755);
  if (withGit) symlinkSync((await run('sh', ['-c', 'command -v git'])).trim(), join(bin, 'git'));
  const env = { PATH: bin, HOME: folder, ...who };
  return (cwd, args, more = {}, status = 0) =>
    run(join(bin, 'gitops'), args, { cwd, env: { ...env, ...more }, status });
}

/** Every command on the embedded forge; each is loaded only when it is asked for. */
async function tellStory(gitops, work) {
  const call = (...args) => gitops(work, args);
  expect('status', await call('status'), /payments +1\.8\.2 +1\.7\.0/);
  expect('diff', await call('diff', 'dev', 'prod'), /1\.7\.0 → 1\.8\.2/);
  await call('freeze', 'dev', '--reason', 'QA', '--merge');
  await call('plan', 'promote', 'dev', 'prod', '--out', 'plan.json');
  expect('plan.json', readFileSync(join(work, 'plan.json'), 'utf8'), /"gitops\/plan\/1"/);
  const opened = JSON.parse(await call('apply', 'plan.json', '--output', 'json'));
  const [{ id }] = opened.pullRequests;
  expect('pr list', await call('pr', 'list'), new RegExp(id));
  expect('pr show', await call('pr', 'show', id), /infra\/apps\/prod\/payments\/application\.yaml/);
  await call('pr', 'comment', id, 'Seen.');
  const ben = { GIT_AUTHOR_NAME: 'Ben', GIT_AUTHOR_EMAIL: 'ben@example.com' };
  expect('pr approve', await gitops(work, ['pr', 'approve', id], ben), /Approved/);
  expect('pr merge', await call('pr', 'merge', id), /Merged/);
  expect('revert', await call('revert', '--merge'), /1\.8\.2 → 1\.7\.0/);
  expect('promote', await call('promote', 'dev', 'prod'), /Opened/);
  const [again] = JSON.parse(await call('pr', 'list', '--output', 'json')).pullRequests;
  await call('pr', 'close', again.id);
  expect('set', await call('set', 'prod', 'payments=1.7.5', '--merge'), /1\.7\.5/);
  expect('resume', await call('resume', 'dev', '--merge'), /Merged/);
  expect('doctor', await call('doctor', '--output', 'json'), /"gitops\/doctor\/1"/);
  expect('a refusal', await gitops(work, ['promote', 'dev', 'prd', '--output', 'json'], {}, 3), /unknown-environment/);
}

const forges = {
  github: {
    start: (fakes) => fakes.startGitHub({ base: '/api/v3', repositories: [{ name: 'acme/gitops', private: true }] }),
    variable: 'GH_ENTERPRISE_TOKEN',
    person: 'alice',
  },
  gitlab: {
    start: (fakes) => fakes.startGitLab({ projects: [{ path: 'acme/gitops', visibility: 'private' }] }),
    variable: 'GITLAB_TOKEN',
    person: 'ana',
  },
};

async function promotesOn(forge, gitops, repository, { folder, tools }) {
  const { start, variable, person } = forges[forge];
  const entry = join(tools, 'node_modules/@gitops/provider-testkit/dist/fakes.js');
  const fake = await start(await import(pathToFileURL(entry).href));
  try {
    await repository.git('push', '--quiet', fake.folder('acme/gitops'), 'main');
    const more = {
      GITOPS_REPO: `${fake.webUrl}/acme/gitops`,
      GITOPS_PROVIDER: forge,
      [variable]: fake.tokens[person],
    };
    expect('status', await gitops(folder, ['status'], more), /payments +1\.8\.2 +1\.7\.0/);
    expect('promote', await gitops(folder, ['promote', 'dev', 'prod'], more), /Opened .*1/);
    if (fake.violations.length > 0) throw new Error(fake.violations.join('\n'));
  } finally {
    await fake.close();
  }
}

/** All checks of the executable, which is made first. */
export async function checkExecutable(checks, where) {
  const { root, folder } = where;
  if (process.platform === 'win32') return checks.notRun('the executable', 'this check speaks of a POSIX shell');
  const executable = join(root, 'executables', name);
  const made = await checks.check('npm run executable', () =>
    run(process.execPath, ['scripts/executable.mjs'], { cwd: root }),
  );
  if (!made) return;
  const gitops = await makeAgent(folder, executable, false);
  const gitopsWithGit = await makeAgent(folder, executable, true);
  await checks.check('the executable, without Node.js and Git', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'));
    if ((await gitops(folder, ['--version'])).trim() !== version)
      throw new Error(`it does not tell version ${version}`);
    const { work } = await makeRepository(where, 'without-git');
    expect('status', await gitops(work, ['status']), /payments +1\.8\.2 +1\.7\.0/);
    expect('promote', await gitops(work, ['promote', 'dev', 'prod']), /Opened pull request/);
  });
  await checks.check('the executable, every command', async () => {
    await tellStory(gitopsWithGit, (await makeRepository(where, 'with-git')).work);
  });
  for (const forge of Object.keys(forges)) {
    await checks.check(`the executable, on ${forge}`, async () =>
      promotesOn(forge, gitops, await makeRepository(where, `on-${forge}`), where),
    );
  }
}
