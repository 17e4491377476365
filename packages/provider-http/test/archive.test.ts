import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Failure, readArchive } from '../src/index.js';
import { endOfTar, gitArchive, inPieces, pax, tarGz, tarMember } from './archives.js';
import { git, listingOf, temporaryRepository } from './repository.js';

const { signal } = new AbortController();
const read = (bytes: Uint8Array, globs: readonly string[] = ['**'], size?: number) =>
  readArchive(inPieces(bytes, size), globs, { signal });

async function invalid(bytes: Uint8Array): Promise<string> {
  const failure = await read(bytes).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(Failure);
  expect((failure as Failure).problem.kind).toBe('response-invalid');
  return (failure as Failure).problem.message;
}

function repository(files: Readonly<Record<string, string | Uint8Array>>, format?: string) {
  const folder = temporaryRepository(format);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return {
    folder,
    commit: (): { commit: string; tree: string } => {
      git(folder, ['add', '-A', '-f']);
      git(folder, ['commit', '-q', '--allow-empty', '-m', 'state']);
      return {
        commit: git(folder, ['rev-parse', 'HEAD']).trim(),
        tree: git(folder, ['rev-parse', 'HEAD^{tree}']).trim(),
      };
    },
  };
}

const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);

it.each(['sha1', 'sha256'])('reads what git archive writes (%s)', async (format) => {
  const deep = `${'a-rather-long-folder/'.repeat(12)}values.yaml`;
  const { folder, commit } = repository(
    {
      'apps/dev/values.yaml': 'image: "1.0"\r\n',
      'apps/ü/ö.yaml': '\ufeffü: 1',
      [deep]: 'deep: 1\n',
      [`${'n'.repeat(120)}.yaml`]: 'long: 1\n',
      'empty.yaml': '',
      'run.sh': '#!/bin/sh\n',
      'logo.png': new Uint8Array([137, 80, 0, 1]),
      'latin.yaml': new Uint8Array([0x61, 0xe4]),
      'other.txt': 'x'.repeat(3000),
    },
    format,
  );
  chmodSync(join(folder, 'run.sh'), 0o755);
  symlinkSync('apps/dev/values.yaml', join(folder, 'link.yaml'));
  symlinkSync(`../${'far/'.repeat(60)}away`, join(folder, 'long-link'));
  const at = commit();
  const bytes = gitArchive(folder, at.commit);
  for (const size of [1, 511, 100_000]) {
    const reading = await read(bytes, ['**/*.yaml', 'logo.png'], size);
    expect(reading).toMatchObject({
      commit: at.commit,
      tree: at.tree,
      root: 'acme-shop',
      emptyFolders: [],
      attributes: false,
      bytes: bytes.length,
    });
    expect({ ...reading.files }).toEqual({
      'apps/dev/values.yaml': 'image: "1.0"\r\n',
      'apps/ü/ö.yaml': '\ufeffü: 1',
      [deep]: 'deep: 1\n',
      [`${'n'.repeat(120)}.yaml`]: 'long: 1\n',
      'empty.yaml': '',
    });
    expect(reading.skipped).toEqual([
      { path: 'latin.yaml', reason: 'not-utf8' },
      { path: 'link.yaml', reason: 'link' },
      { path: 'logo.png', reason: 'not-utf8' },
    ]);
    const entries = reading.entries.map(({ path, mode, oid }) => ({ path, mode, oid }));
    expect(entries.sort(byPath)).toEqual(listingOf(folder, at.commit).sort(byPath));
  }
});

it('takes a web stream, and knows a wanted file that is too large', async () => {
  const { folder, commit } = repository({ 'big.yaml': 'x'.repeat(5 * 1024 * 1024 + 1), 'a.yaml': 'a' });
  const at = commit();
  const body = new Response(new Uint8Array(gitArchive(folder, at.commit))).body as ReadableStream<Uint8Array>;
  const reading = await readArchive(body, ['*.yaml'], { signal });
  expect([{ ...reading.files }, reading.skipped, reading.tree]).toEqual([
    { 'a.yaml': 'a' },
    [{ path: 'big.yaml', reason: 'too-large' }],
    at.tree,
  ]);
});

