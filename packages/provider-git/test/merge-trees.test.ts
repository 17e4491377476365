import { rm } from 'node:fs/promises';
import { cleanGitEnvironment, gitRepository, runGit } from '@gitops/provider-testkit/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNative } from '../src/native/open.js';
import { gitProgram } from '../src/native/run.js';
import { Repository } from '../src/store/repository.js';
import type { Store } from '../src/store/store.js';
import { mergeCommits } from '../src/trial.js';
import { type MadeRepository, makeRepository } from './repositories.js';

type Files = Record<string, string | null>;
const lines = (...changed: [number, string][]): string =>
  Array.from({ length: 9 }, (_, n) => changed.find(([at]) => at === n + 1)?.[1] ?? `line ${n + 1}`).join('\n');

/** Against `git merge-tree`, which is stricter nowhere but where it guesses renames. */
describe('merging three trees', () => {
  let made: MadeRepository;
  let store: Store;
  const never = new AbortController().signal;
  beforeEach(async () => {
    made = await makeRepository('bare');
    store = await (await openNative(gitProgram(cleanGitEnvironment()), made.path, never)).session(never, 0);
  });
  afterEach(async () => {
    await store.close();
    await rm(made.folder, { recursive: true, force: true });
  });

  it.each<[string, Files, Files, Files, 'merges' | 'conflicts']>([
    ['different files', { a: '1', b: '1' }, { a: '2' }, { b: '2' }, 'merges'],
    ['the same change', { a: '1' }, { a: '2' }, { a: '2' }, 'merges'],
    ['different changes of one line', { a: '1' }, { a: '2' }, { a: '3' }, 'conflicts'],
    ['lines far apart', { a: lines() }, { a: lines([1, 'x']) }, { a: lines([9, 'y']) }, 'merges'],
    ['lines side by side', { a: lines() }, { a: lines([4, 'x']) }, { a: lines([5, 'y']) }, 'conflicts'],
    ['one line between', { a: lines() }, { a: lines([4, 'x']) }, { a: lines([6, 'y']) }, 'merges'],
    ['no newline at the end', { a: 'x\ny\nz\nw' }, { a: 'X\ny\nz\nw' }, { a: 'x\ny\nz\nW' }, 'merges'],
    ['CRLF', { a: 'x\r\ny\r\nz\r\n' }, { a: 'X\r\ny\r\nz\r\n' }, { a: 'x\r\ny\r\nZ\r\n' }, 'merges'],
    ['changed and deleted', { a: '1', k: 'k' }, { a: null }, { a: '2' }, 'conflicts'],
    ['deleted on both sides', { a: '1', k: 'k' }, { a: null }, { a: null, b: 'other' }, 'merges'],
    ['the same file made differently', { k: 'k' }, { a: '1' }, { a: '2' }, 'conflicts'],
    ['the same file made alike', { k: 'k' }, { a: '1' }, { a: '1' }, 'merges'],
    ['files in one new folder', { k: 'k' }, { 'd/a': '1' }, { 'd/b': '2' }, 'merges'],
    ['a folder emptied on one side', { 'd/a': '1', k: 'k' }, { 'd/a': null }, { 'd/b': '2' }, 'merges'],
    ['a file where the other makes a folder', { k: 'k' }, { d: '1' }, { 'd/b': '2' }, 'conflicts'],
    ['binary on both sides', { a: 'x\0y' }, { a: 'x\0z' }, { a: 'w\0y' }, 'conflicts'],
  ])('%s', async (_, base, ours, theirs, expected) => {
    const { seed } = gitRepository(made.gitDir);
    const root = await seed.commit({ branch: 'base', files: base });
    const one = await seed.commit({ branch: 'ours', parent: root, files: ours });
    const other = await seed.commit({ branch: 'theirs', parent: root, files: theirs });
    const merged = await mergeCommits(new Repository(store), one, other);
    await store.flush();
    const args = [`--git-dir=${made.gitDir}`, 'merge-tree', '--write-tree', one, other];
    const byGit = await runGit(args).then(
      (out) => ({ tree: out.toString('utf8').trim() }),
      () => 'conflicts',
    );
    expect('tree' in merged ? 'merges' : 'conflicts').toBe(expected);
    expect('tree' in merged ? merged : 'conflicts').toEqual(byGit);
  });

  it('refuses to guess that a file was renamed', async () => {
    const { seed } = gitRepository(made.gitDir);
    const root = await seed.commit({ branch: 'base', files: { a: lines() } });
    const one = await seed.commit({ branch: 'ours', parent: root, files: { a: null, b: lines() } });
    const other = await seed.commit({ branch: 'theirs', parent: root, files: { a: lines([5, 'x']) } });
    expect(await mergeCommits(new Repository(store), one, other)).toEqual({ conflicts: ['a'] });
  });
});
