import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { onGitHub, onGitLab } from './forges.js';
import { errorOf, gitops } from './repository.js';

const promote = ['promote', 'dev', 'prod'];

describe('what happens on the way', () => {
  it('--verbose tells each request, as text and as NDJSON; without it none', async () => {
    const { env, url, fake } = await onGitLab();
    const quiet = await gitops('/', [...promote, '--dry-run', '--repo', url], { env });
    expect(quiet.err).toBe('');
    fake.log.clear();
    const text = await gitops('/', [...promote, '--dry-run', '--repo', url, '--verbose', '--no-cache'], { env });
    const lines = text.err.split('\n').filter((line) => /^GET http:\/\/127\S+\/api\/v4\/\S+ 200 \d+ ms$/.test(line));
    expect(lines).toHaveLength(fake.log.count());
    const json = await gitops('/', [...promote, '--repo', url, '--verbose', '--output', 'json'], { env });
    const told = json.err
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { step: string; request?: { method: string; status: number } })
      .filter((one) => one.step === 'request');
    expect(told.map((one) => one.request?.method)).toContain('POST');
    expect(told.every((one) => (one.request?.status ?? 0) < 300)).toBe(true);
  });

  it('a limit that is waited for is always told', async () => {
    const { env, url, fake } = await onGitHub();
    fake.secondaryLimit({ retryAfterSeconds: 3 });
    const ran = await gitops('/', [...promote, '--dry-run', '--repo', url, '--quiet'], {
      env,
      now: '2026-11-23T10:00:00Z',
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.err).toMatch(/waiting \d+ s\./);
    fake.secondaryLimit({ retryAfterSeconds: 3 });
    const json = await gitops('/', [...promote, '--dry-run', '--repo', url, '--output', 'json'], {
      env,
      now: '2026-11-23T10:00:00Z',
    });
    expect(json.err).toMatch(/"step":"wait".*"milliseconds":\d+/);
  });

  it.each([
    ['GitHub', onGitHub],
    ['GitLab', onGitLab],
  ] as const)('an abort ends a request to %s that nobody answers', async (_name, start) => {
    const { env, url, fake } = await start();
    fake.faults.next({ do: 'hang' });
    const controller = new AbortController();
    const running = gitops('/', [...promote, '--repo', url, '--output', 'json'], { env, signal: controller.signal });
    while (fake.faults.waiting > 0) await setImmediate();
    controller.abort();
    const ran = await running;
    expect([ran.exitCode, errorOf(ran).kind]).toEqual([5, 'aborted']);
  });

  it('errors of the forge keep their details', async () => {
    const { env, url } = await onGitHub();
    const ran = await gitops('/', ['pr', 'show', '77', '--repo', url, '--output', 'json'], { env });
    expect(errorOf(ran).kind).toBe('not-found');
    expect(Object.keys(errorOf(ran).details)).not.toEqual([]);
  });
});
