import { describe, expect, it } from 'vitest';
import { addressOf } from './address.js';
import { type Access, findAccess, kindOfToken } from './credentials.js';
import type { GitHubOptions } from './options.js';

// in two pieces, so that nobody takes it for a key that was left behind
const pem = ['-----BEGIN RSA', 'PRIVATE KEY-----\\nMIIB\\n-----END RSA', 'PRIVATE KEY-----'].join(' ');

async function access(options: Partial<GitHubOptions> & { readonly repository: string }): Promise<Access> {
  const full = { env: {}, ...options };
  const address = addressOf(full);
  if ('kind' in address) throw new Error(address.message);
  return findAccess(full, address, AbortSignal.timeout(10_000));
}

describe('credentials', () => {
  const here = 'https://github.com/acme/gitops';
  const there = 'https://git.example.com/acme/gitops';

  it('are those of the options before those of the environment', async () => {
    const env = { GH_TOKEN: 'ghp_env' };
    expect(await access({ repository: here, env, token: 'ghp_own' })).toMatchObject({ token: 'ghp_own' });
    const credential = { kind: 'token', token: 'ghp_kept', user: null, origin: 'a vault' } as const;
    expect(await access({ repository: here, env, credential })).toMatchObject({ token: 'ghp_kept', origin: 'a vault' });
    const app = await access({ repository: here, env, token: 'x', app: { id: 1, privateKey: pem } });
    expect(app).toMatchObject({ kind: 'app', app: { privateKey: pem.replaceAll('\\n', '\n') } });
  });

  it('come from the environment in a fixed order', async () => {
    const env = { GITHUB_TOKEN: 'two', GH_TOKEN: 'one' };
    expect(await access({ repository: here, env })).toMatchObject({ token: 'one', origin: 'GH_TOKEN' });
    const app = { ...env, GITHUB_APP_ID: '7', GITHUB_APP_PRIVATE_KEY: pem };
    expect(await access({ repository: here, env: { ...app, GITHUB_APP_INSTALLATION_ID: '9' } })).toMatchObject({
      kind: 'app',
      app: { id: '7', installation: 9 },
    });
    const enterprise = { ...env, GH_HOST: 'git.example.com', GH_ENTERPRISE_TOKEN: 'three' };
    expect(await access({ repository: there, env: enterprise })).toMatchObject({ token: 'three' });
  });

  it('are not sent to a host that only the repository names', async () => {
    const env = { GITHUB_TOKEN: 'secret' };
    expect(await access({ repository: there, env })).toEqual({
      kind: 'none',
      origin: 'no credential',
      passedOver: ['GITHUB_TOKEN'],
    });
    expect(await access({ repository: 'https://evil.ghe.com/a/b', env })).toMatchObject({ kind: 'none' });
    const actions = { ...env, GITHUB_SERVER_URL: 'https://git.example.com' };
    expect(await access({ repository: here, env: actions })).toMatchObject({ kind: 'none' });
    expect(await access({ repository: there, env: actions })).toMatchObject({ token: 'secret' });
    expect(await access({ repository: there, env, allowHosts: ['git.example.com'] })).toMatchObject({
      token: 'secret',
    });
    expect(await access({ repository: 'a/b', host: 'git.example.com', env })).toMatchObject({ token: 'secret' });
  });

  it('are refused where they cannot be right, without being shown', async () => {
    await expect(access({ repository: here, token: '' })).rejects.toMatchObject({
      problem: { kind: 'unauthenticated' },
    });
    const wrong = access({ repository: here, token: 'tok en' });
    await expect(wrong).rejects.toMatchObject({ problem: { kind: 'unauthenticated' } });
    await expect(wrong).rejects.not.toMatchObject({ message: expect.stringContaining('tok en') });
    const app = { id: 1, privateKey: 'secret' };
    await expect(access({ repository: here, app })).rejects.toMatchObject({ problem: { kind: 'usage' } });
  });

  it('are known by their prefix', () => {
    const kinds = ['ghp_1', 'github_pat_1', 'gho_1', 'ghu_1', 'ghs_1', 'abc'].map(kindOfToken);
    expect(new Set(kinds).size).toBe(6);
  });
});
