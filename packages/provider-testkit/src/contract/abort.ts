import { describe, expect, it } from 'vitest';
import { errorOf, okOf, seeded, useForge, withChange } from './expectations.js';
import type { MakeForge } from './forge-under-test.js';

export function describeAbort(makeForge: MakeForge): void {
  describe('abort', () => {
    const under = useForge(makeForge);

    it('does nothing for a signal that is aborted already', async () => {
      const { base } = await seeded(under());
      const { head } = await withChange(under(), 'topic', '1.0');
      const { forge } = under();
      const before = await under().inspect.branches();
      const call = { signal: AbortSignal.abort() };
      const file = { path: 'x.yaml', before: null, after: 'x' };
      const draft = { source: 'topic', target: 'release', title: 'T', description: '' };
      const calls = [
        forge.git.head('main', call),
        forge.git.snapshot({ commit: base }, ['**'], call),
        forge.git.commit({ branch: 'b', expectedHead: null, base, files: [file], message: 'm' }, call),
        forge.git.deleteBranch('topic', head, call),
        forge.git.log({ from: base, limit: 1 }, call),
        forge.pullRequests.open(draft, call),
        forge.pullRequests.list({ state: 'all', limit: 1 }, call),
      ];
      for (const one of calls) expect((await errorOf(one)).kind).toBe('aborted');
      expect(await under().inspect.branches()).toEqual(before);
      expect(await okOf(forge.pullRequests.list({ state: 'all', limit: 1 }))).toEqual([]);
    });

    it('stops in the middle without a half: done or aborted, and the same call goes through afterwards', async () => {
      const { base } = await seeded(under());
      const { forge } = under();
      const input = {
        branch: 'b',
        expectedHead: null,
        base,
        files: [{ path: 'x.yaml', before: null, after: 'x' }],
        message: 'm',
      };
      const controller = new AbortController();
      const running = forge.git.commit(input, { signal: controller.signal });
      setImmediate(() => controller.abort());
      const answer = await running;
      const made = (await under().inspect.branches())['b'];
      if (answer.isOk()) expect(made).toBe(answer.value.commit);
      else expect(answer.error.kind).toBe('aborted');
      if (made === undefined) await okOf(forge.git.commit(input));
      expect(await under().inspect.branches()).toHaveProperty('b');
      expect(await under().inspect.faults()).toEqual([]);
    });
  });
}
