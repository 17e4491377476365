import type { Json } from '../../host/request.js';
import { type Access, reaches } from '../state/accounts.js';
import { fullName, type Repository } from '../state/repository.js';
import type { World } from '../state/world.js';
import { userShape } from './user.js';

type Shape = { readonly [name: string]: Json | null | undefined };

export function repositoryUrl(world: World, repository: Repository): string {
  return `${world.urls.api}/repos/${fullName(repository)}`;
}

export function webUrl(world: World, repository: Repository): string {
  return `${world.urls.web}/${fullName(repository)}`;
}

function permissionsShape(access: Access): Shape {
  return {
    admin: reaches(access, 'admin'),
    maintain: reaches(access, 'maintain'),
    push: reaches(access, 'write'),
    triage: reaches(access, 'triage'),
    pull: reaches(access, 'read'),
  };
}

/** GitHub's `minimal-repository`. */
export function minimalRepositoryShape(world: World, repository: Repository): Shape {
  const url = repositoryUrl(world, repository);
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: fullName(repository),
    private: repository.settings.private,
    owner: userShape(world, repository.owner),
    html_url: webUrl(world, repository),
    description: null,
    fork: repository.parent !== null,
    url,
    forks_url: `${url}/forks`,
    keys_url: `${url}/keys{/key_id}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    teams_url: `${url}/teams`,
    hooks_url: `${url}/hooks`,
    issue_events_url: `${url}/issues/events{/number}`,
    events_url: `${url}/events`,
    assignees_url: `${url}/assignees{/user}`,
    branches_url: `${url}/branches{/branch}`,
    tags_url: `${url}/tags`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    trees_url: `${url}/git/trees{/sha}`,
    statuses_url: `${url}/statuses/{sha}`,
    languages_url: `${url}/languages`,
    stargazers_url: `${url}/stargazers`,
    contributors_url: `${url}/contributors`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    commits_url: `${url}/commits{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    comments_url: `${url}/comments{/number}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    contents_url: `${url}/contents/{+path}`,
    compare_url: `${url}/compare/{base}...{head}`,
    merges_url: `${url}/merges`,
    archive_url: `${url}/{archive_format}{/ref}`,
    downloads_url: `${url}/downloads`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    labels_url: `${url}/labels{/name}`,
    releases_url: `${url}/releases{/id}`,
    deployments_url: `${url}/deployments`,
  };
}

/** GitHub's `repository`, as it stands in a pull request's head and base. */
export function repositoryShape(world: World, repository: Repository, defaultBranch: string): Shape {
  const { settings } = repository;
  const web = webUrl(world, repository);
  return {
    ...minimalRepositoryShape(world, repository),
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
    git_url: web.replace(/^https?/, 'git').concat('.git'),
    ssh_url: `git@${new URL(world.urls.web).hostname}:${fullName(repository)}.git`,
    clone_url: `${web}.git`,
    svn_url: web,
    homepage: null,
    size: 1,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: settings.archived,
    disabled: false,
    open_issues_count: repository.pulls.filter((pull) => pull.state === 'open').length,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: settings.private ? 'private' : 'public',
    forks: 0,
    open_issues: repository.pulls.filter((pull) => pull.state === 'open').length,
    watchers: 0,
    default_branch: defaultBranch,
  };
}

/** GitHub's `full-repository`. What merges are allowed is told only to those who may write. */
export function fullRepositoryShape(
  world: World,
  repository: Repository,
  defaultBranch: string,
  access: Access | null,
): Shape {
  const { settings } = repository;
  const shape = {
    ...repositoryShape(world, repository, defaultBranch),
    network_count: 0,
    subscribers_count: 0,
    ...(repository.owner.type === 'Organization' ? { organization: userShape(world, repository.owner) } : {}),
  };
  if (access === null) return shape;
  const told = { ...shape, permissions: permissionsShape(access), temp_clone_token: null };
  if (!reaches(access, 'write')) return told;
  return {
    ...told,
    allow_squash_merge: settings.mergeMethods.includes('squash'),
    allow_merge_commit: settings.mergeMethods.includes('merge'),
    allow_rebase_merge: settings.mergeMethods.includes('rebase'),
    allow_auto_merge: settings.allowAutoMerge,
    delete_branch_on_merge: settings.deleteBranchOnMerge,
    allow_update_branch: false,
    use_squash_pr_title_as_default: false,
    squash_merge_commit_message: 'COMMIT_MESSAGES',
    squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
    merge_commit_message: 'PR_TITLE',
    merge_commit_title: 'MERGE_MESSAGE',
  };
}
