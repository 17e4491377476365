import { ofProject } from '../access.js';
import { accountOf, type Operation, type ProjectCall } from '../call.js';
import { mergeRequestEntity } from '../entities/merge-request.js';
import { ApiFailure, badRequest, conflict, forbidden, notAllowed, unauthorized, unprocessable } from '../failure.js';
import { arm, autoMergeStrategy, board, disarm } from '../merge-requests/auto-merge.js';
import { squashes } from '../merge-requests/facts.js';
import { merge, trialMerge } from '../merge-requests/merge.js';
import { findMergeability, type Mergeability, passing } from '../merge-requests/mergeability.js';
import { headPipeline, isRunning } from '../merge-requests/pipelines.js';
import { continueRebase } from '../merge-requests/rebase.js';
import { headOf } from '../merge-requests/versions.js';
import { canMerge, canPush } from '../protection.js';
import type { AutoMerge, MergeRequest, MergeWish } from '../state.js';
import { mergeRequestOf } from './merge-requests.js';

/** Refuses where the caller has seen another head. */
export function checkSha(call: ProjectCall, mergeRequest: MergeRequest): void {
  const sha = call.params.text('sha');
  const head = headOf(mergeRequest);
  if (sha !== undefined && sha !== head) throw conflict(`SHA does not match HEAD of source branch: ${head}`);
}

function readWish(call: ProjectCall, mergeRequest: MergeRequest): MergeWish {
  const { params } = call;
  if (params.has('squash')) mergeRequest.squash = params.boolean('squash') ?? false;
  return {
    squash: squashes(mergeRequest),
    mergeMessage: params.text('merge_commit_message') ?? null,
    squashMessage: params.text('squash_commit_message') ?? null,
    removeSource: params.boolean('should_remove_source_branch') ?? mergeRequest.removeSource ?? false,
  };
}

/** The obstacles for which GitLab says 405; a conflict or a needed rebase is 422. */
function notAllowedNow(mergeRequest: MergeRequest, found: Mergeability): boolean {
  const unready = ['not_open', 'preparing', 'unchecked', 'checking', 'commits_status'];
  return mergeRequest.state !== 'opened' || unready.includes(found.detailed) || passing.includes(found.detailed);
}

async function accept(call: ProjectCall) {
  const { instance, params } = call;
  const mergeRequest = await mergeRequestOf(call);
  const account = accountOf(call);
  if (!canMerge(call.project, account, mergeRequest.targetBranch)) throw unauthorized();
  const found = await findMergeability(instance, mergeRequest, false);
  const auto = (params.boolean('auto_merge') ?? params.boolean('merge_when_pipeline_succeeds')) === true;
  const strategy = auto && mergeRequest.state === 'opened' ? autoMergeStrategy(instance, mergeRequest, found) : null;
  const pipeline = headPipeline(mergeRequest);
  const atOnce = auto
    ? pipeline?.status === 'success' && !notAllowedNow(mergeRequest, found)
    : !notAllowedNow(mergeRequest, found);
  if (strategy === null && !atOnce) throw notAllowed();
  if (found.detailed === 'conflict' || found.detailed === 'need_rebase') throw unprocessable('Branch cannot be merged');
  checkSha(call, mergeRequest);
  const wish = readWish(call, mergeRequest);
  if (strategy !== null) {
    arm(instance, mergeRequest, account, { strategy, wish });
    const armed = mergeRequest.autoMerge as AutoMerge | null;
    const ready = found.detailed === 'mergeable' && (pipeline === null || !isRunning(pipeline.status));
    if (strategy === 'merge_train' && armed !== null && ready) board(instance, mergeRequest, armed);
  } else {
    const { settings } = call.project;
    const trains = instance.enterprise && settings.merge_trains_enabled;
    if (trains && params.boolean('skip_merge_train') === true && !settings.merge_trains_skip_train_allowed) {
      throw notAllowed();
    }
    if (!(await merge(instance, mergeRequest, account, wish))) throw unprocessable('Branch cannot be merged');
  }
  const after = await findMergeability(instance, mergeRequest, false);
  return { body: await mergeRequestEntity(call, mergeRequest, after) };
}

async function mergeRef(call: ProjectCall) {
  const mergeRequest = await mergeRequestOf(call);
  const commit = mergeRequest.state === 'opened' ? await trialMerge(call.instance, mergeRequest) : null;
  if (commit === null) throw badRequest('Merge request is not mergeable');
  return { body: { commit_id: commit } };
}

async function rebase(call: ProjectCall) {
  const { instance } = call;
  const mergeRequest = await mergeRequestOf(call);
  const account = accountOf(call);
  if (!canPush(call.project, account, mergeRequest.sourceBranch)) throw forbidden('Cannot push to source branch');
  if (mergeRequest.state !== 'opened') throw forbidden();
  if (mergeRequest.rebase !== null) {
    throw conflict(
      'Failed to enqueue the rebase operation, possibly due to a long-lived transaction. Try again later.',
    );
  }
  mergeRequest.rebase = { waits: instance.asyncReads, by: account };
  // an instance that does everything at once has it done before the answer is read
  if (instance.asyncReads === 0) await continueRebase(instance, mergeRequest);
  return { status: 202, body: { rebase_in_progress: true } };
}

async function cancel(call: ProjectCall) {
  const { instance } = call;
  const mergeRequest = await mergeRequestOf(call);
  const account = accountOf(call);
  if (!canMerge(call.project, account, mergeRequest.targetBranch)) throw unauthorized();
  if (mergeRequest.autoMerge === null) throw new ApiFailure(406, { message: "Can't cancel the automatic merge" });
  disarm(instance, mergeRequest, account);
  const found = await findMergeability(instance, mergeRequest, false);
  return { status: 201, body: await mergeRequestEntity(call, mergeRequest, found) };
}

const one = '/projects/{id}/merge_requests/{merge_request_iid}';

export const mergingOperations: readonly Operation[] = [
  ofProject({ method: 'PUT', path: `${one}/merge`, handle: accept }),
  ofProject({ method: 'GET', path: `${one}/merge_ref`, handle: mergeRef }),
  ofProject({ method: 'PUT', path: `${one}/rebase`, handle: rebase }),
  ofProject({ method: 'POST', path: `${one}/cancel_merge_when_pipeline_succeeds`, handle: cancel }),
];
