import type { CommitId } from '@gitops/core';
import type { Repository } from '../store/repository.js';

/** Everything reachable from a commit, itself included. */
export async function ancestors(repository: Repository, from: CommitId): Promise<Set<CommitId>> {
  const seen = new Set<CommitId>([from]);
  const queue = [from];
  for (let oid = queue.pop(); oid !== undefined; oid = queue.pop()) {
    const commit = await repository.findCommit(oid);
    for (const parent of commit?.parents ?? []) {
      if (seen.has(parent)) continue;
      seen.add(parent);
      queue.push(parent);
    }
  }
  return seen;
}

/** A common ancestor that no other common ancestor descends from; the newest where there are several. */
export async function bestCommon(repository: Repository, one: CommitId, other: CommitId): Promise<CommitId | null> {
  const reached = await ancestors(repository, one);
  const candidates: CommitId[] = [];
  const seen = new Set<CommitId>([other]);
  const queue = [other];
  for (let oid = queue.shift(); oid !== undefined; oid = queue.shift()) {
    if (reached.has(oid)) {
      candidates.push(oid);
      continue;
    }
    for (const parent of (await repository.commit(oid)).parents) {
      if (!seen.has(parent)) {
        seen.add(parent);
        queue.push(parent);
      }
    }
  }
  let best: { readonly oid: CommitId; readonly seconds: number } | null = null;
  for (const oid of candidates) {
    const others = candidates.filter((candidate) => candidate !== oid);
    let covered = false;
    for (const candidate of others) covered ||= (await ancestors(repository, candidate)).has(oid);
    const { seconds } = (await repository.commit(oid)).committer;
    if (!covered && (best === null || seconds > best.seconds)) best = { oid, seconds };
  }
  return best?.oid ?? null;
}
