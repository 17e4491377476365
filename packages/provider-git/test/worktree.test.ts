import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Forge, orThrow } from '@gitops/core';
import { gitRepository, runGit } from '@gitops/provider-testkit/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ana, type MadeRepository, makeRepository, openAs } from './repositories.js';

describe('a target branch that is checked out', () => {
  let made: MadeRepository;
  let forge: Forge;
  let base: string;
  let head: string;
  let id: string;
  const inTree = async (...args: string[]): Promise<string> =>
    (await runGit(args, { cwd: made.path })).toString('utf8');

  async function start(backend: 'native' | 'isomorphic'): Promise<void> {
    made = await makeRepository('ordinary');
    base = await gitRepository(made.gitDir).seed.commit({
      branch: 'main',
      files: { 'a.yaml': 'tag: 1\n', 'other.yaml': 'x\n', 'gone.yaml': 'x\n' },
    });
    await inTree('reset', '--quiet', '--hard');
    forge = await openAs(ana, { path: made.path, backend });
    const files = [
      { path: 'a.yaml', before: 'tag: 1\n', after: 'tag: 2\n' },
      { path: 'new/b.yaml', before: null, after: 'b\n' },
      { path: 'gone.yaml', before: 'x\n', after: null },
    ];
    head = orThrow(await forge.git.commit({ branch: 'topic', expectedHead: null, base, files, message: 'Two' })).commit;
    id = orThrow(await forge.pullRequests.open({ source: 'topic', target: 'main', title: 'Two', description: '' })).id;
  }
  afterEach(() => rm(made.folder, { recursive: true, force: true }));
  const merge = (deleteSource = false) =>
    forge.pullRequests.merge(id, {
      method: 'squash',
      expectedHead: head,
      expectedTarget: null,
      message: { title: 'Landed', body: '' },
      approvals: 0,
      deleteSource,
      auto: false,
    });

  describe('native', () => {
    beforeEach(() => start('native'));

    it('moves with its index and files where the touched paths are clean, other edits kept', async () => {
      await writeFile(join(made.path, 'other.yaml'), 'edited\n');
      await writeFile(join(made.path, 'untracked.txt'), 'mine\n');
      // touched, but the same
      await writeFile(join(made.path, 'a.yaml'), 'tag: 1\n');
      expect(orThrow(await merge()).kind).toBe('merged');
      expect(await readFile(join(made.path, 'a.yaml'), 'utf8')).toBe('tag: 2\n');
      expect(await readFile(join(made.path, 'new/b.yaml'), 'utf8')).toBe('b\n');
      expect(existsSync(join(made.path, 'gone.yaml'))).toBe(false);
      expect(await inTree('status', '--porcelain')).toBe(' M other.yaml\n?? untracked.txt\n');
      expect((await inTree('log', '--format=%s', '-1')).trim()).toBe('Landed');
    });

    it.each([
      ['an edit', async () => writeFile(join(made.path, 'a.yaml'), 'mine\n'), 'a.yaml'],
      [
        'a staged edit',
        async () => {
          await writeFile(join(made.path, 'a.yaml'), 'mine\n');
          await inTree('add', 'a.yaml');
        },
        'a.yaml',
      ],
      [
        'an untracked file',
        async () => {
          await mkdir(join(made.path, 'new'));
          await writeFile(join(made.path, 'new/b.yaml'), 'mine\n');
        },
        'new/b.yaml',
      ],
    ])('is refused for %s at a touched path, before any ref moves', async (_, edit, path) => {
      await edit();
      const before = [await inTree('status', '--porcelain'), await inTree('for-each-ref')];
      const error = (await merge(true))._unsafeUnwrapErr();
      expect(error.kind).toBe('branch-checked-out');
      expect(`${error.message} ${error.remedy}`).toContain(path);
      expect(error.remedy).toContain('switch --detach');
      expect([await inTree('status', '--porcelain'), await inTree('for-each-ref')]).toEqual(before);
      expect(orThrow(await forge.pullRequests.get(id)).state).toBe('open');
      await inTree('stash', '--include-untracked').catch(() =>
        inTree('-c', 'user.name=x', '-c', 'user.email=x@y.z', 'stash', '-u'),
      );
      expect(orThrow(await merge()).kind).toBe('merged');
    });

    it('is found in a linked working tree as well', async () => {
      await inTree('switch', '--quiet', '--detach');
      const linked = join(made.folder, 'linked');
      await inTree('worktree', 'add', '--quiet', linked, 'main');
      await writeFile(join(linked, 'a.yaml'), 'mine\n');
      const error = (await merge())._unsafeUnwrapErr();
      expect(error.kind).toBe('branch-checked-out');
      expect(error.message).toContain(linked);
      await writeFile(join(linked, 'a.yaml'), 'tag: 1\n');
      expect(orThrow(await merge()).kind).toBe('merged');
      expect(await readFile(join(linked, 'a.yaml'), 'utf8')).toBe('tag: 2\n');
    });

    it('keeps a source branch that is checked out, and deletes none', async () => {
      await inTree('switch', '--quiet', 'topic');
      expect(orThrow(await merge(true)).kind).toBe('merged');
      expect((await inTree('rev-parse', 'topic')).trim()).toBe(head);
      expect((await forge.git.deleteBranch('topic', head))._unsafeUnwrapErr().kind).toBe('branch-checked-out');
    });

    it('runs no hook', async () => {
      const hooks = join(made.gitDir, 'hooks');
      await mkdir(hooks, { recursive: true });
      for (const hook of [
        'post-checkout',
        'reference-transaction',
        'pre-commit',
        'post-merge',
        'post-update',
        'update',
        'pre-receive',
      ]) {
        await writeFile(join(hooks, hook), `#!/bin/sh\ntouch '${join(made.folder, 'ran')}'\nexit 1\n`);
        await chmod(join(hooks, hook), 0o755);
      }
      expect(orThrow(await merge(true)).kind).toBe('merged');
      expect(existsSync(join(made.folder, 'ran'))).toBe(false);
    });

    it('takes the rest of the tree as it is: GIT_DIR and GIT_INDEX_FILE of the caller mean nothing', async () => {
      const misled = await openAs(ana, {
        path: made.path,
        env: {
          ...process.env,
          GIT_DIR: '/nowhere',
          GIT_INDEX_FILE: '/nowhere/index',
          GIT_AUTHOR_NAME: 'A',
          GIT_AUTHOR_EMAIL: 'a@b.c',
        },
      });
      expect(orThrow(await misled.git.head('main'))?.commit).toBe(base);
    });
  });

  describe('isomorphic', () => {
    beforeEach(() => start('isomorphic'));

    it('is refused before any ref moves; it goes through once the branch is let go', async () => {
      const before = await inTree('for-each-ref');
      const error = (await merge())._unsafeUnwrapErr();
      expect(error.kind).toBe('branch-checked-out');
      expect(await inTree('for-each-ref')).toBe(before);
      await inTree('switch', '--quiet', '--detach');
      expect(orThrow(await merge()).kind).toBe('merged');
    });

    it('finds the repository from a linked working tree, and the branch checked out there', async () => {
      const linked = join(made.folder, 'linked');
      await inTree('switch', '--quiet', '--detach');
      await inTree('worktree', 'add', '--quiet', linked, 'main');
      const there = await openAs(ana, { path: linked, backend: 'isomorphic' });
      expect(orThrow(await there.git.head(null))).toMatchObject({ branch: 'main', commit: base });
      expect((await merge())._unsafeUnwrapErr().message).toContain(linked);
    });
  });
});
