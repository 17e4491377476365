import { type CommitId, type SkipReason, type Snapshot, snapshotOf } from '@gitops/core';
import { largestFile, pathFilter, textOf } from '@gitops/provider-http';
import type { Repository } from '../store/repository.js';
import { entriesOf } from './walk.js';

export async function snapshotAt(
  repository: Repository,
  commit: CommitId,
  globs: readonly string[],
): Promise<Snapshot & { readonly commit: CommitId }> {
  const { tree } = await repository.commit(commit);
  const entries = globs.length === 0 ? [] : await entriesOf(repository, tree, pathFilter(globs));
  const skipped: { path: string; reason: SkipReason }[] = [];
  const regular = entries.filter((entry) => {
    if (entry.mode === '120000') skipped.push({ path: entry.path, reason: 'link' });
    else if (entry.mode === '160000') skipped.push({ path: entry.path, reason: 'submodule' });
    else return true;
    return false;
  });
  const contents = await repository.blobs(regular.map((entry) => entry.oid));
  const files: Record<string, string> = Object.create(null);
  for (const [index, { path }] of regular.entries()) {
    const bytes = contents[index] as Uint8Array;
    if (bytes.length > largestFile) {
      skipped.push({ path, reason: 'too-large' });
      continue;
    }
    const text = textOf(bytes);
    if (text === null) skipped.push({ path, reason: 'not-utf8' });
    else files[path] = text;
  }
  skipped.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { ...snapshotOf(files), commit, skipped };
}
