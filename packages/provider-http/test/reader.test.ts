import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { type DiskCache, Failure, makeReader, noCache, openCache, type TreeEntry } from '../src/index.js';
import { temporaryFolder } from './loopback.js';
import { type Behaviour, fakeForge } from './read-source.js';
import { commitFiles, git, gitBytes, listingOf, temporaryRepository } from './repository.js';

const { signal } = new AbortController();
const globs = ['**/*.yaml', 'sub', 'link'];

function reading(folder: string, behaviour: Behaviour = {}, cache: DiskCache = noCache) {
  const { source, asked } = fakeForge(folder, behaviour);
  return { reader: makeReader(source, { key: 'example.com/acme/shop', cache }), asked };
}

async function problemOf(work: Promise<unknown>): Promise<Failure['problem']> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(Failure);
  return (failure as Failure).problem;
}

const files = { 'apps/dev/values.yaml': 'tag: "1"\n', 'apps/prod/values.yaml': 'tag: "0"\r\n', 'README.md': 'hello\n' };
const texts = {
  'apps/dev/values.yaml': files['apps/dev/values.yaml'],
  'apps/prod/values.yaml': files['apps/prod/values.yaml'],
};
const byPath = (a: TreeEntry, b: TreeEntry): number => (a.path < b.path ? -1 : 1);
const plain = ({ path, mode, oid }: TreeEntry): TreeEntry => ({ path, mode, oid });

/** Attributes that make an archive lie, in every way that gitattributes(5) knows. */
const lying = {
  '.gitattributes':
    'crlf.yaml text eol=crlf\nident.yaml ident\nsubst.yaml export-subst\ngone.yaml export-ignore\nwide.yaml working-tree-encoding=UTF-16LE\n',
  'crlf.yaml': 'a: 1\nb: 2\n',
  'ident.yaml': 'id: $Id$\n',
  'subst.yaml': 'subject: $Format:%s$\n',
  'gone.yaml': 'gone: no\n',
  'wide.yaml': new TextEncoder().encode('wide: 1\n'),
  'plain.yaml': 'plain: 1\n',
};

/** What Git itself holds, object by object. */
function truth(folder: string, commit: string): Record<string, string> {
  const wanted = listingOf(folder, commit).filter(
    (entry) => entry.path.endsWith('.yaml') && entry.mode.startsWith('100'),
  );
  return Object.fromEntries(
    wanted.map((entry) => [entry.path, gitBytes(folder, ['cat-file', 'blob', entry.oid]).toString('utf8')]),
  );
}

it('reads a commit by one archive, and knows its listing then', async () => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, files);
  const { reader, asked } = reading(folder);
  const snapshot = await reader.read({ commit }, globs, signal);
  expect([snapshot.commit, { ...snapshot.files }, snapshot.skipped]).toEqual([commit, texts, []]);
  expect(await reader.read({ commit }, [...globs].reverse(), signal)).toEqual(snapshot);
  expect([...(await reader.listing(commit, signal))].map(plain).sort(byPath)).toEqual(
    listingOf(folder, commit).sort(byPath),
  );
  expect(asked).toEqual([`archive ${commit}`]);
});

it.each([
  ['by the comment in the archive', undefined, undefined],
  ['by the name of the root folder', (commit: string) => `shop-main-${commit}/`, stripComment],
])('reads the tip of a branch, and knows its commit %s', async (_, prefix, archive) => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, files);
  const { reader, asked } = reading(folder, {
    trees: false,
    ...(prefix === undefined ? {} : { prefix: () => prefix(commit) }),
    ...(archive === undefined ? {} : { archive }),
  });
  const snapshot = await reader.read({ ref: 'main' }, globs, signal);
  expect([snapshot.commit, { ...snapshot.files }]).toEqual([commit, texts]);
  expect(asked).toEqual(['archive main']);
  await reader.listing(commit, signal);
  expect(asked).toHaveLength(1);
});

