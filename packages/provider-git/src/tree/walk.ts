import type { PathFilter } from '@gitops/provider-http';
import type { TreeEntry } from '../store/codec.js';
import type { Repository } from '../store/repository.js';
import type { Oid } from '../store/store.js';

export interface FoundEntry extends TreeEntry {
  readonly path: string;
}

/** All entries below a tree that the filter takes, folders aside, sorted by path. One read for each level of folders. */
export async function entriesOf(repository: Repository, tree: Oid, filter: PathFilter): Promise<FoundEntry[]> {
  const found: FoundEntry[] = [];
  let level: { readonly path: string; readonly oid: Oid }[] = [{ path: '', oid: tree }];
  while (level.length > 0) {
    const trees = await repository.trees(level.map((folder) => folder.oid));
    const next: typeof level = [];
    for (const [index, folder] of level.entries()) {
      for (const entry of trees[index] ?? []) {
        const path = `${folder.path}${entry.name}`;
        if (entry.mode !== '40000') {
          if (filter.matches(path)) found.push({ ...entry, path });
        } else if (filter.mayHold(path)) {
          next.push({ path: `${path}/`, oid: entry.oid });
        }
      }
    }
    level = next;
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The entry at a path; null where there is none. */
export async function entryAt(repository: Repository, tree: Oid, path: string): Promise<TreeEntry | null> {
  const steps = path.split('/');
  let oid = tree;
  for (const [index, step] of steps.entries()) {
    const entry = (await repository.tree(oid)).find((one) => one.name === step);
    if (entry === undefined) return null;
    if (index === steps.length - 1) return entry;
    if (entry.mode !== '40000') return null;
    oid = entry.oid;
  }
  return null;
}

/** Whether a path that the filter takes differs between two trees. Equal folders are not opened. */
export async function differs(
  repository: Repository,
  before: Oid | null,
  after: Oid | null,
  filter: PathFilter,
  folder = '',
): Promise<boolean> {
  if (before === after) return false;
  const older = before === null ? [] : await repository.tree(before);
  const newer = after === null ? [] : await repository.tree(after);
  const names = new Set([...older, ...newer].map((entry) => entry.name));
  for (const name of names) {
    const was = older.find((entry) => entry.name === name) ?? null;
    const is = newer.find((entry) => entry.name === name) ?? null;
    if (was?.oid === is?.oid && was?.mode === is?.mode) continue;
    const path = `${folder}${name}`;
    const leaf = [was, is].some((entry) => entry !== null && entry.mode !== '40000');
    if (leaf && filter.matches(path)) return true;
    const oldTree = was?.mode === '40000' ? was.oid : null;
    const newTree = is?.mode === '40000' ? is.oid : null;
    if ((oldTree !== null || newTree !== null) && filter.mayHold(path)) {
      if (await differs(repository, oldTree, newTree, filter, `${path}/`)) return true;
    }
  }
  return false;
}
