import type { Account } from '../accounts.js';
import type { Instance } from '../instance.js';
import type { AutoMerge, MergeRequest, TrainCar } from '../state.js';
import { merge } from './merge.js';
import { findMergeability, type Mergeability, passing } from './mergeability.js';
import { addSystemNote } from './notes.js';
import { headPipeline, isRunning } from './pipelines.js';
import { headOf } from './versions.js';

/**
 * How this merge request could be armed now; null: not at all. There must be something to wait for that passes: the
 * trap is a merge request without a pipeline, which can be merged at once but not armed.
 */
export function autoMergeStrategy(
  instance: Instance,
  mergeRequest: MergeRequest,
  found: Mergeability,
): AutoMerge['strategy'] | null {
  const pipeline = headPipeline(mergeRequest);
  const running = pipeline !== null && isRunning(pipeline.status);
  const waits = passing.includes(found.detailed);
  if (found.detailed !== 'mergeable' && !waits) return null;
  if (instance.enterprise && mergeRequest.project.settings.merge_trains_enabled) return 'merge_train';
  return running || waits ? 'merge_when_checks_pass' : null;
}

export function arm(
  instance: Instance,
  mergeRequest: MergeRequest,
  by: Account,
  auto: Pick<AutoMerge, 'strategy' | 'wish'>,
): void {
  mergeRequest.autoMerge = { ...auto, by, sha: headOf(mergeRequest) };
  mergeRequest.updatedAt = instance.now();
  const sha = headOf(mergeRequest).slice(0, 8);
  addSystemNote(instance, mergeRequest, by, `enabled an automatic merge when all merge checks for ${sha} pass`);
}

export function disarm(instance: Instance, mergeRequest: MergeRequest, by: Account): void {
  mergeRequest.autoMerge = null;
  for (const car of mergeRequest.project.train) {
    if (car.mergeRequest === mergeRequest && car.status !== 'merged') car.status = 'skip_merged';
  }
  addSystemNote(instance, mergeRequest, by, 'canceled the automatic merge');
}

/** Merges what is armed and has nothing in its way any more; called after whatever could have cleared it. */
export async function runAutoMerges(instance: Instance, requests: readonly MergeRequest[]): Promise<void> {
  for (const mergeRequest of requests) {
    if (mergeRequest.state !== 'opened' || mergeRequest.autoMerge === null) continue;
    const found = await findMergeability(instance, mergeRequest, true);
    const auto = mergeRequest.autoMerge as AutoMerge | null;
    const pipeline = headPipeline(mergeRequest);
    const running = pipeline !== null && isRunning(pipeline.status);
    if (auto === null || found.detailed !== 'mergeable' || running || pipeline?.status === 'failed') continue;
    if (auto.strategy === 'merge_train') board(instance, mergeRequest, auto);
    else await merge(instance, mergeRequest, auto.by, auto.wish);
  }
}

/** Puts a merge request on its target's train, once. */
export function board(instance: Instance, mergeRequest: MergeRequest, auto: AutoMerge): TrainCar {
  const { train } = mergeRequest.project;
  const aboard = train.find((car) => car.mergeRequest === mergeRequest && /^(idle|fresh)$/.test(car.status));
  if (aboard !== undefined) return aboard;
  const now = instance.now();
  const car: TrainCar = {
    id: instance.nextId(),
    mergeRequest,
    user: auto.by,
    targetBranch: mergeRequest.targetBranch,
    createdAt: now,
    updatedAt: now,
    mergedAt: null,
    status: 'fresh',
  };
  train.push(car);
  return car;
}
