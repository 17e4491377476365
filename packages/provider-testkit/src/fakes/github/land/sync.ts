import { runGit } from '../../host/git-run.js';
import { isAncestor } from '../../host/history.js';
import { listRefs, moveRefs } from '../../host/repository.js';
import type { PullRequest } from '../state/pull-request.js';
import type { Repository } from '../state/repository.js';
import type { World } from '../state/world.js';

/**
 * Brings pull requests up to what the branches are now, however they were moved: by the API, by a push, or by a test
 * that wrote into the repository's folder. A head that moved is followed; a head that is gone, or that was set back to
 * what the base holds already, closes; a base that has come to hold an unmoved head has merged it.
 */
export async function syncPullRequests(world: World, repository: Repository): Promise<void> {
  if (!repository.pulls.some((pull) => pull.state === 'open')) return;
  const own = await listRefs(repository.folder, 'refs/heads/');
  for (const pull of repository.pulls) {
    if (pull.state !== 'open') continue;
    const refs = pull.head.repository === repository ? own : await listRefs(pull.head.repository.folder, 'refs/heads/');
    await follow(world, pull, own.get(`refs/heads/${pull.base.branch}`), refs.get(`refs/heads/${pull.head.branch}`));
  }
}

async function follow(
  world: World,
  pull: PullRequest,
  base: string | undefined,
  head: string | undefined,
): Promise<void> {
  const { folder } = pull.repository;
  if (head === undefined || base === undefined) return closePullRequest(world, pull);
  if (base === pull.base.sha && head === pull.head.sha) return;
  if (head !== pull.head.sha) {
    await fetchHead(pull, head);
    pull.head.sha = head;
    pull.updatedAt = world.clock.iso();
    pull.queued = null;
    dismissStale(pull);
    pull.base.sha = base;
    if (await isAncestor(folder, head, base)) closePullRequest(world, pull);
    return;
  }
  if (await isAncestor(folder, head, base)) markMerged(world, pull, head);
  else pull.base.sha = base;
}

/** Makes a head known to the base's repository, under its hidden ref. */
export async function fetchHead(pull: PullRequest, head: string): Promise<void> {
  const { folder } = pull.repository;
  const ref = `refs/pull/${pull.number}/head`;
  if (pull.head.repository === pull.repository) {
    const refused = await moveRefs(folder, [{ ref, to: head }]);
    if (refused !== null) throw new Error(refused);
  } else {
    await runGit(folder, ['fetch', '--quiet', pull.head.repository.folder, `+refs/heads/${pull.head.branch}:${ref}`]);
  }
}

function dismissStale(pull: PullRequest): void {
  if (pull.repository.protection.get(pull.base.branch)?.dismissStale !== true) return;
  for (const review of pull.reviews) if (review.state === 'APPROVED') review.state = 'DISMISSED';
}

export function closePullRequest(world: World, pull: PullRequest): void {
  pull.state = 'closed';
  pull.closedAt = world.clock.iso();
  pull.updatedAt = pull.closedAt;
  pull.autoMerge = null;
  pull.queued = null;
}

export function markMerged(world: World, pull: PullRequest, commit: string): void {
  closePullRequest(world, pull);
  pull.merged = { at: world.clock.iso(), by: pull.author, commit };
}
