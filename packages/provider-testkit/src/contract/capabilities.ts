import { describe, expect, it } from 'vitest';
import { errorOf, okOf, seeded, useForge, withChange } from './expectations.js';
import type { MakeForge } from './forge-under-test.js';

export function describeCapabilities(makeForge: MakeForge): void {
  describe('capabilities', () => {
    const under = useForge(makeForge);

    async function topic() {
      await seeded(under());
      const { head } = await withChange(under(), 'topic', '1.0');
      return { head, draft: { source: 'topic', target: 'release', title: 'T', description: 'D' } };
    }

    it('are plain data that does not change, and the same for everybody', async () => {
      const before = structuredClone(under().forge.capabilities);
      await topic();
      expect(under().forge.capabilities).toEqual(before);
      expect(under().colleague.capabilities).toEqual(before);
      expect(before.mergeMethods.length).toBeGreaterThan(0);
    });

    it('labels: kept where claimed, unsupported where not', async () => {
      const { draft } = await topic();
      const { forge } = under();
      const open = forge.pullRequests.open({ ...draft, labels: ['promotion', 'to/prod'] });
      if (!forge.capabilities.labels) {
        expect((await errorOf(open)).kind).toBe('unsupported');
        const { id } = await okOf(forge.pullRequests.open({ ...draft, labels: [] }));
        expect((await errorOf(forge.pullRequests.update(id, { labels: ['x'] }))).kind).toBe('unsupported');
        return;
      }
      const made = await okOf(open);
      expect([...made.labels].sort()).toEqual(['promotion', 'to/prod']);
      const { labels } = await okOf(forge.pullRequests.update(made.id, { labels: ['other'] }));
      expect(labels).toContain('other');
    });

    it('drafts: made where claimed, unsupported where not', async () => {
      const { draft } = await topic();
      const { forge } = under();
      const open = forge.pullRequests.open({ ...draft, draft: true });
      if (forge.capabilities.drafts) expect((await okOf(open)).draft).toBe(true);
      else expect((await errorOf(open)).kind).toBe('unsupported');
      if (!forge.capabilities.drafts) expect(await okOf(forge.pullRequests.findOpen(draft))).toBeNull();
    });

    it('reviewers: kept where claimed, unsupported where not', async () => {
      const { draft } = await topic();
      const { forge, colleagueName } = under();
      const reviewers = [colleagueName];
      const open = forge.pullRequests.open({ ...draft, reviewers });
      if (!forge.capabilities.reviewers) {
        expect((await errorOf(open)).kind).toBe('unsupported');
        return;
      }
      const made = await okOf(open);
      expect(made.reviewers).toHaveLength(1);
      const same = await okOf(forge.pullRequests.update(made.id, { title: 'Other' }));
      expect(same.reviewers).toEqual(made.reviewers);
    });

    it('assignees: kept where claimed, unsupported where not', async () => {
      const { draft } = await topic();
      const { forge, colleagueName } = under();
      const open = forge.pullRequests.open({ ...draft, assignees: [colleagueName] });
      if (!forge.capabilities.assignees) {
        expect((await errorOf(open)).kind).toBe('unsupported');
        expect(await okOf(forge.pullRequests.findOpen(draft))).toBeNull();
        return;
      }
      const made = await okOf(open);
      expect(made.assignees).toHaveLength(1);
      expect((await okOf(forge.pullRequests.get(made.id))).assignees).toEqual(made.assignees);
    });

    it('milestones: kept where claimed, unsupported where not', async () => {
      const { draft } = await topic();
      const { forge, milestone } = under();
      const open = forge.pullRequests.open({ ...draft, milestone: milestone ?? 'none' });
      if (!forge.capabilities.milestones) {
        expect((await errorOf(open)).kind).toBe('unsupported');
        expect(await okOf(forge.pullRequests.findOpen(draft))).toBeNull();
        return;
      }
      const made = await okOf(open);
      expect(made.milestone).toBe(milestone);
      expect((await okOf(forge.pullRequests.update(made.id, { title: 'Other' }))).milestone).toBe(milestone);
    });

    it('drafts: made ready where claimed', async () => {
      const { draft, head } = await topic();
      const { forge } = under();
      if (!forge.capabilities.drafts) {
        const { id } = await okOf(forge.pullRequests.open(draft));
        expect((await errorOf(forge.pullRequests.update(id, { draft: true }))).kind).toBe('unsupported');
        return;
      }
      const { id } = await okOf(forge.pullRequests.open({ ...draft, draft: true }));
      expect((await okOf(forge.pullRequests.status(id))).awaits.join()).toMatch(/draft/i);
      const ready = await okOf(forge.pullRequests.update(id, { draft: false }));
      expect(ready).toMatchObject({ draft: false, title: 'T', head });
    });

    it('approve: counts where claimed and is not for oneself, unsupported where not', async () => {
      const { head, draft } = await topic();
      const { forge, colleague } = under();
      const { id } = await okOf(forge.pullRequests.open(draft));
      const approval = colleague.pullRequests.approve(id, { head });
      if (!forge.capabilities.approve) {
        expect((await errorOf(approval)).kind).toBe('unsupported');
        return;
      }
      await okOf(approval);
      expect((await okOf(forge.pullRequests.status(id))).approvals).toHaveLength(1);
      expect((await errorOf(forge.pullRequests.approve(id, { head }))).kind).toBe('rejected');
      await okOf(colleague.pullRequests.approve(id, { head }));
      expect((await okOf(forge.pullRequests.status(id))).approvals).toHaveLength(1);
    });
  });
}
