import { describe, expect, it } from 'vitest';
import { chooseForge, hostOf } from '../src/choose-forge.js';
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
    ['https://github.com/acme/a.git', null, 'provider-missing'],
    ['git@github.com:acme/a.git', null, 'provider-missing'],
    ['ssh://git@ssh.github.com:443/acme/a.git', null, 'provider-missing'],
    ['https://acme.ghe.com/acme/a.git', null, 'provider-missing'],
    ['https://gitlab.com/acme/a.git', null, 'provider-missing'],
    ['https://git.acme.example/a.git', 'gitlab', 'provider-missing'],
    ['https://git.acme.example/a.git', null, 'provider-unknown'],
    ['https://notgithub.com/acme/a.git', null, 'provider-unknown'],
    ['https://github.com.evil.example/acme/a.git', null, 'provider-unknown'],
    ['git@git.acme.example:a.git', null, 'provider-unknown'],
    ['/srv/a.git', 'gittea', 'provider-unknown'],
  ])('%s with --provider %s: %s', (origin, provider, kind) => {
    expect(kindOf(() => chooseForge(clone, origin, provider))).toBe(kind);
    if (!origin.startsWith('/'))
      expect(kindOf(() => chooseForge({ kind: 'url', url: origin }, null, provider))).toBe(kind);
  });

  it.each([
    ['https://user:secret@Git.Example:8443/a.git', 'git.example'],
    ['ssh://git@host:22/a', 'host'],
    ['git@host.example:acme/a.git', 'host.example'],
    ['https://[::1]:3000/a.git', '[::1]'],
  ])('host of %s', (address, host) => expect(hostOf(address)).toBe(host));
});

describe('in a real clone', () => {
  it('never answers with a review note in a clone of GitHub, but looks without a provider', async () => {
    const folder = makeRepository();
    git(folder, 'remote', 'add', 'origin', 'https://ana:hunter2hunter2@github.com/acme/gitops.git');
    const before = stateOf(folder);
    const promoted = await gitops(folder, ['promote', 'dev', 'prod', '--output', 'json']);
    expect(promoted.exitCode).toBe(2);
    expect(errorOf(promoted).kind).toBe('provider-missing');
    expect(errorOf(promoted).remedy).toContain('--provider git');
    expect(promoted.out + promoted.err).not.toContain('hunter2');
    expect(stateOf(folder)).toBe(before);
    expect((await gitops(folder, ['status'])).exitCode).toBe(0);
    expect((await gitops(folder, ['diff', 'dev', 'prod'])).exitCode).toBe(0);
  });

  it('an unknown host names --provider', async () => {
    const folder = makeRepository();
    git(folder, 'remote', 'add', 'origin', 'git@git.acme.example:gitops.git');
    const ran = await gitops(folder, ['freeze', 'dev', '--output', 'json']);
    expect(ran.exitCode).toBe(2);
    expect(errorOf(ran)).toMatchObject({ kind: 'provider-unknown', details: { host: 'git.acme.example' } });
    expect(errorOf(ran).remedy).toContain('--provider');
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
