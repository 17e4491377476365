import * as v from 'valibot';

/**
 * The shapes of GitLab's answers, as far as they are used: only these fields are trusted. Older servers leave fields
 * out, so whatever has an honest default may be missing (GitLab REST v4, 12 to 19.5).
 */
const maybe = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema), null);
const text = v.string();
const sha = v.pipe(v.string(), v.regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'not the id of a commit'));
const flag = maybe(v.boolean());
const count = v.pipe(v.number(), v.integer());

export const user = v.object({ id: count, username: text });
export const account = v.object({
  ...user.entries,
  name: maybe(text),
  email: maybe(text),
  commit_email: maybe(text),
  public_email: maybe(text),
  bot: flag,
});
export const users = v.array(user);

export const commit = v.object({
  id: sha,
  parent_ids: v.optional(v.nullable(v.array(sha)), null),
  message: maybe(text),
  title: maybe(text),
  author_name: maybe(text),
  author_email: maybe(text),
  authored_date: maybe(text),
  committed_date: maybe(text),
  created_at: maybe(text),
});
export const commits = v.array(commit);

export const branch = v.object({ name: text, commit: v.object({ ...commit.entries }), protected: flag, default: flag });

const access = maybe(v.object({ access_level: v.optional(v.nullable(v.union([count, text])), null) }));
export const project = v.object({
  id: count,
  path_with_namespace: maybe(text),
  default_branch: maybe(text),
  web_url: maybe(text),
  archived: flag,
  merge_method: maybe(text),
  squash_option: maybe(text),
  automatic_rebase_enabled: flag,
  // GitLab's own description has these two as text
  merge_trains_enabled: maybe(v.union([v.boolean(), text])),
  merge_pipelines_enabled: maybe(v.union([v.boolean(), text])),
  only_allow_merge_if_pipeline_succeeds: flag,
  only_allow_merge_if_all_discussions_are_resolved: flag,
  remove_source_branch_after_merge: flag,
  merge_requests_enabled: flag,
  ci_job_token_scope_enabled: flag,
  ci_push_repository_for_job_token_allowed: flag,
  permissions: maybe(v.object({ project_access: access, group_access: access })),
});
export type Project = v.InferOutput<typeof project>;

const label = v.union([
  text,
  v.pipe(
    v.object({ name: text }),
    v.transform((one) => one.name),
  ),
]);
const pipeline = v.object({
  id: count,
  sha: maybe(text),
  status: maybe(text),
  source: maybe(text),
  web_url: maybe(text),
});

export const mergeRequest = v.object({
  iid: count,
  title: text,
  description: maybe(text),
  state: v.picklist(['opened', 'closed', 'merged', 'locked']),
  created_at: text,
  source_branch: text,
  target_branch: text,
  source_project_id: maybe(count),
  target_project_id: maybe(count),
  author: maybe(v.object({ id: maybe(count), username: text })),
  assignees: v.optional(v.nullable(v.array(user)), null),
  assignee: maybe(user),
  reviewers: v.optional(v.nullable(v.array(user)), null),
  labels: v.optional(v.nullable(v.array(label)), null),
  milestone: maybe(v.object({ title: text })),
  draft: flag,
  work_in_progress: flag,
  sha: maybe(sha),
  merge_commit_sha: maybe(sha),
  squash_commit_sha: maybe(sha),
  web_url: maybe(text),
  merge_status: maybe(text),
  detailed_merge_status: maybe(text),
  has_conflicts: flag,
  merge_when_pipeline_succeeds: flag,
  merge_error: maybe(text),
  blocking_discussions_resolved: flag,
  head_pipeline: maybe(pipeline),
  diff_refs: maybe(v.object({ base_sha: maybe(sha), start_sha: maybe(sha), head_sha: maybe(sha) })),
});
export type MergeRequest = v.InferOutput<typeof mergeRequest>;
export const mergeRequests = v.array(mergeRequest);

export const versions = v.array(v.object({ id: count, head_commit_sha: maybe(sha), created_at: text }));

export const note = v.object({
  id: count,
  body: text,
  author: maybe(v.object({ id: maybe(count), username: text })),
  created_at: text,
  system: flag,
  internal: flag,
});
export const notes = v.array(note);
export type Note = v.InferOutput<typeof note>;

export const approvals = v.object({
  approved: flag,
  approvals_required: maybe(count),
  approvals_left: maybe(count),
  approval_rules_left: v.optional(v.nullable(v.array(v.object({ name: maybe(text) }))), null),
  approved_by: v.optional(v.nullable(v.array(v.object({ user, approved_at: maybe(text) }))), null),
});

export const reviewStates = v.array(v.object({ user, state: maybe(text), created_at: maybe(text) }));

export const status = v.object({
  id: count,
  name: text,
  status: text,
  target_url: maybe(text),
  description: maybe(text),
  allow_failure: flag,
  pipeline_id: maybe(count),
});
export const statuses = v.array(status);
export type Status = v.InferOutput<typeof status>;

export const mergeRef = v.object({ commit_id: sha });

export const diff = v.object({
  old_path: text,
  new_path: text,
  a_mode: maybe(text),
  b_mode: maybe(text),
  diff: maybe(text),
  new_file: flag,
  renamed_file: flag,
  deleted_file: flag,
  too_large: flag,
  collapsed: flag,
  overflow: flag,
});
export const diffs = v.array(diff);
export type Diff = v.InferOutput<typeof diff>;
export const comparison = v.object({
  commits,
  diffs: v.optional(v.nullable(diffs), null),
  compare_timeout: flag,
  overflow: flag,
});

export const tree = v.array(v.object({ id: text, path: text, mode: text, type: text }));

export const milestones = v.array(v.object({ id: count, title: text }));

export const metadata = v.object({ version: text, enterprise: flag });
export const tokenSelf = v.object({
  name: maybe(text),
  scopes: v.optional(v.nullable(v.array(text)), null),
  expires_at: maybe(text),
  revoked: flag,
  active: flag,
});
export const protectedBranch = v.object({
  name: text,
  push_access_levels: maybe(v.array(v.object({ access_level: maybe(count), access_level_description: maybe(text) }))),
  merge_access_levels: maybe(v.array(v.object({ access_level: maybe(count), access_level_description: maybe(text) }))),
  allow_force_push: flag,
  code_owner_approval_required: flag,
});
export const protectedBranches = v.array(protectedBranch);
export const approvalSettings = v.object({
  approvals_before_merge: maybe(count),
  reset_approvals_on_push: flag,
  merge_requests_author_approval: flag,
});
export const jobTokenScope = v.object({ inbound_enabled: flag, outbound_enabled: flag });
export const job = v.object({ id: count, user: maybe(user) });

/** For answers that nothing is read from. */
export const anything = v.unknown();
