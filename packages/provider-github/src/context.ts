import type { Answer, BranchHead, CallOptions, Clock, CommitId, Identity, PullRequest } from '@gitops/core';
import {
  answer,
  fail,
  makePatience,
  makeReader,
  noCache,
  openCache,
  type Reader,
  systemClock,
  totalMs,
} from '@gitops/provider-http';
import { type Address, nameOf } from './address.js';
import { type Api, makeApi, type Run } from './api.js';
import { isInstallation } from './credentials.js';
import { failureOfGraphql } from './errors.js';
import { fromNode, pullFields } from './find.js';
import { environmentOf, type GitHubOptions } from './options.js';
import { readSource } from './read.js';
import * as schema from './schema.js';

/** One repository: the client, and what was seen of it by this instance. */
export interface Context {
  readonly options: GitHubOptions;
  readonly address: Address;
  readonly api: Api;
  readonly clock: Clock;
  readonly reader: Reader;
  readonly seen: Seen;
  /** Runs `work` as one call of a port, within the call's time. */
  run<T>(call: CallOptions | undefined, work: (run: Run) => Promise<T>): Answer<T>;
  /** The same for what changes something: what was seen is forgotten before and after, also when it fails. */
  change<T>(call: CallOptions | undefined, work: (run: Run) => Promise<T>): Answer<T>;
  notice(message: string): void;
}

/** What GitHub told, and when. Objects of Git never change; everything else does. */
export interface Seen {
  readonly trees: Map<CommitId, string>;
  readonly parents: Map<CommitId, readonly CommitId[]>;
  readonly heads: Map<string, { readonly commit: CommitId; readonly at: number }>;
  /** Name of the default branch; null inside where the repository is empty. */
  defaultBranch: { readonly name: string | null; readonly at: number } | null;
  /** Open pull requests, newest first; `whole` where these are all. */
  open: { readonly pulls: readonly PullRequest[]; readonly whole: boolean; readonly at: number } | null;
  /** Node id of the repository, for GraphQL. */
  repositoryId: string | null;
  viewer: { readonly login: string; readonly name: string | null } | null;
  /** Owner and name as GitHub writes them. */
  fullName: string | null;
}

export function makeContext(options: GitHubOptions, address: Address): Context {
  const clock = options.clock ?? systemClock;
  const api = makeApi(options, address);
  const seen: Seen = {
    trees: new Map(),
    parents: new Map(),
    heads: new Map(),
    defaultBranch: null,
    open: null,
    repositoryId: null,
    viewer: null,
    fullName: null,
  };
  const limit = options.timeoutMs ?? totalMs;
  const runOf = (signal: AbortSignal): Run => ({
    signal,
    patience: makePatience({
      clock,
      totalMs: limit,
      ...(options.onWait === undefined ? {} : { onWait: options.onWait }),
    }),
  });
  const cache =
    options.cache === false
      ? noCache
      : openCache({
          env: environmentOf(options),
          ...(options.cacheFolder === undefined ? {} : { folder: options.cacheFolder }),
        });
  const reader = makeReader(readSource(api, seen, runOf), {
    key: `${address.host}/${nameOf(address)}`.toLowerCase(),
    cache,
  });
  const run: Context['run'] = (call, work) => answer(call, (signal) => work(runOf(signal)), { totalMs: limit });
  return {
    options,
    address,
    api,
    clock,
    reader,
    seen,
    run,
    change: (call, work) =>
      run(call, async (one) => {
        forget(seen);
        try {
          return await work(one);
        } finally {
          forget(seen);
        }
      }),
    notice: (message) => options.onNotice?.(message),
  };
}

/** Forgets all that a write could have changed. */
function forget(seen: Seen): void {
  seen.heads.clear();
  seen.open = null;
}

/** Whether something that was seen then is young enough for a call. */
export function isFresh(at: number, call: CallOptions | undefined): boolean {
  const maxAgeMs = call?.maxAgeMs ?? 0;
  return maxAgeMs > 0 && performance.now() - at <= maxAgeMs;
}

