import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { type Forge, orThrow } from '@gitops/core';
import { gitRepository } from '@gitops/provider-testkit/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git } from '../src/index.js';
import { branches, commitOn, draft, edit, HttpRemoteUnderTest, mergeOf } from './http-remotes.js';
import { ana, ben, envOf } from './repositories.js';

describe('a repository behind HTTP, by isomorphic-git', () => {
  let remote: HttpRemoteUnderTest;
  let forge: Forge;
  const seed: ReturnType<typeof gitRepository>['seed']['commit'] = (input) =>
    gitRepository(remote.gitDir).seed.commit(input);
  const isPush = (request: IncomingMessage): boolean =>
    request.method === 'POST' && request.url?.endsWith('/git-receive-pack') === true;
  const faults = (): Promise<readonly string[]> => gitRepository(remote.gitDir).inspect.faults();

  beforeEach(async () => {
    remote = await HttpRemoteUnderTest.start();
    forge = await remote.open();
  });
  afterEach(() => remote.stop());

  async function inMirror(oid: string): Promise<boolean> {
    const [mirror = ''] = readdirSync(join(remote.folder, 'cache'));
    return remote.git(`--git-dir=${join(remote.folder, 'cache', mirror, '0.git')}`, 'cat-file', '-e', oid).then(
      () => true,
      () => false,
    );
  }

  it('claims what HTTP gives: no ssh, refs that move one by one', () => {
    expect(forge.capabilities).toMatchObject({ ssh: false, atomicPush: false });
  });

  it('takes the tip of a branch without its history, and all of it when it is looked at', async () => {
    for (const n of [2, 3]) await seed({ branch: 'main', files: { 'n.txt': String(n) } });
    const { commit, files } = orThrow(await forge.git.snapshot({ branch: 'main' }, ['**']));
    expect({ ...files }).toEqual({ 'a.yaml': 'tag: 1\n', 'n.txt': '3' });
    expect([await inMirror(commit), await inMirror(remote.base)]).toEqual([true, false]);
    expect(
      orThrow(await forge.git.log({ from: commit, limit: 9 }))
        .map((one) => one.commit)
        .at(-1),
    ).toBe(remote.base);
    expect(await inMirror(remote.base)).toBe(true);
    // whole from then on: what comes is added to it
    const next = await seed({ branch: 'main', files: { 'n.txt': '4' } });
    expect(orThrow(await forge.git.log({ from: next, limit: 9 }))).toHaveLength(4);
  });

  it('asks no more often than it must', async () => {
    const asked = (): number => remote.server.seen.splice(0).length;
    asked();
    const recent = { maxAgeMs: 60_000 };
    orThrow(await forge.git.snapshot({ branch: null }, ['**'], recent));
    orThrow(await forge.git.head('main', recent));
    orThrow(await forge.pullRequests.list({ state: 'open', limit: 100 }, recent));
    // the refs, and the tip
    expect(asked()).toBe(2);
    orThrow(await forge.git.head('main'));
    expect(asked()).toBe(1);
    orThrow(await forge.git.commit(commitOn(remote.base)));
    // refs, and a push with its own look at them
    expect(asked()).toBe(3);
    // a move of our own is seen, however old an answer may be
    expect(orThrow(await forge.git.head('topic', recent))).not.toBeNull();
    orThrow(await forge.pullRequests.open(draft));
    expect(orThrow(await forge.pullRequests.findOpen(branches, recent))?.title).toBe('T');
  });

  it.each([
    ['nothing is shallow', (_: string) => ''],
    ['the tip is not there', (tip: string) => `${tip}\n${'1'.repeat(40)}\n`],
  ])('finds history although a killed fetch left word that %s', async (_, left) => {
    const tip = await seed({ branch: 'main', files: { 'n.txt': '2' } });
    orThrow(await forge.git.snapshot({ branch: 'main' }, ['**']));
    const [mirror = ''] = readdirSync(join(remote.folder, 'cache'));
    await writeFile(join(remote.folder, 'cache', mirror, '0.git', 'shallow'), left(tip));
    expect(orThrow(await forge.git.log({ from: tip, limit: 9 }))).toHaveLength(2);
    const next = await seed({ branch: 'main', files: { 'n.txt': '3' } });
    expect(orThrow(await forge.git.log({ from: next, limit: 9 }))).toHaveLength(3);
  });

  it('opens a pull request on the tip of its target without the history behind it', async () => {
    const tip = await seed({ branch: 'main', files: { 'n.txt': '2' } });
    const { commit } = orThrow(await forge.git.commit(commitOn(tip)));
    expect(orThrow(await forge.pullRequests.open(draft)).head).toBe(commit);
    expect(orThrow(await forge.pullRequests.findOpen(branches))).toMatchObject({ state: 'open', head: commit });
    expect([await inMirror(tip), await inMirror(remote.base)]).toEqual([true, false]);
  });

  it('sends with a new branch what the other side lacks, and nothing else', async () => {
    const noise = Array.from({ length: 300 }, (_, n) => [`apps/a${n}/app.yaml`, randomBytes(200).toString('hex')]);
    const base = await seed({ branch: 'main', files: Object.fromEntries(noise) });
    await seed({ branch: 'unrelated', parent: null, files: { 'x.txt': 'x' } });
    for (const branch of ['main', 'unrelated']) orThrow(await forge.git.snapshot({ branch }, ['**']));
    const sizes: number[] = [];
    remote.server.intercept = (request) => {
      if (isPush(request)) sizes.push(Number(request.headers['content-length']));
      return false;
    };
    orThrow(await forge.git.commit(commitOn(base)));
    expect(sizes).toHaveLength(1);
    expect(sizes[0]).toBeLessThan(2000);
  });

  it.each(['before the push looks', 'after the push looked'])('loses to a branch that moved %s', async (when) => {
    const other = await seed({ branch: 'elsewhere', parent: remote.base, files: { 'b.yaml': 'b' } });
    let moved = false;
    remote.server.intercept = async (request) => {
      const now = when.startsWith('before')
        ? request.url?.endsWith('service=git-receive-pack') === true
        : isPush(request);
      if (now && !moved) {
        moved = true;
        await remote.git('update-ref', 'refs/heads/topic', other);
      }
      return false;
    };
    const error = (await forge.git.commit(commitOn(remote.base)))._unsafeUnwrapErr();
    expect([error.kind, error.details['actual'], moved]).toEqual(['stale-head', other, true]);
    expect(await remote.git('rev-parse', 'topic')).toBe(other);
  });

  it('replaces its branch only where it still stands, and deletes it only there', async () => {
    const { commit } = orThrow(await forge.git.commit(commitOn(remote.base)));
    const other = await seed({ branch: 'topic', files: { 'b.yaml': 'by hand' } });
    const again = { ...commitOn(remote.base), expectedHead: commit, message: 'Three' };
    expect((await forge.git.commit(again))._unsafeUnwrapErr().kind).toBe('stale-head');
    expect((await forge.git.deleteBranch('topic', commit))._unsafeUnwrapErr().kind).toBe('stale-head');
    expect(await remote.git('rev-parse', 'topic')).toBe(other);
    orThrow(await forge.git.commit({ ...again, expectedHead: other }));
  });

  it('keeps the lines of all who write at once, each from a mirror of their own', async () => {
    const other = await remote.open(ben, {}, 'other');
    orThrow(await forge.git.commit(commitOn(remote.base)));
    const { id } = orThrow(await forge.pullRequests.open(draft));
    const said = Array.from({ length: 8 }, (_, n) => `remark ${n}`);
    const answers = await Promise.all(
      said.map((text, n) => (n % 2 === 0 ? forge : other).pullRequests.comment(id, { text })),
    );
    expect(answers.flatMap((one) => (one.isErr() ? [one.error.message] : []))).toEqual([]);
    const { comments } = orThrow(await other.pullRequests.status(id));
    expect(comments.map((one) => one.text).sort()).toEqual(said);
    expect(await faults()).toEqual([]);
  });

  it('tells a refusal of the other side; what moved before it counts for nothing, and it goes through afterwards', async () => {
    const { commit } = orThrow(await forge.git.commit(commitOn(remote.base)));
    const { id } = orThrow(await forge.pullRequests.open(draft));
    const hook = join(remote.gitDir, 'hooks', 'update');
    await writeFile(hook, '#!/bin/sh\n[ "$1" != refs/heads/main ] || { echo "main is protected" >&2; exit 1; }\n');
    await chmod(hook, 0o755);
    const error = (await forge.pullRequests.merge(id, mergeOf(commit)))._unsafeUnwrapErr();
    expect(error.kind).toBe('rejected');
    expect(error.message).toContain('main is protected');
    expect(await remote.git('rev-parse', 'main')).toBe(remote.base);
    expect(orThrow(await forge.pullRequests.get(id))).toMatchObject({ state: 'open', head: commit });
    await rm(hook);
    expect(orThrow(await forge.pullRequests.merge(id, mergeOf(commit))).kind).toBe('merged');
    expect(orThrow(await forge.pullRequests.get(id))).toMatchObject({ state: 'merged', head: commit });
    expect(await remote.git('for-each-ref', '--format=%(refname)', 'refs/heads/')).toBe('refs/heads/main');
    expect(await faults()).toEqual([]);
  });

  it('converges wherever a merge is cut off between two of its pushes', async () => {
    const { commit } = orThrow(await forge.git.commit(commitOn(remote.base)));
    const { id } = orThrow(await forge.pullRequests.open(draft));
    for (const allowed of [0, 1, 2]) {
      let pushes = 0;
      remote.server.intercept = (request) => {
        if (!isPush(request) || pushes++ < allowed) return false;
        request.socket.destroy();
        return true;
      };
      const cut = await forge.pullRequests.merge(id, mergeOf(commit));
      if (cut.isErr()) expect(cut.error.kind).toBe('unavailable');
      remote.server.intercept = null;
      expect(await faults()).toEqual([]);
    }
    expect(orThrow(await forge.pullRequests.merge(id, mergeOf(commit))).kind).toBe('merged');
    expect(orThrow(await forge.git.log({ from: await remote.git('rev-parse', 'main'), limit: 9 }))).toHaveLength(2);
    expect(orThrow(await forge.pullRequests.list({ state: 'open', limit: 9 }))).toEqual([]);
  });

  it('takes a push whose answer was lost as the success it was', async () => {
    let lost = false;
    remote.server.intercept = (request, response) => {
      if (isPush(request) && !lost) {
        lost = true;
        // Git carries it out to its end; what it says then goes nowhere
        response.write = () => true;
        response.end = () => {
          request.socket.destroy();
          return response;
        };
      }
      return false;
    };
    const { commit, unchanged } = orThrow(await forge.git.commit(commitOn(remote.base)));
    expect([unchanged, lost]).toEqual([false, true]);
    expect(await remote.git('rev-parse', 'topic')).toBe(commit);
  });

  it.each([
    ['the connection', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1), true],
    ['the end of the answer', (bytes: Buffer) => bytes.subarray(0, -40), false],
    ['the beginning of the answer', () => Buffer.alloc(0), false],
    ['a part of the pack', withoutLastFrame, false],
  ])('keeps nothing of a fetch that lost %s, and reads it afterwards', async (_, cut, abruptly) => {
    // more than a frame, however well it is packed
    await seed({ branch: 'main', files: { 'b.yaml': randomBytes(100_000).toString('hex') } });
    remote.server.intercept = (request, response) => {
      if (!(request.method === 'POST' && request.url?.endsWith('/git-upload-pack'))) return false;
      const parts: Buffer[] = [];
      response.write = (chunk: Buffer) => void parts.push(chunk) === undefined;
      const end = response.end.bind(response);
      response.end = () => {
        Object.assign(response, { write: Object.getPrototypeOf(response).write });
        response.write(cut(Buffer.concat(parts)));
        if (abruptly) setImmediate(() => request.socket.destroy());
        else end();
        return response;
      };
      return false;
    };
    const error = (await forge.git.snapshot({ branch: 'main' }, ['**']))._unsafeUnwrapErr();
    expect(['unavailable', 'response-invalid']).toContain(error.kind);
    remote.server.intercept = null;
    const snapshot = orThrow(await forge.git.snapshot({ branch: 'main' }, ['**']));
    expect(Object.keys(snapshot.files)).toEqual(['a.yaml', 'b.yaml']);
  });

  it.each([
    [403, 'forbidden', 'text/plain', 'Your token lacks the scope.'],
    [404, 'not-a-repository', 'text/plain', 'Repository not found.'],
    [429, 'rate-limited', 'text/plain', 'Slow down.'],
    [500, 'unavailable', 'text/html', '<html>'],
    [503, 'unavailable', 'text/plain', 'Back soon.'],
    [418, 'response-invalid', 'text/plain', 'Short and stout.'],
    [200, 'not-a-repository', 'text/html', '<html>Sign in</html>'],
    [200, 'response-invalid', 'application/x-git-upload-pack-advertisement', '<html>'],
  ])('maps status %i to %s', async (status, kind, type, text) => {
    remote.server.intercept = (_, response) => {
      response.writeHead(status, { 'content-type': type, ...(status === 429 ? { 'retry-after': '7' } : {}) });
      response.end(text);
      return true;
    };
    const answers = [await forge.git.head('main'), await git({ ...remote.options(), env: envOf(ana) })];
    for (const answer of answers) {
      const error = answer._unsafeUnwrapErr();
      expect(error.kind).toBe(kind);
      if (type === 'text/plain') expect(error.message).toContain(text);
      if (status === 429) expect(error.remedy).toContain('7 seconds');
      expect(JSON.stringify(error)).not.toContain('<html>');
    }
  });

  it('stops when it is told to, and is as before', async () => {
    const controller = new AbortController();
    remote.server.intercept = (request) => {
      if (!isPush(request)) return false;
      controller.abort();
      return true;
    };
    const error = (await forge.git.commit(commitOn(remote.base), { signal: controller.signal }))._unsafeUnwrapErr();
    expect(error.kind).toBe('aborted');
    remote.server.intercept = null;
    orThrow(await forge.git.commit(commitOn(remote.base)));
  });

  it('is taken by auto where no git is installed, with identity from the configuration', async () => {
    const home = await remote.emptyFolder('home');
    await writeFile(join(home, '.gitconfig'), '[user]\n\tname = Con Fig\n\temail = con@example.com\n');
    const env = { PATH: home, HOME: home };
    const alone = orThrow(await git({ url: remote.url, env, cacheFolder: join(remote.folder, 'alone') }));
    expect(orThrow(await alone.git.identity())).toEqual({ name: 'Con Fig', email: 'con@example.com' });
    const { commit } = orThrow(await alone.git.commit({ ...commitOn(remote.base), files: edit }));
    expect(await remote.git('log', '-1', '--format=%an', commit)).toBe('Con Fig');
  });
});

/** An answer whose frames are all whole, but for the last one of the pack, which is left out. */
function withoutLastFrame(bytes: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Math.max(4, Number.parseInt(bytes.toString('latin1', at, at + 4), 16));
    frames.push(bytes.subarray(at, at + length));
    at += length;
  }
  const last = frames.findLastIndex((frame) => frame[4] === 1);
  return Buffer.concat(frames.filter((_, index) => index !== last));
}
