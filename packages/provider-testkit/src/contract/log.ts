import { describe, expect, it } from 'vitest';
import { errorOf, okOf, seeded, useForge } from './expectations.js';
import type { MakeForge } from './forge-under-test.js';

export function describeLog(makeForge: MakeForge): void {
  describe('log', () => {
    const under = useForge(makeForge);

    async function history(): Promise<readonly string[]> {
      const { base } = await seeded(under());
      const second = await under().seed.commit({
        branch: 'main',
        files: { 'apps/dev/a.yaml': 'tag: "1.1"\n' },
        message: 'Dev',
      });
      const third = await under().seed.commit({
        branch: 'main',
        files: { 'apps/prod/a.yaml': 'tag: "1.1"\n' },
        message: 'Prod',
      });
      const fourth = await under().seed.commit({ branch: 'main', files: { 'apps/dev/a.yaml': null }, message: 'Gone' });
      return [base, second, third, fourth];
    }

    it('lists first parents, newest first, up to the limit', async () => {
      const [first, second, third, fourth] = await history();
      const all = await okOf(under().forge.git.log({ from: fourth ?? '', limit: 10 }));
      expect(all.map((one) => one.commit)).toEqual([fourth, third, second, first]);
      expect(all.map((one) => one.message)).toEqual(['Gone', 'Prod', 'Dev', 'First']);
      const two = await okOf(under().forge.git.log({ from: fourth ?? '', limit: 2 }));
      expect(two.map((one) => one.commit)).toEqual([fourth, third]);
      expect(await okOf(under().forge.git.log({ from: fourth ?? '', limit: 0 }))).toEqual([]);
    });

    it('stops before the commit named by until', async () => {
      const [, second, third, fourth] = await history();
      const found = await okOf(under().forge.git.log({ from: fourth ?? '', limit: 10, until: second ?? '' }));
      expect(found.map((one) => one.commit)).toEqual([fourth, third]);
    });

    it('keeps to commits that changed, made or deleted a matching path', async () => {
      const [first, second, , fourth] = await history();
      const found = await okOf(under().forge.git.log({ from: fourth ?? '', limit: 10, paths: ['apps/dev/**'] }));
      expect(found.map((one) => one.commit)).toEqual([fourth, second, first]);
      const one = await okOf(under().forge.git.log({ from: fourth ?? '', limit: 1, paths: ['README.md'] }));
      expect(one.map((commit) => commit.commit)).toEqual([first]);
    });

    it('does not walk into what was merged', async () => {
      const [, , third] = await history();
      const { forge, seed } = under();
      await seed.commit({ branch: 'side', parent: third ?? '', files: { 'side.txt': 'x' }, message: 'Side' });
      const target = (await okOf(forge.git.head('release')))?.commit ?? '';
      await seed.setBranch('release', third ?? '');
      expect(target).not.toBe('');
      const pullRequest = await okOf(
        forge.pullRequests.open({ source: 'side', target: 'release', title: 'Side', description: '' }),
      );
      const method = forge.capabilities.mergeMethods[0] ?? 'merge';
      const merged = await okOf(
        forge.pullRequests.merge(pullRequest.id, {
          method,
          expectedHead: pullRequest.head,
          expectedTarget: null,
          message: { title: 'Merge side', body: '' },
          approvals: 0,
          deleteSource: false,
        }),
      );
      expect(merged.kind).toBe('merged');
      const from = (await okOf(forge.git.head('release')))?.commit ?? '';
      const found = await okOf(forge.git.log({ from, limit: 10, until: third ?? '' }));
      expect(found).toHaveLength(1);
      expect(found[0]?.commit).toBe(from);
    });

    it('answers not-found for a commit that is not there', async () => {
      await seeded(under());
      expect((await errorOf(under().forge.git.log({ from: '3'.repeat(40), limit: 1 }))).kind).toBe('not-found');
    });
  });
}
