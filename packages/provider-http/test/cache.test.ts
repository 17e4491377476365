import {
  chmodSync,
  chownSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { blobId, type CachedCommit, commitKey, noCache, openCache } from '../src/index.js';
import { temporaryFolder } from './loopback.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const blobs = (...texts: string[]): Map<string, Uint8Array> =>
  new Map(texts.map((text) => [blobId(text), encode(text)]));

const text = 'image: "1.0"\r\n\ufeffü';
const commit: CachedCommit = {
  entries: [
    { path: 'a.yaml', mode: '100644', oid: blobId(text), size: 20 },
    { path: 'd/link', mode: '120000', oid: blobId('a.yaml') },
  ],
  files: { 'a.yaml': text },
  skipped: [{ path: 'd/link', reason: 'link' }],
};
const key = commitKey('example.com/acme/shop', 'c'.repeat(40), ['**/*.yaml']);

/** The files below a folder, oldest name first. */
function filesIn(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const only = (folder: string): string => filesIn(folder)[0] as string;

it('gives back what it was given, for its owner alone', async () => {
  const folder = join(temporaryFolder(), 'cache');
  const cache = openCache({ folder });
  await cache.putBlobs(blobs('one', ''));
  await cache.putCommit(key, commit);
  await cache.putCommit(`${key}2`, { ...commit, entries: null });
  const again = openCache({ folder });
  expect(await again.blob(blobId('one'))).toEqual(Buffer.from('one'));
  expect(await again.blob(blobId(''))).toEqual(Buffer.alloc(0));
  expect(await again.blob(blobId('two'))).toBeNull();
  expect(await again.commit(key)).toEqual(commit);
  expect(await again.commit(`${key}2`)).toEqual({ ...commit, entries: null });
  expect(await again.commit('other')).toBeNull();
  for (const file of filesIn(folder)) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'blobs')).mode & 0o777).toBe(0o700);
  expect(filesIn(folder)).toHaveLength(4);
});

it('has a key for each repository, commit and set of globs', () => {
  const keys = [
    commitKey('h/a', 'c1', ['x', 'y']),
    commitKey('h/b', 'c1', ['x', 'y']),
    commitKey('h/a', 'c2', ['x', 'y']),
    commitKey('h/a', 'c1', ['x,y']),
  ];
  expect(new Set(keys).size).toBe(4);
  expect(commitKey('h/a', 'c1', ['y', 'x'])).toBe(keys[0]);
});

const damages: [string, (file: string, size: number) => void][] = [
  ['a flipped byte', (file, size) => flip(file, Math.floor(size / 2))],
  ['a flipped first byte', (file) => flip(file, 0)],
  ['a flipped last byte', (file, size) => flip(file, size - 1)],
  ['a cut file', (file, size) => truncateSync(file, size - 1)],
  ['an empty file', (file) => truncateSync(file, 0)],
  ['a foreign file', (file) => writeFileSync(file, 'something else\n{}')],
];

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  writeFileSync(file, bytes);
}

it.each(damages)('takes %s for a miss, and mends it', async (_, damage) => {
  for (const kind of ['blob', 'commit'] as const) {
    const folder = temporaryFolder();
    const cache = openCache({ folder });
    const put = () => (kind === 'blob' ? cache.putBlobs(blobs('content')) : cache.putCommit(key, commit));
    const get = () => (kind === 'blob' ? cache.blob(blobId('content')) : cache.commit(key));
    await put();
    expect(await get()).not.toBeNull();
    damage(only(folder), statSync(only(folder)).size);
    expect(await get()).toBeNull();
    expect(filesIn(folder)).toEqual([]);
    await put();
    expect(await get()).not.toBeNull();
  }
});

it('takes a whole record of another commit for a miss', async () => {
  const [one, two] = [temporaryFolder(), temporaryFolder()];
  await openCache({ folder: one }).putCommit(key, commit);
  await openCache({ folder: two }).putCommit('other', commit);
  writeFileSync(only(one), readFileSync(only(two)));
  expect(await openCache({ folder: one }).commit(key)).toBeNull();
});

it('never keeps a content under the id of another', async () => {
  const folder = temporaryFolder();
  const cache = openCache({ folder });
  await cache.putBlobs(new Map([[blobId('right'), encode('wrong')]]));
  expect(filesIn(folder)).toEqual([]);
  await cache.putCommit(key, { ...commit, files: { 'a.yaml': 'wrong' } });
  expect(await cache.commit(key)).toBeNull();
});

