import { ofProject } from '../access.js';
import { accountOf, type Operation, type ProjectCall } from '../call.js';
import { mergeRequestBasic, mergeRequestEntity } from '../entities/merge-request.js';
import { ApiFailure, badRequest, conflict, forbidden, invalidParameter, notFound } from '../failure.js';
import { branchTip } from '../git/refs.js';
import { atLeast } from '../instance.js';
import { runAutoMerges } from '../merge-requests/auto-merge.js';
import { isDraft } from '../merge-requests/facts.js';
import { checkTitle, takeFields } from '../merge-requests/fields.js';
import { findMergeability, justOpened } from '../merge-requests/mergeability.js';
import { addSystemNote } from '../merge-requests/notes.js';
import { continueRebase } from '../merge-requests/rebase.js';
import { addVersion, followPushes, versionOf } from '../merge-requests/versions.js';
import { paged } from '../paginate.js';
import type { MergeRequest } from '../state.js';

/** The merge request of a call, up to date with what was pushed. */
export async function mergeRequestOf(call: ProjectCall, parameter = 'merge_request_iid'): Promise<MergeRequest> {
  const iid = call.params.text(parameter) ?? '';
  if (!/^\d+$/.test(iid)) throw invalidParameter(`${parameter} is invalid`);
  const found = call.project.mergeRequests.find((one) => String(one.iid) === iid);
  if (found === undefined) throw notFound();
  await followPushes(call.instance, found);
  return found;
}

async function list(call: ProjectCall) {
  const { instance, params, project } = call;
  for (const one of project.mergeRequests) await followPushes(instance, one);
  const state = params.oneOf('state', ['opened', 'closed', 'locked', 'merged', 'all'] as const) ?? 'all';
  const equal = (name: string, value: string) => (params.text(name) ?? value) === value;
  const labels = params.texts('labels') ?? [];
  const iids = params.integers('iids');
  const search = params.text('search')?.toLowerCase();
  const draft = params.text('wip') ?? params.text('draft');
  const order = params.oneOf('order_by', ['created_at', 'updated_at', 'merged_at', 'title'] as const) ?? 'created_at';
  const keys = { created_at: 'createdAt', updated_at: 'updatedAt', merged_at: 'mergedAt', title: 'title' } as const;
  const ascending = params.oneOf('sort', ['asc', 'desc'] as const) === 'asc';
  const found = project.mergeRequests.filter(
    (one) =>
      (state === 'all' || state === one.state) &&
      equal('source_branch', one.sourceBranch) &&
      equal('target_branch', one.targetBranch) &&
      equal('author_username', one.author.username) &&
      equal('author_id', String(one.author.id)) &&
      (params.text('reviewer_username') === undefined ||
        one.reviewers.some(({ account }) => equal('reviewer_username', account.username))) &&
      labels.every((label) => one.labels.includes(label)) &&
      (iids === undefined || iids.includes(one.iid)) &&
      (draft === undefined || isDraft(one) === (draft === 'yes' || draft === 'true')) &&
      (search === undefined || `${one.title}\n${one.description ?? ''}`.toLowerCase().includes(search)),
  );
  const key = (one: MergeRequest) => `${one[keys[order]] ?? ''} ${String(one.iid).padStart(9, '0')}`;
  found.sort((one, other) => (key(one) < key(other) === ascending ? -1 : 1));
  const details = params.boolean('with_labels_details') === true;
  const recheck = params.boolean('with_merge_status_recheck') === true;
  return paged(call, found, async (one) =>
    mergeRequestBasic(instance, one, await findMergeability(instance, one, recheck), details),
  );
}

async function get(call: ProjectCall) {
  const mergeRequest = await mergeRequestOf(call);
  const busy = mergeRequest.rebase !== null && mergeRequest.rebase.waits > 0;
  await continueRebase(call.instance, mergeRequest);
  const found = await findMergeability(call.instance, mergeRequest, !busy);
  const body = await mergeRequestEntity(call, mergeRequest, found);
  return { body };
}

