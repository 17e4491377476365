import { describe, expect, it } from 'vitest';
import { errorOf, hex, instant, okOf, seeded, useForge, withChange } from './expectations.js';
import type { MakeForge } from './forge-under-test.js';

export function describePullRequests(makeForge: MakeForge): void {
  describe('pull requests', () => {
    const under = useForge(makeForge);

    async function opened(source = 'gitops/promote/dev/prod', version = '1.0') {
      await seeded(under());
      const { head } = await withChange(under(), source, version);
      const draft = { source, target: 'release', title: 'Promote', description: 'All of it.\n\n- one\n- two' };
      return { draft, head, pullRequest: await okOf(under().forge.pullRequests.open(draft)) };
    }

    it('opens one, and shows it whole', async () => {
      const { draft, head, pullRequest } = await opened();
      expect(pullRequest).toMatchObject({
        ...draft,
        state: 'open',
        head,
        draft: false,
        labels: [],
        reviewers: [],
        assignees: [],
        milestone: null,
        landed: null,
      });
      expect(pullRequest.id).toMatch(/^[0-9a-f]+$/);
      expect(pullRequest.url).toContain(pullRequest.id);
      expect(pullRequest.createdAt).toMatch(instant);
      expect(pullRequest.author).not.toBe('');
      expect(await okOf(under().forge.pullRequests.get(pullRequest.id))).toEqual(pullRequest);
      expect(await okOf(under().colleague.pullRequests.get(pullRequest.id))).toEqual(pullRequest);
      expect(await under().inspect.faults()).toEqual([]);
    });

    it('finds the open one of two branches, and no other', async () => {
      const { pullRequest } = await opened();
      const { forge } = under();
      const find = (source: string, target: string) => okOf(forge.pullRequests.findOpen({ source, target }));
      expect((await find('gitops/promote/dev/prod', 'release'))?.id).toBe(pullRequest.id);
      expect(await find('gitops/promote/dev/prod', 'main')).toBeNull();
      expect(await find('gitops/promote/dev', 'release')).toBeNull();
    });

    it('answers already-exists for the same two branches', async () => {
      const { draft, pullRequest } = await opened();
      const error = await errorOf(under().colleague.pullRequests.open(draft));
      expect(error.kind).toBe('already-exists');
      expect(JSON.stringify([error.message, error.details])).toContain(pullRequest.id);
      expect(await okOf(under().forge.pullRequests.list({ state: 'all', limit: 10 }))).toHaveLength(1);
    });

    it('makes one of two at once', async () => {
      await seeded(under());
      await withChange(under(), 'topic', '2');
      const draft = { source: 'topic', target: 'release', title: 'Both', description: '' };
      const answers = await Promise.all([
        under().forge.pullRequests.open(draft),
        under().colleague.pullRequests.open(draft),
      ]);
      expect(answers.filter((one) => one.isOk())).toHaveLength(1);
      expect(answers.flatMap((one) => (one.isErr() ? [one.error.kind] : []))).toEqual(['already-exists']);
      expect(await okOf(under().forge.pullRequests.list({ state: 'all', limit: 10 }))).toHaveLength(1);
    });

    it('answers not-found for branches that are not there, and rejected where there is nothing to review', async () => {
      const { base } = await seeded(under());
      await under().seed.setBranch('same', base);
      const draft = { title: 'T', description: '' };
      const open = (source: string, target: string) =>
        errorOf(under().forge.pullRequests.open({ ...draft, source, target }));
      expect((await open('nowhere', 'release')).kind).toBe('not-found');
      expect((await open('same', 'nowhere')).kind).toBe('not-found');
      expect((await open('same', 'release')).kind).toBe('rejected');
    });

    it('lists by state and by the beginning of the source branch, newest first', async () => {
      const { pullRequest } = await opened();
      const second = await withChange(under(), 'gitops/freeze/dev', '3');
      const other = await okOf(
        under().forge.pullRequests.open({
          source: 'gitops/freeze/dev',
          target: 'release',
          title: 'Freeze',
          description: '',
        }),
      );
      expect(second.head).toBe(other.head);
      const list = async (query: {
        state: 'open' | 'closed' | 'merged' | 'all';
        sourcePrefix?: string;
        limit: number;
      }) => okOf(under().forge.pullRequests.list(query));
      const all = await list({ state: 'open', limit: 10 });
      expect(all.map((one) => one.id).sort()).toEqual([pullRequest.id, other.id].sort());
      const times = all.map((one) => one.createdAt);
      expect(times).toEqual([...times].sort().reverse());
      expect((await list({ state: 'open', sourcePrefix: 'gitops/freeze/', limit: 10 })).map((one) => one.id)).toEqual([
        other.id,
      ]);
      expect(await list({ state: 'all', limit: 1 })).toHaveLength(1);
      expect(await list({ state: 'closed', limit: 10 })).toEqual([]);
      await okOf(under().forge.pullRequests.close(other.id, { reason: 'Not now.' }));
      expect((await list({ state: 'closed', limit: 10 })).map((one) => one.id)).toEqual([other.id]);
      expect((await list({ state: 'open', limit: 10 })).map((one) => one.id)).toEqual([pullRequest.id]);
    });

    it('answers not-found for an identifier that names none', async () => {
      await opened();
      for (const id of ['999999', 'zzz', '', '-x', 'ffffffffffff']) {
        expect((await errorOf(under().forge.pullRequests.get(id))).kind).toBe('not-found');
      }
    });

    it('changes title, description and follows a branch that was replaced', async () => {
      const { draft, head, pullRequest } = await opened();
      const { forge } = under();
      const renamed = await okOf(forge.pullRequests.update(pullRequest.id, { title: 'Promote again' }));
      expect(renamed).toMatchObject({
        id: pullRequest.id,
        title: 'Promote again',
        description: draft.description,
        head,
      });
      const next = await withChange(under(), draft.source, '1.1');
      expect(next.head).not.toBe(head);
      const updated = await okOf(forge.pullRequests.update(pullRequest.id, { description: 'Other' }));
      expect(updated).toMatchObject({
        id: pullRequest.id,
        title: 'Promote again',
        description: 'Other',
        head: next.head,
        state: 'open',
      });
      const found = await okOf(forge.pullRequests.findOpen({ source: draft.source, target: draft.target }));
      expect(found).toEqual(updated);
      expect(await okOf(forge.pullRequests.list({ state: 'all', limit: 10 }))).toHaveLength(1);
      expect(await okOf(forge.pullRequests.update(pullRequest.id, {}))).toEqual(updated);
    });

    it('keeps Unicode and long texts', async () => {
      await seeded(under());
      await withChange(under(), 'topic', '4');
      const { forge } = under();
      const length = Math.min(forge.capabilities.descriptionLimit ?? 200_000, 200_000);
      const description = `| Größe | 日本 😀 <b>&amp;</b> "q" \\ \u2028 |\r\n${'x'.repeat(length)}`.slice(0, length);
      const draft = { source: 'topic', target: 'release', title: 'Ünïcode 😀 <tag> & "quotes"', description };
      const { id } = await okOf(forge.pullRequests.open(draft));
      const seen = await okOf(forge.pullRequests.get(id));
      expect(seen.title).toBe(draft.title);
      expect(seen.description).toBe(description);
    });

    it('keeps comments with who and when', async () => {
      const { head, pullRequest } = await opened();
      await okOf(under().forge.pullRequests.comment(pullRequest.id, { text: 'First\nline two 😀' }));
      await okOf(under().colleague.pullRequests.comment(pullRequest.id, { text: 'Second' }));
      const { comments } = await okOf(under().forge.pullRequests.status(pullRequest.id));
      expect(comments.map((one) => [one.text, one.approves])).toEqual([
        ['First\nline two 😀', null],
        ['Second', null],
      ]);
      expect(comments[0]?.author).not.toBe(comments[1]?.author);
      expect(comments[0]?.at).toMatch(instant);
      expect(head).toMatch(hex);
      expect((await errorOf(under().forge.pullRequests.comment('ffffffff', { text: 'x' }))).kind).toBe('not-found');
    });

    it('closes with a reason; closing again is no error; a new one can be opened', async () => {
      const { draft, head, pullRequest } = await opened();
      const { forge } = under();
      await okOf(forge.pullRequests.close(pullRequest.id, { reason: 'Wrong version.' }));
      await okOf(forge.pullRequests.close(pullRequest.id, { reason: 'Again.' }));
      const closed = await okOf(forge.pullRequests.get(pullRequest.id));
      expect(closed).toMatchObject({
        state: 'closed',
        head,
        source: draft.source,
        target: draft.target,
        title: draft.title,
      });
      const { comments } = await okOf(forge.pullRequests.status(pullRequest.id));
      expect(comments.map((one) => one.text)).toContain('Wrong version.');
      expect(comments.map((one) => one.text)).not.toContain('Again.');
      expect(await okOf(forge.pullRequests.findOpen(draft))).toBeNull();
      const next = await withChange(under(), draft.source, '5');
      const again = await okOf(forge.pullRequests.open({ ...draft, title: 'Second try' }));
      expect(again).toMatchObject({ state: 'open', head: next.head, title: 'Second try' });
      expect((await errorOf(forge.pullRequests.update(pullRequest.id, { title: 'x' }))).kind).toBe('rejected');
    });

    it('can open the same commit again after closing, without what was said before counting', async () => {
      const { draft, head, pullRequest } = await opened();
      const { forge } = under();
      await okOf(forge.pullRequests.close(pullRequest.id, { reason: 'Too early.' }));
      const again = await okOf(forge.pullRequests.open(draft));
      expect(again).toMatchObject({ state: 'open', head });
      const status = await okOf(forge.pullRequests.status(again.id));
      expect(status.rejections).toEqual([]);
      expect(status.awaits).toEqual([]);
    });

    it('leaves the branch of a closed one alone', async () => {
      const { draft, head, pullRequest } = await opened();
      await okOf(under().forge.pullRequests.close(pullRequest.id, { reason: 'No.' }));
      expect((await under().inspect.branches())[draft.source]).toBe(head);
    });
  });
}