/** Takes the commit out of the pax header, as a packer that is not Git's would. */
function stripComment(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const tar = gunzipSync(bytes);
  tar.write('x'.repeat(40), tar.indexOf('comment=') + 8, 'latin1');
  return new Uint8Array(gzipSync(tar));
}

it('refuses an archive of another commit, and one that tells none', async () => {
  const folder = temporaryRepository();
  const first = commitFiles(folder, files);
  const second = commitFiles(folder, { 'README.md': 'other\n' });
  const { source } = fakeForge(folder);
  const wrong = makeReader(
    { ...source, archive: (_, stop) => source.archive(first, stop) },
    { key: 'k', cache: noCache },
  );
  expect(await problemOf(wrong.read({ commit: second }, globs, signal))).toMatchObject({ kind: 'response-invalid' });
  const nameless = reading(folder, { archive: stripComment });
  expect(await problemOf(nameless.reader.read({ ref: 'main' }, globs, signal))).toMatchObject({
    kind: 'response-invalid',
  });
});

it.each([
  ['told the tree', true],
  ['told no tree', false],
])('never gives a wrong byte for attributes, where the forge has %s', async (_, trees) => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, lying);
  const { reader, asked } = reading(folder, { trees });
  const snapshot = await reader.read({ commit }, ['*.yaml'], signal);
  const expected = truth(folder, commit);
  expect(Object.keys(expected)).toHaveLength(6);
  expect({ ...snapshot.files }).toEqual(expected);
  expect(asked).toEqual([`archive ${commit}`, `listing ${commit}`, 'blobs 5']);
});

it('sees attributes that were left out of the archive themselves, by the tree', async () => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, {
    ...lying,
    '.gitattributes': '.gitattributes export-ignore\n*.yaml text eol=crlf\n',
  });
  const { reader } = reading(folder);
  expect({ ...(await reader.read({ commit }, ['*.yaml'], signal)).files }).toEqual(truth(folder, commit));
});

it('asks for no listing for attributes that change nothing', async () => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, {
    ...files,
    '.gitattributes': '* text=auto\n*.sh eol=lf\n*.bin filter=lfs -text\n',
  });
  const { reader, asked } = reading(folder, { trees: false });
  await reader.read({ commit }, globs, signal);
  expect(asked).toEqual([`archive ${commit}`]);
});

function withSubmodule(): { readonly folder: string; readonly commit: string } {
  const folder = temporaryRepository();
  commitFiles(folder, { ...files, '.gitmodules': '[submodule "sub"]\n' });
  symlinkSync('README.md', join(folder, 'link'));
  git(folder, ['add', '-A']);
  git(folder, ['update-index', '--add', '--cacheinfo', `160000,${'7'.repeat(40)},sub`]);
  git(folder, ['commit', '-q', '-m', 'submodule']);
  return { folder, commit: git(folder, ['rev-parse', 'HEAD']).trim() };
}

const left = [
  { path: 'link', reason: 'link' },
  { path: 'sub', reason: 'submodule' },
];

it('lists links and submodules as skipped, by archive, by listing and where neither can prove the tree', async () => {
  const { folder, commit } = withSubmodule();
  for (const [behaviour, requests] of [
    [{}, ['archive', 'listing']],
    [{ trees: false }, ['archive']],
    [{ tooManyToList: true }, ['archive', 'listing']],
    [{ refuseArchive: 'forbidden' }, ['archive', 'listing', 'blobs']],
  ] as [Behaviour, string[]][]) {
    const { reader, asked } = reading(folder, behaviour);
    const snapshot = await reader.read({ commit }, globs, signal);
    expect([{ ...snapshot.files }, snapshot.skipped]).toEqual([texts, left]);
    expect(asked.map((one) => one.split(' ')[0])).toEqual(requests);
  }
});

