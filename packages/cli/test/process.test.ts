import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
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

  it('--version loads nothing else', () => {
    const dist = join(folder, 'dist');
    const others = readdirSync(dist).filter((one) => !/^(bin\.js|chunk-.*)$/.test(one));
    for (const one of others) rmSync(join(dist, one));
    expect(program('/', ['--version'])).toMatchObject({ status: 0, stderr: '' });
    expect(program('/', ['--help']).status).not.toBe(0);
  });
});
