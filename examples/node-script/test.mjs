// Packs the packages as they would be published, installs them in a folder of their own, and runs both scripts there.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gitops-example-'));
const shell = process.platform === 'win32';
const who = {
  GIT_AUTHOR_NAME: 'Jenkins',
  GIT_AUTHOR_EMAIL: 'jenkins@example.com',
  GIT_COMMITTER_NAME: 'Jenkins',
  GIT_COMMITTER_EMAIL: 'jenkins@example.com',
};
const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
const env = {
  ...own,
  ...who,
  GIT_CONFIG_GLOBAL: join(folder, 'none'),
  GIT_CONFIG_NOSYSTEM: '1',
  npm_config_update_notifier: 'false',
};

function run(program, args, cwd) {
  return execFileSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    shell,
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}

function expect(what, found, wanted) {
  if (wanted.test(found)) return console.log(`ok  ${what}: ${found}`);
  console.error(`${what}\n  found   ${found}\n  wanted  ${wanted}`);
  process.exitCode = 1;
}

/** The tarballs that a registry would get. */
function pack() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs);
  // what is not asked for by name is asked for by one of the others
  for (const name of ['core', 'provider-http', 'provider-git']) {
    run('npx', ['--yes', packageManager, 'pack', '--pack-destination', tarballs], join(root, 'packages', name));
  }
  return readdirSync(tarballs).map((one) => join(tarballs, one));
}

function install(tarballs) {
  const app = join(folder, 'app');
  mkdirSync(app);
  for (const file of ['promote.mjs', 'promote.cjs']) cpSync(join(here, file), join(app, file));
  const { dependencies, ...manifest } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  const packedAs = (name) => `file:${tarballs.find((one) => one.includes(`gitops-${name.split('/')[1]}-`))}`;
  const packed = Object.fromEntries(Object.keys(dependencies).map((name) => [name, packedAs(name)]));
  const overrides = { ...packed, '@gitops/provider-http': packedAs('@gitops/provider-http') };
  writeFileSync(join(app, 'package.json'), JSON.stringify({ ...manifest, dependencies: packed, overrides }));
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel=error'], app);
  return app;
}

/** A bare repository with the bundled tree, dev one version ahead. */
function makeRepository(name) {
  const work = join(folder, `${name}-work`);
  const bare = join(folder, `${name}.git`);
  mkdirSync(work);
  run('git', ['init', '--quiet', '--initial-branch=main'], work);
  cpSync(join(root, 'infra'), join(work, 'infra'), { recursive: true });
  const file = join(work, 'infra/apps/dev/payments/application.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('value: 1.7.0', 'value: 1.8.2'));
  run('git', ['add', '--all'], work);
  run('git', ['commit', '--quiet', '--message', 'dev is ahead'], work);
  run('git', ['clone', '--quiet', '--bare', '.', bare], work);
  return bare;
}

try {
  const app = install(pack());
  for (const script of ['promote.mjs', 'promote.cjs']) {
    const bare = makeRepository(script.replace('.', '-'));
    const promote = () => run(process.execPath, [script, bare, 'dev', 'prod'], app);
    const promised = /^opened ([0-9a-f]{12}) Promote dev to prod: payments 1\.8\.2$/;
    const first = promote();
    expect(script, first, promised);
    const id = promised.exec(first)?.[1];
    expect(`${script} again`, promote(), new RegExp(`^unchanged ${id} `));
    const changed = run('git', ['diff', '--numstat', 'main', 'gitops/promote/dev/prod'], bare);
    expect('what it changes', changed, /^1\t1\tinfra\/apps\/prod\/payments\/application\.yaml$/);
    const branches = run('git', ['for-each-ref', '--format=%(refname)', 'refs/heads/gitops'], bare);
    expect('its branch', branches, /^refs\/heads\/gitops\/promote\/dev\/prod$/);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