/** Asked for in one query: whatever a run needs to know before it reads files. */
const openingQuery = (with_: { readonly viewer: boolean; readonly teams: boolean }): string => `
query Opening($owner: String!, $name: String!, $branch: String!, $named: Boolean!) {
  ${with_.viewer ? 'viewer { login name }' : ''}
  repository(owner: $owner, name: $name) {
    id nameWithOwner
    defaultBranchRef { ...head }
    ref(qualifiedName: $branch) @include(if: $named) { ...head }
    pullRequests(states: OPEN, first: 100, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes { ...pull }
    }
  }
}
fragment head on Ref { name target { oid ... on Commit { tree { oid } parents(first: 3) { nodes { oid } } } } }
${pullFields(with_.teams)}`;

/** The tip of a branch (null: of the default one), and on the way everything else that one query tells. */
export async function opening(context: Context, run: Run, branch: string | null): Promise<BranchHead | null> {
  const { api, seen } = context;
  const ask = { to: 'show the repository', what: `the repository ${nameOf(context.address)}` };
  const [owner, name] = fullNameOf(context).split('/');
  const with_ = { viewer: true, teams: true };
  for (;;) {
    const at = performance.now();
    const told = await api.graphql(run, {
      ...ask,
      query: openingQuery(with_),
      variables: { owner, name, branch: `refs/heads/${branch ?? ''}`, named: branch !== null },
      schema: schema.opening,
    });
    if (told === null) return openingByRest(context, run, branch);
    const repository = told.data?.repository ?? null;
    if (repository === null) {
      // a token without read:org may not even ask for the names of teams; an App's may not be a viewer
      if (with_.teams && told.errors.some((error) => error.type === 'INSUFFICIENT_SCOPES')) with_.teams = false;
      else if (with_.viewer && told.errors.some((error) => error.path?.[0] === 'viewer')) with_.viewer = false;
      else if (told.errors.length > 0) {
        throw failureOfGraphql(told.errors, ask, { host: context.address.host, access: await api.access(run.signal) });
      } else
        return fail('not-found', `There is no repository ${nameOf(context.address)}.`, 'Look for a slip in its name.');
      continue;
    }
    const viewer = told.data?.viewer;
    if (viewer !== undefined) seen.viewer = { login: viewer.login, name: viewer.name ?? null };
    rememberName(context, repository.nameWithOwner, repository.id);
    const remember = (found: typeof repository.defaultBranchRef): BranchHead | null => {
      const commit = found?.target?.oid;
      if (found === null || found === undefined || commit === undefined) return null;
      rememberCommit(seen, found.target ?? null);
      seen.heads.set(found.name, { commit, at });
      return { branch: found.name, commit };
    };
    const standard = remember(repository.defaultBranchRef);
    seen.defaultBranch = { name: standard?.branch ?? null, at };
    const nodes = repository.pullRequests.nodes.filter((node) => node !== null);
    for (const node of nodes) rememberCommit(seen, node.headRef?.target ?? null);
    const pulls = nodes.filter((node) => !node.isCrossRepository).map((node) => fromNode(node));
    seen.open = { pulls, whole: !repository.pullRequests.pageInfo.hasNextPage, at };
    return branch === null ? standard : remember(repository.ref);
  }
}

function rememberCommit(
  seen: Seen,
  commit: {
    readonly oid: CommitId;
    readonly tree?: { readonly oid: string } | undefined;
    readonly parents?: { readonly nodes: readonly { readonly oid: CommitId }[] } | undefined;
  } | null,
): void {
  if (commit?.tree !== undefined) seen.trees.set(commit.oid, commit.tree.oid);
  if (commit?.parents !== undefined)
    seen.parents.set(
      commit.oid,
      commit.parents.nodes.map((one) => one.oid),
    );
}

async function openingByRest(context: Context, run: Run, branch: string | null): Promise<BranchHead | null> {
  const { seen } = context;
  if (branch !== null) return tipOf(context, run, branch);
  await describeRepository(context, run);
  const name = seen.defaultBranch?.name ?? null;
  return name === null ? null : tipOf(context, run, name);
}

/** Reads node id, name and default branch by REST. */
export async function describeRepository(context: Context, run: Run) {
  const { api, seen, address } = context;
  const found = await api.request(run, {
    to: 'show the repository',
    what: `the repository ${nameOf(address)}`,
    route: 'GET /repos/{owner}/{repo}',
    schema: schema.repository,
  });
  rememberName(context, found.full_name, found.node_id ?? null);
  seen.defaultBranch = { name: found.default_branch, at: performance.now() };
  return found;
}

