import { describe, expect, it } from 'vitest';
import { chooseForge } from '../src/choose-forge.js';
import { expectedFailure } from '../src/failure.js';
import type { Located } from '../src/repository/locate.js';
import { ana, errorOf, git, gitops, makeBare, makeRepository, stateOf, temporaryFolder } from './repository.js';

const clone: Located = {
  kind: 'working-tree',
  root: '/repositories/clone',
  gitDir: '/repositories/clone/.git',
  within: '',
};

function kindOf(choose: () => unknown): string {
  try {
    choose();
  } catch (thrown) {
    return expectedFailure(thrown)?.kind ?? 'defect';
  }
  return 'none';
}

describe('chooseForge', () => {
  it.each([
    ['no remote', clone, null, null, { provider: 'git', path: '/repositories/clone', why: 'no remote' }],
    [
      'a bare repository',
      { kind: 'bare', root: '/srv/a.git', gitDir: '/srv/a.git' } as const,
      null,
      null,
      { provider: 'git', path: '/srv/a.git', why: 'no remote' },
    ],
    [
      'a local path',
      clone,
      '/srv/a.git',
      null,
      { provider: 'git', path: '/srv/a.git', why: 'the origin is a local path' },
    ],
    [
      'a relative path',
      clone,
      '../a.git',
      null,
      { provider: 'git', path: '/repositories/a.git', why: 'the origin is a local path' },
    ],
    [
      'a file URL',
      clone,
      'file:///srv/a.git',
      null,
      { provider: 'git', path: '/srv/a.git', why: 'the origin is a local path' },
    ],
    [
      'on request, at a host',
      clone,
      'https://github.com/acme/a.git',
      'git',
      { provider: 'git', url: 'https://github.com/acme/a.git', why: '--provider git' },
    ],
    [
      'on request, without remote',
      clone,
      null,
      'git',
      { provider: 'git', path: '/repositories/clone', why: '--provider git' },
    ],
    [
      'on request, a URL',
      { kind: 'url', url: 'ssh://git@host/a.git' } as const,
      null,
      'git',
      { provider: 'git', url: 'ssh://git@host/a.git', why: '--provider git' },
    ],
  ])('%s', (_name, located, origin, provider, expected) => {
    expect(chooseForge(located, origin, provider)).toEqual(expected);
  });

  it.each([
    ['https://github.com/acme/a.git', null, 'github'],
    ['git@github.com:acme/a.git', null, 'github'],
    ['ssh://git@ssh.github.com:443/acme/a.git', null, 'github'],
    ['https://acme.ghe.com/acme/a.git', null, 'github'],
    ['https://gitlab.com/acme/a.git', null, 'gitlab'],
    ['git@altssh.gitlab.com:acme/a.git', null, 'gitlab'],
    ['https://git.acme.example/a.git', 'gitlab', 'gitlab'],
    ['https://gitlab.com/acme/a.git', 'github', 'github'],
    ['https://git.acme.example/a.git', null, null],
    ['https://notgithub.com/acme/a.git', null, null],
    ['https://github.com.evil.example/acme/a.git', null, null],
    ['https://ghe.com/acme/a.git', null, null],
    ['git@git.acme.example:a.git', null, null],
  ])('%s with --provider %s: %s', (origin, provider, expected) => {
    expect(chooseForge(clone, origin, provider).provider).toBe(expected);
    expect(chooseForge({ kind: 'url', url: origin }, null, provider).provider).toBe(expected);
  });

  it.each([
    ['a provider that is none', clone, '/srv/a.git', 'gittea', 'provider-unknown'],
    ['a forge without any remote', clone, null, 'github', 'usage'],
    ['a forge and a local origin', clone, '/srv/a.git', 'gitlab', 'usage'],
    ['an address that no forge has', { kind: 'url', url: 'git://host/a' } as const, null, null, 'usage'],
  ])('%s: refused', (_name, located, origin, provider, kind) => {
    expect(kindOf(() => chooseForge(located, origin, provider))).toBe(kind);
  });
});

describe('in a real clone', () => {
  /** Nothing of a test reaches the internet. */
  const offline = { HTTPS_PROXY: 'http://127.0.0.1:1' };

  it('never answers with a review note in a clone of GitHub: not even where GitHub cannot be reached', async () => {
    const folder = makeRepository();
    git(folder, 'remote', 'add', 'origin', 'https://ana:hunter2hunter2@github.com/acme/gitops.git');
    const before = stateOf(folder);
    const promoted = await gitops(folder, ['promote', 'dev', 'prod', '--output', 'json'], { env: offline });
    expect(promoted.exitCode).toBe(6);
    expect(errorOf(promoted).kind).toBe('unavailable');
    expect(promoted.out + promoted.err).not.toContain('hunter2');
    expect(stateOf(folder)).toBe(before);
    const status = await gitops(folder, ['status', '--output', 'json'], { env: offline });
    expect(status.exitCode).toBe(0);
    expect(status.json()).toMatchObject({ pullRequests: null });
    expect(status.err).toContain('Open pull requests are not shown');
    expect((await gitops(folder, ['diff', 'dev', 'prod'], { env: offline })).exitCode).toBe(0);
  });

  it('an unknown host names --provider, also where it is an alias that nobody can ask', async () => {
    const folder = makeRepository();
    git(folder, 'remote', 'add', 'origin', 'git@work:acme/gitops.git');
    const ran = await gitops(folder, ['freeze', 'dev', '--output', 'json'], { env: offline });
    expect(ran.exitCode).toBe(2);
    expect(errorOf(ran)).toMatchObject({ kind: 'provider-unknown', details: { host: 'work' } });
    expect(errorOf(ran).remedy).toContain('--provider');
    expect(errorOf(ran).remedy).toContain('--repo');
  });

  it('keeps the pull requests of a local origin in the origin, under the identity of the clone', async () => {
    const origin = makeBare();
    const folder = temporaryFolder();
    git(folder, 'clone', '--quiet', origin, '.');
    git(folder, 'config', 'user.name', 'Cleo Clone');
    git(folder, 'config', 'user.email', 'cleo@example.com');
    const noIdentity = Object.fromEntries(Object.keys(ana).map((name) => [name, undefined]));
    const ran = await gitops(folder, ['promote', 'dev', 'prod', '--output', 'json'], { env: noIdentity });
    expect(ran.exitCode).toBe(0);
    expect(git(origin, 'log', '-1', '--format=%an <%ae>', 'gitops/promote/dev/prod')).toBe(
      'Cleo Clone <cleo@example.com>',
    );
    expect(git(origin, 'for-each-ref', '--format=%(refname)')).toContain('refs/notes/devtools/reviews');
    expect(git(folder, 'for-each-ref', '--format=%(refname)')).not.toContain('gitops/promote');
  });

  it('follows --repo from anywhere', async () => {
    const bare = makeBare();
    const ran = await gitops(temporaryFolder(), ['promote', 'dev', 'prod', '--repo', bare]);
    expect(ran.exitCode).toBe(0);
    expect(ran.out.trimEnd().split('\n').at(-1)).toMatch(
      /^Opened pull request [0-9a-f]{12}: gitops pr show [0-9a-f]{12} --repo /,
    );
  });
});
