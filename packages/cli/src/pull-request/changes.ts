import type { CallOptions, Forge, PullRequest } from '@gitops/core';
import { changedLines, type LineChange } from './lines.js';

/** A changed file of a pull request, line by line. */
export interface FileLines {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
  readonly lines: readonly LineChange[];
}

/** What the head of a pull request changes against its parent; null where its branch is gone. */
export async function readChanges(
  forge: Forge,
  { head, landed }: PullRequest,
  call: CallOptions,
): Promise<readonly FileLines[] | null> {
  const changes = await forge.git.changes(landed?.last ?? head, call);
  if (changes.isErr()) return null;
  return changes.value.map(({ path, before, after }) => ({
    path,
    change: before === null ? 'added' : after === null ? 'removed' : 'changed',
    lines: changedLines(before ?? '', after ?? ''),
  }));
}
