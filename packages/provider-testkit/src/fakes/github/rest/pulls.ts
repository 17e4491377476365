import { diffTrees } from '../../host/diff.js';
import { mergeBase } from '../../host/history.js';
import { readCommits } from '../../host/objects.js';
import { readRef } from '../../host/repository.js';
import type { Json } from '../../host/request.js';
import { landWaiting } from '../land/auto.js';
import { evaluate } from '../land/evaluate.js';
import { ownCommits } from '../land/land.js';
import { findOpenPull, openPullRequest } from '../land/open.js';
import { closePullRequest } from '../land/sync.js';
import { readMergeable } from '../land/trial.js';
import { commitShape, diffShape } from '../shapes/commit.js';
import { pullShape, simplePullShape } from '../shapes/pull-request.js';
import { reaches } from '../state/accounts.js';
import type { PullRequest } from '../state/pull-request.js';
import type { Repository } from '../state/repository.js';
import { findRepository, tokenAccess, type World } from '../state/world.js';
import { bodyOf, caller, findPull, type RepositoryCall, type Routes, repositoryRoute, textOf } from './call.js';
import { paged } from './paging.js';
import { invalid, invalidBecause, refuse } from './refuse.js';

type Handler = Routes[number]['handler'];

export function pullRoutes(world: World): Routes {
  const read = { permission: 'pull_requests', level: 'read' } as const;
  const write = { permission: 'pull_requests', level: 'write', role: 'read' } as const;
  return [
    repositoryRoute(world, 'GET', '/pulls', read, listPulls),
    repositoryRoute(world, 'POST', '/pulls', write, createPull),
    repositoryRoute(world, 'GET', '/pulls/{pull_number}', read, async (call) => ({
      status: 200,
      body: await wholePull(call, findPull(call)),
    })),
    repositoryRoute(world, 'PATCH', '/pulls/{pull_number}', write, updatePull),
    repositoryRoute(world, 'GET', '/pulls/{pull_number}/files', read, async (call) => {
      const pull = findPull(call);
      const from = await mergeBase(call.folder, pull.base.sha, pull.head.sha);
      const files = await diffTrees(call.folder, from, pull.head.sha);
      return paged(call, files.slice(0, 3000), (file) => diffShape(world, call.repository, pull.head.sha, file));
    }),
    repositoryRoute(world, 'GET', '/pulls/{pull_number}/commits', read, async (call) => {
      const commits = await readCommits(call.folder, await ownCommits(findPull(call)));
      return paged(call, commits, (commit) => commitShape(world, call.repository, commit));
    }),
  ];
}

export async function wholePull(call: RepositoryCall, pull: PullRequest): Promise<Json> {
  const mergeable = await readMergeable(call.world, pull);
  return pullShape(call.world, pull, mergeable, await evaluate(call.world, pull));
}

async function listPulls(call: RepositoryCall): ReturnType<Handler> {
  const { query, repository, world } = call;
  const state = query.get('state') ?? 'open';
  const base = query.get('base');
  const head = query.get('head');
  const sort = query.get('sort') ?? 'created';
  // newest first, unless another order or sorting is asked for
  const down =
    (query.get('direction') ?? (sort === 'created' && query.get('sort') === null ? 'desc' : 'asc')) === 'desc';
  const key = (pull: PullRequest): string => (sort === 'updated' ? pull.updatedAt : pull.createdAt);
  const found = repository.pulls
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => base === null || pull.base.branch === base)
    .filter((pull) => matchesHead(pull, head))
    .sort((one, other) => key(one).localeCompare(key(other)) || one.number - other.number);
  if (down) found.reverse();
  return paged(call, found, (pull) => simplePullShape(world, pull));
}

/**
 * `owner:branch`, the owner in any letter case, the branch as it is written. A value without an owner is passed over
 * in silence, as GitHub does.
 */
function matchesHead(pull: PullRequest, head: string | null): boolean {
  if (head === null || !head.includes(':')) return true;
  const colon = head.indexOf(':');
  const { owner } = pull.head.repository;
  return owner.login.toLowerCase() === head.slice(0, colon).toLowerCase() && pull.head.branch === head.slice(colon + 1);
}

/** The repository that a head is in: `branch`, `owner:branch`, or with `head_repo`. */
function headRepository(call: RepositoryCall, head: string, headRepo: string | null): Repository | null {
  const { world, repository } = call;
  if (headRepo !== null) {
    const [first = '', second] = headRepo.split('/');
    return second === undefined
      ? findRepository(world, repository.owner.login, first)
      : findRepository(world, first, second);
  }
  if (!head.includes(':')) return repository;
  const owner = head.slice(0, head.indexOf(':')).toLowerCase();
  if (owner === repository.owner.login.toLowerCase()) return repository;
  const forks = [...world.repositories.values()].filter((one) => one.parent === repository);
  return forks.find((one) => one.owner.login.toLowerCase() === owner) ?? null;
}

