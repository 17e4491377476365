import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { onGitHub, onGitLab } from './forges.js';
import { ana, cleanEnv, gitops, makeBare, makeRepository, temporaryFolder } from './repository.js';
import { mustBeValid } from './schemas.js';

const own = fileURLToPath(new URL('..', import.meta.url));
let folder = '';

/** The program as a file of its own, made as the published one is: split, so that each command is loaded alone. */
beforeAll(async () => {
  folder = temporaryFolder();
  copyFileSync(join(own, 'package.json'), join(folder, 'package.json'));
  await build({
    entryPoints: { bin: join(own, 'src/bin.ts') },
    outdir: join(folder, 'dist'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@gitops/source'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  execFileSync('chmod', ['-R', 'a+rX', folder]);
});

function program(cwd: string, args: readonly string[], uid?: number): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(folder, 'dist/bin.js'), ...args], {
    cwd,
    env: { ...cleanEnv, ...ana },
    encoding: 'utf8',
    input: '',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

/** As {@link program}, while this process goes on: a fake that runs in it can answer. */
function started(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(folder, 'dist/bin.js'), ...args], {
    cwd: '/',
    env: { ...cleanEnv, ...ana, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<{ readonly status: number | null; readonly out: string; readonly err: string }>((resolve) =>
    child.on('close', (status) => resolve({ status, out, err })),
  );
  return { ended, interrupt: () => child.kill('SIGINT') };
}

describe('as a process', () => {
  it('answers like in this process, with the exit code', async () => {
    const repository = makeRepository();
    const done = program(repository, ['diff', 'dev', 'prod', '--output', 'json', '--check']);
    expect(done.stdout).toBe((await gitops(repository, ['diff', 'dev', 'prod', '--output', 'json'])).out);
    expect(done.status).toBe(10);
    const failed = program(repository, ['promote', 'dev', 'qa']);
    expect([failed.status, failed.stdout]).toEqual([3, '']);
    expect(failed.stderr).toMatch(/^error\[unknown-environment\]/);
  });

  it('needs no terminal and no input', () => {
    const merged = program(makeBare(), ['promote', 'dev', 'prod', '--merge']);
    expect(merged.stderr).toBe('');
    expect(merged.stdout).toMatch(
      /\nMerged pull request [0-9a-f]{12} into main as [0-9a-f]{7}: gitops pr show [0-9a-f]{12}\n$/,
    );
  });

  it('a reader that stops early is no failure', async () => {
    const child = spawn(process.execPath, [join(folder, 'dist/bin.js'), '--help'], {
      env: cleanEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, said]).toEqual([0, '']);
  });

  it('no permission: 4, and what to do', () => {
    const bare = makeBare();
    const isRoot = process.getuid?.() === 0;
    const nobody = 65_534;
    if (isRoot) execFileSync('chown', ['-R', `${nobody}:${nobody}`, bare]);
    for (const path of ['objects', 'refs', 'refs/heads', '.']) chmodSync(join(bare, path), 0o500);
    const ran = program(bare, ['promote', 'dev', 'prod', '--output', 'json'], isRoot ? nobody : undefined);
    for (const path of ['.', 'refs', 'refs/heads', 'objects']) chmodSync(join(bare, path), 0o700);
    const document = JSON.parse(ran.stdout) as { error: { kind: string; remedy: string } };
    mustBeValid(document);
    expect(document.error.kind).toBe('forbidden');
    expect(document.error.remedy).not.toBe('');
    expect(ran.status).toBe(4);
    expect(
      execFileSync('git', ['-c', 'safe.directory=*', '-C', bare, 'for-each-ref', '--format=%(refname)'], {
        env: cleanEnv,
        encoding: 'utf8',
      }),
    ).toBe('refs/heads/main\n');
  });

  it.each([
    ['GitHub', onGitHub, 'pull request 1'],
    ['GitLab', onGitLab, 'merge request !1'],
  ] as const)('serves %s from the bundle', async (_name, start, request) => {
    const { env, url } = await start();
    const ran = await started(['promote', 'dev', 'prod', '--repo', url], env).ended;
    expect(ran.err).toBe('');
    expect(ran.out).toMatch(new RegExp(`\nOpened ${request}: http`));
    expect(ran.status).toBe(0);
    const checked = await started(['doctor', '--repo', url, '--output', 'json'], env).ended;
    mustBeValid(JSON.parse(checked.out));
    expect(checked.status).toBe(0);
  });

  it('Ctrl-C ends what is being waited for: 5, and says so', async () => {
    const { env, url, fake } = await onGitLab();
    fake.faults.next({ do: 'hang' });
    const program = started(['promote', 'dev', 'prod', '--repo', url], env);
    while (fake.faults.waiting > 0) await setImmediate();
    program.interrupt();
    const ran = await program.ended;
    expect(ran.err).toMatch(/^error\[aborted\]/);
    expect(ran.status).toBe(5);
  });

  it('--version loads nothing else', () => {
    const dist = join(folder, 'dist');
    const others = readdirSync(dist).filter((one) => !/^(bin\.js|chunk-.*)$/.test(one));
    for (const one of others) rmSync(join(dist, one));
    expect(program('/', ['--version'])).toMatchObject({ status: 0, stderr: '' });
    expect(program('/', ['--help']).status).not.toBe(0);
  });
});
