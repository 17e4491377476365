import { diffTrees } from '../../host/diff.js';
import { countCommits } from '../../host/history.js';
import { accountOf, type Call } from '../call.js';
import { branchTip } from '../git/refs.js';
import type { Instance } from '../instance.js';
import { isDraft, openThreads, squashes } from '../merge-requests/facts.js';
import type { Mergeability } from '../merge-requests/mergeability.js';
import { headPipeline } from '../merge-requests/pipelines.js';
import { headOf, versionOf } from '../merge-requests/versions.js';
import { canMerge } from '../protection.js';
import type { MergeRequest, Milestone, Project } from '../state.js';
import { pipelineBasic, projectUrl } from './commits.js';
import { labelEntity } from './labels.js';
import { userBasic, userOrNull } from './users.js';

export function milestoneEntity(instance: Instance, project: Project, milestone: Milestone) {
  return {
    id: milestone.id,
    iid: milestone.iid,
    project_id: project.id,
    title: milestone.title,
    description: '',
    state: milestone.state,
    created_at: milestone.createdAt,
    updated_at: milestone.createdAt,
    due_date: null,
    start_date: null,
    expired: false,
    web_url: `${projectUrl(instance, project)}/-/milestones/${milestone.iid}`,
  };
}

/** The form in which lists show a merge request. */
export function mergeRequestBasic(
  instance: Instance,
  mergeRequest: MergeRequest,
  found: Mergeability,
  labelDetails = false,
) {
  const { project } = mergeRequest;
  const url = `${projectUrl(instance, project)}/-/merge_requests/${mergeRequest.iid}`;
  const short = `!${mergeRequest.iid}`;
  const assignees = mergeRequest.assignees.map((account) => userBasic(instance, account));
  const labels = mergeRequest.labels;
  return {
    id: mergeRequest.id,
    iid: mergeRequest.iid,
    project_id: project.id,
    title: mergeRequest.title,
    description: mergeRequest.description,
    state: mergeRequest.state,
    created_at: mergeRequest.createdAt,
    updated_at: mergeRequest.updatedAt,
    merged_by: userOrNull(instance, mergeRequest.mergedBy),
    merge_user: userOrNull(instance, mergeRequest.mergedBy ?? mergeRequest.autoMerge?.by ?? null),
    merged_at: mergeRequest.mergedAt,
    closed_by: userOrNull(instance, mergeRequest.closedBy),
    closed_at: mergeRequest.closedAt,
    target_branch: mergeRequest.targetBranch,
    source_branch: mergeRequest.sourceBranch,
    user_notes_count: mergeRequest.notes.filter((note) => !note.system).length,
    upvotes: 0,
    downvotes: 0,
    author: userBasic(instance, mergeRequest.author),
    assignees,
    assignee: assignees[0] ?? null,
    reviewers: mergeRequest.reviewers.map(({ account }) => userBasic(instance, account)),
    source_project_id: project.id,
    target_project_id: project.id,
    labels: labelDetails
      ? project.labels.filter(({ name }) => labels.includes(name)).map((label) => labelEntity(label))
      : [...labels].sort(),
    draft: isDraft(mergeRequest),
    imported: false,
    imported_from: 'none',
    work_in_progress: isDraft(mergeRequest),
    milestone: mergeRequest.milestone === null ? null : milestoneEntity(instance, project, mergeRequest.milestone),
    merge_when_pipeline_succeeds: mergeRequest.autoMerge !== null,
    merge_status: found.mergeStatus,
    detailed_merge_status: found.detailed,
    merge_after: null,
    sha: headOf(mergeRequest),
    merge_commit_sha: mergeRequest.mergeCommit,
    squash_commit_sha: mergeRequest.squashCommit,
    discussion_locked: null,
    should_remove_source_branch: mergeRequest.autoMerge?.wish.removeSource === true ? true : null,
    force_remove_source_branch: mergeRequest.removeSource,
    prepared_at: mergeRequest.prepared ? mergeRequest.createdAt : null,
    reference: short,
    references: { short, relative: short, full: `${project.path}${short}` },
    web_url: url,
    time_stats: { time_estimate: 0, total_time_spent: 0, human_time_estimate: null, human_total_time_spent: null },
    squash: mergeRequest.squash,
    squash_on_merge: squashes(mergeRequest),
    task_completion_status: { count: 0, completed_count: 0 },
    has_conflicts: found.conflict,
    blocking_discussions_resolved: openThreads(mergeRequest) === 0,
    ...(instance.enterprise ? { approvals_before_merge: null } : {}),
  };
}

/** The whole form; `created` as the answer to opening it, when nothing has been looked at yet. */
export async function mergeRequestEntity(call: Call, mergeRequest: MergeRequest, found: Mergeability, created = false) {
  const { instance } = call;
  const { project } = mergeRequest;
  const version = versionOf(mergeRequest);
  const pipeline = headPipeline(mergeRequest);
  const account = accountOfOrNull(call);
  return {
    ...mergeRequestBasic(instance, mergeRequest, found),
    subscribed: account !== null && account.id === mergeRequest.author.id,
    changes_count: created ? null : String(await changesOf(mergeRequest)),
    latest_build_started_at: null,
    latest_build_finished_at: null,
    first_deployed_to_production_at: null,
    first_contribution: false,
    pipeline: pipeline === null ? null : pipelineBasic(instance, project, pipeline),
    head_pipeline:
      pipeline === null
        ? null
        : {
            ...pipelineBasic(instance, project, pipeline),
            before_sha: '0'.repeat(40),
            tag: false,
            yaml_errors: null,
            user: userBasic(instance, pipeline.user),
            started_at: null,
            finished_at: null,
            committed_at: null,
            duration: null,
            queued_duration: null,
            coverage: null,
          },
    diff_refs: created ? null : { base_sha: version.base, head_sha: version.head, start_sha: version.start },
    merge_error: mergeRequest.mergeError,
    user: { can_merge: canMerge(project, account, mergeRequest.targetBranch) },
    ...(call.params.boolean('include_diverged_commits_count') === true
      ? { diverged_commits_count: await diverged(mergeRequest) }
      : {}),
    ...(call.params.boolean('include_rebase_in_progress') === true
      ? { rebase_in_progress: mergeRequest.rebase !== null }
      : {}),
  };
}

function accountOfOrNull(call: Call) {
  return call.caller === null ? null : accountOf(call);
}

async function changesOf(mergeRequest: MergeRequest): Promise<number> {
  const version = versionOf(mergeRequest);
  version.changes ??= (await diffTrees(mergeRequest.project.folder, version.base, version.head)).length;
  return version.changes;
}

/** Commits that the target has and the source has not. */
async function diverged(mergeRequest: MergeRequest): Promise<number> {
  const { folder } = mergeRequest.project;
  const target = await branchTip(folder, mergeRequest.targetBranch);
  return target === null ? 0 : countCommits(folder, target, headOf(mergeRequest));
}
