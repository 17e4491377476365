import type { CommitId } from '@gitops/core';
import { fail } from './failure.js';
import { formatOf, type TreeEntry, treeId } from './git-objects.js';

/** Failure `response-invalid` for a listing that no tree can have, or that is not the tree the forge told before. */
export function checkListing(commit: CommitId, entries: readonly TreeEntry[], tree: string | null): void {
  const found = treeOf(commit, entries);
  if (found !== null && (tree === null || tree === found)) return;
  fail(
    'response-invalid',
    `The server listed other files of ${commit} than the commit holds.`,
    'Run again. If it happens again, look whether a proxy changes answers.',
    { what: 'listing', expected: tree, found },
  );
}

function treeOf(commit: CommitId, entries: readonly TreeEntry[]): string | null {
  try {
    return treeId(entries, formatOf(commit));
  } catch {
    // a path that stands twice, or as file and folder
    return null;
  }
}