async function create(call: ProjectCall) {
  const { instance, params, project } = call;
  params.require('title', 'source_branch', 'target_branch');
  const sourceBranch = params.text('source_branch') ?? '';
  const targetBranch = params.text('target_branch') ?? '';
  const title = checkTitle(params.text('title') ?? '');
  if (!atLeast(call.level, 'developer')) throw forbidden();
  if (sourceBranch === targetBranch) {
    throw new ApiFailure(422, { error: ["You can't use same project/branch for source and target"] });
  }
  const source = await branchTip(project.folder, sourceBranch);
  const target = await branchTip(project.folder, targetBranch);
  if (source === null) throw badRequest({ source_branch: ['does not exist'] });
  if (target === null) throw badRequest({ target_branch: ['does not exist'] });
  await refuseSecond(call, sourceBranch, targetBranch, null);
  const now = instance.now();
  const mergeRequest: MergeRequest = {
    id: instance.nextId(),
    iid: project.mergeRequests.length + 1,
    project,
    title,
    description: null,
    state: 'opened',
    author: accountOf(call),
    sourceBranch,
    targetBranch,
    versions: [],
    labels: [],
    assignees: [],
    reviewers: [],
    milestone: null,
    squash: project.settings.squash_option === 'default_on' || project.settings.squash_option === 'always',
    removeSource: null,
    approvals: [],
    notes: [],
    createdAt: now,
    updatedAt: now,
    mergedAt: null,
    mergedBy: null,
    closedAt: null,
    closedBy: null,
    mergeCommit: null,
    squashCommit: null,
    mergeError: null,
    autoMerge: null,
    check: null,
    rebase: null,
    prepared: instance.asyncReads === 0,
  };
  takeFields(call, mergeRequest);
  await addVersion(instance, mergeRequest, source, target);
  project.mergeRequests.push(mergeRequest);
  return { status: 201, body: await mergeRequestEntity(call, mergeRequest, justOpened(instance), true) };
}

/** One open merge request for two branches, no more. */
async function refuseSecond(call: ProjectCall, source: string, target: string, except: MergeRequest | null) {
  for (const one of call.project.mergeRequests) {
    await followPushes(call.instance, one);
    if (one === except || one.state !== 'opened' || one.sourceBranch !== source || one.targetBranch !== target)
      continue;
    throw conflict([`Another open merge request already exists for this source branch: !${one.iid}`]);
  }
}

const changeable = [
  ...['title', 'target_branch', 'state_event', 'discussion_locked', 'assignee_id', 'assignee_ids', 'reviewer_ids'],
  ...['description', 'labels', 'add_labels', 'remove_labels', 'milestone_id', 'milestone', 'remove_source_branch'],
  ...['allow_collaboration', 'allow_maintainer_to_push', 'squash', 'merge_after', 'approvals_before_merge'],
];

async function update(call: ProjectCall) {
  const { instance, params, project } = call;
  const mergeRequest = await mergeRequestOf(call);
  const account = accountOf(call);
  if (!atLeast(call.level, 'developer') && mergeRequest.author !== account) throw forbidden();
  if (!changeable.some((name) => params.has(name))) {
    throw invalidParameter(`${changeable.join(', ')} are missing, at least one parameter must be provided`);
  }
  const event = params.oneOf('state_event', ['close', 'reopen'] as const);
  const target = params.text('target_branch');
  if (target !== undefined && target !== mergeRequest.targetBranch) {
    const tip = await branchTip(project.folder, target);
    if (tip === null) throw badRequest({ target_branch: ['does not exist'] });
    await refuseSecond(call, mergeRequest.sourceBranch, target, mergeRequest);
    mergeRequest.targetBranch = target;
    await addVersion(instance, mergeRequest, versionOf(mergeRequest).head, tip);
  }
  takeFields(call, mergeRequest);
  const now = instance.now();
  mergeRequest.updatedAt = now;
  if (event === 'close' && mergeRequest.state === 'opened') {
    Object.assign(mergeRequest, { state: 'closed', closedAt: now, closedBy: account, autoMerge: null });
    addSystemNote(instance, mergeRequest, account, 'closed');
  }
  if (event === 'reopen' && mergeRequest.state === 'closed') {
    await refuseSecond(call, mergeRequest.sourceBranch, mergeRequest.targetBranch, mergeRequest);
    Object.assign(mergeRequest, { state: 'opened', closedAt: null, closedBy: null });
    addSystemNote(instance, mergeRequest, account, 'reopened');
  }
  await runAutoMerges(instance, [mergeRequest]);
  return {
    body: await mergeRequestEntity(call, mergeRequest, await findMergeability(instance, mergeRequest, false)),
  };
}

const all = '/projects/{id}/merge_requests';
const one = `${all}/{merge_request_iid}`;

export const mergeRequestOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: all, jobToken: true, handle: list }),
  ofProject({ method: 'POST', path: all, handle: create }),
  ofProject({ method: 'GET', path: one, jobToken: true, handle: get }),
  ofProject({ method: 'PUT', path: one, handle: update }),
];