it.each(['rate-limited', 'forbidden', 'not-found', 'unavailable', 'unsupported'] as const)(
  'reads by listing and blobs where the archive is refused as %s',
  async (refuseArchive) => {
    const folder = temporaryRepository();
    const commit = commitFiles(folder, files);
    const { reader, asked } = reading(folder, { refuseArchive, trees: false });
    const snapshot = await reader.read({ ref: 'main' }, globs, signal);
    expect([snapshot.commit, { ...snapshot.files }]).toEqual([commit, texts]);
    expect(asked).toEqual(['archive main', 'commitOf main', `listing ${commit}`, 'blobs 2']);
    expect(await problemOf(reader.read({ ref: 'gone' }, globs, signal))).toMatchObject({ kind: 'not-found' });
  },
);

it('reads by listing and blobs where the connection breaks in the middle of the archive', async () => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, files);
  const broken = (bytes: Buffer) =>
    new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(bytes.subarray(0, 30)));
        controller.error(Object.assign(new TypeError('terminated'), { code: 'UND_ERR_SOCKET' }));
      },
    });
  const { reader, asked } = reading(folder, { archive: broken });
  expect({ ...(await reader.read({ commit }, globs, signal)).files }).toEqual(texts);
  expect(asked).toEqual([`archive ${commit}`, `listing ${commit}`, 'blobs 2']);
});

it('says why the archive was refused where there are too many files to list', async () => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, files);
  const both = { tooManyToList: true, refuseArchive: 'rate-limited' } as const;
  expect(await problemOf(reading(folder, both).reader.read({ commit }, globs, signal))).toMatchObject({
    kind: 'rate-limited',
  });
  expect(await problemOf(reading(folder, both).reader.listing(commit, signal))).toMatchObject({ kind: 'rate-limited' });
  const lies = commitFiles(folder, lying);
  const { reader } = reading(folder, { tooManyToList: true });
  expect(await problemOf(reader.read({ commit: lies }, globs, signal))).toMatchObject({ kind: 'unsupported' });
  expect(await problemOf(reader.listing(lies, signal))).toMatchObject({ kind: 'unsupported' });
  expect(await reader.listing(commit, signal)).toHaveLength(3);
});

it.each(['unauthenticated', 'aborted', 'response-invalid'] as const)('goes no other way after %s', async (kind) => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, files);
  const { reader, asked } = reading(folder, { refuseArchive: kind });
  expect(await problemOf(reader.read({ commit }, globs, signal))).toMatchObject({ kind });
  expect(asked).toHaveLength(1);
});

it('refuses a damaged archive, a listing and blobs that are not those of the commit', async () => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, files);
  const cases: Behaviour[] = [
    { archive: (bytes) => new Uint8Array(bytes.subarray(0, bytes.length - 20)) },
    { refuseArchive: 'forbidden', listing: (entries) => entries.slice(1) },
    { refuseArchive: 'forbidden', trees: false, listing: (entries) => [...entries, ...entries] },
    { refuseArchive: 'forbidden', blobs: (blobs) => new Map([...blobs].slice(1)) },
    { refuseArchive: 'forbidden', blobs: (blobs) => new Map([...blobs].map(([oid]) => [oid, new Uint8Array([120])])) },
  ];
  for (const behaviour of cases) {
    expect(await problemOf(reading(folder, behaviour).reader.read({ commit }, globs, signal))).toMatchObject({
      kind: 'response-invalid',
    });
  }
});

it('fetches only the blobs that are missing where a listing is known', async () => {
  const folder = temporaryRepository();
  const first = commitFiles(folder, files);
  const second = commitFiles(folder, { 'apps/dev/values.yaml': 'tag: "2"\n' });
  const { reader, asked } = reading(folder);
  await reader.read({ commit: first }, globs, signal);
  await reader.listing(second, signal);
  const snapshot = await reader.read({ commit: second }, globs, signal);
  expect({ ...snapshot.files }).toEqual({ ...texts, 'apps/dev/values.yaml': 'tag: "2"\n' });
  expect(asked).toEqual([`archive ${first}`, `listing ${second}`, 'blobs 1']);
});