async function createPull(call: RepositoryCall): ReturnType<Handler> {
  const { world, repository } = call;
  const body = bodyOf(call);
  const named = textOf(body['head']) ?? '';
  const from = headRepository(call, named, textOf(body['head_repo']));
  const branch = named.includes(':') ? named.slice(named.indexOf(':') + 1) : named;
  if (call.token?.kind === 'actions' && !repository.settings.actionsPullRequests) {
    refuse(403, 'GitHub Actions is not permitted to create or approve pull requests.');
  }
  if (from === null) invalid('PullRequest', 'head', 'invalid');
  if (call.token !== null && !reaches(tokenAccess(world, from, call.token), 'write')) {
    refuse(403, 'must be a collaborator');
  }
  const title = textOf(body['title']);
  if (title === null || title.trim() === '') invalid('PullRequest', 'title', 'missing_field');
  const text = textOf(body['body']);
  if (text !== null && text.length > 65_536) {
    invalid('PullRequest', 'body', 'custom', 'body is too long (maximum is 65536 characters)');
  }
  if (title.length > 256) invalid('PullRequest', 'title', 'custom', 'title is too long (maximum is 256 characters)');
  const opened = await openPullRequest(world, repository, {
    author: caller(call),
    title,
    body: text,
    base: textOf(body['base']) ?? '',
    head: { repository: from, branch },
    draft: body['draft'] === true,
    maintainerCanModify: body['maintainer_can_modify'] !== false,
  });
  if ('field' in opened) invalid('PullRequest', opened.field, 'invalid');
  if ('sentence' in opened) invalidBecause('PullRequest', opened.sentence);
  return { status: 201, body: await wholePull(call, opened) };
}

/** Its author, or somebody who may write, changes a pull request. */
export function refuseStranger(call: RepositoryCall, pull: PullRequest): void {
  if (call.token?.account === pull.author || call.token?.kind === 'installation' || call.token?.kind === 'actions')
    return;
  if (!reaches(call.access, 'write')) refuse(403, 'Must have push access to repository');
}

async function updatePull(call: RepositoryCall): ReturnType<Handler> {
  const { world } = call;
  const pull = findPull(call);
  refuseStranger(call, pull);
  const body = bodyOf(call);
  const base = textOf(body['base']);
  if (base !== null && base !== pull.base.branch) await changeBase(call, pull, base);
  const title = textOf(body['title']);
  if (title !== null) {
    if (title.trim() === '') invalid('PullRequest', 'title', 'missing_field');
    pull.title = title;
  }
  if (body['body'] !== undefined) pull.body = textOf(body['body']);
  const state = textOf(body['state']);
  if (state === 'closed' && pull.state === 'open') closePullRequest(world, pull);
  if (state === 'open' && pull.state === 'closed') await reopen(call, pull);
  pull.updatedAt = world.clock.iso();
  await landWaiting(world, call.repository);
  return { status: 200, body: await wholePull(call, pull) };
}

async function changeBase(call: RepositoryCall, pull: PullRequest, base: string): Promise<void> {
  if (pull.state === 'closed') invalidBecause('PullRequest', 'Cannot change the base branch of a closed pull request.');
  const sha = await readRef(call.folder, `refs/heads/${base}`);
  if (sha === null) invalid('PullRequest', 'base', 'invalid');
  if (findOpenPull(call.repository, pull.head.repository, pull.head.branch, base) !== null) {
    const label = `base branch '${base}' and head branch '${pull.head.branch}'`;
    invalid('PullRequest', 'base', 'custom', `A pull request already exists for ${label}`);
  }
  if ((await mergeBase(call.folder, sha, pull.head.sha)) === pull.head.sha) {
    invalid(
      'PullRequest',
      'base',
      'custom',
      `There are no new commits between base branch '${base}' and head branch '${pull.head.branch}'`,
    );
  }
  pull.base = { branch: base, sha };
  // auto-merge was armed for another target
  pull.autoMerge = null;
  pull.trial = null;
}

async function reopen(call: RepositoryCall, pull: PullRequest): Promise<void> {
  const no = (why: string): never => invalid('PullRequest', 'state', 'custom', `state cannot be changed. ${why}`);
  if (pull.merged !== null) no('The pull request cannot be reopened.');
  const { repository, branch } = pull.head;
  const head = await readRef(repository.folder, `refs/heads/${branch}`);
  if (head === null) no(`The ${branch} branch has been deleted.`);
  if (head !== pull.head.sha) no(`The ${branch} branch was force-pushed or recreated.`);
  if (findOpenPull(call.repository, repository, branch, pull.base.branch) !== null) {
    no(`There is already an open pull request from ${branch} to ${pull.base.branch}.`);
  }
  const base = await readRef(call.folder, `refs/heads/${pull.base.branch}`);
  if (base === null) return no(`The ${pull.base.branch} branch has been deleted.`);
  if ((await mergeBase(call.folder, base, pull.head.sha)) === pull.head.sha) {
    no(`There are no new commits on the ${branch} branch.`);
  }
  pull.state = 'open';
  pull.closedAt = null;
  pull.base.sha = base;
  pull.trial = null;
}
