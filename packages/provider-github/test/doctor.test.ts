import { type Diagnosis, orThrow } from '@gitops/core';
import { afterEach, describe, expect, it } from 'vitest';
import { diagnose, type GitHubOptions } from '../src/index.js';
import { makeForge, optionsFor } from './forge.js';

type Under = Awaited<ReturnType<typeof makeForge>>;
let under: Under;
afterEach(() => under.dispose());

async function lines(more: (under: Under) => Partial<GitHubOptions> = () => ({})) {
  const options = optionsFor(under.fake, { token: under.fake.tokens.alice, ...more(under) });
  const found = await orThrow(diagnose(options));
  for (const { message, remedy, state } of found) {
    expect(message).toMatch(/^\S.*\.$/s);
    if (state === 'fail') expect(remedy).not.toBeNull();
    for (const token of Object.values(under.fake.tokens)) expect(`${message} ${remedy}`).not.toContain(token);
  }
  return (check: string): Diagnosis | undefined => found.find((one) => one.check === check);
}

describe('doctor', () => {
  it('finds all well where it is', async () => {
    under = await makeForge();
    await under.seed.commit({
      branch: 'main',
      files: { '.github/CODEOWNERS': '/gitops.yaml @acme/platform\n', 'gitops.yaml': 'version: 1\n' },
    });
    under.fake.protect('acme/gitops', 'main', { requiredApprovals: 1, codeOwners: true, requiredChecks: ['build'] });
    const line = await lines();
    for (const check of ['provider', 'host', 'token', 'scopes', 'permissions', 'clock', 'rate limit']) {
      expect(line(check), check).toMatchObject({ state: 'ok', remedy: null });
    }
    expect(line('token')?.message).toContain('classic');
    expect(line('protection')?.message).toContain('1 approval');
    expect(line('required checks')?.message).toContain('build');
  });

  it('says what a token cannot do', async () => {
    under = await makeForge();
    await under.seed.commit({ branch: 'main', files: { 'a.yaml': 'a' } });
    expect((await lines(({ fake }) => ({ token: fake.tokens.rita })))('permissions')?.state).toBe('fail');
    expect((await lines(() => ({ token: 'ghp_wrong' })))('token')?.message).toContain('A personal access token');
    const bad = await orThrow(diagnose(optionsFor(under.fake, { token: 'ghp_wrong' })));
    expect(bad.filter((one) => one.state === 'fail').map((one) => one.check)).toEqual(['token']);
    const { token: _, ...none } = optionsFor(under.fake);
    expect((await orThrow(diagnose(none))).find((one) => one.check === 'token')).toMatchObject({ state: 'fail' });
  });

  it('warns of the traps', async () => {
    under = await makeForge();
    await under.seed.commit({ branch: 'main', files: { 'gitops.yaml': 'version: 1\n' } });
    const token = under.fake.issueToken({
      login: 'github-actions[bot]',
      kind: 'actions',
      permissions: { contents: 'write' },
    });
    const env = {
      GITHUB_ACTIONS: 'true',
      HTTP_PROXY: 'http://user:secret@proxy.example.com:3128',
      NO_PROXY: '127.0.0.1',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    };
    const line = await lines(() => ({
      token,
      env,
      clock: { now: () => '2020-01-01T00:00:00Z', sleep: async () => undefined },
    }));
    expect(line('workflows')?.message).toContain('start no workflows');
    expect(line('proxy')?.message).toContain('proxy.example.com');
    expect(line('proxy')?.message).not.toContain('secret');
    expect(line('certificates')?.state).toBe('warn');
    expect(line('clock')).toMatchObject({ state: 'warn', message: expect.stringContaining('behind') });
    expect(line('owners')).toMatchObject({ state: 'warn', message: expect.stringContaining('Nobody owns') });
    expect(line('protection')?.state).toBe('warn');
  });

  it('says that a host cannot be reached', async () => {
    under = await makeForge();
    const options = optionsFor(under.fake, { apiUrl: 'http://127.0.0.1:1', token: 'x' });
    const found = await orThrow(diagnose(options));
    expect(found.find((one) => one.check === 'host')).toMatchObject({
      state: 'fail',
      message: expect.stringContaining('127.0.0.1'),
    });
  });
});
