import { describe, expect, it } from 'vitest';
import { projectOf } from './address.js';
import { authOf, findCredential } from './credentials.js';
import type { GitLabOptions } from './options.js';

// no programs are found on this PATH, so that only variables count
const bare = { PATH: '/nowhere', HOME: '/nowhere' };

const found = async (options: Partial<GitLabOptions>) => {
  const all: GitLabOptions = { repository: 'https://gitlab.example.com/acme/gitops', ...options };
  const env = { ...bare, ...all.env };
  const { credential, passedOver } = await findCredential(
    { ...all, env },
    projectOf({ ...all, env }),
    new AbortController().signal,
  );
  return { origin: credential?.origin ?? null, token: credential?.token ?? null, passedOver };
};

describe('who asks', () => {
  const ci = { CI_SERVER_URL: 'https://gitlab.example.com', CI_JOB_TOKEN: 'job', GITLAB_TOKEN: 'own' };

  it('is looked for in the documented order', async () => {
    const credential = { kind: 'token', token: 'c', user: null, origin: 'mine' } as const;
    expect((await found({ credential, token: 't', env: ci })).token).toBe('c');
    expect((await found({ token: 't', env: ci })).token).toBe('t');
    expect((await found({ env: ci })).token).toBe('own');
    expect((await found({ env: { ...ci, GITLAB_TOKEN: '' } })).origin).toBe('CI_JOB_TOKEN');
    expect((await found({ env: {} })).token).toBeNull();
  });

  it('keeps tokens of the environment to their host', async () => {
    const env = { GITLAB_TOKEN: 'secret' };
    const other = await found({ env });
    expect(other.token).toBeNull();
    expect(other.passedOver.join()).toContain('GITLAB_TOKEN belongs to gitlab.com');
    expect(other.passedOver.join()).not.toContain('secret');
    expect((await found({ env, repository: 'acme/gitops' })).token).toBe('secret');
    expect((await found({ env, allowHosts: ['gitlab.example.com'] })).token).toBe('secret');
    expect((await found({ env, host: 'gitlab.example.com' })).token).toBe('secret');
    expect((await found({ env: { ...env, GITLAB_HOST: 'gitlab.example.com' } })).token).toBe('secret');
    expect(
      (await found({ env: { ...env, GITLAB_HOST: 'gitlab.example.com' }, repository: 'https://gitlab.com/a/b' })).token,
    ).toBeNull();
    const foreign = { CI_SERVER_URL: 'https://gitlab.corp', CI_JOB_TOKEN: 'job' };
    expect((await found({ env: foreign })).token).toBeNull();
  });

  it('goes into the header that its kind needs', () => {
    const token = { kind: 'token', token: 'glpat-x', user: null, origin: '' } as const;
    expect(authOf(token)).toEqual({ token: 'glpat-x' });
    expect(authOf({ ...token, kind: 'job-token', token: 'j' })).toEqual({ jobToken: 'j' });
    expect(authOf({ ...token, kind: 'basic', user: 'oauth2', token: 'o' })).toEqual({ oauthToken: 'o' });
    expect(authOf({ ...token, token: 'a'.repeat(64) })).toEqual({ oauthToken: 'a'.repeat(64) });
    expect(authOf(null)).toEqual({});
  });
});
