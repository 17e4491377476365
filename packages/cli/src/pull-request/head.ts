import { type CommitId, problem } from '@gitops/core';
import { fail, usage } from '../failure.js';

/** Refuses where another commit stands there than the one that was reviewed (`--head`, full or abbreviated). */
export function expectHead(id: string, head: CommitId, expected: string | null): void {
  if (expected === null) return;
  if (!/^[0-9a-f]{7,64}$/.test(expected))
    usage(`--head ${expected} is no commit.`, 'Give its id, at least seven digits of it.');
  if (head.startsWith(expected)) return;
  fail(
    problem(
      'stale-head',
      `${id} is at ${head.slice(0, 12)} now, not at ${expected}.`,
      `Look at it again: gitops pr show ${id}`,
      {
        details: { expected, found: head },
      },
    ),
  );
}
