import type { FileChange } from '@gitops/core';
import { type Content, isFile } from './contents.js';
import type { TreeEntry } from './git-objects.js';

/** One path whose entry is another one in two listings. */
export interface ListingChange {
  readonly path: string;
  readonly before: TreeEntry | null;
  readonly after: TreeEntry | null;
}

/** What differs between two listings, sorted by path. */
export function listingDifference(before: readonly TreeEntry[], after: readonly TreeEntry[]): readonly ListingChange[] {
  const [older, newer] = [byPath(before), byPath(after)];
  const changes: ListingChange[] = [];
  for (const path of new Set([...older.keys(), ...newer.keys()])) {
    const [was, is] = [older.get(path) ?? null, newer.get(path) ?? null];
    if (was?.oid !== is?.oid || was?.mode !== is?.mode) changes.push({ path, before: was, after: is });
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The files whose texts are shown for these changes, on one side. */
export function filesOf(changes: readonly ListingChange[], side: 'before' | 'after'): readonly TreeEntry[] {
  return changes
    .filter((change) => change.before?.oid !== change.after?.oid)
    .flatMap((change) => change[side] ?? [])
    .filter(isFile);
}

/** In the form of `GitPort.changes`: texts where both sides are text, else modes and object ids. */
export function toFileChange(change: ListingChange, contents: ReadonlyMap<string, Content>): FileChange {
  const { path, before, after } = change;
  const [was, is] = [shown(before, contents), shown(after, contents)];
  return before?.oid !== after?.oid && was !== undefined && is !== undefined
    ? { path, before: was, after: is }
    : { path, before: named(before), after: named(after) };
}

const byPath = (entries: readonly TreeEntry[]): Map<string, TreeEntry> =>
  new Map(entries.map((entry) => [entry.path, entry]));

const named = (entry: TreeEntry | null): string | null => (entry === null ? null : `${entry.mode} ${entry.oid}`);

/** Null for no file, undefined for one that is no text. */
function shown(entry: TreeEntry | null, contents: ReadonlyMap<string, Content>): string | null | undefined {
  if (entry === null) return null;
  const content = isFile(entry) ? contents.get(entry.oid) : undefined;
  return content !== undefined && 'text' in content ? content.text : undefined;
}
