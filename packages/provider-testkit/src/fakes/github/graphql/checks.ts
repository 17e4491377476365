import { latestRuns, latestStatuses } from '../rest/checks.js';
import { webUrl } from '../shapes/repository.js';
import type { CheckRun, Repository, Status } from '../state/repository.js';
import { actorNode } from './actor.js';
import { type Arguments, connection } from './connection.js';
import type { Fields, GraphqlContext } from './context.js';
import { commitNode } from './git.js';
import { repositoryNode } from './repository.js';

/** All checks and statuses of a commit in one; null where there are none. */
export function rollupNode(context: GraphqlContext, repository: Repository, oid: string): Fields | null {
  const runs = latestRuns(repository.checkRuns, oid);
  const statuses = latestStatuses(repository.statuses, oid);
  if (runs.length + statuses.length === 0) return null;
  const states = [...runs.map(runState), ...statuses.map((status) => status.state.toUpperCase())];
  const state = ['ERROR', 'FAILURE', 'PENDING'].find((one) => states.includes(one)) ?? 'SUCCESS';
  const nodes = [
    ...runs.map((run) => checkRunNode(context, repository, run)),
    ...statuses.map((status) => statusNode(context, repository, status)),
  ];
  return {
    __typename: 'StatusCheckRollup',
    id: `SCR_${repository.id}_${oid}`,
    state,
    commit: () => commitNode(context, repository, oid),
    contexts: (args: Arguments) =>
      connection('contexts', args, nodes, (node) => node, {
        checkRunCount: runs.length,
        statusContextCount: statuses.length,
      }),
  };
}

function runState(run: CheckRun): string {
  if (run.status !== 'completed') return 'PENDING';
  return ['success', 'neutral', 'skipped'].includes(run.conclusion ?? '') ? 'SUCCESS' : 'FAILURE';
}

function isRequired(repository: Repository, name: string): (args: Arguments) => boolean {
  return (args) => {
    const pull = repository.pulls.find(
      (one) => one.number === args['pullRequestNumber'] || `PR_${one.id}` === args['pullRequestId'],
    );
    const branch = pull?.base.branch ?? '';
    return repository.protection.get(branch)?.requiredChecks.includes(name) === true;
  };
}

function checkRunNode(context: GraphqlContext, repository: Repository, run: CheckRun): Fields {
  const url = `${webUrl(context.world, repository)}/runs/${run.id}`;
  return {
    __typename: 'CheckRun',
    id: `CR_${run.id}`,
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    detailsUrl: run.detailsUrl ?? url,
    permalink: url,
    url,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    isRequired: isRequired(repository, run.name),
    repository: () => repositoryNode(context, repository),
    summary: null,
    text: null,
    title: null,
  };
}

function statusNode(context: GraphqlContext, repository: Repository, status: Status): Fields {
  return {
    __typename: 'StatusContext',
    id: `SC_${status.id}`,
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: status.at,
    creator: actorNode(context, status.creator),
    isRequired: isRequired(repository, status.context),
    commit: () => commitNode(context, repository, status.sha),
  };
}
