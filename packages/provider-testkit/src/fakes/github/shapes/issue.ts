import type { Json } from '../../host/request.js';
import type { Account } from '../state/accounts.js';
import { reaches } from '../state/accounts.js';
import type { Comment, PullRequest } from '../state/pull-request.js';
import type { Label, Milestone, Repository } from '../state/repository.js';
import { accessOf, type World } from '../state/world.js';
import { repositoryUrl, webUrl } from './repository.js';
import { userShape } from './user.js';

type Shape = { readonly [name: string]: Json | null | undefined };

export function labelShape(world: World, repository: Repository, label: Label): Shape {
  return {
    id: label.id,
    node_id: `LA_${label.id}`,
    url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function labelsOf(repository: Repository, pull: PullRequest): readonly Label[] {
  return repository.labels.filter((label) => pull.labels.includes(label.name));
}

export function milestoneShape(world: World, repository: Repository, milestone: Milestone): Shape {
  const url = `${repositoryUrl(world, repository)}/milestones/${milestone.number}`;
  const filed = repository.pulls.filter((pull) => pull.milestone === milestone.number);
  return {
    url,
    html_url: `${webUrl(world, repository)}/milestone/${milestone.number}`,
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: `MI_${milestone.id}`,
    number: milestone.number,
    title: milestone.title,
    description: null,
    creator: userShape(world, milestone.creator),
    open_issues: filed.filter((pull) => pull.state === 'open').length,
    closed_issues: filed.filter((pull) => pull.state === 'closed').length,
    state: milestone.state,
    created_at: milestone.createdAt,
    updated_at: milestone.createdAt,
    due_on: null,
    closed_at: null,
  };
}

export function association(world: World, repository: Repository, account: Account): string {
  if (account.login === repository.owner.login) return 'OWNER';
  const access = accessOf(world, repository, account);
  if (reaches(access, 'write')) return repository.owner.type === 'Organization' ? 'MEMBER' : 'COLLABORATOR';
  return repository.pulls.some((pull) => pull.author === account && pull.merged !== null) ? 'CONTRIBUTOR' : 'NONE';
}

/** GitHub's `issue`, of a pull request. */
export function issueShape(world: World, pull: PullRequest): Shape {
  const { repository } = pull;
  const url = `${repositoryUrl(world, repository)}/issues/${pull.number}`;
  const web = `${webUrl(world, repository)}/pull/${pull.number}`;
  const milestone = repository.milestones.find(({ number }) => number === pull.milestone);
  return {
    url,
    repository_url: repositoryUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: web,
    id: pull.id,
    node_id: `PR_${pull.id}`,
    number: pull.number,
    title: pull.title,
    user: userShape(world, pull.author),
    labels: labelsOf(repository, pull).map((label) => labelShape(world, repository, label)),
    state: pull.state,
    locked: false,
    assignee: pull.assignees[0] === undefined ? null : userShape(world, pull.assignees[0]),
    assignees: pull.assignees.map((account) => userShape(world, account)),
    milestone: milestone === undefined ? null : milestoneShape(world, repository, milestone),
    comments: pull.comments.length,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    author_association: association(world, repository, pull.author),
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: {
      url: `${repositoryUrl(world, repository)}/pulls/${pull.number}`,
      html_url: web,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      merged_at: pull.merged?.at ?? null,
    },
    body: pull.body,
    closed_by: null,
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: null,
  };
}

export function commentShape(world: World, pull: PullRequest, comment: Comment): Shape {
  const { repository } = pull;
  return {
    url: `${repositoryUrl(world, repository)}/issues/comments/${comment.id}`,
    html_url: `${webUrl(world, repository)}/pull/${pull.number}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(world, repository)}/issues/${pull.number}`,
    id: comment.id,
    node_id: `IC_${comment.id}`,
    user: userShape(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(world, repository, comment.author),
    body: comment.body,
    performed_via_github_app: null,
  };
}