it('reads a commit that holds nothing', async () => {
  const { folder, commit } = repository({});
  const at = commit();
  const reading = await read(gitArchive(folder, at.commit));
  expect(reading).toMatchObject({ commit: at.commit, tree: at.tree, root: 'acme-shop', entries: [] });
});

it('knows of a submodule only that a folder is empty', async () => {
  const { folder } = repository({ 'a.yaml': 'a', '.gitmodules': '[submodule "sub"]\n' });
  git(folder, ['add', '-A']);
  git(folder, ['update-index', '--add', '--cacheinfo', `160000,${'7'.repeat(40)},vendor/deep/sub`]);
  git(folder, ['commit', '-q', '-m', 'submodule']);
  const reading = await read(gitArchive(folder, 'HEAD'), ['**']);
  expect([reading.emptyFolders, reading.tree, reading.skipped]).toEqual([
    ['vendor/deep/sub'],
    null,
    [{ path: 'vendor/deep/sub', reason: 'submodule' }],
  ]);
});

it('tells that attributes may have changed bytes, and its tree is not that of Git then', async () => {
  const { folder, commit } = repository({
    '.gitattributes':
      '*.crlf text eol=crlf\n*.id ident\nsecret export-ignore\n*.sub export-subst\n*.utf16 working-tree-encoding=UTF-16\n',
    'a.crlf': 'one\ntwo\n',
    'b.id': '$Id$\n',
    'c.sub': '$Format:%s$\n',
    'docs/.gitattributes': '*.md text\n',
    secret: 'x',
    'plain.yaml': 'a: 1\n',
  });
  const at = commit();
  const reading = await read(gitArchive(folder, at.commit));
  expect(reading.attributes).toBe(true);
  expect(reading.tree).not.toBe(at.tree);
  expect(reading.files['a.crlf']).toBe('one\r\ntwo\r\n');
  expect(reading.files['c.sub']).toBe('state\n');
  expect(reading.files['secret']).toBeUndefined();
});

it('gives paths that are no UTF-8 no tree of their own', async () => {
  const folder = temporaryRepository();
  const oid = git(folder, ['hash-object', '-w', '--stdin'], 'x').trim();
  const row = (name: Uint8Array): Buffer => Buffer.concat([Buffer.from(`100644 ${oid}\t`), name, Buffer.from([0])]);
  const rows = Buffer.concat([
    row(new Uint8Array([0x61, 0xe4])),
    row(new Uint8Array([0x61, 0xe5])),
    row(Buffer.from('b')),
  ]);
  git(folder, ['update-index', '-z', '--index-info'], rows);
  git(folder, ['commit', '-q', '-m', 'latin']);
  const reading = await read(gitArchive(folder, 'HEAD'));
  expect([reading.tree, reading.files['b']]).toEqual([null, 'x']);
});

it('reads long names of GNU tar, and large sizes by pax', async () => {
  const name = `root/${'n'.repeat(150)}`;
  const long = tarMember({ name: '././@LongLink', type: 'L', content: `${name}\0` });
  const sized = tarMember({ name: 'x', type: 'x', content: pax({ size: '3', path: 'root/sized' }) });
  const bytes = gzipSync(
    Buffer.concat([
      long,
      tarMember({ name: 'root/n', content: 'a' }),
      sized,
      tarMember({ name: 'q', content: 'abc', size: 3 }),
      endOfTar,
    ]),
  );
  const reading = await read(bytes);
  expect({ ...reading.files }).toEqual({ ['n'.repeat(150)]: 'a', sized: 'abc' });
});

const file = { name: 'root/a', content: 'a' };

