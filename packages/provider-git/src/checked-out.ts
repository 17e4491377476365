import type { CommitId } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { MoveOutcome, RefMove, Store, Worktree } from './store/store.js';

/**
 * Moves refs like {@link Store.move}, and with them index and files of a working tree in which one of the branches is
 * checked out, as `receive.denyCurrentBranch=updateInstead` does. Where that cannot be, nothing moves.
 */
export async function moveWithWorktree(store: Store, moves: readonly RefMove[], reason: string): Promise<MoveOutcome> {
  const affected = await affectedWorktrees(store, moves);
  if (affected.length === 0) return store.move(moves, reason);
  for (const { worktree, move } of affected) {
    if (move.to === null || move.from === null) refuse(worktree, move, 'it would be deleted');
    const alone = affected.filter((other) => other.move.ref === move.ref).length === 1;
    if (!alone) refuse(worktree, move, 'it is checked out in several working trees');
    const inTheWay = await store.updateWorktree(worktree, move.from as CommitId, move.to as CommitId, true);
    if (inTheWay !== null) refuse(worktree, move, inTheWay);
  }
  // files first: killed before the ref moves, they look like a staged change, and the same call goes through again
  const updated: typeof affected = [];
  for (const one of affected) {
    const inTheWay = await store.updateWorktree(
      one.worktree,
      one.move.from as CommitId,
      one.move.to as CommitId,
      false,
    );
    if (inTheWay !== null) {
      await takeBack(store, updated);
      refuse(one.worktree, one.move, inTheWay);
    }
    updated.push(one);
  }
  try {
    const outcome = await store.move(moves, reason);
    if (!outcome.moved) await takeBack(store, updated);
    return outcome;
  } catch (error) {
    await takeBack(store, updated);
    throw error;
  }
}

interface Affected {
  readonly worktree: Worktree;
  readonly move: RefMove;
}

async function affectedWorktrees(store: Store, moves: readonly RefMove[]): Promise<Affected[]> {
  const branches = moves.filter((move) => move.ref.startsWith('refs/heads/') && move.from !== move.to);
  if (branches.length === 0) return [];
  const worktrees = await store.worktrees();
  return branches.flatMap((move) =>
    worktrees.filter((worktree) => worktree.branch === move.ref).map((worktree) => ({ worktree, move })),
  );
}

async function takeBack(store: Store, updated: readonly Affected[]): Promise<void> {
  for (const { worktree, move } of updated) {
    await store.updateWorktree(worktree, move.to as CommitId, move.from as CommitId, false);
  }
}

function refuse(worktree: Worktree, move: RefMove, why: string): never {
  const branch = move.ref.replace('refs/heads/', '');
  return fail(
    'branch-checked-out',
    `The branch "${branch}" is checked out in ${worktree.path} and cannot be moved there: ${why}. Nothing was changed.`,
    `Commit, stash or remove these changes, or let go of the branch: git -C ${worktree.path} switch --detach`,
    { branch, worktree: worktree.path, reason: why },
  );
}

/** Whether a branch is checked out anywhere: such a one is not deleted. */
export async function isCheckedOut(store: Store, ref: string): Promise<boolean> {
  return (await store.worktrees()).some((worktree) => worktree.branch === ref);
}
