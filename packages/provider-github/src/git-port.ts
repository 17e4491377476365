import type { BranchHead, CallOptions, CommitId, CommitSnapshot, GitPort, SnapshotSource } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { Run } from './api.js';
import { type Context, isFresh, tipOf } from './context.js';
import { changes, holds, log } from './history.js';
import { opening } from './opening.js';
import { identityOf } from './viewer.js';
import { commit, deleteBranch } from './write.js';

/** Git's own data by the API of GitHub; reads are served from what was seen where the caller allows it. */
export function gitPort(context: Context): GitPort {
  return {
    head: (branch, call) => context.run(call, (run) => headOf(context, run, branch, call)),
    snapshot: (source, globs, call) => context.run(call, (run) => snapshot(context, run, source, globs, call)),
    holds: (id, change, call) => context.run(call, (run) => holds(context, run, id, change)),
    changes: (id, call) => context.run(call, (run) => changes(context, run, id)),
    commit: (input, call) => context.change(call, (run) => commit(context, run, input)),
    deleteBranch: (branch, expectedHead, call) =>
      context.change(call, (run) => deleteBranch(context, run, branch, expectedHead)),
    log: (query, call) => context.run(call, (run) => log(context, run, query)),
    identity: (call) => context.run(call, (run) => identityOf(context, run)),
  };
}

async function headOf(
  context: Context,
  run: Run,
  branch: string | null,
  call: CallOptions | undefined,
): Promise<BranchHead | null> {
  if (branch !== null) checkBranchName(branch);
  const known = seenHead(context, branch, call);
  if (known !== undefined) return known;
  // one query tells the default branch, and much that is asked for next
  return branch === null ? opening(context, run, null) : tipOf(context, run, branch);
}

/** Undefined where it was not seen, or too long ago. */
function seenHead(
  context: Context,
  branch: string | null,
  call: CallOptions | undefined,
): BranchHead | null | undefined {
  const { seen } = context;
  const standard = seen.defaultBranch;
  if (branch === null && (standard === null || !isFresh(standard.at, call))) return undefined;
  const name = branch ?? standard?.name ?? null;
  if (name === null) return null;
  const head = seen.heads.get(name);
  return head !== undefined && isFresh(head.at, call) ? { branch: name, commit: head.commit } : undefined;
}

async function snapshot(
  context: Context,
  run: Run,
  source: SnapshotSource,
  globs: readonly string[],
  call: CallOptions | undefined,
): Promise<CommitSnapshot> {
  if ('commit' in source) {
    checkCommitId(source.commit);
    return { ...(await context.reader.read({ commit: source.commit }, globs, run.signal)), branch: null };
  }
  if (source.branch !== null) checkBranchName(source.branch);
  const head = seenHead(context, source.branch, call) ?? (await opening(context, run, source.branch));
  if (head === null) return noBranch(source.branch);
  return { ...(await context.reader.read({ commit: head.commit }, globs, run.signal)), branch: head.branch };
}

export function noBranch(branch: string | null): never {
  return fail(
    'not-found',
    branch === null
      ? 'The repository has no default branch, or nothing was committed on it yet.'
      : `There is no branch "${branch}".`,
    'Make it first, or name one that is there.',
    { branch },
  );
}

/** GitHub also takes names of branches where a commit is meant: only an id is one here. */
export function checkCommitId(commit: CommitId): void {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return;
  fail(
    'not-found',
    `There is no commit ${JSON.stringify(commit)}.`,
    'Look for a slip in its id, and whether it was pushed to this repository.',
  );
}

/** Names that Git would not take are refused before anything is asked. */
export function checkBranchName(branch: string): void {
  const steps = branch.split('/');
  const bad =
    branch === '' ||
    branch === '@' ||
    branch.startsWith('-') ||
    branch.endsWith('.') ||
    branch.includes('..') ||
    branch.includes('@{') ||
    /[\u0000-\u0020\u007f~^:?*[\\]/.test(branch) ||
    steps.some((step) => step === '' || step.startsWith('.') || step.endsWith('.lock'));
  if (!bad) return;
  fail(
    'usage',
    `${JSON.stringify(branch)} is no name for a branch.`,
    'Use letters, digits, "-", "_", "." and "/", without ".." and without "-" at the start.',
    { branch },
  );
}

export function staleBranch(branch: string, expected: CommitId | null, found: CommitId | null, what = 'source'): never {
  const place = (oid: CommitId | null): string => (oid === null ? 'absent' : `at ${oid.slice(0, 12)}`);
  return fail(
    'stale-head',
    `The branch "${branch}" is ${place(found)}, not ${place(expected)} as expected: somebody else was there first.`,
    'Run again: the change is made anew on what is there now.',
    { what, branch, expected, found },
  );
}
