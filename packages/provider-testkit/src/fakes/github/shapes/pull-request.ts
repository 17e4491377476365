import { diffTrees } from '../../host/diff.js';
import { gitText } from '../../host/git-run.js';
import { mergeBase } from '../../host/history.js';
import type { Json } from '../../host/request.js';
import { type Evaluation, mergeableState } from '../land/evaluate.js';
import { ownCommits } from '../land/land.js';
import type { PullRequest, Review } from '../state/pull-request.js';
import type { Repository } from '../state/repository.js';
import type { World } from '../state/world.js';
import { association, labelShape, labelsOf, milestoneShape } from './issue.js';
import { repositoryShape, repositoryUrl, webUrl } from './repository.js';
import { teamShape, userShape } from './user.js';

type Shape = { readonly [name: string]: Json | null | undefined };

export async function defaultBranchOf(repository: Repository): Promise<string> {
  return (await gitText(repository.folder, ['symbolic-ref', 'HEAD'])).replace(/^refs\/heads\//, '');
}

async function sideShape(world: World, repository: Repository, branch: string, sha: string): Promise<Shape> {
  return {
    label: `${repository.owner.login}:${branch}`,
    ref: branch,
    sha,
    user: userShape(world, repository.owner),
    repo: repositoryShape(world, repository, await defaultBranchOf(repository)),
  };
}

/** GitHub's `pull-request-simple`, as lists have it. */
export async function simplePullShape(world: World, pull: PullRequest): Promise<Shape> {
  const { repository } = pull;
  const url = `${repositoryUrl(world, repository)}/pulls/${pull.number}`;
  const issue = `${repositoryUrl(world, repository)}/issues/${pull.number}`;
  const web = `${webUrl(world, repository)}/pull/${pull.number}`;
  const statuses = `${repositoryUrl(world, repository)}/statuses/${pull.head.sha}`;
  const milestone = repository.milestones.find(({ number }) => number === pull.milestone);
  const link = (href: string): Shape => ({ href });
  return {
    url,
    id: pull.id,
    node_id: `PR_${pull.id}`,
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(world, repository)}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: userShape(world, pull.author),
    body: pull.body,
    labels: labelsOf(repository, pull).map((label) => labelShape(world, repository, label)),
    milestone: milestone === undefined ? null : milestoneShape(world, repository, milestone),
    active_lock_reason: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.commit ?? pull.testMerge,
    assignee: pull.assignees[0] === undefined ? null : userShape(world, pull.assignees[0]),
    assignees: pull.assignees.map((account) => userShape(world, account)),
    requested_reviewers: pull.reviewers.map((account) => userShape(world, account)),
    requested_teams: pull.teams.map((team) => teamShape(world, team)),
    head: await sideShape(world, pull.head.repository, pull.head.branch, pull.head.sha),
    base: await sideShape(world, repository, pull.base.branch, pull.base.sha),
    _links: {
      self: link(url),
      html: link(web),
      issue: link(issue),
      comments: link(`${issue}/comments`),
      review_comments: link(`${url}/comments`),
      review_comment: link(`${repositoryUrl(world, repository)}/pulls/comments{/number}`),
      commits: link(`${url}/commits`),
      statuses: link(statuses),
    },
    author_association: association(world, repository, pull.author),
    auto_merge: autoMergeShape(world, pull),
    draft: pull.draft,
  };
}

function autoMergeShape(world: World, pull: PullRequest): Shape | null {
  if (pull.autoMerge === null) return null;
  const { by, method, title, message } = pull.autoMerge;
  return {
    enabled_by: userShape(world, by),
    merge_method: method,
    commit_title: title ?? '',
    commit_message: message ?? '',
  };
}

/** GitHub's `pull-request`, whole. */
export async function pullShape(
  world: World,
  pull: PullRequest,
  mergeable: boolean | null,
  evaluation: Evaluation,
): Promise<Shape> {
  const { folder } = pull.repository;
  const from = await mergeBase(folder, pull.base.sha, pull.head.sha);
  const files = await diffTrees(folder, from, pull.head.sha);
  const sum = (pick: (file: (typeof files)[number]) => number | null): number =>
    files.reduce((total, file) => total + (pick(file) ?? 0), 0);
  return {
    ...(await simplePullShape(world, pull)),
    merge_commit_sha: pull.merged?.commit ?? (mergeable === null && pull.state === 'open' ? null : pull.testMerge),
    merged: pull.merged !== null,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeableState(pull, mergeable, evaluation),
    merged_by: pull.merged === null ? null : userShape(world, pull.merged.by),
    comments: pull.comments.length,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify && pull.head.repository !== pull.repository,
    commits: (await ownCommits(pull)).length,
    additions: sum((file) => file.additions),
    deletions: sum((file) => file.deletions),
    changed_files: files.length,
  };
}

export function reviewShape(world: World, pull: PullRequest, review: Review): Shape {
  const url = `${repositoryUrl(world, pull.repository)}/pulls/${pull.number}`;
  const web = `${webUrl(world, pull.repository)}/pull/${pull.number}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: `PRR_${review.id}`,
    user: userShape(world, review.author),
    body: review.body,
    state: review.state,
    html_url: web,
    pull_request_url: url,
    author_association: association(world, pull.repository, review.author),
    _links: { html: { href: web }, pull_request: { href: url } },
    submitted_at: review.at,
    commit_id: review.commit,
  };
}
