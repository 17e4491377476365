import { runGit } from '../../host/git-run.js';
import { isAncestor, mergeBase } from '../../host/history.js';
import { moveRefs, readRef } from '../../host/repository.js';
import type { Account } from '../state/accounts.js';
import type { PullRequest } from '../state/pull-request.js';
import type { Repository } from '../state/repository.js';
import type { World } from '../state/world.js';

export interface OpenRequest {
  readonly author: Account;
  readonly title: string;
  readonly body: string | null;
  readonly base: string;
  readonly head: { readonly repository: Repository; readonly branch: string };
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

/** Why it cannot be opened: the field that is wrong, or a sentence. */
export type OpenRefusal = { readonly field: 'base' | 'head' } | { readonly sentence: string };

/** Opens a pull request, with GitHub's own reasons not to. */
export async function openPullRequest(
  world: World,
  repository: Repository,
  request: OpenRequest,
): Promise<PullRequest | OpenRefusal> {
  const { head } = request;
  const { folder } = repository;
  const base = await readRef(folder, `refs/heads/${request.base}`);
  const tip = await readRef(head.repository.folder, `refs/heads/${head.branch}`);
  if (tip === null) return { field: 'head' };
  if (base === null) return { field: 'base' };
  const label = `${head.repository.owner.login}:${head.branch}`;
  if (findOpenPull(repository, head.repository, head.branch, request.base) !== null) {
    return { sentence: `A pull request already exists for ${label}.` };
  }
  const number = repository.nextNumber;
  const ref = `refs/pull/${number}/head`;
  if (head.repository === repository) await moveRefs(folder, [{ ref, to: tip }]);
  else await runGit(folder, ['fetch', '--quiet', head.repository.folder, `+refs/heads/${head.branch}:${ref}`]);
  const refusal = await compared(folder, base, tip, request.base, head.branch);
  if (refusal !== null) {
    await moveRefs(folder, [{ ref, to: null }]);
    return { sentence: refusal };
  }
  repository.nextNumber++;
  const now = world.clock.iso();
  const pull: PullRequest = {
    id: world.nextId(),
    number,
    repository,
    author: request.author,
    title: request.title,
    body: request.body,
    state: 'open',
    draft: request.draft,
    base: { branch: request.base, sha: base },
    head: { repository: head.repository, branch: head.branch, sha: tip },
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    merged: null,
    labels: [],
    assignees: [],
    reviewers: [],
    teams: [],
    milestone: null,
    reviews: [],
    comments: [],
    autoMerge: null,
    queued: null,
    trial: null,
    testMerge: null,
    maintainerCanModify: request.maintainerCanModify,
  };
  repository.pulls.push(pull);
  return pull;
}

async function compared(
  folder: string,
  base: string,
  head: string,
  baseName: string,
  headName: string,
): Promise<string | null> {
  if ((await mergeBase(folder, base, head)) === null) {
    return `The ${headName} branch has no history in common with ${baseName}`;
  }
  return (await isAncestor(folder, head, base)) ? `No commits between ${baseName} and ${headName}` : null;
}

export function findOpenPull(repository: Repository, from: Repository, head: string, base: string): PullRequest | null {
  return (
    repository.pulls.find(
      (pull) =>
        pull.state === 'open' &&
        pull.head.repository === from &&
        pull.head.branch === head &&
        pull.base.branch === base,
    ) ?? null
  );
}
