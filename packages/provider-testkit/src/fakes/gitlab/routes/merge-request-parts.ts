import { diffTrees } from '../../host/diff.js';
import { logCommits } from '../../host/history.js';
import { ofProject } from '../access.js';
import type { Operation, ProjectCall } from '../call.js';
import { commitEntities, diffEntity, pipelineBasic } from '../entities/commits.js';
import { mergeRequestEntity } from '../entities/merge-request.js';
import { userBasic } from '../entities/users.js';
import { findMergeability } from '../merge-requests/mergeability.js';
import { pipelinesOf } from '../merge-requests/pipelines.js';
import { versionOf } from '../merge-requests/versions.js';
import { paged } from '../paginate.js';
import { mergeRequestOf } from './merge-requests.js';

async function commits(call: ProjectCall) {
  const { folder } = call.project;
  const { head, base } = versionOf(await mergeRequestOf(call));
  const own = await logCommits(folder, { from: head, not: [base] });
  return paged(call, own, async (oid) => (await commitEntities(call.instance, call.project, [oid]))[0]);
}

async function diffsOf(call: ProjectCall) {
  const { head, base } = versionOf(await mergeRequestOf(call));
  return diffTrees(call.project.folder, base, head);
}

async function diffs(call: ProjectCall) {
  const all = await diffsOf(call);
  const { diffLimits } = call.instance;
  return paged(call, all.slice(0, diffLimits.files), (diff) => diffEntity(diff, diffLimits));
}

async function changes(call: ProjectCall) {
  const mergeRequest = await mergeRequestOf(call);
  const all = await diffsOf(call);
  const { diffLimits } = call.instance;
  const found = await findMergeability(call.instance, mergeRequest, false);
  const shown = all.slice(0, diffLimits.files).map((diff) => diffEntity(diff, diffLimits));
  const overflow = all.length > diffLimits.files;
  return { body: { ...(await mergeRequestEntity(call, mergeRequest, found)), changes: shown, overflow } };
}

async function pipelines(call: ProjectCall) {
  const mergeRequest = await mergeRequestOf(call);
  return paged(call, pipelinesOf(mergeRequest), (one) => pipelineBasic(call.instance, call.project, one));
}

async function versions(call: ProjectCall) {
  const mergeRequest = await mergeRequestOf(call);
  return paged(call, [...mergeRequest.versions].reverse(), (version) => ({
    id: version.id,
    head_commit_sha: version.head,
    base_commit_sha: version.base,
    start_commit_sha: version.start,
    created_at: version.createdAt,
    merge_request_id: mergeRequest.id,
    state: 'collected',
    real_size: null,
    patch_id_sha: null,
  }));
}

async function reviewers(call: ProjectCall) {
  const mergeRequest = await mergeRequestOf(call);
  return paged(call, mergeRequest.reviewers, ({ account, state, since }) => ({
    user: userBasic(call.instance, account),
    state,
    created_at: since,
  }));
}

async function participants(call: ProjectCall) {
  const mergeRequest = await mergeRequestOf(call);
  const people = new Set([
    mergeRequest.author,
    ...mergeRequest.assignees,
    ...mergeRequest.notes.map((one) => one.author),
  ]);
  return paged(call, [...people], (account) => userBasic(call.instance, account));
}

const one = '/projects/{id}/merge_requests/{merge_request_iid}';

/** What a merge request is made of: commits, diffs, pipelines, people. */
export const mergeRequestPartOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: `${one}/commits`, handle: commits }),
  ofProject({ method: 'GET', path: `${one}/diffs`, handle: diffs }),
  ofProject({ method: 'GET', path: `${one}/changes`, handle: changes }),
  ofProject({ method: 'GET', path: `${one}/pipelines`, handle: pipelines }),
  ofProject({ method: 'GET', path: `${one}/versions`, handle: versions }),
  ofProject({ method: 'GET', path: `${one}/reviewers`, handle: reviewers }),
  ofProject({ method: 'GET', path: `${one}/participants`, handle: participants }),
];
