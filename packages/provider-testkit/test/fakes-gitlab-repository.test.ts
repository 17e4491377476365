import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { project, startForTest } from './fakes-gitlab-support.js';

const repository = `${project}/repository`;

it('lists, makes and deletes branches', async () => {
  const { call, seeded, inspect } = await startForTest();
  const { base, head } = await seeded();
  const made = await call('POST', `${repository}/branches`, { branch: 'gitops/x', ref: base });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ name: 'gitops/x', merged: true, default: false, commit: { id: base } });
  const answers = [
    { branch: 'gitops/x', ref: 'main', message: 'Branch already exists' },
    { branch: 'other', ref: 'none', message: 'Invalid reference name: none' },
    { branch: 'a b', ref: 'main', message: 'Branch name is invalid' },
  ];
  for (const { message, ...body } of answers) {
    const answer = await call('POST', `${repository}/branches`, body);
    expect([answer.status, answer.body.message]).toEqual([400, message]);
  }
  expect((await call('GET', `${repository}/branches/gitops%2Fx`)).body.name).toBe('gitops/x');
  expect((await call('HEAD', `${repository}/branches/gitops%2Fx`)).status).toBe(204);
  expect((await call('HEAD', `${repository}/branches/none`)).status).toBe(404);
  expect((await call('GET', `${repository}/branches/none`)).body).toEqual({ message: '404 Branch Not Found' });
  const names = async (query: string) =>
    (await call('GET', `${repository}/branches?${query}`)).body.map((one: { name: string }) => one.name);
  expect(await names('')).toEqual(['gitops/x', 'main', 'topic']);
  expect(await names('search=^gitops/')).toEqual(['gitops/x']);
  expect(await names('search=ic$')).toEqual(['topic']);
  const guarded = await call('DELETE', `${repository}/branches/topic`, undefined, {
    headers: { 'if-unmodified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' },
  });
  expect(guarded.status).toBe(412);
  expect((await inspect.branches())['topic']).toBe(head);
  expect((await call('DELETE', `${repository}/branches/topic`)).status).toBe(204);
  expect(await inspect.branches()).not.toHaveProperty('topic');
  expect((await call('DELETE', `${repository}/branches/topic`)).body).toEqual({ message: '404 Branch Not Found' });
});

