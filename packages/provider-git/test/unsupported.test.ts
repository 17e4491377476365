import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { orThrow } from '@gitops/core';
import { cleanGitEnvironment, gitRepository, runGit } from '@gitops/provider-testkit/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openForge } from '../src/git.js';
import { git } from '../src/index.js';
import { type Disk, nodeDisk } from '../src/isomorphic/disk.js';
import { ana, envOf, makeRepository, openAs } from './repositories.js';

describe('what cannot be served, and why', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gitops-unsupported-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const errorAt = async (path: string, backend: 'native' | 'isomorphic') =>
    (await git({ path, backend, env: envOf(ana) }))._unsafeUnwrapErr();

  for (const backend of ['native', 'isomorphic'] as const) {
    it(`${backend}: no folder, an empty folder, a file, a damaged repository`, async () => {
      await writeFile(join(folder, 'file'), '');
      const bare = join(folder, 'bare.git');
      await runGit(['init', '--quiet', '--bare', bare]);
      await rm(join(bare, 'HEAD'));
      for (const path of [join(folder, 'none'), folder, join(folder, 'file'), bare]) {
        const error = await errorAt(path, backend);
        expect(error.kind).toBe('not-a-repository');
        expect(error.message).toContain(path);
      }
    });

    it(`${backend}: an object that is damaged`, async () => {
      const made = await makeRepository('bare');
      const commit = await gitRepository(made.gitDir).seed.commit({ branch: 'main', files: { 'a.yaml': 'x\n' } });
      const blob = (await runGit([`--git-dir=${made.gitDir}`, 'rev-parse', `${commit}:a.yaml`]))
        .toString('utf8')
        .trim();
      const file = join(made.gitDir, 'objects', blob.slice(0, 2), blob.slice(2));
      await rm(file, { force: true });
      await writeFile(file, 'damaged');
      const forge = await openAs(ana, { path: made.path, backend });
      const error = (await forge.git.snapshot({ commit }, ['**']))._unsafeUnwrapErr();
      expect(error.kind).toBe('repository-unsupported');
      expect(error.remedy).toContain('git fsck');
      await rm(made.folder, { recursive: true, force: true });
    });

    it(`${backend}: no identity, and none is invented`, async () => {
      const made = await makeRepository('bare');
      const base = await gitRepository(made.gitDir).seed.commit({ branch: 'main', files: { 'a.yaml': 'x\n' } });
      const env = { ...cleanGitEnvironment(), HOME: folder, XDG_CONFIG_HOME: folder };
      const forge = orThrow(await git({ path: made.path, backend, env }));
      const files = [{ path: 'b.yaml', before: null, after: 'x' }];
      const answers = [
        await forge.git.identity(),
        await forge.git.commit({ branch: 'b', expectedHead: null, base, files, message: 'm' }),
      ];
      for (const answer of answers) {
        const error = answer._unsafeUnwrapErr();
        expect(error.kind).toBe('identity-missing');
        expect(error.remedy).toContain('git config --global user.name');
        expect(error.remedy).toContain('git config --global user.email');
      }
      expect(Object.keys(await gitRepository(made.gitDir).inspect.branches())).toEqual(['main']);
      // reading needs none
      expect(orThrow(await forge.git.head('main'))?.commit).toBe(base);
      await rm(made.folder, { recursive: true, force: true });
    });

    it(`${backend}: identity from the configuration, with includes, under the environment`, async () => {
      const made = await makeRepository('bare');
      await writeFile(
        join(folder, 'global'),
        `[user]\n\tname = "Glo \\"B\\" Al" ; comment\n[include]\n\tpath = more\n`,
      );
      await writeFile(join(folder, 'more'), '[USER]\n\tEMAIL = more@example.com # here\n[author]\n\tname = Au\n');
      const env = { ...cleanGitEnvironment(), GIT_CONFIG_GLOBAL: join(folder, 'global') };
      const identity = async (more: Record<string, string>) =>
        orThrow(await orThrow(await git({ path: made.path, backend, env: { ...env, ...more } })).git.identity());
      expect(await identity({})).toEqual({ name: 'Au', email: 'more@example.com' });
      expect(await identity({ GIT_AUTHOR_NAME: 'Env' })).toEqual({ name: 'Env', email: 'more@example.com' });
      await runGit([`--git-dir=${made.gitDir}`, 'config', 'user.email', 'local@example.com']);
      expect(await identity({})).toEqual({ name: 'Au', email: 'local@example.com' });
      await rm(made.folder, { recursive: true, force: true });
    });
  }

  it.each([
    ['SHA-256', ['init', '--quiet', '--bare', '--object-format=sha256'], 'sha256'],
    ['alternates', ['clone', '--quiet', '--bare', '--shared', 'SOURCE'], 'alternates'],
  ])('isomorphic: %s, remedy: install git; native serves it', async (_, command, word) => {
    const source = await makeRepository('bare');
    await gitRepository(source.gitDir).seed.commit({ branch: 'main', files: { 'a.yaml': 'x\n' } });
    const path = join(folder, 'repository.git');
    await runGit([...command.map((part) => (part === 'SOURCE' ? source.path : part)), path]);
    const error = await errorAt(path, 'isomorphic');
    expect(error.kind).toBe('repository-unsupported');
    expect(error.message).toContain(word);
    expect(error.remedy).toContain('Install git');
    const forge = await openAs(ana, { path, backend: 'native' });
    orThrow(await forge.git.head(null));
    await rm(source.folder, { recursive: true, force: true });
  });

  it.each([
    ['reftable', '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\trefStorage = reftable\n'],
    ['partial clone', '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[remote "origin"]\n\tpromisor = true\n'],
    ['newer format', '[core]\n\trepositoryformatversion = 2\n'],
  ])('isomorphic: %s', async (_, config) => {
    await runGit(['init', '--quiet', '--bare', folder]);
    await writeFile(join(folder, 'config'), config);
    expect((await errorAt(folder, 'isomorphic')).kind).toBe('repository-unsupported');
  });

  it('isomorphic: grafts', async () => {
    await runGit(['init', '--quiet', '--bare', folder]);
    await mkdir(join(folder, 'info'), { recursive: true });
    await writeFile(join(folder, 'info', 'grafts'), `${'1'.repeat(40)}\n`);
    expect((await errorAt(folder, 'isomorphic')).message).toContain('grafts');
  });

  it('native: a SHA-256 repository, whole', async () => {
    const path = join(folder, 'sha256.git');
    await runGit(['init', '--quiet', '--bare', '--object-format=sha256', '--initial-branch=main', path]);
    const base = await gitRepository(path).seed.commit({ branch: 'main', files: { 'a.yaml': 'tag: 1\n' } });
    const forge = await openAs(ana, { path, backend: 'native' });
    const files = [{ path: 'a.yaml', before: 'tag: 1\n', after: 'tag: 2\n' }];
    const { commit } = orThrow(await forge.git.commit({ branch: 'b', expectedHead: null, base, files, message: 'm' }));
    expect(commit).toHaveLength(64);
    const { id } = orThrow(await forge.pullRequests.open({ source: 'b', target: 'main', title: 'T', description: '' }));
    expect(orThrow(await forge.pullRequests.get(id)).head).toBe(commit);
    expect(await gitRepository(path).inspect.faults()).toEqual([]);
  });

  it.each([
    ['ENOSPC', 'unavailable'],
    ['EACCES', 'forbidden'],
    ['EROFS', 'forbidden'],
  ])('a disk that answers %s', async (code, kind) => {
    const made = await makeRepository('bare');
    const base = await gitRepository(made.gitDir).seed.commit({ branch: 'main', files: { 'a.yaml': 'x\n' } });
    const broken: Disk = {
      ...nodeDisk,
      rename: () => Promise.reject(Object.assign(new Error(code), { code, path: made.gitDir })),
    };
    const forge = orThrow(await openForge({ path: made.path, backend: 'isomorphic', env: envOf(ana) }, broken));
    const files = [{ path: 'a.yaml', before: 'x\n', after: 'y\n' }];
    const error = (
      await forge.git.commit({ branch: 'b', expectedHead: null, base, files, message: 'm' })
    )._unsafeUnwrapErr();
    expect(error.kind).toBe(kind);
    expect(await gitRepository(made.gitDir).inspect.branches()).toEqual({ main: base });
    expect(await gitRepository(made.gitDir).inspect.faults()).toEqual([]);
    await rm(made.folder, { recursive: true, force: true });
  });

  it('without the git program, auto takes isomorphic-git, and a remote that is not reached over HTTP is refused', async () => {
    const made = await makeRepository('bare');
    const env = { ...envOf(ana), PATH: folder };
    const forge = orThrow(await git({ path: made.path, env }));
    expect(forge.capabilities.atomicPush).toBe(false);
    for (const url of ['git@example.com:x.git', 'ssh://git@example.com/x.git', pathToFileURL(made.path).href]) {
      const error = (await git({ url, env }))._unsafeUnwrapErr();
      expect(error.kind).toBe('repository-unsupported');
      expect(error.remedy).toContain('Install git');
    }
    await rm(made.folder, { recursive: true, force: true });
  });
});
