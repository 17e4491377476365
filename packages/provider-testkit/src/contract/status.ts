import { describe, expect, it } from 'vitest';
import { errorOf, okOf, seeded, useForge, withChange } from './expectations.js';
import type { MakeForge } from './forge-under-test.js';

export function describeStatus(makeForge: MakeForge): void {
  describe('status', () => {
    const under = useForge(makeForge);

    async function opened() {
      await seeded(under());
      const { head } = await withChange(under(), 'topic', '1.0');
      const draft = { source: 'topic', target: 'release', title: 'Promote', description: '' };
      return { head, pullRequest: await okOf(under().forge.pullRequests.open(draft)) };
    }

    it('shows checks, the last report of each', async () => {
      const { head, pullRequest } = await opened();
      const { forge } = under();
      const checks = async () => (await okOf(forge.pullRequests.status(pullRequest.id))).checks;
      expect(await checks()).toEqual([]);
      await okOf(forge.pullRequests.setStatus(head, { name: 'build', state: 'pending' }));
      expect(await checks()).toEqual([{ name: 'build', state: 'pending', url: null }]);
      expect((await okOf(forge.pullRequests.status(pullRequest.id))).awaits.join()).toContain('build');
      await okOf(
        forge.pullRequests.setStatus(head, { name: 'build', state: 'success', url: 'https://ci.example.com/1' }),
      );
      await okOf(forge.pullRequests.setStatus(head, { name: 'lint', state: 'failure' }));
      expect([...(await checks())].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
        { name: 'build', state: 'success', url: 'https://ci.example.com/1' },
        { name: 'lint', state: 'failure', url: null },
      ]);
      expect((await errorOf(forge.pullRequests.setStatus('4'.repeat(40), { name: 'x', state: 'success' }))).kind).toBe(
        'not-found',
      );
    });

    it('holds checks to the commit they were made on', async () => {
      const { head, pullRequest } = await opened();
      const { forge } = under();
      await okOf(forge.pullRequests.setStatus(head, { name: 'build', state: 'failure' }));
      await withChange(under(), 'topic', '2.0');
      await okOf(forge.pullRequests.update(pullRequest.id, {}));
      expect((await okOf(forge.pullRequests.status(pullRequest.id))).checks).toEqual([]);
    });

    it('makes the result of a merge readable before it lands', async () => {
      const { pullRequest } = await opened();
      const { forge, seed } = under();
      const target = await seed.commit({ branch: 'release', files: { 'apps/dev/a.yaml': 'tag: "9"\n' } });
      const status = await okOf(forge.pullRequests.status(pullRequest.id));
      expect(status).toMatchObject({ mergeable: 'yes', queued: false, awaits: [], approvals: [], rejections: [] });
      expect(status.trial?.target).toBe(target);
      const merged = await okOf(forge.git.snapshot({ commit: status.trial?.result ?? '' }, ['**']));
      expect({ ...merged.files }).toEqual({
        'apps/dev/a.yaml': 'tag: "9"\n',
        'apps/prod/a.yaml': 'tag: "1.0"\n',
        'README.md': '# Shop\n',
      });
      expect((await under().inspect.branches())['release']).toBe(target);
    });

    it('sees a conflict', async () => {
      const { pullRequest } = await opened();
      await under().seed.commit({ branch: 'release', files: { 'apps/prod/a.yaml': 'tag: "5"\n' } });
      const status = await okOf(under().forge.pullRequests.status(pullRequest.id));
      expect(status).toMatchObject({ mergeable: 'conflict', trial: null });
    });

    it('counts an approval for exactly the commit that was approved', async ({ skip }) => {
      const { head, pullRequest } = await opened();
      const { forge, colleague } = under();
      if (!forge.capabilities.approve) skip('the forge does not claim to approve; that it refuses is checked below');
      await okOf(colleague.pullRequests.approve(pullRequest.id, { head, text: 'Fine.' }));
      const status = await okOf(forge.pullRequests.status(pullRequest.id));
      expect(status.approvals).toHaveLength(1);
      expect(status.comments).toContainEqual(expect.objectContaining({ text: 'Fine.', approves: true, commit: head }));
      const next = await withChange(under(), 'topic', '2.0');
      expect((await okOf(forge.pullRequests.status(pullRequest.id))).approvals).toEqual([]);
      await okOf(forge.pullRequests.update(pullRequest.id, {}));
      expect((await okOf(forge.pullRequests.status(pullRequest.id))).approvals).toEqual([]);
      expect((await errorOf(colleague.pullRequests.approve(pullRequest.id, { head }))).kind).toBe('stale-head');
      await okOf(colleague.pullRequests.approve(pullRequest.id, { head: next.head }));
      expect((await okOf(forge.pullRequests.status(pullRequest.id))).approvals).toHaveLength(1);
    });

    it('does not count approvals from before it was closed and opened again', async ({ skip }) => {
      const { head, pullRequest } = await opened();
      const { forge, colleague } = under();
      if (!forge.capabilities.approve) skip('the forge does not claim to approve; that it refuses is checked below');
      await okOf(colleague.pullRequests.approve(pullRequest.id, { head }));
      await okOf(forge.pullRequests.close(pullRequest.id, { reason: 'No.' }));
      const again = await okOf(
        forge.pullRequests.open({ source: 'topic', target: 'release', title: 'T', description: '' }),
      );
      expect((await okOf(forge.pullRequests.status(again.id))).approvals).toEqual([]);
    });

    it('shows a rejection', async () => {
      const { head, pullRequest } = await opened();
      await under().seed.reject(pullRequest.id, head, 'Not this one.');
      const status = await okOf(under().forge.pullRequests.status(pullRequest.id));
      expect(status.rejections).toHaveLength(1);
      expect(status.approvals).toEqual([]);
      expect(status.comments).toContainEqual(expect.objectContaining({ text: 'Not this one.', approves: false }));
      expect(status.awaits).not.toEqual([]);
    });
  });
}
