import type {
  BranchHead,
  CommitId,
  CommitInfo,
  CommitSnapshot,
  FileChange,
  GitPort,
  Identity,
  SnapshotSource,
} from '@gitops/core';
import { answer, Failure, fail, pathFilter, stopIfAborted } from '@gitops/provider-http';
import { moveWithWorktree } from './checked-out.js';
import type { Context } from './context.js';
import { demandIdentity, signature } from './identity.js';
import { branchName, branchRef } from './names.js';
import { type CommitObject, normalMessage } from './store/codec.js';
import { firstParents } from './store/history.js';
import type { Repository } from './store/repository.js';
import { changedTree } from './tree/change.js';
import { changesBetween } from './tree/difference.js';
import { snapshotAt } from './tree/snapshot.js';
import { differs } from './tree/walk.js';

export function gitPort(context: Context): GitPort {
  return {
    head: (branch, call) =>
      answer(call, (signal) => context.run(signal, (repository) => headOf(repository, branch), call)),
    snapshot: (source, globs, call) =>
      answer(call, (signal) => context.run(signal, (repository) => snapshot(repository, source, globs), call)),
    holds: (commit, change, call) =>
      answer(call, (signal) => context.run(signal, (repository) => holds(repository, commit, change), call)),
    changes: (commit, call) =>
      answer(call, (signal) => context.run(signal, (repository) => changesOf(repository, commit), call)),
    commit: (input, call) =>
      answer(call, (signal) => context.run(signal, (repository) => commit(context, repository, input, signal))),
    deleteBranch: (branch, expectedHead, call) =>
      answer(call, (signal) => context.run(signal, (repository) => deleteBranch(repository, branch, expectedHead))),
    log: (query, call) =>
      answer(call, (signal) => context.run(signal, (repository) => log(repository, query, signal), call)),
    identity: (call) => answer(call, (signal): Promise<Identity> => context.author(signal)),
  };
}

function infoOf(oid: CommitId, commit: CommitObject): CommitInfo {
  return {
    commit: oid,
    parents: commit.parents,
    message: commit.message.replace(/\n+$/, ''),
    author: { name: commit.author.name, email: commit.author.email === '' ? null : commit.author.email },
    at: `${new Date(commit.committer.seconds * 1000).toISOString().slice(0, 19)}Z`,
  };
}

async function headOf(repository: Repository, branch: string | null): Promise<BranchHead | null> {
  const ref = branch === null ? await repository.store.headRef() : branchRef(branch);
  const oid = ref === null ? null : await repository.ref(ref);
  if (ref === null || oid === null) return null;
  return { branch: branchName(ref), commit: oid };
}

async function snapshot(
  repository: Repository,
  source: SnapshotSource,
  globs: readonly string[],
): Promise<CommitSnapshot> {
  if ('commit' in source) return { ...(await snapshotAt(repository, source.commit, globs)), branch: null };
  const head = await headOf(repository, source.branch);
  if (head === null) return noBranch(source.branch);
  return { ...(await snapshotAt(repository, head.commit, globs)), branch: head.branch };
}

/** By trees: the commit's is the one that its only parent becomes with the files applied. Nothing is written. */
async function holds(
  repository: Repository,
  commit: CommitId,
  change: Parameters<GitPort['holds']>[1],
): Promise<boolean> {
  const { tree, parents } = await repository.commit(commit);
  await repository.commit(change.base);
  const [parent] = parents;
  if (parent === undefined || parents.length > 1) return false;
  try {
    return (await changedTree(repository, (await repository.commit(parent)).tree, change.files)) === tree;
  } catch (error) {
    // what could not be committed on the parent is not what it became
    if (error instanceof Failure && ['stale-head', 'rejected'].includes(error.problem.kind)) return false;
    throw error;
  }
}

async function changesOf(repository: Repository, commit: CommitId): Promise<readonly FileChange[]> {
  const { tree, parents } = await repository.commit(commit);
  const [parent] = parents;
  const before = parent === undefined ? null : (await repository.commit(parent)).tree;
  return changesBetween(repository, before, tree);
}

async function commit(
  context: Context,
  repository: Repository,
  input: Parameters<GitPort['commit']>[0],
  signal: AbortSignal,
): Promise<{ readonly commit: CommitId; readonly unchanged: boolean }> {
  const ref = branchRef(input.branch);
  const base = await repository.commit(input.base);
  const head = await repository.ref(ref);
  if (head !== input.expectedHead) staleBranch(input.branch, input.expectedHead, head);
  const tree = await changedTree(repository, base.tree, input.files);
  if (tree === base.tree) {
    fail(
      'rejected',
      `The change to "${input.branch}" is empty: every file is already as it would become.`,
      'Leave the commit out; there is nothing to do.',
      { branch: input.branch },
    );
  }
  const message = normalMessage(input.message);
  const standing = head === null ? null : await repository.commit(head);
  const same =
    standing !== null &&
    standing.tree === tree &&
    standing.message === message &&
    standing.parents.length === 1 &&
    standing.parents[0] === input.base;
  if (head !== null && same) return { commit: head, unchanged: true };
  const now = context.clock.now();
  const { author, committer } = await context.identities(signal);
  const oid = repository.writeCommit({
    tree,
    parents: [input.base],
    author: signature(demandIdentity(author), now),
    committer: signature(demandIdentity(committer), now),
    message,
  });
  await repository.store.flush();
  stopIfAborted(signal);
  const move = { ref, from: head, to: oid };
  const outcome = await moveWithWorktree(repository.store, [move], 'gitops: commit');
  if (!outcome.moved) staleBranch(input.branch, input.expectedHead, await repository.ref(ref));
  return { commit: oid, unchanged: false };
}

async function deleteBranch(repository: Repository, branch: string, expectedHead: CommitId): Promise<void> {
  const ref = branchRef(branch);
  const head = await repository.ref(ref);
  if (head === null) return;
  if (head !== expectedHead) staleBranch(branch, expectedHead, head);
  const outcome = await moveWithWorktree(repository.store, [{ ref, from: head, to: null }], 'gitops: delete');
  if (outcome.moved) return;
  const now = await repository.ref(ref);
  if (now !== null) staleBranch(branch, expectedHead, now);
}

async function log(
  repository: Repository,
  query: Parameters<GitPort['log']>[0],
  signal: AbortSignal,
): Promise<readonly CommitInfo[]> {
  const filter = query.paths === undefined ? null : pathFilter(query.paths);
  const found: CommitInfo[] = [];
  if (query.limit <= 0) return found;
  for await (const { oid, commit: object } of firstParents(repository, query.from)) {
    stopIfAborted(signal);
    if (oid === query.until) break;
    if (filter !== null) {
      const parent = object.parents[0];
      const before = parent === undefined ? null : (await repository.commit(parent)).tree;
      if (!(await differs(repository, before, object.tree, filter))) continue;
    }
    found.push(infoOf(oid, object));
    if (found.length >= query.limit) break;
  }
  return found;
}

export function staleBranch(branch: string, expected: CommitId | null, actual: CommitId | null): never {
  const place = (oid: CommitId | null): string => (oid === null ? 'absent' : `at ${oid.slice(0, 12)}`);
  return fail(
    'stale-head',
    `The branch "${branch}" is ${place(actual)}, not ${place(expected)} as expected: somebody else was there first.`,
    'Run again: the change is made anew on what is there now.',
    { branch, expected, actual },
  );
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
