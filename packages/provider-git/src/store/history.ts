import type { CommitId } from '@gitops/core';
import type { CommitObject } from './codec.js';
import type { Repository } from './repository.js';

export interface Visited {
  readonly oid: CommitId;
  readonly commit: CommitObject;
}

/** First parents from `from` on, newest first, `from` included. */
export async function* firstParents(repository: Repository, from: CommitId): AsyncGenerator<Visited> {
  let oid: CommitId | undefined = from;
  while (oid !== undefined) {
    const commit: CommitObject = await repository.commit(oid);
    yield { oid, commit };
    oid = commit.parents[0];
  }
}

/** Commits on the first-parent chain of `head` that `base` does not reach, oldest first. */
export async function ownCommits(repository: Repository, head: CommitId, base: CommitId): Promise<Visited[]> {
  const found: Visited[] = [];
  for await (const one of firstParents(repository, head)) {
    if (await reaches(repository, base, one.oid)) break;
    found.unshift(one);
  }
  return found;
}

/** Whether `commit` is `from` or one of its ancestors. */
export async function reaches(repository: Repository, from: CommitId, commit: CommitId): Promise<boolean> {
  return from === commit || !(await repository.store.notReachable([commit], from)).has(commit);
}