it('lets two writers write at once', async () => {
  const folder = temporaryFolder();
  const [one, two] = [openCache({ folder }), openCache({ folder })];
  const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`);
  await Promise.all(
    [one, two, one, two].flatMap((cache) => [cache.putBlobs(blobs(...texts)), cache.putCommit(key, commit)]),
  );
  for (const each of texts) expect(await one.blob(blobId(each))).toEqual(Buffer.from(each));
  expect(await two.commit(key)).toEqual(commit);
  expect(filesIn(folder)).toHaveLength(21);
});

it('keeps nothing, and fails not, where nothing can be written', async () => {
  const parent = temporaryFolder();
  writeFileSync(join(parent, 'file'), '');
  const blocked = openCache({ folder: join(parent, 'file', 'cache') });
  await blocked.putBlobs(blobs('a'));
  await blocked.putCommit(key, commit);
  expect([await blocked.blob(blobId('a')), await blocked.commit(key)]).toEqual([null, null]);
});

it('reads from a folder that is read-only', async () => {
  const folder = temporaryFolder();
  const cache = openCache({ folder });
  await cache.putBlobs(blobs('kept'));
  const all = [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))];
  // root may write everywhere: be somebody else for a while
  const root = process.geteuid?.() === 0;
  if (root) for (const one of all) chownSync(one, 65534, 65534);
  for (const one of all) if (statSync(one).isDirectory()) chmodSync(one, 0o500);
  onTestFinished(() => {
    if (root) process.seteuid?.(0);
    for (const one of all) if (statSync(one).isDirectory()) chmodSync(one, 0o700);
  });
  if (root) process.seteuid?.(65534);
  await cache.putBlobs(blobs('new'));
  expect(await cache.blob(blobId('kept'))).toEqual(Buffer.from('kept'));
  expect(await cache.blob(blobId('new'))).toBeNull();
});

it('removes what was not used for longest', async () => {
  const folder = temporaryFolder();
  const cache = openCache({ folder, maxBytes: 2500 });
  const contents = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(1000));
  const [a = '', b = '', c = '', d = ''] = contents;
  await cache.putBlobs(blobs(a));
  await cache.putBlobs(blobs(b));
  for (const [index, file] of filesIn(folder).entries()) utimesSync(file, 1000 + index, 1000 + index);
  // using it makes it the newest
  await cache.blob(blobId(a));
  await cache.putBlobs(blobs(c));
  expect(await cache.blob(blobId(b))).toBeNull();
  expect(await cache.blob(blobId(a))).not.toBeNull();
  expect(await cache.blob(blobId(c))).not.toBeNull();
  writeFileSync(join(folder, 'not-ours'), 'x'.repeat(5000));
  await cache.putBlobs(blobs(d));
  expect(filesIn(folder)).toContain(join(folder, 'not-ours'));
  expect(await cache.blob(blobId(d))).not.toBeNull();
});

it('removes what killed writers left', async () => {
  const folder = temporaryFolder();
  const cache = openCache({ folder });
  await cache.putBlobs(blobs('one'));
  const left = `${only(folder)}.3f0e7a52-0000-4000-8000-000000000000.tmp`;
  writeFileSync(left, 'half');
  await cache.putBlobs(blobs('two'));
  expect(filesIn(folder)).toContain(left);
  utimesSync(left, 1000, 1000);
  await cache.putBlobs(blobs('three'));
  expect(filesIn(folder)).not.toContain(left);
});

it('lives where the environment says', async () => {
  const home = temporaryFolder();
  await openCache({ env: { HOME: home } }).putBlobs(blobs('a'));
  expect(only(home)).toContain(join(home, '.cache', 'gitops', 'objects', 'blobs'));
  const xdg = temporaryFolder();
  await openCache({ env: { HOME: home, XDG_CACHE_HOME: xdg } }).putBlobs(blobs('a'));
  expect(only(xdg)).toContain(join(xdg, 'gitops', 'objects', 'blobs'));
  expect(openCache({ env: { XDG_CACHE_HOME: 'relative' } })).toBe(noCache);
});

it('can keep nothing at all', async () => {
  await noCache.putBlobs(blobs('a'));
  await noCache.putCommit(key, commit);
  expect([await noCache.blob(blobId('a')), await noCache.commit(key)]).toEqual([null, null]);
});
