import { rm } from 'node:fs/promises';
import { type FileChange, type Forge, orThrow } from '@gitops/core';
import { gitRepository, runGit } from '@gitops/provider-testkit/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ana, type MadeRepository, makeRepository, openAs } from './repositories.js';

for (const backend of ['native', 'isomorphic'] as const) {
  describe(`what a commit holds and changed, ${backend}`, () => {
    let made: MadeRepository;
    let forge: Forge;
    let base: string;
    const seed: ReturnType<typeof gitRepository>['seed']['commit'] = (input) =>
      gitRepository(made.gitDir).seed.commit(input);
    const git = async (...args: string[]): Promise<string> =>
      (await runGit([`--git-dir=${made.gitDir}`, ...args])).toString('utf8').trim();
    const files = [{ path: 'apps/a.yaml', before: 'tag: 1\n', after: 'tag: 2\n' }];
    const holds = async (commit: string, change: readonly FileChange[] = files): Promise<boolean> =>
      orThrow(await forge.git.holds(commit, { base, files: change }));

    beforeEach(async () => {
      made = await makeRepository('bare');
      base = await seed({
        branch: 'main',
        files: { 'apps/a.yaml': 'tag: 1\n', 'run.sh': { executable: 'x\n' }, 'bin.dat': Uint8Array.from([0, 1]) },
      });
      forge = await openAs(ana, { path: made.path, backend });
    });
    afterEach(() => rm(made.folder, { recursive: true, force: true }));

    it('holds what was committed, and writes nothing to find out', async () => {
      const { commit } = orThrow(
        await forge.git.commit({ branch: 't', expectedHead: null, base, files, message: 'm' }),
      );
      const objects = await git('count-objects', '-v');
      expect(await holds(commit)).toBe(true);
      expect(await holds(commit, [{ path: 'apps/a.yaml', before: 'tag: 1\n', after: 'tag: 3\n' }])).toBe(false);
      expect(await holds(commit, [{ path: 'apps/a.yaml', before: 'tag: 0\n', after: 'tag: 2\n' }])).toBe(false);
      expect(await holds(commit, [{ path: 'apps/a.yaml/x', before: null, after: 'x' }])).toBe(false);
      expect(await holds(commit, [])).toBe(false);
      expect(await git('count-objects', '-v')).toBe(objects);
    });

    it('holds it on a later base whose files were the same, and not where more or less changed', async () => {
      const later = await seed({ branch: 'main', files: { 'other.yaml': 'x\n' } });
      const onLater = await seed({ branch: 't', parent: later, files: { 'apps/a.yaml': 'tag: 2\n' } });
      expect(await holds(onLater)).toBe(true);
      expect(
        await holds(await seed({ branch: 'u', parent: base, files: { 'apps/a.yaml': 'tag: 2\n', more: 'x' } })),
      ).toBe(false);
      expect(await holds(await seed({ branch: 't', files: { 'apps/a.yaml': 'tag: 2\n', more: 'x' } }))).toBe(false);
      const tree = await git('rev-parse', `${onLater}^{tree}`);
      const config = ['-c', 'user.name=x', '-c', 'user.email=x@example.com'];
      const merge = await git(...config, 'commit-tree', '-m', 'm', '-p', later, '-p', base, tree);
      expect(await holds(merge)).toBe(false);
      expect(await holds(base)).toBe(false);
    });

    it('does not hold it where a mode changed as well', async () => {
      const files = { 'apps/a.yaml': { executable: 'tag: 2\n' } };
      expect(await holds(await seed({ branch: 't', parent: base, files }))).toBe(false);
    });

    it('answers not-found for a commit that is not there', async () => {
      const none = '1'.repeat(40);
      expect((await forge.git.holds(none, { base, files }))._unsafeUnwrapErr().kind).toBe('not-found');
      expect((await forge.git.holds(base, { base: none, files }))._unsafeUnwrapErr().kind).toBe('not-found');
      expect((await forge.git.changes(none))._unsafeUnwrapErr().kind).toBe('not-found');
    });

    it('lists changes by path: texts, and modes with object ids where there is none', async () => {
      const next = await seed({
        branch: 'main',
        files: {
          'apps/a.yaml': null,
          'apps.yaml': 'new\n',
          'run.sh': 'x\n',
          'bin.dat': Uint8Array.from([0, 2]),
          link: { link: 'run.sh' },
          lib: { submodule: base },
        },
      });
      const oid = async (commit: string, path: string): Promise<string> => git('rev-parse', `${commit}:${path}`);
      expect(orThrow(await forge.git.changes(next))).toEqual([
        { path: 'apps.yaml', before: null, after: 'new\n' },
        { path: 'apps/a.yaml', before: 'tag: 1\n', after: null },
        {
          path: 'bin.dat',
          before: `100644 ${await oid(base, 'bin.dat')}`,
          after: `100644 ${await oid(next, 'bin.dat')}`,
        },
        { path: 'lib', before: null, after: `160000 ${base}` },
        { path: 'link', before: null, after: `120000 ${await oid(next, 'link')}` },
        { path: 'run.sh', before: `100755 ${await oid(base, 'run.sh')}`, after: `100644 ${await oid(next, 'run.sh')}` },
      ]);
      expect(orThrow(await forge.git.changes(base)).map(({ path, before }) => [path, before])).toEqual([
        ['apps/a.yaml', null],
        ['bin.dat', null],
        ['run.sh', null],
      ]);
    });

    it('takes a snapshot of a branch, and says which one', async () => {
      expect(orThrow(await forge.git.snapshot({ branch: null }, ['apps/**']))).toMatchObject({
        branch: 'main',
        commit: base,
        files: { 'apps/a.yaml': 'tag: 1\n' },
      });
      expect(orThrow(await forge.git.snapshot({ commit: base }, []))).toMatchObject({ branch: null, commit: base });
      const error = (await forge.git.snapshot({ branch: 'none' }, ['**']))._unsafeUnwrapErr();
      expect([error.kind, error.details['branch']]).toEqual(['not-found', 'none']);
    });
  });
}
