// Installs what package.json names, once: quiet when nothing is to be done. With --build it builds the packages as well.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}node_modules/.setup-stamp`;
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node.js ${process.versions.node} is too old: 20.19 or newer is needed.`);
  process.exit(1);
}

const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const pnpm = ['--yes', packageManager];

function run(what, args) {
  process.stderr.write(`${what} …\n`);
  const shell = process.platform === 'win32';
  const child = spawnSync('npx', [...pnpm, ...args], {
    cwd: root,
    encoding: 'utf8',
    shell,
    maxBuffer: 1 << 28,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', CI: 'true' },
  });
  if (child.status === 0) return;
  process.stderr.write(`${child.stdout ?? ''}${child.stderr ?? ''}\n${child.error?.message ?? ''}\n`);
  console.error(`${what} failed. Run it by hand to see more: npx ${[...pnpm, ...args].join(' ')}`);
  process.exit(1);
}

const wanted = createHash('sha256')
  .update(readFileSync(`${root}pnpm-lock.yaml`))
  .update(process.version)
  .digest('hex');
const isInstalled = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
if (!isInstalled) {
  run('Installing packages', ['install', '--frozen-lockfile', '--prefer-offline']);
  mkdirSync(`${root}node_modules`, { recursive: true });
  writeFileSync(stamp, wanted);
}
if (process.argv.includes('--build'))
  run('Building', ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', '--no-daemon']);
