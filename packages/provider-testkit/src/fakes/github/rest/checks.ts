import { objectType } from '../../host/objects.js';
import type { Json } from '../../host/request.js';
import { landWaiting } from '../land/auto.js';
import { checkRunShape, statusShape } from '../shapes/checks.js';
import { minimalRepositoryShape, repositoryUrl } from '../shapes/repository.js';
import type { CheckRun, Status } from '../state/repository.js';
import type { World } from '../state/world.js';
import { bodyOf, caller, type RepositoryCall, type Routes, repositoryRoute, textOf } from './call.js';
import { commitNamed } from './commits.js';
import { paged, pageOf } from './paging.js';
import { invalid, refuse } from './refuse.js';

type Handler = Routes[number]['handler'];

/** Statuses and check runs of commits. */
export function checkRoutes(world: World): Routes {
  const read = { permission: 'statuses', level: 'read' } as const;
  const write = { permission: 'statuses', level: 'write' } as const;
  return [
    repositoryRoute(world, 'POST', '/statuses/{sha}', write, createStatus),
    repositoryRoute(world, 'GET', '/commits/{ref}/status', read, combined),
    repositoryRoute(world, 'GET', '/commits/{ref}/statuses', read, async (call) => {
      const sha = await commitNamed(call, 'ref');
      const all = call.repository.statuses.filter((status) => status.sha === sha).reverse();
      return paged(call, all, (status) => statusShape(world, call.repository, status));
    }),
    repositoryRoute(world, 'GET', '/commits/{ref}/check-runs', { ...read, permission: 'checks' }, async (call) => {
      const sha = await commitNamed(call, 'ref');
      const name = call.query.get('check_name');
      const all = latestRuns(call.repository.checkRuns, sha).filter((run) => name === null || run.name === name);
      return paged(
        call,
        all,
        (run) => checkRunShape(world, call.repository, run),
        (runs) => ({
          total_count: all.length,
          check_runs: runs,
        }),
      );
    }),
    repositoryRoute(world, 'POST', '/check-runs', { ...write, permission: 'checks' }, createCheckRun),
  ];
}

export function latestRuns(runs: readonly CheckRun[], sha: string): readonly CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of runs) if (run.sha === sha) latest.set(run.name, run);
  return [...latest.values()];
}

export function latestStatuses(statuses: readonly Status[], sha: string): readonly Status[] {
  const latest = new Map<string, Status>();
  for (const status of statuses) if (status.sha === sha) latest.set(status.context, status);
  return [...latest.values()];
}

async function createStatus(call: RepositoryCall): ReturnType<Handler> {
  const { world, repository } = call;
  const sha = call.params['sha'] ?? '';
  if ((await objectType(call.folder, sha)) !== 'commit') refuse(422, `No commit found for SHA: ${sha}`);
  const body = bodyOf(call);
  const description = textOf(body['description']);
  if (description !== null && description.length > 140) {
    invalid('Status', 'description', 'custom', 'description is too long (maximum is 140 characters)');
  }
  const status: Status = {
    id: world.nextId(),
    sha,
    context: textOf(body['context']) ?? 'default',
    state: (textOf(body['state']) ?? 'pending') as Status['state'],
    description,
    targetUrl: textOf(body['target_url']),
    creator: caller(call),
    at: world.clock.iso(),
  };
  if (repository.statuses.filter((one) => one.sha === sha && one.context === status.context).length >= 1000) {
    invalid('Status', 'base', 'custom', 'This SHA and context has reached the maximum number of statuses.');
  }
  repository.statuses.push(status);
  await landWaiting(world, repository);
  return { status: 201, body: statusShape(world, repository, status) };
}

async function combined(call: RepositoryCall): ReturnType<Handler> {
  const { world, repository } = call;
  const sha = await commitNamed(call, 'ref');
  const all = latestStatuses(repository.statuses, sha);
  const states = all.map((status) => status.state);
  const bad = states.includes('failure') || states.includes('error');
  const state = bad ? 'failure' : states.length === 0 || states.includes('pending') ? 'pending' : 'success';
  const url = repositoryUrl(world, repository);
  const { number, size } = pageOf(call.query);
  const shown: Json[] = all.slice((number - 1) * size, number * size).map((status) => {
    const { creator, ...simple } = statusShape(world, repository, status);
    return simple;
  });
  return {
    status: 200,
    body: {
      state,
      statuses: shown,
      sha,
      total_count: all.length,
      repository: minimalRepositoryShape(world, repository),
      commit_url: `${url}/commits/${sha}`,
      url: `${url}/commits/${sha}/status`,
    },
  };
}

async function createCheckRun(call: RepositoryCall): ReturnType<Handler> {
  const { world, repository, token } = call;
  if (token?.kind === 'classic' || token?.kind === 'fine-grained')
    refuse(403, 'You must authenticate via a GitHub App.');
  const body = bodyOf(call);
  const sha = textOf(body['head_sha']) ?? '';
  if ((await objectType(call.folder, sha)) !== 'commit') refuse(422, `No commit found for SHA: ${sha}`);
  const conclusion = textOf(body['conclusion']) as CheckRun['conclusion'];
  const now = world.clock.iso();
  const run: CheckRun = {
    id: world.nextId(),
    sha,
    name: textOf(body['name']) ?? '',
    status: conclusion === null ? ((textOf(body['status']) ?? 'queued') as CheckRun['status']) : 'completed',
    conclusion,
    detailsUrl: textOf(body['details_url']),
    startedAt: textOf(body['started_at']) ?? now,
    completedAt: conclusion === null ? null : (textOf(body['completed_at']) ?? now),
  };
  repository.checkRuns.push(run);
  await landWaiting(world, repository);
  return { status: 201, body: checkRunShape(world, repository, run) };
}
