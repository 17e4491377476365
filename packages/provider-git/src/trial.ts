import type { CommitId, PullRequestStatus } from '@gitops/core';
import type { Review } from './appraise/review.js';
import type { CommitObject } from './store/codec.js';
import type { Repository } from './store/repository.js';
import { type MergedTree, mergeTrees } from './tree/merge.js';

/** The tree of a merge of two commits. */
export async function mergeCommits(repository: Repository, ours: CommitId, theirs: CommitId): Promise<MergedTree> {
  const base = await repository.store.mergeBase(ours, theirs);
  const tree = async (oid: CommitId): Promise<string> => (await repository.commit(oid)).tree;
  return mergeTrees(repository, base === null ? null : await tree(base), await tree(ours), await tree(theirs));
}

/**
 * What a merge now would give, as a commit that no ref names. It is made of the two heads alone (their author, their
 * time), so that asking twice makes one object, and asking needs no identity.
 */
export async function trialOf(
  repository: Repository,
  { state, tip, target }: Review,
): Promise<Pick<PullRequestStatus, 'mergeable' | 'trial'>> {
  if (state !== 'open' || tip === null || target === null) return { mergeable: 'unknown', trial: null };
  const merged = await mergeCommits(repository, target, tip);
  if (!('tree' in merged)) return { mergeable: 'conflict', trial: null };
  const head: CommitObject = await repository.commit(tip);
  const result = repository.writeCommit({
    tree: merged.tree,
    parents: [target, tip],
    author: head.author,
    committer: head.committer,
    message: `Trial merge of ${tip} into ${target}\n`,
  });
  await repository.store.flush();
  return { mergeable: 'yes', trial: { target, result } };
}
