import type { BranchHead, CommitSnapshot, GitPort, Identity, SnapshotSource } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { Ask } from './api.js';
import type { Context } from './context.js';
import { changesOf, holds, logOf } from './history.js';
import { branchOf, readFiles } from './read.js';
import { checkBranch, commit, deleteBranch } from './write.js';

/** Git data by GitLab's REST API. */
export function gitPort(context: Context): GitPort {
  return {
    head: (branch, call) => context.reading(call, (ask) => headOf(context, ask, branch, call?.maxAgeMs ?? 0)),
    snapshot: (source, globs, call) =>
      context.reading(call, (ask) => snapshotOf(context, ask, source, globs, call?.maxAgeMs ?? 0)),
    holds: (head, change, call) => context.reading(call, (ask) => holds(context, ask, head, change)),
    changes: (head, call) => context.reading(call, (ask) => changesOf(context, ask, head)),
    commit: (input, call) => context.writing(call, (ask) => commit(context, ask, input)),
    deleteBranch: (branch, expectedHead, call) =>
      context.writing(call, (ask) => deleteBranch(context, ask, branch, expectedHead)),
    log: (query, call) => context.reading(call, (ask) => logOf(context, ask, query)),
    identity: (call) => context.reading(call, (ask) => identityOf(context, ask)),
  };
}

async function headOf(context: Context, ask: Ask, branch: string | null, maxAgeMs: number): Promise<BranchHead | null> {
  const name = branch === null ? await defaultBranch(context, ask, maxAgeMs) : checkBranch(branch);
  if (name === null) return null;
  const known = context.sight.head(name, maxAgeMs);
  const commitId = known === undefined ? ((await branchOf(context, ask, name))?.commit.id ?? null) : known;
  return commitId === null ? null : { branch: name, commit: commitId };
}

/** The archive of a branch tells its commit: one request, and what it told is the branch's head. */
async function snapshotOf(
  context: Context,
  ask: Ask,
  source: SnapshotSource,
  globs: readonly string[],
  maxAgeMs: number,
): Promise<CommitSnapshot> {
  if ('commit' in source) return { ...(await readFiles(context, ask, source, globs)), branch: null };
  const branch = source.branch === null ? await defaultBranch(context, ask, maxAgeMs) : checkBranch(source.branch);
  if (branch === null) {
    return fail('not-found', `${context.project.name} has no branch yet.`, 'Push a first commit, then run again.', {
      what: 'branch',
    });
  }
  const known = context.sight.head(branch, maxAgeMs) ?? null;
  const { turn } = context.sight;
  const found = await readFiles(context, ask, known === null ? { ref: branch } : { commit: known }, globs);
  if (known === null) context.sight.sawHead(branch, found.commit, turn);
  return { ...found, branch };
}

/** Null in a repository without commits. */
async function defaultBranch(context: Context, ask: Ask, maxAgeMs: number): Promise<string | null> {
  const known = context.sight.branch(maxAgeMs);
  return known === undefined ? (await context.settings(ask, maxAgeMs)).default_branch : known;
}

/** GitLab writes the account of the token into every commit that it makes. */
async function identityOf(context: Context, ask: Ask): Promise<Identity> {
  const { credential } = await context.credential(ask.signal);
  if (credential === null) {
    fail(
      'identity-missing',
      `Nobody is signed in to ${context.project.host}.`,
      `Set GITLAB_TOKEN to an access token with the scope api, or run glab auth login --hostname ${context.project.host}.`,
      { what: 'account' },
    );
  }
  const account = await context.account(ask);
  return {
    name: account.name ?? account.username,
    email: account.commit_email || account.email || account.public_email || null,
  };
}
