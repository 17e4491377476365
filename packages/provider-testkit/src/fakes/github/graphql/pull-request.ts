import { diffTrees, type FileDiff } from '../../host/diff.js';
import { mergeBase } from '../../host/history.js';
import { type Evaluation, evaluate, mergeableState } from '../land/evaluate.js';
import { ownCommits } from '../land/land.js';
import { readMergeable } from '../land/trial.js';
import { association, labelsOf } from '../shapes/issue.js';
import { webUrl } from '../shapes/repository.js';
import { reaches } from '../state/accounts.js';
import type { Comment, PullRequest, Review } from '../state/pull-request.js';
import { fullName } from '../state/repository.js';
import { accessOf, tokenAccess } from '../state/world.js';
import { actorNode, teamNode } from './actor.js';
import { rollupNode } from './checks.js';
import { type Arguments, connection } from './connection.js';
import type { Fields, GraphqlContext } from './context.js';
import { commitNode } from './git.js';
import { findRef } from './ref.js';
import { labelNode, mergeQueueNode, milestoneNode, queueEntryNode, repositoryNode } from './repository.js';

export function pullNode(context: GraphqlContext, pull: PullRequest): Fields {
  const { world, token } = context;
  const { repository } = pull;
  const { folder } = repository;
  const url = `${webUrl(world, repository)}/pull/${pull.number}`;
  const path = `/${fullName(repository)}/pull/${pull.number}`;
  const access = tokenAccess(world, repository, token);
  const milestone = repository.milestones.find(({ number }) => number === pull.milestone);
  const own = token.account === pull.author;
  // one reader is told one thing: asked twice in a query, whether it merges is looked at once
  const mergeable = once(() => readMergeable(world, pull));
  const rules = once(() => evaluate(world, pull));
  const files = once(async (): Promise<readonly FileDiff[]> => {
    const from = await mergeBase(folder, pull.base.sha, pull.head.sha);
    return diffTrees(folder, from, pull.head.sha);
  });
  const sum = async (pick: (file: FileDiff) => number | null): Promise<number> =>
    (await files()).reduce((total, file) => total + (pick(file) ?? 0), 0);
  const reviews = (name: string, args: Arguments, list: readonly Review[]): Fields =>
    connection(name, args, list, (review) => reviewNode(context, pull, review));
  return {
    __typename: 'PullRequest',
    id: `PR_${pull.id}`,
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    bodyText: pull.body ?? '',
    url,
    permalink: url,
    resourcePath: path,
    checksUrl: `${url}/checks`,
    state: pull.state === 'open' ? 'OPEN' : pull.merged === null ? 'CLOSED' : 'MERGED',
    closed: pull.state === 'closed',
    isDraft: pull.draft,
    locked: false,
    createdAt: pull.createdAt,
    updatedAt: pull.updatedAt,
    publishedAt: pull.createdAt,
    closedAt: pull.closedAt,
    merged: pull.merged !== null,
    mergedAt: pull.merged?.at ?? null,
    mergedBy: pull.merged === null ? null : actorNode(context, pull.merged.by),
    mergeCommit: pull.merged === null ? null : commitNode(context, repository, pull.merged.commit),
    author: actorNode(context, pull.author),
    authorAssociation: association(world, repository, pull.author),
    repository: () => repositoryNode(context, repository),
    baseRepository: () => repositoryNode(context, repository),
    headRepository: () => repositoryNode(context, pull.head.repository),
    headRepositoryOwner: actorNode(context, pull.head.repository.owner),
    isCrossRepository: pull.head.repository !== repository,
    baseRefName: pull.base.branch,
    baseRefOid: pull.base.sha,
    baseRef: () => findRef(context, repository, `refs/heads/${pull.base.branch}`),
    headRefName: pull.head.branch,
    headRefOid: pull.head.sha,
    headRef: () => findRef(context, pull.head.repository, `refs/heads/${pull.head.branch}`),
    maintainerCanModify: pull.maintainerCanModify && pull.head.repository !== repository,
    additions: () => sum((file) => file.additions),
    deletions: () => sum((file) => file.deletions),
    changedFiles: async () => (await files()).length,
    files: async (args: Arguments) => connection('files', args, await files(), changedFileNode),
    commits: async (args: Arguments) => {
      const oids = await ownCommits(pull);
      context.prefetch(repository, oids);
      return connection('commits', args, oids, (oid) => ({
        __typename: 'PullRequestCommit',
        id: `PRC_${pull.id}_${oid}`,
        commit: commitNode(context, repository, oid),
        pullRequest: () => pullNode(context, pull),
        resourcePath: `${path}/commits/${oid}`,
        url: `${url}/commits/${oid}`,
      }));
    },
    labels: (args: Arguments) =>
      connection('labels', args, labelsOf(repository, pull), (label) => labelNode(context, repository, label)),
    assignees: (args: Arguments) =>
      connection('assignees', args, pull.assignees, (account) => actorNode(context, account)),
    milestone: milestone === undefined ? null : milestoneNode(context, repository, milestone),
    reviewRequests: (args: Arguments) => {
      const asked = [
        ...pull.reviewers.map((one) => actorNode(context, one)),
        ...pull.teams.map((one) => teamNode(context, one)),
      ];
      return connection('reviewRequests', args, asked, (requestedReviewer) => ({
        __typename: 'ReviewRequest',
        id: `RR_${pull.id}_${String(requestedReviewer['id'])}`,
        asCodeOwner: false,
        pullRequest: () => pullNode(context, pull),
        requestedReviewer,
      }));
    },
    reviews: (args: Arguments) => {
      const { states, author } = args;
      const found = pull.reviews
        .filter((review) => !Array.isArray(states) || states.includes(review.state))
        .filter((review) => typeof author !== 'string' || review.author.login === author);
      return reviews('reviews', args, found);
    },
    latestReviews: (args: Arguments) => reviews('latestReviews', args, latest(pull.reviews)),
    latestOpinionatedReviews: (args: Arguments) => {
      const writers = (review: Review): boolean => reaches(accessOf(world, repository, review.author), 'write');
      const opinionated = pull.reviews.filter((review) => review.state !== 'COMMENTED' && review.state !== 'PENDING');
      const found = args['writersOnly'] === true ? opinionated.filter(writers) : opinionated;
      return reviews('latestOpinionatedReviews', args, latest(found));
    },
    reviewDecision: async () => (await rules()).decision,
    comments: (args: Arguments) =>
      connection('comments', args, pull.comments, (comment) => commentNode(context, pull, comment)),
    totalCommentsCount: pull.comments.length,
    statusCheckRollup: () => rollupNode(context, repository, pull.head.sha),
    mergeable: async () => {
      const answer = await mergeable();
      return answer === null ? 'UNKNOWN' : answer ? 'MERGEABLE' : 'CONFLICTING';
    },
    mergeStateStatus: async () => mergeableState(pull, await mergeable(), await rules()).toUpperCase(),
    canBeRebased: async () => (await mergeable()) === true,
    potentialMergeCommit: async () => {
      const good = (await mergeable()) === true && pull.testMerge !== null;
      return good && pull.testMerge !== null ? commitNode(context, repository, pull.testMerge) : null;
    },
    autoMergeRequest: autoMergeNode(context, pull),
    isMergeQueueEnabled: repository.queues.has(pull.base.branch),
    isInMergeQueue: pull.queued !== null,
    mergeQueue: () => mergeQueueNode(context, repository, pull.base.branch),
    mergeQueueEntry: () => queueEntryNode(context, pull),
    viewerCanEnableAutoMerge: async () =>
      repository.settings.allowAutoMerge &&
      reaches(access, 'write') &&
      cannotLandYet(pull, await mergeable(), await rules()),
    viewerCanDisableAutoMerge: pull.autoMerge !== null && reaches(access, 'write'),
    viewerCanMergeAsAdmin:
      reaches(access, 'admin') && repository.protection.get(pull.base.branch)?.enforceAdmins !== true,
    viewerCanUpdate: own || reaches(access, 'write'),
    viewerDidAuthor: own,
  };
}

