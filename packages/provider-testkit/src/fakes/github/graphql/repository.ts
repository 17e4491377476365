import { listRefs, readRef } from '../../host/repository.js';
import { isEmpty } from '../rest/repositories.js';
import { defaultBranchOf } from '../shapes/pull-request.js';
import { webUrl } from '../shapes/repository.js';
import { reaches } from '../state/accounts.js';
import type { PullRequest } from '../state/pull-request.js';
import { fullName, type Label, type Milestone, type Repository } from '../state/repository.js';
import { tokenAccess } from '../state/world.js';
import { actorNode } from './actor.js';
import { type Arguments, connection } from './connection.js';
import { demandRead, type Fields, type GraphqlContext } from './context.js';
import { refuseField } from './failure.js';
import { expressionNode, objectNode } from './git.js';
import { pullNode } from './pull-request.js';
import { findRef, refNode } from './ref.js';

export function repositoryNode(context: GraphqlContext, repository: Repository): Fields {
  const { world, token } = context;
  const { settings, folder } = repository;
  const access = tokenAccess(world, repository, token);
  return {
    __typename: 'Repository',
    id: repository.nodeId,
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    owner: actorNode(context, repository.owner),
    url: webUrl(world, repository),
    resourcePath: `/${fullName(repository)}`,
    sshUrl: `git@${new URL(world.urls.web).hostname}:${fullName(repository)}.git`,
    isPrivate: settings.private,
    isArchived: settings.archived,
    isDisabled: false,
    isLocked: false,
    isFork: repository.parent !== null,
    isEmpty: () => isEmpty(folder),
    isInOrganization: repository.owner.type === 'Organization',
    visibility: settings.private ? 'PRIVATE' : 'PUBLIC',
    parent: repository.parent === null ? null : repositoryNode(context, repository.parent),
    createdAt: repository.createdAt,
    pushedAt: repository.pushedAt,
    updatedAt: repository.pushedAt,
    autoMergeAllowed: settings.allowAutoMerge,
    deleteBranchOnMerge: settings.deleteBranchOnMerge,
    mergeCommitAllowed: settings.mergeMethods.includes('merge'),
    squashMergeAllowed: settings.mergeMethods.includes('squash'),
    rebaseMergeAllowed: settings.mergeMethods.includes('rebase'),
    viewerDefaultMergeMethod: settings.mergeMethods[0]?.toUpperCase() ?? 'MERGE',
    viewerPermission: access === 'none' ? null : access.toUpperCase(),
    viewerCanAdminister: reaches(access, 'admin'),
    viewerDefaultCommitEmail: token.account.email,
    defaultBranchRef: async () => {
      const branch = await defaultBranchOf(repository);
      return findRef(context, repository, `refs/heads/${branch}`);
    },
    ref: (args: Arguments) => findRef(context, repository, String(args['qualifiedName'])),
    refs: (args: Arguments) => listedRefs(context, repository, args),
    object: (args: Arguments) => {
      if (typeof args['oid'] === 'string') return objectNode(context, repository, args['oid']);
      return expressionNode(context, repository, String(args['expression'] ?? 'HEAD'));
    },
    pullRequest: (args: Arguments) => {
      demandRead(context, repository, 'pull_requests');
      const pull = repository.pulls.find((one) => one.number === args['number']);
      if (pull === undefined)
        refuseField('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${args['number']}.`);
      return pullNode(context, pull);
    },
    pullRequests: (args: Arguments) => listedPulls(context, repository, args),
    label: (args: Arguments) => {
      const found = repository.labels.find((one) => one.name.toLowerCase() === String(args['name']).toLowerCase());
      return found === undefined ? null : labelNode(context, repository, found);
    },
    labels: (args: Arguments) => {
      const query = typeof args['query'] === 'string' ? args['query'].toLowerCase() : '';
      const found = repository.labels.filter((one) => one.name.toLowerCase().includes(query));
      return connection('labels', args, found, (label) => labelNode(context, repository, label));
    },
    milestone: (args: Arguments) => {
      const found = repository.milestones.find((one) => one.number === args['number']);
      return found === undefined ? null : milestoneNode(context, repository, found);
    },
    milestones: (args: Arguments) => {
      const states = Array.isArray(args['states']) ? args['states'] : ['OPEN', 'CLOSED'];
      const found = repository.milestones.filter((one) => states.includes(one.state.toUpperCase()));
      return connection('milestones', args, found, (milestone) => milestoneNode(context, repository, milestone));
    },
    assignableUsers: (args: Arguments) => {
      const found = [...world.accounts.values()].filter((one) =>
        reaches(repository.access.get(one.login.toLowerCase()) ?? 'none', 'read'),
      );
      return connection('assignableUsers', args, found, (account) => actorNode(context, account));
    },
    mergeQueue: async (args: Arguments) => {
      const branch = typeof args['branch'] === 'string' ? args['branch'] : await defaultBranchOf(repository);
      return mergeQueueNode(context, repository, branch);
    },
  };
}

async function listedRefs(context: GraphqlContext, repository: Repository, args: Arguments): Promise<Fields> {
  const prefix = String(args['refPrefix']);
  const query = typeof args['query'] === 'string' ? args['query'] : '';
  const refs = [...(await listRefs(repository.folder, prefix.endsWith('/') ? prefix : `${prefix}/`))];
  const found = refs.filter(([ref]) => !ref.startsWith('refs/pull/') && ref.slice(prefix.length).includes(query));
  return connection('refs', args, found, ([ref, oid]) => refNode(context, repository, ref, oid));
}

function pullState(pull: PullRequest): 'OPEN' | 'CLOSED' | 'MERGED' {
  if (pull.state === 'open') return 'OPEN';
  return pull.merged === null ? 'CLOSED' : 'MERGED';
}

async function listedPulls(context: GraphqlContext, repository: Repository, args: Arguments): Promise<Fields> {
  demandRead(context, repository, 'pull_requests');
  const { states, headRefName, baseRefName, labels } = args;
  const order = args['orderBy'] as { readonly field?: string; readonly direction?: string } | undefined;
  const key = (pull: PullRequest): string => (order?.field === 'UPDATED_AT' ? pull.updatedAt : pull.createdAt);
  const found = repository.pulls
    .filter((pull) => !Array.isArray(states) || states.includes(pullState(pull)))
    .filter((pull) => typeof headRefName !== 'string' || pull.head.branch === headRefName)
    .filter((pull) => typeof baseRefName !== 'string' || pull.base.branch === baseRefName)
    .filter((pull) => !Array.isArray(labels) || pull.labels.some((label) => labels.includes(label)))
    .sort((one, other) => key(one).localeCompare(key(other)) || one.number - other.number);
  if (order?.direction === 'DESC') found.reverse();
  const shown = found.filter((pull) => pull.head.repository === repository && pull.state === 'open').slice(0, 100);
  context.prefetch(
    repository,
    shown.map((pull) => pull.head.sha),
  );
  return connection('pullRequests', args, found, (pull) => pullNode(context, pull));
}

export function labelNode(context: GraphqlContext, repository: Repository, label: Label): Fields {
  const path = `/${fullName(repository)}/labels/${encodeURIComponent(label.name)}`;
  return {
    __typename: 'Label',
    id: `LA_${label.id}`,
    name: label.name,
    color: label.color,
    description: label.description,
    isDefault: false,
    repository: () => repositoryNode(context, repository),
    resourcePath: path,
    url: `${context.world.urls.web}${path}`,
  };
}

export function milestoneNode(context: GraphqlContext, repository: Repository, milestone: Milestone): Fields {
  const path = `/${fullName(repository)}/milestone/${milestone.number}`;
  return {
    __typename: 'Milestone',
    id: `MI_${milestone.id}`,
    number: milestone.number,
    title: milestone.title,
    state: milestone.state.toUpperCase(),
    closed: milestone.state === 'closed',
    closedAt: null,
    createdAt: milestone.createdAt,
    updatedAt: milestone.createdAt,
    description: null,
    dueOn: null,
    creator: actorNode(context, milestone.creator),
    repository: () => repositoryNode(context, repository),
    resourcePath: path,
    url: `${context.world.urls.web}${path}`,
  };
}

/** The pull requests that wait in a branch's queue, the first to merge first. */
export function queuedPulls(repository: Repository, branch: string): readonly PullRequest[] {
  return repository.pulls
    .filter((pull) => pull.queued !== null && pull.base.branch === branch)
    .sort((one, other) => (one.queued?.place ?? 0) - (other.queued?.place ?? 0));
}

export function mergeQueueNode(context: GraphqlContext, repository: Repository, branch: string): Fields | null {
  const queue = repository.queues.get(branch);
  if (queue === undefined) return null;
  const path = `/${fullName(repository)}/queue/${branch}`;
  return {
    __typename: 'MergeQueue',
    id: `MQ_${repository.id}_${branch}`,
    url: `${context.world.urls.web}${path}`,
    resourcePath: path,
    repository: () => repositoryNode(context, repository),
    nextEntryEstimatedTimeToMerge: null,
    configuration: { __typename: 'MergeQueueConfiguration', mergeMethod: queue.method.toUpperCase() },
    entries: (args: Arguments) =>
      connection('entries', args, queuedPulls(repository, branch), (pull) => queueEntryNode(context, pull)),
  };
}

export function queueEntryNode(context: GraphqlContext, pull: PullRequest): Fields | null {
  if (pull.queued === null) return null;
  const { at, by, head } = pull.queued;
  return {
    __typename: 'MergeQueueEntry',
    id: `MQE_${pull.id}`,
    enqueuedAt: at,
    enqueuer: actorNode(context, by),
    estimatedTimeToMerge: null,
    position: queuedPulls(pull.repository, pull.base.branch).indexOf(pull) + 1,
    state: 'QUEUED',
    jump: false,
    solo: false,
    headCommit: async () => {
      const there = await readRef(pull.repository.folder, `refs/pull/${pull.number}/head`);
      return there === null ? null : objectNode(context, pull.repository, head);
    },
    baseCommit: () => objectNode(context, pull.repository, pull.base.sha),
    mergeQueue: () => mergeQueueNode(context, pull.repository, pull.base.branch),
    pullRequest: () => pullNode(context, pull),
  };
}
