// Runs the real pre-commit on a repository made of infra, with the packed command line.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packed } from '../../tools/packages.mjs';
import { run } from '../../tools/run.mjs';
import { verdicts } from '../../tools/verdicts.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gitops-pre-commit-'));
const repository = join(folder, 'repository');
const config = readFileSync(new URL('.pre-commit-config.yaml', import.meta.url), 'utf8');
const hooks = join(root, '.pre-commit-hooks.yaml');
const application = 'infra/apps/dev/payments/application.yaml';
const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GIT|GITOPS)_/.test(name)));
const env = {
  ...own,
  HOME: folder,
  PRE_COMMIT_HOME: join(folder, 'pre-commit'),
  PRE_COMMIT_COLOR: 'never',
  GIT_CONFIG_GLOBAL: join(folder, 'none'),
  GIT_CONFIG_NOSYSTEM: '1',
};
const git = (...args) =>
  run('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', ...args], { cwd: repository, env });

/** What a commit says: of the hook, and whether it was made. */
async function commit(message) {
  await git('add', '--all');
  try {
    await git('commit', '--quiet', '--message', message);
    return { isMade: true, said: '' };
  } catch (error) {
    return { isMade: false, said: error.message };
  }
}

const demand = (isTrue, what) => {
  if (!isTrue) throw new Error(what);
};

async function prepare(program) {
  await run('git', ['init', '--quiet', '--initial-branch=main', repository], { env });
  cpSync(join(root, 'infra'), join(repository, 'infra'), { recursive: true });
  const tarball = (await packed()).gitops;
  const wanted = config.replace('"gitops@0.1.0"', JSON.stringify(tarball));
  demand(wanted !== config, 'the example names no version of gitops');
  writeFileSync(join(repository, '.pre-commit-config.yaml'), wanted);
  await run(program, ['install', '--install-hooks'], { cwd: repository, env });
  const first = await commit('infra');
  demand(first.isMade, first.said);
  return 'infra is clean';
}

async function refuses() {
  const text = readFileSync(join(repository, application), 'utf8');
  const broken = text.replace('.update-strategy: ', '.update-stratgy: ');
  demand(broken !== text, `${application} has no strategy to misspell`);
  writeFileSync(join(repository, application), broken);
  const { isMade, said } = await commit('misspelt');
  demand(!isMade, 'a misspelt annotation was committed');
  const line = broken.split('\n').findIndex((one) => one.includes('update-stratgy')) + 1;
  demand(said.includes(`${application}:${line}`), said);
  writeFileSync(join(repository, application), text);
  const { isMade: isMended, said: why } = await commit('mended');
  demand(isMended || /nothing to commit/.test(why), why);
  return `at line ${line}`;
}

async function passesOver(program) {
  writeFileSync(join(repository, 'NOTES.md'), 'No manifest.\n');
  await git('add', '--all');
  const said = await run(program, ['run'], { cwd: repository, env });
  demand(/gitops lint\.*\(no files to check\)Skipped/.test(said), said);
  return 'no manifest, no run';
}

const checks = verdicts();
try {
  await checks.withTool('the definitions', 'pre-commit', async (program) => {
    await run(program, ['validate-manifest', hooks], { env });
    await run(program, ['validate-config', fileURLToPath(new URL('.pre-commit-config.yaml', import.meta.url))], {
      env,
    });
    const entry = (text) => /entry: (.*)/.exec(text)?.[1];
    demand(entry(readFileSync(hooks, 'utf8')) === entry(config), 'the two definitions run different commands');
    return 'both are valid, and run the same';
  });
  let isReady = false;
  await checks.withTool('installed by pre-commit', 'pre-commit', async (program) => {
    const said = await prepare(program);
    isReady = true;
    return said;
  });
  if (isReady) {
    await checks.withTool('a misspelt annotation is refused', 'pre-commit', refuses);
    await checks.withTool('other files', 'pre-commit', passesOver);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();
