import { isAncestor } from '../../host/history.js';
import { mergeTree } from '../../host/merge.js';
import { branchTip } from '../git/refs.js';
import type { Instance } from '../instance.js';
import type { MergeRequest } from '../state.js';
import { isDraft, openThreads } from './facts.js';
import { headPipeline, isRunning } from './pipelines.js';
import { followPushes, headOf, versionOf } from './versions.js';

export interface Mergeability {
  /** The older field: `unchecked`, `checking`, `can_be_merged`, `cannot_be_merged`. */
  readonly mergeStatus: string;
  /** `detailed_merge_status`. */
  readonly detailed: string;
  readonly conflict: boolean;
}

const unknown = (word: string): Mergeability => ({ mergeStatus: word, detailed: word, conflict: false });

/** The answer to opening a merge request: nothing has been looked at. */
export function justOpened(instance: Instance): Mergeability {
  return { mergeStatus: 'checking', detailed: instance.asyncReads > 0 ? 'preparing' : 'checking', conflict: false };
}

/**
 * What a read finds. Each change of either branch makes it `unchecked`; a read of the merge request itself (`asks`)
 * brings the check on, a list does not.
 */
export async function findMergeability(
  instance: Instance,
  mergeRequest: MergeRequest,
  asks: boolean,
): Promise<Mergeability> {
  await followPushes(instance, mergeRequest);
  const { folder } = mergeRequest.project;
  if (mergeRequest.state !== 'opened') {
    const fine = mergeRequest.state === 'merged' || mergeRequest.check?.conflict !== true;
    const mergeStatus = fine ? 'can_be_merged' : 'cannot_be_merged';
    return { mergeStatus, detailed: 'not_open', conflict: false };
  }
  const target = await branchTip(folder, mergeRequest.targetBranch);
  const head = headOf(mergeRequest);
  const key = `${head}:${target ?? ''}`;
  const fresh = mergeRequest.check?.key !== key;
  if (mergeRequest.check === null || fresh) {
    const conflict = target === null || (await mergeTree(folder, target, head)).kind === 'conflict';
    mergeRequest.check = { key, conflict, waits: instance.asyncReads };
  }
  const { check } = mergeRequest;
  if (check.waits > 0) {
    if (!asks) return unknown(mergeRequest.prepared ? 'unchecked' : 'preparing');
    check.waits--;
    mergeRequest.prepared = true;
    return unknown('checking');
  }
  mergeRequest.prepared = true;
  const detailed = await obstacle(instance, mergeRequest, target, check.conflict);
  return {
    mergeStatus: check.conflict || detailed === 'commits_status' ? 'cannot_be_merged' : 'can_be_merged',
    detailed: detailed ?? 'mergeable',
    conflict: check.conflict,
  };
}

/** What waiting or a person can still change: auto-merge may wait for these. */
export const passing: readonly string[] = [
  'requested_changes',
  'not_approved',
  'draft_status',
  'discussions_not_resolved',
  'ci_must_pass',
  'ci_still_running',
];

/** The first obstacle in GitLab's own order; CI comes last. */
async function obstacle(
  instance: Instance,
  mergeRequest: MergeRequest,
  target: string | null,
  conflict: boolean,
): Promise<string | null> {
  const { settings, folder } = mergeRequest.project;
  const head = headOf(mergeRequest);
  if (instance.enterprise && mergeRequest.reviewers.some(({ state }) => state === 'requested_changes')) {
    return 'requested_changes';
  }
  if (instance.enterprise && mergeRequest.approvals.length < settings.approvals_required) return 'not_approved';
  if (isDraft(mergeRequest)) return 'draft_status';
  const source = await branchTip(folder, mergeRequest.sourceBranch);
  if (source === null || target === null || versionOf(mergeRequest).base === head) return 'commits_status';
  if (settings.only_allow_merge_if_all_discussions_are_resolved && openThreads(mergeRequest) > 0) {
    return 'discussions_not_resolved';
  }
  if (conflict) return 'conflict';
  if (settings.merge_method !== 'merge' && !settings.automatic_rebase_enabled) {
    if (!(await isAncestor(folder, target, head))) return 'need_rebase';
  }
  return settings.only_allow_merge_if_pipeline_succeeds ? ciObstacle(mergeRequest) : null;
}

function ciObstacle(mergeRequest: MergeRequest): string | null {
  const status = headPipeline(mergeRequest)?.status;
  if (status === undefined) return 'ci_must_pass';
  if (isRunning(status)) return 'ci_still_running';
  if (status === 'success') return null;
  const skipped = status === 'skipped' && mergeRequest.project.settings.allow_merge_on_skipped_pipeline;
  return skipped ? null : 'ci_must_pass';
}
