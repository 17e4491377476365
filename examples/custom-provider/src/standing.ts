// What stands between a pull request and its merge.
import type { Check, CommitId, PullRequest, PullRequestStatus } from '@gitops/core';
import { commitTree, mergedTree } from './make-commit.ts';
import { checksOf, type PullRequestRecord } from './records.ts';
import { branchRef, type Repository } from './repository.ts';

export interface Standing {
  readonly pullRequest: PullRequest;
  readonly targetHead: CommitId | null;
  readonly approvals: PullRequestStatus['approvals'];
  readonly rejections: PullRequestStatus['rejections'];
  readonly checks: readonly Check[];
  /** The tree of the merge; null for a conflict, or where nothing can be merged any more. */
  readonly tree: string | null;
}

/** As everybody sees it: an open one follows its branch. */
export async function shown(repository: Repository, record: PullRequestRecord): Promise<PullRequest> {
  const { entries: _, ...rest } = record;
  const tip = record.state === 'open' ? await repository.ref(branchRef(record.source)) : null;
  return { ...rest, head: tip ?? record.head, url: urlOf(repository, record.id), milestone: null };
}

const urlOf = (repository: Repository, id: string): string => `${repository.path}#${id}`;

export async function standing(repository: Repository, record: PullRequestRecord): Promise<Standing> {
  const pullRequest = await shown(repository, record);
  const targetHead = await repository.ref(branchRef(record.target));
  const isOpen = record.state === 'open' && targetHead !== null;
  // of each person the last word on this head
  const words = new Map(
    record.entries
      .filter(({ approves, commit }) => approves !== null && commit === pullRequest.head)
      .map(({ author, at, approves }) => [author, { by: author, at, approves }]),
  );
  const those = (wanted: boolean) =>
    [...words.values()].filter(({ approves }) => approves === wanted).map(({ by, at }) => ({ by, at }));
  return {
    pullRequest,
    targetHead,
    approvals: those(true),
    rejections: those(false),
    checks: await checksOf(repository, pullRequest.head),
    tree: isOpen ? await mergedTree(repository, targetHead, pullRequest.head) : null,
  };
}

/** Why it may not be merged whatever one waits for; empty: it may. */
export function refusals({ rejections, checks, tree }: Standing): string[] {
  return [
    ...rejections.map(({ by }) => `rejected by ${by}`),
    ...checks.filter(({ state }) => state === 'failure').map(({ name }) => `check ${name} failed`),
    ...(tree === null ? ['it conflicts with the target branch'] : []),
  ];
}

/** What has still to happen. */
export function waits({ pullRequest, approvals, checks }: Standing, wanted = 0): string[] {
  const missing = wanted - approvals.length;
  return [
    ...(pullRequest.draft ? ['the draft to be made ready'] : []),
    ...checks.filter(({ state }) => state === 'pending').map(({ name }) => `check ${name}`),
    ...(missing > 0 ? [`${missing} ${missing === 1 ? 'approval' : 'approvals'}`] : []),
  ];
}

/** A commit of what a merge now would give; on no branch, and the same each time. */
export async function trialOf(repository: Repository, { tree, targetHead, pullRequest }: Standing) {
  if (tree === null || targetHead === null) return null;
  const result = await commitTree(repository, {
    tree,
    parents: [targetHead, pullRequest.head],
    message: 'What a merge would give',
    by: { name: 'Trial', email: null },
    at: '2000-01-01T00:00:00Z',
  });
  return { target: targetHead, result };
}
