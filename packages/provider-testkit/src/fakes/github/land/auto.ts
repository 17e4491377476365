import type { PullRequest } from '../state/pull-request.js';
import type { Repository } from '../state/repository.js';
import type { World } from '../state/world.js';
import { evaluate } from './evaluate.js';
import { land } from './land.js';
import { tryMerge } from './trial.js';

/** Merges what was armed for auto-merge, or waits in a queue, and may be merged now. */
export async function landWaiting(world: World, repository: Repository): Promise<void> {
  for (const pull of repository.pulls) {
    if (pull.state !== 'open' || !(await ready(world, pull))) continue;
    const queue = repository.queues.get(pull.base.branch);
    if (pull.autoMerge !== null && queue !== undefined) {
      // with a queue, auto-merge means joining it
      pull.queued = { at: world.clock.iso(), by: pull.autoMerge.by, head: pull.head.sha, place: world.nextId() };
      pull.autoMerge = null;
    }
    if (pull.autoMerge === null) continue;
    const { by, method, title, message } = pull.autoMerge;
    await land(world, pull, { by, method, title, message });
  }
}

/** Merges the first pull request of a branch's queue; tests call it, as GitHub's queue runs in its own time. */
export async function landQueue(world: World, repository: Repository, branch: string): Promise<PullRequest | null> {
  const queue = repository.queues.get(branch);
  const waiting = repository.pulls
    .filter((pull) => pull.queued !== null && pull.base.branch === branch)
    .sort((one, other) => (one.queued?.place ?? 0) - (other.queued?.place ?? 0));
  for (const pull of waiting) {
    if (queue === undefined || pull.queued === null) continue;
    const { by } = pull.queued;
    pull.queued = null;
    if (!(await ready(world, pull))) continue;
    const landed = await land(world, pull, { by, method: queue.method, title: null, message: null });
    if (landed.kind === 'landed') return pull;
  }
  return null;
}

async function ready(world: World, pull: PullRequest): Promise<boolean> {
  return (await evaluate(world, pull)).satisfied && (await tryMerge(world, pull)).mergeable;
}
