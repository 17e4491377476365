import { describe, expect, it } from 'vitest';
import { type Address, addressOf } from './address.js';
import type { GitHubOptions } from './options.js';

function address(options: GitHubOptions): Address {
  const found = addressOf({ env: {}, ...options });
  if ('kind' in found) throw new Error(found.message);
  return found;
}

describe('the address of a repository', () => {
  it.each([
    'acme/gitops',
    'https://github.com/acme/gitops',
    'https://github.com/acme/gitops.git',
    'https://user:secret@github.com/acme/gitops.git/',
    'https://www.github.com/acme/gitops/tree/main/apps',
    'https://github.com/acme/gitops/pull/12',
    'git@github.com:acme/gitops.git',
    'ssh://git@github.com/acme/gitops.git',
    'ssh://git@ssh.github.com:443/acme/gitops.git',
    'git+ssh://git@github.com/acme/gitops.git',
    ' acme/gitops.git ',
  ])('is read from %s', (repository) => {
    expect(address({ repository })).toEqual({
      host: 'github.com',
      apiUrl: 'https://api.github.com',
      graphqlUrl: 'https://api.github.com',
      owner: 'acme',
      name: 'gitops',
      isCloud: true,
    });
  });

  it.each([
    ['https://octo.ghe.com/acme/gitops', 'https://api.octo.ghe.com', 'https://api.octo.ghe.com', true],
    ['git@git.example.com:acme/gitops.git', 'https://git.example.com/api/v3', 'https://git.example.com/api', false],
    [
      'https://git.example.com:8443/acme/gitops',
      'https://git.example.com:8443/api/v3',
      'https://git.example.com:8443/api',
      false,
    ],
    ['http://127.0.0.1:3000/acme/gitops', 'http://127.0.0.1:3000/api/v3', 'http://127.0.0.1:3000/api', false],
  ])('knows the API of %s', (repository, apiUrl, graphqlUrl, isCloud) => {
    expect(address({ repository })).toMatchObject({ apiUrl, graphqlUrl, isCloud });
  });

  it('takes the host of a short name from the caller, then from the environment', () => {
    const env = { GITHUB_SERVER_URL: 'https://one.example.com', GH_HOST: 'two.example.com' };
    expect(address({ repository: 'a/b', env }).host).toBe('two.example.com');
    expect(address({ repository: 'a/b', env: { ...env, GH_HOST: undefined } }).host).toBe('one.example.com');
    expect(address({ repository: 'a/b', env, host: 'three.example.com' }).host).toBe('three.example.com');
    expect(address({ repository: 'a/b', env, apiUrl: 'https://four.example.com/api/v3/' })).toMatchObject({
      host: 'four.example.com',
      apiUrl: 'https://four.example.com/api/v3',
    });
    expect(address({ repository: 'a/b', apiUrl: 'https://api.github.com' }).host).toBe('github.com');
  });

  it('believes GitHub Actions about the API of its own server, and of no other', () => {
    const env = { GITHUB_SERVER_URL: 'https://git.example.com', GITHUB_API_URL: 'https://api.git.example.com' };
    expect(address({ repository: 'a/b', env }).apiUrl).toBe('https://api.git.example.com');
    expect(address({ repository: 'https://github.com/a/b', env }).apiUrl).toBe('https://api.github.com');
  });

  it.each(['', 'acme', 'https://github.com/acme', 'https://github.com/acme/gitops/more', '/srv/git/gitops', 'a/../b'])(
    'refuses %j, without secrets',
    (repository) => {
      const found = addressOf({ repository, env: {} });
      expect(found).toMatchObject({ kind: 'usage' });
      expect(JSON.stringify(addressOf({ repository: `https://u:secret@x/${repository}`, env: {} }))).not.toContain(
        'secret',
      );
    },
  );
});