/** Auto-merge is for what something is still awaited for. */
export function cannotLandYet(pull: PullRequest, mergeable: boolean | null, evaluation: Evaluation): boolean {
  return pull.state === 'open' && mergeableState(pull, mergeable, evaluation) !== 'clean' && evaluation.rules !== null;
}

function once<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => {
    running ??= task();
    return running;
  };
}

function latest(reviews: readonly Review[]): readonly Review[] {
  const last = new Map<string, Review>();
  for (const review of reviews) last.set(review.author.login, review);
  return [...last.values()];
}

const changes: Readonly<Record<FileDiff['status'], string>> = {
  added: 'ADDED',
  modified: 'MODIFIED',
  removed: 'DELETED',
  renamed: 'RENAMED',
  'type-changed': 'CHANGED',
};

function changedFileNode(file: FileDiff): Fields {
  const { additions, deletions, path, status } = file;
  return {
    __typename: 'PullRequestChangedFile',
    path,
    additions: additions ?? 0,
    deletions: deletions ?? 0,
    changeType: changes[status],
    viewerViewedState: 'UNVIEWED',
  };
}

function autoMergeNode(context: GraphqlContext, pull: PullRequest): Fields | null {
  if (pull.autoMerge === null) return null;
  const { by, method, title, message, at } = pull.autoMerge;
  return {
    __typename: 'AutoMergeRequest',
    authorEmail: null,
    commitBody: message,
    commitHeadline: title,
    enabledAt: at,
    enabledBy: actorNode(context, by),
    mergeMethod: method.toUpperCase(),
    pullRequest: () => pullNode(context, pull),
  };
}

export function reviewNode(context: GraphqlContext, pull: PullRequest, review: Review): Fields {
  const { repository } = pull;
  const path = `/${fullName(repository)}/pull/${pull.number}#pullrequestreview-${review.id}`;
  return {
    __typename: 'PullRequestReview',
    id: `PRR_${review.id}`,
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    author: actorNode(context, review.author),
    authorAssociation: association(context.world, repository, review.author),
    authorCanPushToRepository: reaches(accessOf(context.world, repository, review.author), 'write'),
    body: review.body,
    bodyText: review.body,
    state: review.state,
    commit: commitNode(context, repository, review.commit),
    createdAt: review.at,
    publishedAt: review.at,
    submittedAt: review.at,
    updatedAt: review.at,
    pullRequest: () => pullNode(context, pull),
    repository: () => repositoryNode(context, repository),
    resourcePath: path,
    url: `${context.world.urls.web}${path}`,
    viewerDidAuthor: review.author === context.token.account,
  };
}

export function commentNode(context: GraphqlContext, pull: PullRequest, comment: Comment): Fields {
  const { repository } = pull;
  const path = `/${fullName(repository)}/pull/${pull.number}#issuecomment-${comment.id}`;
  return {
    __typename: 'IssueComment',
    id: `IC_${comment.id}`,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    author: actorNode(context, comment.author),
    authorAssociation: association(context.world, repository, comment.author),
    body: comment.body,
    bodyText: comment.body,
    createdAt: comment.createdAt,
    publishedAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    isMinimized: false,
    minimizedReason: null,
    pullRequest: () => pullNode(context, pull),
    repository: () => repositoryNode(context, repository),
    resourcePath: path,
    url: `${context.world.urls.web}${path}`,
    viewerDidAuthor: comment.author === context.token.account,
  };
}