/** The tip of a branch by REST; null where there is none of exactly that name. */
export async function tipOf(context: Context, run: Run, branch: string): Promise<BranchHead | null> {
  const { api, seen } = context;
  const at = performance.now();
  const found = await api.find(run, {
    to: `show the branch "${branch}"`,
    what: `the branch "${branch}"`,
    route: 'GET /repos/{owner}/{repo}/git/ref/{ref}',
    parameters: { ref: `heads/${branch}` },
    schema: schema.refs,
    // an empty repository has no branches
    means: ({ status }) =>
      status === 409
        ? {
            kind: 'not-found',
            message: 'The repository is empty.',
            remedy: 'Commit something.',
            details: { status: 404 },
          }
        : undefined,
  });
  const one = found?.find(({ ref }) => ref === `refs/heads/${branch}`);
  if (one === undefined) {
    // 404 may also mean that the repository itself is hidden
    if (seen.fullName === null) await describeRepository(context, run);
    return null;
  }
  seen.heads.set(branch, { commit: one.object.sha, at });
  return { branch, commit: one.object.sha };
}

function rememberName(context: Context, fullName: string, id: string | null): void {
  const [owner, name] = fullName.split('/');
  context.seen.fullName = fullName;
  context.seen.repositoryId = id;
  if (owner !== undefined && name !== undefined) context.api.rename(owner, name);
}

/** `acme/gitops`, as GitHub writes it where it has told already. */
export function fullNameOf({ seen, address }: Context): string {
  return seen.fullName ?? nameOf(address);
}

/** The name as GitHub writes it: lists are filtered by it, letter case included. */
export async function demandFullName(context: Context, run: Run): Promise<string> {
  if (context.seen.fullName === null) await describeRepository(context, run);
  return fullNameOf(context);
}

/** For GraphQL; null on servers that are too old to have one. */
export async function repositoryIdOf(context: Context, run: Run): Promise<string | null> {
  if (context.seen.repositoryId === null) await describeRepository(context, run);
  return context.seen.repositoryId;
}

/** The account that acts. */
export async function viewerOf(
  context: Context,
  run: Run,
): Promise<{ readonly login: string; readonly name: string | null }> {
  const { api, seen } = context;
  if (seen.viewer !== null) return seen.viewer;
  const access = await api.access(run.signal);
  const ask = { to: 'say who acts', what: 'the account of the token' };
  const told = await api.graphql(run, {
    ...ask,
    query: 'query Viewer { viewer { login name } }',
    schema: schema.viewer,
  });
  if (told?.data != null) seen.viewer = { login: told.data.viewer.login, name: told.data.viewer.name ?? null };
  else if (isInstallation(access)) seen.viewer = await botOf(context, run);
  else {
    const user = await api.request(run, { ...ask, route: 'GET /user', schema: schema.user });
    seen.viewer = { login: user.login, name: user.name ?? null };
  }
  return seen.viewer;
}

/** An installation is no user; its App's account is named after the App. */
async function botOf(context: Context, run: Run): Promise<{ readonly login: string; readonly name: string | null }> {
  const access = await context.api.access(run.signal);
  const ask = { to: 'say which App acts', what: 'the GitHub App' };
  if (access.kind === 'app') {
    const { slug } = await context.api.request(run, { ...ask, route: 'GET /app', schema: schema.app });
    return { login: `${slug}[bot]`, name: null };
  }
  const { GITHUB_ACTIONS: inActions } = environmentOf(context.options);
  if (inActions === 'true') return { login: 'github-actions[bot]', name: null };
  return fail(
    'identity-missing',
    'This server does not say which account an installation token belongs to.',
    'Give the GitHub App itself (id and private key) instead of one of its tokens.',
  );
}

/** Who commits: as GitHub shows it, the account's name, else its login. GitHub keeps the e-mail address to itself. */
export async function identityOf(context: Context, run: Run): Promise<Identity> {
  const { login, name } = await viewerOf(context, run);
  return { name: name === null || name === '' ? login : name, email: null };
}
