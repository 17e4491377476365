import { describe, expect, it } from 'vitest';
import { errorOf, okOf, seeded, useForge, withChange } from './expectations.js';
import type { MakeForge } from './forge-under-test.js';

export function describeComments(makeForge: MakeForge): void {
  describe('comments', () => {
    const under = useForge(makeForge);

    async function opened() {
      await seeded(under());
      await withChange(under(), 'topic', '1.0');
      const draft = { source: 'topic', target: 'release', title: 'T', description: '' };
      const { id } = await okOf(under().forge.pullRequests.open(draft));
      const texts = async () =>
        (await okOf(under().forge.pullRequests.status(id))).comments.map((one) => withoutMarker(one.text));
      return { id, texts };
    }

    it('adds one each time', async () => {
      const { id, texts } = await opened();
      const { comment } = under().forge.pullRequests;
      await okOf(comment(id, { text: 'One.' }));
      await okOf(comment(id, { text: 'Two.' }));
      expect(await texts()).toEqual(['One.', 'Two.']);
      expect((await errorOf(comment('999999999', { text: 'x' }))).kind).toBe('not-found');
    });

    it('changes the one that carries its marker, and writes nothing where that says the same', async () => {
      const { id, texts } = await opened();
      const { comment } = under().forge.pullRequests;
      await okOf(comment(id, { text: 'Before.' }));
      await okOf(comment(id, { text: 'One of two checks passed.', marker: 'checks' }));
      await okOf(comment(id, { text: 'Versions.', marker: 'versions' }));
      await okOf(comment(id, { text: 'Both checks passed.', marker: 'checks' }));
      await okOf(comment(id, { text: 'Both checks passed.', marker: 'checks' }));
      expect([...(await texts())].sort()).toEqual(['Before.', 'Both checks passed.', 'Versions.']);
    });

    it('does not take what another account wrote under the same marker', async () => {
      const { id, texts } = await opened();
      await okOf(under().colleague.pullRequests.comment(id, { text: 'Theirs.', marker: 'checks' }));
      await okOf(under().forge.pullRequests.comment(id, { text: 'Ours.', marker: 'checks' }));
      expect([...(await texts())].sort()).toEqual(['Ours.', 'Theirs.']);
    });
  });
}

/** A marker is hidden in the text where a forge has no other place for it. */
function withoutMarker(text: string): string {
  return text.replace(/\s*<!--.*?-->\s*/gs, '').trim();
}
