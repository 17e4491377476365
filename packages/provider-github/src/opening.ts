import type { BranchHead, CommitId } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import { nameOf } from './address.js';
import type { Run } from './api.js';
import { type Context, describeRepository, fullNameOf, rememberName, type Seen, tipOf } from './context.js';
import { failureOfGraphql } from './errors.js';
import { fromNode, pullFields } from './find.js';
import * as schema from './schema-graphql.js';

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