it('lists a tree by pages, and from a token on', async () => {
  const { call, seeded, seed, gitlab } = await startForTest();
  await seeded();
  await seed.commit({ branch: 'same', files: { 'a.txt': 'x', 'b.txt': 'x', 'c.txt': 'x' } });
  const first = await call('GET', `${repository}/tree?recursive=true&per_page=4`);
  expect(first.body.map((one: { path: string; type: string }) => [one.path, one.type])).toEqual([
    ['apps', 'tree'],
    ['apps/dev', 'tree'],
    ['apps/prod', 'tree'],
    ['README.md', 'blob'],
  ]);
  const page = (name: string) => first.headers.get(name);
  expect([
    page('x-total'),
    page('x-total-pages'),
    page('x-page'),
    page('x-per-page'),
    page('x-next-page'),
    page('x-prev-page'),
  ]).toEqual(['6', '2', '1', '4', '2', '']);
  const next = /<([^>]+)>; rel="next"/.exec(page('link') ?? '')?.[1] ?? '';
  expect(next.startsWith(gitlab.apiUrl)).toBe(true);
  const second = await call('GET', next.slice(gitlab.apiUrl.length));
  expect(second.body.map((one: { path: string }) => one.path)).toEqual(['apps/dev/a.yaml', 'apps/prod/a.yaml']);
  const inside = await call('GET', `${repository}/tree?path=apps/dev`);
  expect(inside.body).toMatchObject([{ name: 'a.yaml', path: 'apps/dev/a.yaml', mode: '100644', type: 'blob' }]);
  const walk = async (query: string) => {
    const paths: string[] = [];
    let next: string | null = query;
    while (next !== null) {
      const answer = await call('GET', `${repository}/tree?${next}`);
      expect(answer.headers.get('x-total')).toBeNull();
      paths.push(...answer.body.map((one: { path: string }) => one.path));
      next = /\?([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
    }
    return paths;
  };
  expect(await walk('recursive=true&per_page=4&pagination=keyset')).toHaveLength(6);
  expect(await walk('ref=same&per_page=1&pagination=keyset')).toEqual(['a.txt', 'b.txt', 'c.txt']);
  const token = first.body[0].id;
  const later = await call('GET', `${repository}/tree?recursive=true&pagination=keyset&page_token=${token}`);
  expect(later.body).toHaveLength(5);
  expect((await call('GET', `${repository}/tree?ref=none`)).body).toEqual({ message: '404 Tree Not Found' });
  expect((await call('GET', `${repository}/tree?path=none`)).body.message).toBe(
    '404 invalid revision or path Not Found',
  );
});

it('leaves keyset pagination to the versions that have it', async () => {
  const { call, seeded } = await startForTest({ keysetPagination: false });
  await seeded();
  const answer = await call('GET', `${repository}/tree?recursive=true&pagination=keyset`);
  expect(answer.headers.get('x-total')).toBe('6');
});

it('reads files and blobs', async () => {
  const { call, seeded, seed, inspect } = await startForTest();
  const { base } = await seeded();
  await seed.commit({ branch: 'main', files: { 'bin/run': { executable: '#!/bin/sh\n' } } });
  const path = `${repository}/files/apps%2Fprod%2Fa.yaml`;
  const file = await call('GET', `${path}?ref=main`);
  expect(file.body).toMatchObject({
    file_name: 'a.yaml',
    file_path: 'apps/prod/a.yaml',
    size: 11,
    encoding: 'base64',
    content: Buffer.from('tag: "0.9"\n').toString('base64'),
    last_commit_id: base,
    execute_filemode: false,
  });
  const head = await call('HEAD', `${path}?ref=main`);
  expect(head.headers.get('x-gitlab-blob-id')).toBe(file.body.blob_id);
  expect((await call('GET', `${path}/raw?ref=topic`)).body).toBe('tag: "1.0"\n');
  expect((await call('GET', `${repository}/files/bin%2Frun?ref=main`)).body.execute_filemode).toBe(true);
  for (const [name, message] of [
    ['none?ref=main', '404 File Not Found'],
    ['README.md?ref=none', '404 Commit Not Found'],
  ]) {
    const answer = await call('GET', `${repository}/files/${name}`);
    expect([answer.status, answer.body.message]).toEqual([404, message]);
  }
  const { oid } = (await inspect.tree(base))['README.md'] ?? { oid: '' };
  expect((await call('GET', `${repository}/blobs/${oid}`)).body).toMatchObject({
    size: 7,
    sha: oid,
    encoding: 'base64',
  });
  expect((await call('GET', `${repository}/blobs/${oid}/raw`)).body).toBe('# Shop\n');
  expect((await call('GET', `${repository}/blobs/${'1'.repeat(40)}`)).body).toEqual({ message: '404 Blob Not Found' });
  const created = await call('POST', `${repository}/files/new%2Fx.yaml`, {
    branch: 'main',
    commit_message: 'N',
    content: 'x',
  });
  expect([created.status, created.body]).toEqual([201, { file_path: 'new/x.yaml', branch: 'main' }]);
  const updated = await call('PUT', `${repository}/files/new%2Fx.yaml`, {
    branch: 'main',
    commit_message: 'N',
    content: 'y',
  });
  expect(updated.status).toBe(200);
  expect((await call('DELETE', `${repository}/files/new%2Fx.yaml?branch=main&commit_message=D`)).status).toBe(204);
  expect((await call('GET', `${repository}/files/new%2Fx.yaml?ref=main`)).status).toBe(404);
});

it('packs an archive whose root folder and comment name the commit', async () => {
  const { gitlab, seeded } = await startForTest();
  const { base } = await seeded();
  const fetchArchive = async (sha: string) => {
    const answer = await fetch(`${gitlab.apiUrl}${repository}/archive.tar.gz?sha=${sha}`, {
      headers: { 'private-token': gitlab.tokens.ana },
    });
    return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  const { bytes, headers } = await fetchArchive('main');
  expect(headers.get('content-disposition')).toContain(`gitops-main-${base}.tar.gz`);
  expect(gunzipSync(bytes).subarray(0, 1024).toString('latin1')).toContain(`52 comment=${base}`);
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    execFileSync('tar', ['-xzf', '-', '-C', folder], { input: bytes });
    expect(readdirSync(folder)).toEqual([`gitops-main-${base}`]);
    expect(readFileSync(join(folder, `gitops-main-${base}`, 'apps/prod/a.yaml'), 'utf8')).toBe('tag: "0.9"\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { headers: ofCommit } = await fetchArchive(base);
  expect(ofCommit.get('content-disposition')).toContain(`gitops-${base}-${base}.tar.gz`);
  expect((await fetchArchive('none')).status).toBe(404);
});

it('gives five archives a minute to each user', async () => {
  const { gitlab, call, seeded } = await startForTest({ now: Date.parse('2026-11-25T10:00:20Z') });
  await seeded();
  const take = (token: string) => call('GET', `${repository}/archive.tar.gz`, undefined, { token });
  for (let n = 0; n < 5; n++) expect((await take(gitlab.tokens.ana)).status).toBe(200);
  const refused = await take(gitlab.tokens.ana);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
  expect(refused.body).toEqual({
    message: { error: 'This endpoint has been requested too many times. Try again later.' },
  });
  expect((await take(gitlab.tokens.ben)).status).toBe(200);
  gitlab.clock.advance(40_000);
  expect((await take(gitlab.tokens.ana)).status).toBe(200);
});

it('compares two commits, from their common ancestor or straight', async () => {
  const { call, seeded, seed } = await startForTest();
  const { base, head } = await seeded();
  const main = await seed.commit({ branch: 'main', files: { 'README.md': 'new\n' }, message: 'Second' });
  const usual = await call('GET', `${repository}/compare?from=main&to=topic`);
  expect(usual.body.commits.map((one: { id: string }) => one.id)).toEqual([head]);
  expect(usual.body.diffs.map((one: { new_path: string }) => one.new_path)).toEqual(['apps/prod/a.yaml']);
  const straight = await call('GET', `${repository}/compare?from=main&to=topic&straight=true`);
  expect(straight.body.diffs.map((one: { new_path: string }) => one.new_path)).toEqual([
    'README.md',
    'apps/prod/a.yaml',
  ]);
  const same = await call('GET', `${repository}/compare?from=${main}&to=main`);
  expect(same.body).toMatchObject({ commits: [], diffs: [], compare_same_ref: true, commit: null });
  expect((await call('GET', `${repository}/compare?from=main&to=none`)).body).toEqual({ message: '404 Ref Not Found' });
  expect((await call('GET', `${repository}/merge_base?refs[]=main&refs[]=topic`)).body.id).toBe(base);
  const unknown = await call('GET', `${repository}/merge_base?refs[]=main&refs[]=none`);
  expect([unknown.status, unknown.body.message]).toEqual([400, 'Could not find ref: none']);
});

it('leaves large diffs out, and says so', async () => {
  const { call, seeded, seed } = await startForTest({ diffLimits: { files: 3, collapseBytes: 100, fileBytes: 1000 } });
  const { base } = await seeded();
  const head = await seed.commit({
    branch: 'big',
    parent: base,
    files: { 'a.txt': 'x'.repeat(50), 'b.txt': 'x'.repeat(500), 'c.txt': 'x'.repeat(5000), 'd.txt': 'x' },
  });
  const { body } = await call('GET', `${repository}/compare?from=${base}&to=${head}`);
  expect(
    body.diffs.map((one: Record<string, unknown>) => [
      one['new_path'],
      one['diff'] === '',
      one['collapsed'],
      one['too_large'],
    ]),
  ).toEqual([
    ['a.txt', false, false, false],
    ['b.txt', true, true, false],
    ['c.txt', true, false, true],
  ]);
  expect(body.compare_timeout).toBe(true);
});

it('shows modes, renames and files that are not text in diffs', async () => {
  const { call, seeded, seed } = await startForTest();
  const { base } = await seeded();
  const head = await seed.commit({
    branch: 'other',
    parent: base,
    files: {
      'README.md': null,
      'LIESMICH.md': '# Shop\n',
      'apps/dev/a.yaml': { executable: 'tag: "1.0"\n' },
      'x.bin': Buffer.from([0, 1]),
    },
  });
  const { body } = await call('GET', `${repository}/commits/${head}/diff`);
  const by = Object.fromEntries(body.map((one: { new_path: string }) => [one.new_path, one]));
  expect(by['LIESMICH.md']).toMatchObject({ old_path: 'README.md', renamed_file: true, new_file: false });
  expect(by['apps/dev/a.yaml']).toMatchObject({ a_mode: '100644', b_mode: '100755', diff: '' });
  expect(by['x.bin']).toMatchObject({
    new_file: true,
    a_mode: '0',
    diff: 'Binary files /dev/null and b/x.bin differ\n',
  });
});
