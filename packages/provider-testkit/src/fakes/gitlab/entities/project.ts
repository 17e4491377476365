import type { Caller } from '../call.js';
import { branchTip } from '../git/refs.js';
import { type Instance, levelOf } from '../instance.js';
import type { Project } from '../state.js';
import { projectUrl } from './commits.js';

const enabled = 'enabled';

/** A project as `GET /projects/:id` shows it; settings only to those who are in it. */
export async function projectEntity(instance: Instance, project: Project, caller: Caller | null) {
  const { settings } = project;
  const level = levelOf(project, caller?.account ?? null);
  const slash = project.path.lastIndexOf('/');
  const namespace = project.path.slice(0, slash);
  const group = instance.groups.find((one) => one.path === namespace);
  const name = project.path.slice(slash + 1);
  const url = projectUrl(instance, project);
  const api = `${instance.webUrl}/api/v4/projects/${project.id}`;
  const empty = (await branchTip(project.folder, project.defaultBranch)) === null;
  const access = level === 0 ? null : { access_level: level, notification_level: 3 };
  return {
    id: project.id,
    description: null,
    name,
    name_with_namespace: [...namespace.split('/'), name].join(' / '),
    path: name,
    path_with_namespace: project.path,
    created_at: project.createdAt,
    default_branch: empty ? null : project.defaultBranch,
    tag_list: [],
    topics: [],
    ssh_url_to_repo: `git@${new URL(instance.webUrl).hostname}:${project.path}.git`,
    http_url_to_repo: `${url}.git`,
    web_url: url,
    readme_url: null,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: project.createdAt,
    visibility: project.visibility,
    namespace: {
      id: group?.id ?? 0,
      name: namespace.split('/').at(-1) ?? '',
      path: namespace.split('/').at(-1) ?? '',
      kind: 'group',
      full_path: namespace,
      parent_id: group?.parent ?? null,
      avatar_url: null,
      web_url: `${instance.webUrl}/groups/${namespace}`,
    },
    _links: {
      self: api,
      issues: `${api}/issues`,
      merge_requests: `${api}/merge_requests`,
      repo_branches: `${api}/repository/branches`,
      labels: `${api}/labels`,
      events: `${api}/events`,
      members: `${api}/members`,
      cluster_agents: `${api}/cluster_agents`,
    },
    packages_enabled: true,
    empty_repo: empty,
    archived: settings.archived,
    resolve_outdated_diff_discussions: false,
    repository_object_format: 'sha1',
    issues_enabled: true,
    merge_requests_enabled: true,
    wiki_enabled: false,
    jobs_enabled: true,
    snippets_enabled: false,
    container_registry_enabled: false,
    can_create_merge_request_in: level >= 20 || project.visibility === 'public',
    repository_access_level: enabled,
    merge_requests_access_level: enabled,
    builds_access_level: enabled,
    emails_disabled: false,
    emails_enabled: true,
    shared_runners_enabled: true,
    lfs_enabled: true,
    creator_id: project.creator.id,
    import_status: 'none',
    open_issues_count: 0,
    updated_at: project.createdAt,
    ...(level === 0
      ? {}
      : {
          ci_push_repository_for_job_token_allowed: settings.ci_push_repository_for_job_token_allowed,
          ci_job_token_scope_enabled: false,
          public_jobs: true,
          shared_with_groups: [],
          only_allow_merge_if_pipeline_succeeds: settings.only_allow_merge_if_pipeline_succeeds,
          allow_merge_on_skipped_pipeline: settings.allow_merge_on_skipped_pipeline,
          request_access_enabled: true,
          only_allow_merge_if_all_discussions_are_resolved: settings.only_allow_merge_if_all_discussions_are_resolved,
          remove_source_branch_after_merge: settings.remove_source_branch_after_merge,
          printing_merge_request_link_enabled: true,
          merge_method: settings.merge_method,
          squash_option: settings.squash_option,
          automatic_rebase_enabled: settings.automatic_rebase_enabled,
          suggestion_commit_message: null,
          merge_commit_template: null,
          squash_commit_template: null,
          autoclose_referenced_issues: true,
        }),
    ...(instance.enterprise && level > 0
      ? {
          approvals_before_merge: settings.approvals_required,
          mirror: false,
          merge_pipelines_enabled: settings.merge_trains_enabled,
          merge_trains_enabled: settings.merge_trains_enabled,
          merge_trains_skip_train_allowed: settings.merge_trains_skip_train_allowed,
          only_allow_merge_if_all_status_checks_passed: false,
          requirements_enabled: false,
          compliance_frameworks: [],
        }
      : {}),
    ...(caller === null ? {} : { permissions: { project_access: access, group_access: null } }),
  };
}
