import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type Forge, orThrow } from '@gitops/core';
import { gitRepository, runGit } from '@gitops/provider-testkit/contract';
import Ajv from 'ajv-draft-04';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ana, ben, type MadeRepository, makeRepository, openAs } from './repositories.js';

/** What git-appraise (be4751005) expects of notes and refs, on both backends. */
for (const backend of ['native', 'isomorphic'] as const) {
  describe(`git-appraise's format, ${backend}`, () => {
    let made: MadeRepository;
    let forge: Forge;
    let colleague: Forge;
    let base: string;
    const git = async (...args: string[]): Promise<string> =>
      (await runGit([`--git-dir=${made.gitDir}`, ...args])).toString('utf8').trim();
    const as = (who: { name: string; email: string }, ...args: string[]): Promise<string> =>
      git('-c', `user.name=${who.name}`, '-c', `user.email=${who.email}`, ...args);
    const noteOf = (kind: string, commit: string): Promise<string> =>
      git('notes', `--ref=refs/notes/devtools/${kind}`, 'show', commit);
    const linesOf = async (kind: string, commit: string): Promise<Record<string, unknown>[]> =>
      (await noteOf(kind, commit))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);

    beforeEach(async () => {
      made = await makeRepository('bare');
      base = await gitRepository(made.gitDir).seed.commit({ branch: 'main', files: { 'a.yaml': 'tag: 1\n' } });
      forge = await openAs(ana, { path: made.path, backend });
      colleague = await openAs(ben, { path: made.path, backend });
    });
    afterEach(() => rm(made.folder, { recursive: true, force: true }));

    async function commit(text: string, expectedHead: string | null = null, branch = 'topic'): Promise<string> {
      const files = [{ path: 'a.yaml', before: 'tag: 1\n', after: text }];
      return orThrow(await forge.git.commit({ branch, expectedHead, base, files, message: text })).commit;
    }
    const draft = { source: 'topic', target: 'main', title: 'Promote <it> & more', description: 'Line one\nLine two' };
    const input = (expectedHead: string, method: 'merge' | 'squash' | 'rebase' = 'squash') => ({
      method,
      expectedHead,
      expectedTarget: null,
      message: { title: 'Landed', body: '' },
      approvals: 0,
      deleteSource: false,
      auto: false,
    });

    it('annotates the first commit with a request that the schema takes', async () => {
      const head = await commit('tag: 2\n');
      const { id } = orThrow(await forge.pullRequests.open({ ...draft, reviewers: ['ben@example.com'] }));
      expect(id).toBe(head.slice(0, 12));
      const [line, ...others] = await linesOf('reviews', head);
      expect(others).toEqual([]);
      expect(line).toEqual({
        timestamp: expect.stringMatching(/^\d{10}$/),
        reviewRef: 'refs/heads/topic',
        targetRef: 'refs/heads/main',
        requester: 'ana@example.com',
        reviewers: ['ben@example.com'],
        description: 'Promote <it> & more\n\nLine one\nLine two',
        baseCommit: base,
      });
    });

    it("writes nothing that git-appraise's schemas refuse, through a whole life", async () => {
      const head = await commit('tag: 2\n');
      const { id } = orThrow(await forge.pullRequests.open(draft));
      orThrow(await forge.pullRequests.comment(id, { text: 'A remark' }));
      orThrow(await forge.pullRequests.setStatus(head, { name: 'build', state: 'pending' }));
      orThrow(
        await forge.pullRequests.setStatus(head, { name: 'build', state: 'success', url: 'https://ci.example.com/1' }),
      );
      orThrow(await forge.pullRequests.close(id, { reason: 'No' }));
      orThrow(await forge.pullRequests.open(draft));
      const next = await commit('tag: 3\n', head);
      orThrow(await forge.pullRequests.update(id, { title: 'Other' }));
      orThrow(await forge.pullRequests.setStatus(next, { name: 'build', state: 'success' }));
      orThrow(await colleague.pullRequests.approve(id, { head: next, text: 'Good' }));
      expect(orThrow(await forge.pullRequests.merge(id, input(next))).kind).toBe('merged');

      const ajv = new Ajv.default({ strict: false });
      const check = async (kind: string, schema: string, commits: string[]): Promise<number> => {
        const validate = ajv.compile(
          JSON.parse(readFileSync(new URL(`schemas/${schema}.json`, import.meta.url), 'utf8')) as object,
        );
        let seen = 0;
        for (const annotated of commits) {
          for (const line of await linesOf(kind, annotated)) {
            validate(line);
            expect(validate.errors ?? []).toEqual([]);
            seen += 1;
          }
        }
        return seen;
      };
      expect(await check('reviews', 'request', [head])).toBe(5);
      expect(await check('discuss', 'comment', [head])).toBe(4);
      expect(await check('ci', 'ci', [head, next])).toBe(3);
    });

    it('follows a replaced branch, and what landed, by alias; the note stays where it was', async () => {
      const head = await commit('tag: 2\n');
      const { id } = orThrow(await forge.pullRequests.open(draft));
      const next = await commit('tag: 3\n', head);
      orThrow(await forge.pullRequests.update(id, {}));
      const answer = orThrow(await forge.pullRequests.merge(id, input(next)));
      const landed = await git('rev-parse', 'main');
      expect(answer).toEqual({ kind: 'merged', landed: { first: landed, last: landed } });
      const lines = await linesOf('reviews', head);
      expect(lines.map((line) => line['alias'])).toEqual([undefined, next, landed]);
      const times = lines.map((line) => Number(line['timestamp']));
      expect(times).toEqual([...new Set(times)].sort());
    });

    it('names the head that landed, also where the branch moved and nobody said so', async () => {
      const head = await commit('tag: 2\n');
      const { id } = orThrow(await forge.pullRequests.open(draft));
      const next = await commit('tag: 3\n', head);
      orThrow(await forge.pullRequests.merge(id, input(next)));
      const landed = await git('rev-parse', 'main');
      expect(orThrow(await forge.pullRequests.get(id))).toMatchObject({
        state: 'merged',
        head: next,
        landed: { first: landed, last: landed },
      });
    });

    it('abandons as git-appraise does: a comment that rejects, and a request without a target', async () => {
      const head = await commit('tag: 2\n');
      const { id } = orThrow(await forge.pullRequests.open(draft));
      orThrow(await forge.pullRequests.close(id, { reason: 'Not now' }));
      expect((await noteOf('reviews', head)).split('\n').at(-1)).toContain('"targetRef":""');
      expect((await linesOf('discuss', head)).at(-1)).toMatchObject({
        description: 'Not now',
        resolved: false,
        location: { commit: head },
      });
    });

    it('keeps every line that is there, also those it does not understand', async () => {
      const head = await commit('tag: 2\n');
      const odd = [
        'not json',
        '{"timestamp":"1700000000","v":7,"requester":"x","targetRef":"refs/heads/main"}',
        '[1]',
        '{"a":1}',
      ];
      await as(ben, 'notes', '--ref=refs/notes/devtools/reviews', 'add', '-m', odd.join('\n'), head);
      await as(ben, 'notes', '--ref=refs/notes/devtools/reviews', 'add', '-m', 'elsewhere', base);
      const { id } = orThrow(await forge.pullRequests.open(draft));
      orThrow(await forge.pullRequests.update(id, { title: 'Other' }));
      const text = await noteOf('reviews', head);
      for (const line of odd) expect(text.split('\n')).toContain(line);
      expect(await noteOf('reviews', base)).toBe('elsewhere');
      expect(orThrow(await forge.pullRequests.list({ state: 'all', limit: 9 })).map((one) => one.id)).toEqual([id]);
    });

    it('ignores lines dated in the future', async () => {
      const head = await commit('tag: 2\n');
      const { id } = orThrow(await forge.pullRequests.open(draft));
      const later = String(Math.floor(Date.now() / 1000) + 3600);
      const hijack = { timestamp: later, reviewRef: 'refs/heads/topic', targetRef: '', requester: 'x@example.com' };
      const approval = { timestamp: later, author: 'ben@example.com', location: { commit: head }, resolved: true };
      await as(ben, 'notes', '--ref=refs/notes/devtools/reviews', 'append', '-m', JSON.stringify(hijack), head);
      await as(ben, 'notes', '--ref=refs/notes/devtools/discuss', 'append', '-m', JSON.stringify(approval), head);
      const status = orThrow(await forge.pullRequests.status(id));
      expect(status.pullRequest.state).toBe('open');
      expect(status.approvals).toEqual([]);
    });

    it('reads and writes notes fanned out as Git does once there are many', async () => {
      const head = await commit('tag: 2\n');
      const { id } = orThrow(await forge.pullRequests.open(draft));
      // as many notes as make git fan out, in one process
      const stream = [
        'commit refs/notes/devtools/reviews',
        'committer X <x@example.com> 1700000000 +0000',
        'data 1',
        'm',
        'from refs/notes/devtools/reviews^0',
      ];
      for (let n = 0; n < 600; n++) {
        const name = n.toString(16).padStart(4, '0').repeat(10);
        const line = JSON.stringify({
          timestamp: '1700000000',
          targetRef: 'refs/heads/gone',
          reviewRef: 'refs/heads/x',
          requester: 'x',
        });
        stream.push(`M 100644 inline ${name.slice(0, 2)}/${name.slice(2)}`, `data ${line.length}`, line);
      }
      await runGit([`--git-dir=${made.gitDir}`, 'fast-import', '--quiet', '--date-format=raw-permissive'], {
        input: `${stream.join('\n')}\n\n`,
      });
      expect(orThrow(await forge.pullRequests.list({ state: 'all', limit: 9999 }))).toHaveLength(601);
      orThrow(await forge.pullRequests.update(id, { title: 'Fanned' }));
      expect(await linesOf('reviews', head)).toHaveLength(2);
      orThrow(await forge.pullRequests.comment(id, { text: 'Still there' }));
      expect(await linesOf('discuss', head)).toHaveLength(1);
      const other = await commit('tag: 9\n', null, 'other');
      orThrow(await forge.pullRequests.open({ ...draft, source: 'other' }));
      expect(await linesOf('reviews', other)).toHaveLength(1);
      expect(await gitRepository(made.gitDir).inspect.faults()).toEqual([]);
    });

    it('understands what git-appraise writes: accept, reply, edit, abandon, submit', async () => {
      const head = await commit('tag: 2\n');
      const now = Math.floor(Date.now() / 1000) - 50;
      const stamp = (offset: number): string => String(now + offset);
      const append = (kind: string, line: object): Promise<string> =>
        as(ben, 'notes', `--ref=refs/notes/devtools/${kind}`, 'append', '-m', JSON.stringify(line), head);
      await append('reviews', {
        timestamp: stamp(0),
        reviewRef: 'refs/heads/topic',
        targetRef: 'refs/heads/main',
        requester: 'zed@example.com',
        description: 'By hand',
      });
      const found = orThrow(await forge.pullRequests.findOpen({ source: 'topic', target: 'main' }));
      expect(found).toMatchObject({
        title: 'By hand',
        description: '',
        author: 'zed@example.com',
        id: head.slice(0, 12),
      });
      const rejection = {
        timestamp: stamp(1),
        author: 'ben@example.com',
        location: { commit: head },
        description: 'No & <no>',
        resolved: false,
      };
      await append('discuss', rejection);
      const id = head.slice(0, 8);
      expect(orThrow(await forge.pullRequests.status(id)).rejections).toHaveLength(1);
      // the hash by which git-appraise names a comment is that of its own JSON, with Go's escapes
      const asGo = JSON.stringify(rejection)
        .replaceAll('&', '\\u0026')
        .replaceAll('<', '\\u003c')
        .replaceAll('>', '\\u003e');
      const hash = createHash('sha1').update(asGo).digest('hex');
      await append('discuss', {
        timestamp: stamp(2),
        author: 'ben@example.com',
        parent: hash,
        description: 'Settled',
        resolved: true,
      });
      expect(orThrow(await forge.pullRequests.status(id)).rejections).toEqual([]);
      await append('discuss', {
        timestamp: stamp(3),
        author: 'ben@example.com',
        original: hash,
        description: 'Yes',
        location: { commit: head },
        resolved: true,
      });
      const status = orThrow(await forge.pullRequests.status(id));
      expect(status.approvals).toEqual([{ by: 'ben@example.com', at: expect.any(String) }]);
      expect(status.comments.map((one) => one.text)).toEqual(['Yes', 'Settled']);
      await git('update-ref', 'refs/heads/main', head);
      expect(orThrow(await forge.pullRequests.get(id))).toMatchObject({
        state: 'merged',
        head,
        landed: { first: head, last: head },
      });
    });

    it('writes a sticky comment anew as git-appraise edits: an added line that names the first one', async () => {
      const head = await commit('tag: 2\n');
      const { id } = orThrow(await forge.pullRequests.open(draft));
      const say = async (by: Forge, text: string, marker = 'plan'): Promise<void> =>
        void orThrow(await by.pullRequests.comment(id, { text, marker }));
      const shown = async (): Promise<string[]> =>
        orThrow(await colleague.pullRequests.status(id)).comments.map((one) => one.text);
      for (const text of ['one', 'two', 'one', 'one', 'three']) await say(forge, text);
      expect(await shown()).toEqual(['three']);
      const lines = await linesOf('discuss', head);
      expect(lines.map((line) => line['description'])).toEqual(['one', 'two', 'one', 'three']);
      // what git-appraise hashes knows no marker
      const { marker, ...first } = lines[0] ?? {};
      expect(marker).toBe('plan');
      const hash = createHash('sha1').update(JSON.stringify(first)).digest('hex');
      expect(lines.map((line) => line['original'])).toEqual([undefined, hash, hash, hash]);
      // another marker, another person, and the same words without a marker are comments of their own
      await say(forge, 'three', 'other');
      await say(colleague, 'mine');
      orThrow(await forge.pullRequests.comment(id, { text: 'three' }));
      expect((await shown()).sort()).toEqual(['mine', 'three', 'three', 'three']);
      expect((await forge.pullRequests.comment(id, { text: 'x', marker: 'a -->' }))._unsafeUnwrapErr().kind).toBe(
        'usage',
      );
    });

    it('asks more reviewers, and forgets none', async () => {
      await commit('tag: 2\n');
      const { id } = orThrow(await forge.pullRequests.open({ ...draft, reviewers: ['ben@example.com'] }));
      const { reviewers } = orThrow(await forge.pullRequests.update(id, { reviewers: ['@cleo', 'ben@example.com'] }));
      expect(reviewers).toEqual(['ben@example.com', 'cleo']);
    });

    it('tells what landed when others merge by hand', async () => {
      const { seed } = gitRepository(made.gitDir);
      const head = await commit('tag: 2\n');
      const { id } = orThrow(await forge.pullRequests.open(draft));
      await seed.commit({ branch: 'main', files: { 'x.txt': 'x' } });
      const tree = await git('rev-parse', `${head}^{tree}`);
      const merge = await as(ben, 'commit-tree', '-m', 'By hand', '-p', 'main', '-p', head, tree);
      await git('update-ref', 'refs/heads/main', merge);
      await seed.commit({ branch: 'main', files: { 'y.txt': 'y' } });
      await seed.commit({ branch: 'main', files: { 'z.txt': 'z' } });
      expect(orThrow(await forge.pullRequests.get(id))).toMatchObject({
        state: 'merged',
        head,
        landed: { first: merge, last: merge },
      });
    });

    it('loses nothing to git gc --prune=now: replaced, closed and squashed commits stay', async () => {
      const first = await commit('tag: 2\n');
      const { id } = orThrow(await forge.pullRequests.open(draft));
      const second = await commit('tag: 3\n', first);
      orThrow(await forge.pullRequests.update(id, {}));
      orThrow(await colleague.pullRequests.approve(id, { head: second }));
      const merged = orThrow(await forge.pullRequests.merge(id, { ...input(second), deleteSource: true }));
      expect(merged.kind).toBe('merged');
      const closed = await commit('tag: 4\n', null, 'closed');
      const other = orThrow(await forge.pullRequests.open({ ...draft, source: 'closed' }));
      orThrow(await forge.pullRequests.close(other.id, { reason: 'No' }));
      orThrow(await forge.git.deleteBranch('closed', closed));
      await git('reflog', 'expire', '--expire=now', '--all');
      await git('gc', '--quiet', '--prune=now');
      for (const kept of [first, second, closed]) expect(await git('cat-file', '-t', kept)).toBe('commit');
      expect(orThrow(await forge.pullRequests.get(id))).toMatchObject({ state: 'merged', head: second });
      expect(orThrow(await forge.pullRequests.get(other.id))).toMatchObject({ state: 'closed', head: closed });
      orThrow(await forge.pullRequests.comment(id, { text: 'After packing' }));
      expect(orThrow(await forge.pullRequests.status(id)).comments.map((one) => one.text)).toContain('After packing');
      expect(await gitRepository(made.gitDir).inspect.faults()).toEqual([]);
    });

    it('takes an unambiguous beginning of an identifier, and says which ones when it is none', async () => {
      const head = await commit('tag: 2\n');
      orThrow(await forge.pullRequests.open(draft));
      expect(orThrow(await forge.pullRequests.get(head.slice(0, 5))).id).toBe(head.slice(0, 12));
      expect(orThrow(await forge.pullRequests.get(head)).id).toBe(head.slice(0, 12));
      const twin = `${head.slice(0, 6)}${head[6] === '0' ? '1' : '0'}${head.slice(7)}`;
      const line = JSON.stringify({
        timestamp: '1700000000',
        targetRef: 'refs/heads/main',
        reviewRef: 'refs/heads/x',
        requester: 'x',
      });
      const blob = (await runGit([`--git-dir=${made.gitDir}`, 'hash-object', '-w', '--stdin'], { input: `${line}\n` }))
        .toString('utf8')
        .trim();
      const entries = `${await git('ls-tree', 'refs/notes/devtools/reviews')}\n100644 blob ${blob}\t${twin}\n`;
      const tree = (await runGit([`--git-dir=${made.gitDir}`, 'mktree'], { input: entries })).toString('utf8').trim();
      await git('update-ref', 'refs/notes/devtools/reviews', await as(ben, 'commit-tree', '-m', 'x', tree));
      const error = (await forge.pullRequests.get(head.slice(0, 6)))._unsafeUnwrapErr();
      expect(error.kind).toBe('not-found');
      expect(error.message).toContain(twin.slice(0, 12));
      expect(error.message).toContain(head.slice(0, 12));
    });
  });
}
