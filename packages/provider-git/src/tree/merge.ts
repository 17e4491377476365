import { textOf } from '@gitops/provider-http';
import { diff3Merge } from 'node-diff3';
import type { TreeEntry } from '../store/codec.js';
import type { Repository } from '../store/repository.js';
import type { Oid } from '../store/store.js';

export type MergedTree = { readonly tree: Oid } | { readonly conflicts: readonly string[] };

/**
 * Three trees to one, made in the object store by both backends alike, so that a pull request merges everywhere or
 * nowhere. Stricter than `git merge`: a rename is a deletion and a new file, never a guess.
 */
export async function mergeTrees(
  repository: Repository,
  base: Oid | null,
  ours: Oid,
  theirs: Oid,
): Promise<MergedTree> {
  const conflicts: string[] = [];
  const tree = await mergeFolder(repository, base, ours, theirs, '', conflicts);
  return conflicts.length > 0 ? { conflicts: conflicts.sort() } : { tree: tree ?? repository.writeTree([]) };
}

async function mergeFolder(
  repository: Repository,
  base: Oid | null,
  ours: Oid | null,
  theirs: Oid | null,
  folder: string,
  conflicts: string[],
): Promise<Oid | null> {
  if (ours === theirs || base === theirs) return ours;
  if (base === ours) return theirs;
  const [b, o, t] = [
    await listing(repository, base),
    await listing(repository, ours),
    await listing(repository, theirs),
  ];
  const merged: TreeEntry[] = [];
  for (const name of new Set([...b.keys(), ...o.keys(), ...t.keys()])) {
    const entry = await mergeEntry(repository, b.get(name), o.get(name), t.get(name), `${folder}${name}`, conflicts);
    if (entry !== null) merged.push(entry);
  }
  return merged.length === 0 ? null : repository.writeTree(merged);
}

async function mergeEntry(
  repository: Repository,
  base: TreeEntry | undefined,
  ours: TreeEntry | undefined,
  theirs: TreeEntry | undefined,
  path: string,
  conflicts: string[],
): Promise<TreeEntry | null> {
  if (same(ours, theirs) || same(base, theirs)) return ours ?? null;
  if (same(base, ours)) return theirs ?? null;
  // from here on both sides changed it, and differently
  const folderOrNothing = (entry: TreeEntry | undefined): boolean => entry === undefined || entry.mode === '40000';
  if ([ours, theirs].every(folderOrNothing) && (ours ?? theirs) !== undefined) {
    const below = base?.mode === '40000' ? base.oid : null;
    const oid = await mergeFolder(repository, below, ours?.oid ?? null, theirs?.oid ?? null, `${path}/`, conflicts);
    return oid === null ? null : { name: (ours ?? (theirs as TreeEntry)).name, mode: '40000', oid };
  }
  const file = (entry: TreeEntry | undefined): entry is TreeEntry => entry?.mode.startsWith('100') === true;
  if (file(base) && file(ours) && file(theirs)) {
    const mode = ours.mode === theirs.mode || theirs.mode === base.mode ? ours.mode : theirs.mode;
    const oid = await mergeFile(repository, base.oid, ours.oid, theirs.oid);
    if (oid !== null) return { name: ours.name, mode, oid };
  }
  conflicts.push(path);
  return ours ?? theirs ?? null;
}

/** Line by line; null where both sides changed the same lines, or a side is not text. */
async function mergeFile(repository: Repository, base: Oid, ours: Oid, theirs: Oid): Promise<Oid | null> {
  if (ours === theirs || base === theirs) return ours;
  if (base === ours) return theirs;
  const texts = (await repository.blobs([base, ours, theirs])).map(textOf);
  const [b, o, t] = texts;
  if (typeof b !== 'string' || typeof o !== 'string' || typeof t !== 'string') return null;
  const lines = (text: string): string[] => text.split(/(?<=\n)/);
  const merged: string[] = [];
  for (const region of diff3Merge(lines(o), lines(b), lines(t), { excludeFalseConflicts: true })) {
    if (region.ok === undefined) return null;
    merged.push(...region.ok);
  }
  return repository.store.write('blob', Buffer.from(merged.join(''), 'utf8'));
}

function same(one: TreeEntry | undefined, other: TreeEntry | undefined): boolean {
  return one?.oid === other?.oid && one?.mode === other?.mode;
}

async function listing(repository: Repository, tree: Oid | null): Promise<Map<string, TreeEntry>> {
  return new Map((tree === null ? [] : await repository.tree(tree)).map((entry) => [entry.name, entry]));
}
