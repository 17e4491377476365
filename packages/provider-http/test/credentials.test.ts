import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type Credential, fromGh, fromGitHelper, fromGlab, fromVariables } from '../src/index.js';
import { temporaryFolder } from './loopback.js';

const { signal } = new AbortController();

/** A folder with programs made of shell lines, first in the path. */
function programs(scripts: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  for (const [name, lines] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const env = { PATH: `${folder}${delimiter}${process.env['PATH']}`, HOME: folder, OUT: folder };
  return { folder, env };
}

it('takes the first variable that holds something', () => {
  const env = { A: '', B: ' \n', CI_JOB_TOKEN: 'job', GITHUB_TOKEN: 'tok\n', BAD: 'two words' };
  const token = { kind: 'token', token: 'tok', user: null, origin: 'GITHUB_TOKEN' };
  expect(fromVariables(env, ['A', 'B', 'BAD', 'GITHUB_TOKEN', 'CI_JOB_TOKEN'])).toEqual(token);
  expect(fromVariables(env, ['CI_JOB_TOKEN'])).toEqual({
    kind: 'job-token',
    token: 'job',
    user: null,
    origin: 'CI_JOB_TOKEN',
  });
  expect(fromVariables(env, ['A', 'NONE'])).toBeNull();
});

type Ask = (
  env: Record<string, string | undefined>,
  signal: AbortSignal,
  limitMs?: number,
) => Promise<Credential | null>;

const askers: [string, string, Ask][] = [
  ['gh', 'auth token --hostname git.example.com:8443', (env, ...rest) => fromGh(env, 'git.example.com:8443', ...rest)],
  [
    'glab',
    'config get token --host git.example.com:8443',
    (env, ...rest) => fromGlab(env, 'git.example.com:8443', ...rest),
  ],
];

it.each(askers)('asks %s for what it keeps', async (name, args, ask) => {
  const { env, folder } = programs({
    [name]: 'echo "$*" > "$OUT/args"; echo "token:$GH_TOKEN$GITHUB_TOKEN$GITLAB_TOKEN" > "$OUT/env"; echo kept-token',
  });
  const all = { ...env, GH_TOKEN: 'a', GITHUB_TOKEN: 'b', GITLAB_TOKEN: name === 'gh' ? '' : 'c' };
  const expected = { kind: 'token', token: 'kept-token', user: null, origin: name };
  // gh and glab would answer with their variables, which are meant for another host
  expect(await ask({ ...all, ...(name === 'glab' ? { GH_TOKEN: '', GITHUB_TOKEN: '' } : {}) }, signal)).toEqual(
    expected,
  );
  expect(readFileSync(join(folder, 'args'), 'utf8').trim()).toBe(args);
  expect(readFileSync(join(folder, 'env'), 'utf8').trim()).toBe('token:');
});

it.each(askers)(
  'has nothing from %s that fails, says nothing, says a sentence or far too much',
  async (name, _, ask) => {
    for (const script of [
      'echo secret; exit 1',
      ':',
      'echo you are not logged in',
      'yes | head -c 200000 | tr -d "\\n"',
    ]) {
      expect(await ask(programs({ [name]: script }).env, signal)).toBeNull();
    }
  },
);

it.each(askers)('has nothing where %s is not installed', async (_, __, ask) => {
  const folder = temporaryFolder();
  expect(await ask({ PATH: folder }, signal)).toBeNull();
});

it.each(askers)('gives %s up that hangs, with all that it started', async (name, _, ask) => {
  const { env, folder } = programs({ [name]: 'sleep 1000 & echo $! > "$OUT/pid"; wait' });
  expect(await ask(env, signal, 1000)).toBeNull();
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
});

/** A process that has ended may still wait for somebody to take note. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

it.each(askers)('lets %s ask nobody', async (name, _, ask) => {
  const { env } = programs({
    [name]: 'read answer || answer=nobody; (read more < /dev/tty) 2>/dev/null && answer=terminal; echo $answer',
  });
  expect((await ask(env, signal))?.token).toBe('nobody');
});

it.each(askers)('ends %s with the abort', async (name, _, ask) => {
  const controller = new AbortController();
  const { env } = programs({ [name]: 'sleep 1000' });
  const asking = ask(env, controller.signal);
  controller.abort();
  await expect(asking).rejects.toMatchObject({ problem: { kind: 'aborted' } });
  await expect(ask(env, controller.signal)).rejects.toMatchObject({ problem: { kind: 'aborted' } });
});

it('gives no program a host that looks like an option', async () => {
  const { env, folder } = programs({ gh: 'touch "$OUT/ran"; echo x', glab: 'touch "$OUT/ran"; echo x' });
  for (const host of ['--help', '', 'a b', 'a\nb', '$(x)']) {
    expect([await fromGh(env, host, signal), await fromGlab(env, host, signal)]).toEqual([null, null]);
  }
  expect(existsSync(join(folder, 'ran'))).toBe(false);
});

const helped = (helper: string) => {
  const { env, folder } = programs({ 'git-credential-test': helper });
  writeFileSync(join(folder, 'config'), '[credential]\n\thelper = test\n\tuseHttpPath = true\n');
  return { env: { ...env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: join(folder, 'config') }, folder };
};
const url = 'https://git.example.com:8443/acme/shop.git';

it('asks the helpers that the real git is told of', async () => {
  const { env, folder } = helped('cat > "$OUT/asked"; echo username=ana; echo "password=pa=55"');
  expect(await fromGitHelper(env, url, signal)).toEqual({
    kind: 'basic',
    token: 'pa=55',
    user: 'ana',
    origin: 'git credential helper',
  });
  expect(readFileSync(join(folder, 'asked'), 'utf8')).toContain('host=git.example.com:8443\npath=acme/shop.git\n');
});

it('has nothing from git where no helper knows, and nobody is asked', async () => {
  for (const helper of ['exit 1', ':', 'echo username=ana', 'echo quit=1']) {
    const { env, folder } = helped(helper);
    const asked = join(folder, 'asked');
    writeFileSync(join(folder, 'askpass'), `#!/bin/sh\ntouch ${asked}; echo typed\n`, { mode: 0o755 });
    const asking = {
      ...env,
      GIT_ASKPASS: join(folder, 'askpass'),
      SSH_ASKPASS: join(folder, 'askpass'),
      DISPLAY: ':0',
    };
    expect(await fromGitHelper(asking, url, signal)).toBeNull();
    expect(existsSync(asked)).toBe(false);
  }
});

it('gives git and its helper up that hang, and has nothing without git or for other addresses', async () => {
  const { env, folder } = helped('echo $$ > "$OUT/pid"; exec sleep 1000');
  expect(await fromGitHelper(env, url, signal, 1500)).toBeNull();
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
  expect(await fromGitHelper({ PATH: temporaryFolder() }, url, signal)).toBeNull();
  for (const other of ['ssh://git@example.com/x', 'nothing'])
    expect(await fromGitHelper(env, other, signal)).toBeNull();
});
