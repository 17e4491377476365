import type { Answer, BranchHead, CallOptions, Clock, CommitId, PullRequest } from '@gitops/core';
import {
  answer,
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

export function rememberName(context: Context, fullName: string, id: string | null): void {
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