it.each([
  ['a path that leaves the root', [{ name: 'root/../b', content: 'x' }]],
  ['an absolute path', [{ name: '/away/b', content: 'x' }]],
  ['a path with an empty step', [{ name: 'root//b', content: 'x' }]],
  ['a path with a dot step', [{ name: 'root/./b', content: 'x' }]],
  ['a path twice', [file, file]],
  [
    'a folder twice',
    [
      { name: 'root/d/', type: '5' },
      { name: 'root/d/', type: '5' },
    ],
  ],
  ['a file that is a folder too', [file, { name: 'root/a/b', content: 'x' }]],
  ['a folder that is a file too', [{ name: 'root/a/', type: '5' }, file]],
  ['two roots', [file, { name: 'other/b', content: 'x' }]],
  ['a file beside the root', [{ name: 'b', content: 'x' }]],
  ['a hard link', [file, { name: 'root/b', type: '1' }]],
  ['a device', [{ name: 'root/b', type: '3' }]],
  ['an absurd size', [{ name: 'root/b', size: '\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' }]],
  ['a size larger than what follows', [{ name: 'root/b', content: 'x', size: 8 * 1024 ** 3 - 1 }]],
  ['a negative size', [{ name: 'root/b', size: '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' }]],
  ['a size of letters', [{ name: 'root/b', size: 'many       ' }]],
  ['a wrong checksum', [{ name: 'root/b', checksum: '000001\0 ' }]],
  ['an absurd header', [{ name: 'x', type: 'x', size: 2 * 1024 * 1024 }, file]],
  ['a broken pax header', [{ name: 'x', type: 'x', content: '99 path=root/b\n' }, file]],
  ['an absurd size by pax', [{ name: 'x', type: 'x', content: pax({ size: '1e99' }) }, file]],
  ['a header without its member', [file, { name: 'x', type: 'x', content: pax({ path: 'root/b' }) }]],
  ['a folder with content', [{ name: 'root/d/', type: '5', content: 'x' }]],
])('refuses %s', async (_, members) => {
  expect(await invalid(tarGz(members))).toContain('damaged');
});

it('refuses every archive that was cut, wherever', async () => {
  const { folder, commit } = repository({ 'a.yaml': 'a: 1\n', 'd/b.yaml': 'b'.repeat(2000) });
  const whole = gitArchive(folder, commit().commit);
  for (let length = 0; length < whole.length; length += 7) await invalid(whole.subarray(0, length));
  await invalid(whole.subarray(0, whole.length - 1));
  const tar = gunzipSync(whole);
  for (let length = 0; length <= 11 * 512; length += 256) await invalid(gzipSync(tar.subarray(0, length)));
});

it('refuses what is no gzip, flipped bits, and bytes behind the end', async () => {
  expect(await invalid(Buffer.from('<html>sign in</html>'))).toContain('gzip');
  const whole = tarGz([{ name: 'root/a', content: 'abc'.repeat(1000) }]);
  const flipped = Buffer.from(whole);
  flipped.writeUInt8((flipped[whole.length - 6] ?? 0) ^ 1, whole.length - 6);
  await invalid(flipped);
  await invalid(gzipSync(Buffer.concat([tarMember(file), endOfTar, tarMember({ name: 'root/b' })])));
});

it('passes failures of the network on, and cancels the body when it stops', async () => {
  const whole = tarGz([file]);
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield whole.subarray(0, 20);
    throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
  };
  await expect(readArchive(broken(), [], { signal })).rejects.toMatchObject({ code: 'ECONNRESET' });

  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    cancel: () => {
      cancelled = true;
    },
  });
  await expect(readArchive(endless, [], { signal })).rejects.toBeInstanceOf(Failure);
  expect(cancelled).toBe(true);
});

it('ends with the abort of its signal', async () => {
  const controller = new AbortController();
  const hanging = async function* (): AsyncGenerator<Uint8Array> {
    yield tarGz([file]).subarray(0, 20);
    controller.abort();
    // a source that does not listen
    await new Promise(() => {});
  };
  await expect(readArchive(hanging(), [], { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
});
