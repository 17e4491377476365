import { describe, expect, it } from 'vitest';
import { errorOf, hex, okOf, seeded, useForge } from './expectations.js';
import type { MakeForge } from './forge-under-test.js';

export function describeHead(makeForge: MakeForge): void {
  describe('head and identity', () => {
    const under = useForge(makeForge);

    it('gives the tip of a branch; the log says its message, author and time', async () => {
      const { forge, seed } = under();
      const { base } = await seeded(under());
      const tip = await seed.commit({
        branch: 'topic',
        parent: base,
        files: { 'a.txt': 'a' },
        message: 'Two\n\nLines of it.',
        at: 1_750_000_000,
      });
      expect(await okOf(forge.git.head('topic'))).toEqual({ branch: 'topic', commit: tip });
      expect(await okOf(forge.git.log({ from: tip, limit: 1 }))).toEqual([
        {
          commit: tip,
          parents: [base],
          message: 'Two\n\nLines of it.',
          author: { name: 'Seed', email: 'seed@example.com' },
          at: '2025-06-15T15:06:40Z',
        },
      ]);
    });

    it('gives the default branch where none is named', async () => {
      const { base } = await seeded(under());
      const head = await okOf(under().forge.git.head(null));
      expect(head).toMatchObject({ branch: 'main', commit: base });
      expect(head?.commit).toMatch(hex);
    });

    it('gives null where there is no such branch, also for the beginning of a name', async () => {
      await seeded(under());
      await under().seed.setBranch('feature/one', (await okOf(under().forge.git.head('main')))?.commit ?? '');
      expect(await okOf(under().forge.git.head('nowhere'))).toBeNull();
      expect(await okOf(under().forge.git.head('feature'))).toBeNull();
      expect(await okOf(under().forge.git.head('relea'))).toBeNull();
    });

    it('gives null for the default branch of an empty repository', async () => {
      expect(await okOf(under().forge.git.head(null))).toBeNull();
    });

    it('sees at once what others pushed', async () => {
      const { base } = await seeded(under());
      expect((await okOf(under().forge.git.head('main')))?.commit).toBe(base);
      const next = await under().seed.commit({ branch: 'main', files: { 'b.txt': 'b' } });
      expect((await okOf(under().forge.git.head('main')))?.commit).toBe(next);
    });

    it('shows its own writes at once, also to a caller who is content with less', async () => {
      const { base } = await seeded(under());
      const { forge } = under();
      const call = { maxAgeMs: 3_600_000 };
      await okOf(forge.git.snapshot({ branch: 'main' }, ['**'], call));
      expect((await okOf(forge.git.head('main', call)))?.commit).toBe(base);
      expect(await okOf(forge.pullRequests.list({ state: 'open', limit: 10 }, call))).toEqual([]);
      const file = { path: 'x.yaml', before: null, after: 'x' };
      const { commit } = await okOf(
        forge.git.commit({ branch: 'topic', expectedHead: null, base, files: [file], message: 'm' }),
      );
      expect((await okOf(forge.git.head('topic', call)))?.commit).toBe(commit);
      const draft = { source: 'topic', target: 'release', title: 'T', description: '' };
      const { id } = await okOf(forge.pullRequests.open(draft));
      expect((await okOf(forge.pullRequests.list({ state: 'open', limit: 10 }, call))).map((one) => one.id)).toEqual([
        id,
      ]);
      expect((await okOf(forge.pullRequests.findOpen(draft, call)))?.id).toBe(id);
      await okOf(forge.pullRequests.close(id, { reason: 'No.' }));
      expect(await okOf(forge.pullRequests.findOpen(draft, call))).toBeNull();
    });

    it('refuses what is no name for a branch', async () => {
      await seeded(under());
      for (const name of ['-d', 'a..b', 'a b', '', '/a', 'a.lock', 'a/.b', '--upload-pack=x']) {
        expect(['usage', 'rejected']).toContain((await errorOf(under().forge.git.head(name))).kind);
      }
    });

    it('says who acts', async () => {
      const [one, other] = [await okOf(under().forge.git.identity()), await okOf(under().colleague.git.identity())];
      expect(one.name).not.toBe('');
      expect(other).not.toEqual(one);
    });
  });
}
