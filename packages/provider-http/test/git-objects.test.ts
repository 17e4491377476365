import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyFiles, blobId, Failure, type TreeEntry, treeId } from '../src/index.js';
import { git, listingOf, temporaryRepository } from './repository.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

it('names contents as git hash-object does', () => {
  const folder = temporaryRepository();
  for (const content of ['', 'a', 'ü\r\n', '\u0000', 'x'.repeat(100_000)]) {
    const expected = git(folder, ['hash-object', '--stdin'], content).trim();
    expect(blobId(content)).toBe(expected);
    expect(blobId(encode(content))).toBe(expected);
  }
});

it.each(['sha1', 'sha256'])('names trees as git write-tree does (%s)', (format) => {
  const folder = temporaryRepository(format);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  // a folder is ordered as if its name ended with a slash, names by their bytes
  for (const path of ['a/b', 'a.b', 'a-b', 'a0', 'ab/c/d/e', 'ü/ö', '\u{1f600}', '\uff5e', 'Z', 'z/z'])
    write(path, path);
  write('run.sh', '#!/bin/sh\n');
  chmodSync(join(folder, 'run.sh'), 0o755);
  symlinkSync('a/b', join(folder, 'link'));
  git(folder, ['add', '-A']);
  const submodule = (format === 'sha256' ? '5' : '7').repeat(format === 'sha256' ? 64 : 40);
  git(folder, ['update-index', '--add', '--cacheinfo', `160000,${submodule},vendor/sub`]);
  const tree = git(folder, ['write-tree']).trim();
  const entries = listingOf(folder, tree);
  expect(entries.map((entry) => entry.mode)).toEqual(expect.arrayContaining(['100644', '100755', '120000', '160000']));
  expect(treeId(entries)).toBe(tree);
  expect(treeId([...entries].reverse())).toBe(tree);
  // whole folders by their own id
  const top = git(folder, ['ls-tree', '-z', tree]).split('\0').slice(0, -1);
  const whole = top.map((row): TreeEntry => {
    const [, mode = '', oid = '', path = ''] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(row) ?? [];
    return { mode, oid, path };
  });
  expect(treeId(whole)).toBe(tree);
});

it('names the empty tree, and takes no path twice', () => {
  expect(treeId([])).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
  const entry = { path: 'a', mode: '100644', oid: blobId('a') };
  expect(() => treeId([entry, entry])).toThrow(/twice/);
  expect(() => treeId([entry, { ...entry, path: 'a/b' }])).toThrow(/file and a folder/);
});

const step = fc.stringMatching(/^[a-c.ü-]{1,3}$/).filter((text) => !/^\.+$/.test(text));
const paths = fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => steps.join('/'));

it('agrees with git on any set of paths', () => {
  const folder = temporaryRepository();
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(paths, fc.constantFrom('100644', '100755', '120000')), { maxLength: 12 }),
      (rows) => {
        const entries: TreeEntry[] = [];
        for (const [path, mode] of rows) {
          const clash = entries.some(
            (one) => one.path === path || one.path.startsWith(`${path}/`) || path.startsWith(`${one.path}/`),
          );
          if (!clash) entries.push({ path, mode, oid: blobId(path) });
        }
        const info = entries.map((entry) => `${entry.mode} ${entry.oid}\t${entry.path}\0`).join('');
        git(folder, ['read-tree', '--empty']);
        git(folder, ['update-index', '-z', '--index-info'], info);
        expect(treeId(entries)).toBe(git(folder, ['write-tree', '--missing-ok']).trim());
      },
    ),
    { numRuns: 60 },
  );
});

it('applies files as a commit of them does, modes kept', () => {
  const folder = temporaryRepository();
  mkdirSync(join(folder, 'd'));
  writeFileSync(join(folder, 'a.yaml'), 'a: 1\n');
  writeFileSync(join(folder, 'run.sh'), 'one\n', { mode: 0o755 });
  writeFileSync(join(folder, 'd/only'), 'gone\n');
  symlinkSync('a.yaml', join(folder, 'link'));
  git(folder, ['add', '-A']);
  const entries = listingOf(folder, git(folder, ['write-tree']).trim());
  const after = applyFiles(entries, [
    { path: 'a.yaml', before: 'a: 1\n', after: 'a: 2\n' },
    { path: 'run.sh', before: 'one\n', after: 'two\n' },
    { path: 'd/only', before: 'gone\n', after: null },
    { path: 'new/file.yaml', before: null, after: 'new\n' },
  ]);
  writeFileSync(join(folder, 'a.yaml'), 'a: 2\n');
  writeFileSync(join(folder, 'run.sh'), 'two\n');
  mkdirSync(join(folder, 'new'));
  writeFileSync(join(folder, 'new/file.yaml'), 'new\n');
  execFileSync('rm', [join(folder, 'd/only')]);
  git(folder, ['add', '-A']);
  expect(treeId(after)).toBe(git(folder, ['write-tree']).trim());
  expect(treeId(applyFiles(entries, []))).toBe(treeId(entries));
});

it.each([
  [{ path: 'a', before: 'other', after: 'x' }, 'stale-head'],
  [{ path: 'a', before: null, after: 'x' }, 'stale-head'],
  [{ path: 'b', before: 'text', after: 'x' }, 'stale-head'],
  [{ path: 'link', before: 'a', after: 'x' }, 'rejected'],
  [{ path: 'sub', before: 'a', after: 'x' }, 'rejected'],
  [{ path: 'a/b', before: null, after: 'x' }, 'rejected'],
  [{ path: 'd', before: null, after: 'x' }, 'rejected'],
  [{ path: '../x', before: null, after: 'x' }, 'rejected'],
  [{ path: 'd/.GIT/config', before: null, after: 'x' }, 'rejected'],
])('refuses %j: %s', (change, kind) => {
  const entries = [
    { path: 'a', mode: '100644', oid: blobId('text') },
    { path: 'd/e/f', mode: '100644', oid: blobId('text') },
    { path: 'link', mode: '120000', oid: blobId('a') },
    { path: 'sub', mode: '160000', oid: '7'.repeat(40) },
  ];
  let found: unknown;
  try {
    applyFiles(entries, [change]);
  } catch (error) {
    found = error;
  }
  expect(found).toBeInstanceOf(Failure);
  expect((found as Failure).problem.kind).toBe(kind);
});

it('refuses a path that stands twice in the change', () => {
  const change = { path: 'a', before: null, after: 'x' };
  expect(() => applyFiles([], [change, change])).toThrow(/stands twice/);
});