it('takes an archive where many files of a known listing are missing', async () => {
  const folder = temporaryRepository();
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}.yaml`, `n: ${index}\n`]));
  const commit = commitFiles(folder, many);
  const { reader, asked } = reading(folder);
  await reader.listing(commit, signal);
  expect(Object.keys((await reader.read({ commit }, globs, signal)).files)).toHaveLength(30);
  expect(asked).toEqual([`listing ${commit}`, `archive ${commit}`]);
});

it('asks nothing for what is on the disk, and everything again where that is damaged', async () => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, files);
  const cache = openCache({ folder: join(temporaryFolder(), 'cache') });
  const first = reading(folder, {}, cache);
  const snapshot = await first.reader.read({ commit }, globs, signal);
  const second = reading(folder, {}, cache);
  expect(await second.reader.read({ commit }, globs, signal)).toEqual(snapshot);
  expect(await second.reader.listing(commit, signal)).toHaveLength(3);
  expect(second.asked).toEqual([]);
  // a record whose listing is not the commit's: never believed where the forge tells the tree
  const forged: DiskCache = {
    ...cache,
    commit: async (key) => {
      const record = await cache.commit(key);
      return record === null ? null : { ...record, entries: record.entries?.slice(1) ?? null };
    },
  };
  const third = reading(folder, {}, forged);
  expect(await third.reader.read({ commit }, globs, signal)).toEqual(snapshot);
  expect(third.asked).toEqual([`archive ${commit}`]);
});

it('keeps blobs and listings on the disk as well', async () => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, files);
  const cache = openCache({ folder: join(temporaryFolder(), 'cache') });
  const refused = { refuseArchive: 'rate-limited' } as const;
  await reading(folder, refused, cache).reader.read({ commit }, globs, signal);
  const other = reading(folder, refused, cache);
  await other.reader.read({ commit }, ['apps/**'], signal);
  expect(other.asked).toEqual([`archive ${commit}`, `listing ${commit}`]);
  const third = reading(folder, refused, cache);
  await third.reader.listing(commit, signal);
  expect(third.asked).toEqual([]);
});

it('forgets all but the last few commits', async () => {
  const folder = temporaryRepository();
  const commits = [0, 1, 2, 3, 4].map((n) => commitFiles(folder, { 'a.yaml': `n: ${n}\n` }));
  const { reader, asked } = reading(folder);
  for (const commit of commits) await reader.read({ commit }, globs, signal);
  await reader.read({ commit: commits[4] as string }, globs, signal);
  expect(asked).toHaveLength(5);
  await reader.read({ commit: commits[0] as string }, globs, signal);
  expect(asked).toHaveLength(6);
});

it('skips what is too large or no text, whichever way it is read', async () => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, {
    'big.yaml': 'x'.repeat(5 * 1024 * 1024 + 1),
    'latin.yaml': new Uint8Array([0xe4]),
    'a.yaml': 'a',
  });
  const expected = [
    { path: 'big.yaml', reason: 'too-large' },
    { path: 'latin.yaml', reason: 'not-utf8' },
  ];
  for (const behaviour of [{}, { refuseArchive: 'forbidden' }] as Behaviour[]) {
    const snapshot = await reading(folder, behaviour).reader.read({ commit }, ['*.yaml'], signal);
    expect([{ ...snapshot.files }, snapshot.skipped]).toEqual([{ 'a.yaml': 'a' }, expected]);
  }
  // where the listing tells the size, it is not even fetched
  const sized = (entries: TreeEntry[]) =>
    entries.map((entry) => ({ ...entry, size: entry.path === 'big.yaml' ? 6e6 : 1 }));
  const { reader, asked } = reading(folder, { refuseArchive: 'forbidden', listing: sized });
  expect((await reader.read({ commit }, ['*.yaml'], signal)).skipped).toEqual(expected);
  expect(asked.at(-1)).toBe('blobs 2');
});

it('tells what one commit changed against another', async () => {
  const folder = temporaryRepository();
  const first = commitFiles(folder, {
    ...files,
    'run.sh': 'x\n',
    'logo.png': new Uint8Array([0, 1]),
    'gone.yaml': 'g\n',
  });
  chmodSync(join(folder, 'run.sh'), 0o755);
  symlinkSync('README.md', join(folder, 'link'));
  const second = commitFiles(folder, {
    'apps/dev/values.yaml': 'tag: "2"\n',
    'logo.png': new Uint8Array([0, 2]),
    'gone.yaml': null,
    'new.yaml': 'n\n',
  });
  const { reader, asked } = reading(folder);
  const row = (commit: string, path: string): string => {
    const { mode, oid } = listingOf(folder, commit).find((entry) => entry.path === path) as TreeEntry;
    return `${mode} ${oid}`;
  };
  expect(await reader.difference(first, second, signal)).toEqual([
    { path: 'apps/dev/values.yaml', before: 'tag: "1"\n', after: 'tag: "2"\n' },
    { path: 'gone.yaml', before: 'g\n', after: null },
    { path: 'link', before: null, after: row(second, 'link') },
    { path: 'logo.png', before: row(first, 'logo.png'), after: row(second, 'logo.png') },
    { path: 'new.yaml', before: null, after: 'n\n' },
    { path: 'run.sh', before: row(first, 'run.sh'), after: row(second, 'run.sh') },
  ]);
  expect(asked).toEqual([`listing ${first}`, `listing ${second}`, 'blobs 3', 'blobs 3']);
  expect(await reader.difference(second, second, signal)).toEqual([]);
  const all = await reader.difference(null, first, signal);
  expect(all.map((change) => change.path)).toEqual(listingOf(folder, first).map((entry) => entry.path));
  expect(all.every((change) => change.before === null)).toBe(true);
});

it('shows many changed files by two archives', async () => {
  const many = (tag: string) =>
    Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`apps/a (${n})/v.yaml`, `n: ${n}\ntag: ${tag}\n`]));
  const folder = temporaryRepository();
  const first = commitFiles(folder, many('1'));
  const second = commitFiles(folder, many('2'));
  const { reader, asked } = reading(folder);
  const changes = await reader.difference(first, second, signal);
  expect(changes).toHaveLength(50);
  expect(changes[0]).toEqual({ path: 'apps/a (0)/v.yaml', before: 'n: 0\ntag: 1\n', after: 'n: 0\ntag: 2\n' });
  expect(asked.filter((one) => one.startsWith('blobs'))).toEqual([]);
  expect(asked.filter((one) => one.startsWith('archive'))).toHaveLength(2);
});

it('stops at the abort', async () => {
  const folder = temporaryRepository();
  const commit = commitFiles(folder, files);
  const controller = new AbortController();
  const { source, asked } = fakeForge(folder, { refuseArchive: 'forbidden' });
  const archive: typeof source.archive = (ref, stop) => {
    controller.abort();
    return source.archive(ref, stop);
  };
  const reader = makeReader({ ...source, archive }, { key: 'k', cache: noCache });
  await expect(reader.read({ commit }, globs, controller.signal)).rejects.toBeInstanceOf(Failure);
  expect(asked).toEqual([`archive ${commit}`]);
});

it('reads a repository of the SHA-256 format', async () => {
  const folder = temporaryRepository('sha256');
  const commit = commitFiles(folder, files);
  for (const behaviour of [{}, { refuseArchive: 'forbidden' }] as Behaviour[]) {
    const { reader } = reading(folder, behaviour);
    const snapshot = await reader.read({ commit }, globs, signal);
    expect([snapshot.commit, { ...snapshot.files }]).toEqual([commit, texts]);
  }
});
