import type { CommitId, MergeAnswer, MergeMethod } from '@gitops/core';
import { describe, expect, it } from 'vitest';
import { errorOf, okOf, seeded, useForge, withChange } from './expectations.js';
import type { MakeForge } from './forge-under-test.js';

const methods: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];

export function describeMerge(makeForge: MakeForge): void {
  describe('merge', () => {
    const under = useForge(makeForge);

    async function opened() {
      const { base } = await seeded(under());
      const { head } = await withChange(under(), 'topic', '1.0');
      const draft = { source: 'topic', target: 'release', title: 'Promote', description: 'Body' };
      const { id } = await okOf(under().forge.pullRequests.open(draft));
      return { base, head, id, draft };
    }

    const input = (expectedHead: CommitId, more: Partial<Parameters<typeof mergeOf>[1]> = {}) => ({
      method: 'merge' as MergeMethod,
      expectedHead,
      expectedTarget: null,
      message: { title: 'Land it', body: 'GitOps-Operation: promote' },
      approvals: 0,
      deleteSource: false,
      ...more,
    });
    const mergeOf = (...args: Parameters<ReturnType<typeof under>['forge']['pullRequests']['merge']>) =>
      under().forge.pullRequests.merge(...args);

    for (const method of methods) {
      it(`lands by ${method}, and is merged everywhere, also where the target moved before and after`, async () => {
        const { head, id, draft } = await opened();
        const { forge, seed, inspect } = under();
        if (!forge.capabilities.mergeMethods.includes(method)) {
          expect((await errorOf(mergeOf(id, input(head, { method })))).kind).toBe('unsupported');
          return;
        }
        const target = await seed.commit({ branch: 'release', files: { 'other.txt': 'x\n' }, message: 'Other' });
        const answer = await okOf(mergeOf(id, input(head, { method })));
        const tip = (await inspect.branches())['release'] ?? '';
        if (isForbidden(answer)) {
          expect(tip).toBe(target);
          return;
        }
        expect(answer).toEqual({ kind: 'merged', landed: { first: tip, last: tip } });
        const raw = await inspect.commit(tip);
        const [, squashed] = raw.parents;
        if (method === 'squash' && squashed !== undefined) {
          // some forges put the one squashed commit below a merge commit
          expect(raw.parents).toEqual([target, squashed]);
          expect((await inspect.commit(squashed)).parents).toHaveLength(1);
        } else expect(raw.parents).toEqual(method === 'merge' ? [target, head] : [target]);
        if (method !== 'rebase') expect(raw.message.trimEnd()).toBe('Land it\n\nGitOps-Operation: promote');
        const { files } = await okOf(forge.git.snapshot({ commit: tip }, ['**']));
        expect({ ...files }).toEqual({
          'README.md': '# Shop\n',
          'apps/dev/a.yaml': 'tag: "1.0"\n',
          'apps/prod/a.yaml': 'tag: "1.0"\n',
          'other.txt': 'x\n',
        });
        await seed.commit({ branch: 'release', files: { 'later.txt': 'x\n' }, message: 'Later' });
        const seen = await okOf(forge.pullRequests.get(id));
        expect(seen).toMatchObject({ state: 'merged', head, landed: { first: tip, last: tip } });
        expect(await okOf(forge.pullRequests.findOpen(draft))).toBeNull();
        const list = async (state: 'open' | 'merged' | 'closed') =>
          (await okOf(forge.pullRequests.list({ state, limit: 10 }))).map((one) => one.id);
        expect([await list('open'), await list('merged'), await list('closed')]).toEqual([[], [id], []]);
        expect((await okOf(forge.pullRequests.status(id))).pullRequest.state).toBe('merged');
        expect(await inspect.faults()).toEqual([]);
      });

      it(`tells the range that landed of several commits by ${method}`, async () => {
        const { forge, seed, inspect } = under();
        if (!forge.capabilities.mergeMethods.includes(method)) return;
        const { base } = await seeded(under());
        await seed.commit({ branch: 'topic', parent: base, files: { 'one.txt': '1\n' }, message: 'One' });
        const head = await seed.commit({ branch: 'topic', files: { 'two.txt': '2\n' }, message: 'Two' });
        const { id } = await okOf(
          forge.pullRequests.open({ source: 'topic', target: 'release', title: 'T', description: '' }),
        );
        const target = await seed.commit({ branch: 'release', files: { 'other.txt': 'x\n' }, message: 'Other' });
        const answer = await okOf(mergeOf(id, input(head, { method })));
        const tip = (await inspect.branches())['release'] ?? '';
        if (isForbidden(answer)) return;
        const first = method === 'rebase' ? ((await inspect.commit(tip)).parents[0] ?? '') : tip;
        expect(answer).toEqual({ kind: 'merged', landed: { first, last: tip } });
        expect((await inspect.commit(first)).parents[0]).toBe(target);
        expect((await okOf(forge.pullRequests.get(id))).landed).toEqual({ first, last: tip });
      });

      it(`merges again by ${method} what is merged already, without another commit`, async () => {
        const { head, id } = await opened();
        const { forge, inspect } = under();
        if (!forge.capabilities.mergeMethods.includes(method)) return;
        const once = await okOf(mergeOf(id, input(head, { method })));
        const tip = (await inspect.branches())['release'];
        expect(await okOf(mergeOf(id, input(head, { method })))).toEqual(once);
        expect((await inspect.branches())['release']).toBe(tip);
      });
    }

    it('refuses another head than the reviewed one, and another target than the checked one', async () => {
      const { base, head, id } = await opened();
      const { seed, inspect } = under();
      const target = await seed.commit({ branch: 'release', files: { 'other.txt': 'x\n' } });
      expect((await errorOf(mergeOf(id, input(head, { expectedTarget: base })))).kind).toBe('stale-head');
      const next = await seed.commit({ branch: 'topic', files: { 'apps/prod/a.yaml': 'tag: "evil"\n' } });
      expect((await errorOf(mergeOf(id, input(head)))).kind).toBe('stale-head');
      expect((await inspect.branches())['release']).toBe(target);
      expect((await okOf(mergeOf(id, input(next, { expectedTarget: target })))).kind).toBe('merged');
    });

    it('waits for the approvals that are asked for', async ({ skip }) => {
      const { base, head, id } = await opened();
      const { forge, colleague, inspect } = under();
      const answer = await okOf(mergeOf(id, input(head, { approvals: 1 })));
      expect(answer.kind).toBe('waiting');
      expect(answer.kind === 'waiting' ? answer.for.join() : '').toContain('approval');
      expect((await inspect.branches())['release']).toBe(base);
      if (!forge.capabilities.approve) skip('the forge does not claim to approve; that it refuses is checked below');
      await okOf(colleague.pullRequests.approve(id, { head }));
      expect((await okOf(mergeOf(id, input(head, { approvals: 2 })))).kind).toBe('waiting');
      expect((await okOf(mergeOf(id, input(head, { approvals: 1 })))).kind).toBe('merged');
    });

    it('lets no forge merge by itself what still lacks the approvals that are asked for', async () => {
      const { base, head, id } = await opened();
      const { forge, inspect } = under();
      const answer = await okOf(mergeOf(id, input(head, { approvals: 1, auto: true })));
      expect(answer.kind).toBe('waiting');
      expect((await inspect.branches())['release']).toBe(base);
      expect((await okOf(forge.pullRequests.status(id))).queued).toBe(false);
      const merged = await okOf(mergeOf(id, input(head, { auto: true })));
      expect(merged.kind).toBe('merged');
    });

    it('refuses what is rejected', async () => {
      const { base, head, id } = await opened();
      await under().seed.reject(id, head, 'No.');
      expect((await okOf(mergeOf(id, input(head)))).kind).toBe('refused');
      expect((await under().inspect.branches())['release']).toBe(base);
    });

    it('refuses while a check fails, waits while one runs', async () => {
      const { head, id } = await opened();
      const { forge } = under();
      await okOf(forge.pullRequests.setStatus(head, { name: 'build', state: 'failure' }));
      const refused = await okOf(mergeOf(id, input(head)));
      expect(refused.kind).toBe('refused');
      expect(refused.kind === 'refused' ? refused.why : '').toContain('build');
      await okOf(forge.pullRequests.setStatus(head, { name: 'build', state: 'pending' }));
      expect((await okOf(mergeOf(id, input(head)))).kind).toBe('waiting');
      await okOf(forge.pullRequests.setStatus(head, { name: 'build', state: 'success' }));
      expect((await okOf(mergeOf(id, input(head)))).kind).toBe('merged');
    });

    it('refuses a conflict and a closed one', async () => {
      const { head, id } = await opened();
      const { forge, seed, inspect } = under();
      const target = await seed.commit({ branch: 'release', files: { 'apps/prod/a.yaml': 'tag: "7"\n' } });
      for (const method of forge.capabilities.mergeMethods) {
        const answer = await okOf(mergeOf(id, input(head, { method })));
        expect(answer.kind).toBe('refused');
      }
      expect((await inspect.branches())['release']).toBe(target);
      await okOf(forge.pullRequests.close(id, { reason: 'No.' }));
      expect((await okOf(mergeOf(id, input(head)))).kind).toBe('refused');
    });

    it('deletes the source branch when asked, and only then', async () => {
      const { head, id } = await opened();
      const { inspect, forge } = under();
      expect((await okOf(mergeOf(id, input(head, { method: 'squash', deleteSource: true })))).kind).toBe('merged');
      expect(await inspect.branches()).not.toHaveProperty('topic');
      expect(await okOf(forge.pullRequests.get(id))).toMatchObject({ state: 'merged', head, source: 'topic' });
    });

    it('can use a branch again after a merge', async () => {
      const { head, id } = await opened();
      const { forge, seed } = under();
      await okOf(mergeOf(id, input(head, { method: 'squash' })));
      await seed.commit({ branch: 'release', files: { 'apps/prod/a.yaml': 'tag: "0.9"\n' } });
      const next = await withChange(under(), 'topic', '2.0');
      const again = await okOf(
        forge.pullRequests.open({ source: 'topic', target: 'release', title: 'Next', description: '' }),
      );
      expect(again.id).not.toBe(id);
      expect(again).toMatchObject({ state: 'open', head: next.head });
      expect((await okOf(forge.pullRequests.get(id))).state).toBe('merged');
      expect((await okOf(mergeOf(again.id, input(next.head, { method: 'squash' })))).kind).toBe('merged');
    });

    it('lands once when two merge at once', async () => {
      const { head, id } = await opened();
      const { forge, colleague, inspect } = under();
      const answers = await Promise.all([
        forge.pullRequests.merge(id, input(head, { method: 'squash' })),
        colleague.pullRequests.merge(id, input(head, { method: 'squash' })),
      ]);
      const tip = (await inspect.branches())['release'] ?? '';
      for (const answer of answers) {
        if (answer.isOk()) expect(answer.value).toEqual({ kind: 'merged', landed: { first: tip, last: tip } });
        else expect(answer.error.kind).toBe('stale-head');
      }
      expect(answers.some((answer) => answer.isOk())).toBe(true);
    });
  });
}

/** A repository's own settings may forbid a method that the forge has: it says so in words. */
function isForbidden(answer: MergeAnswer): boolean {
  return answer.kind === 'refused' && /\b(project|repository)\b/i.test(answer.why);
}
