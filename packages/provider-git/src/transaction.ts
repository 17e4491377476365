import { setTimeout as pause } from 'node:timers/promises';
import { fail, stopIfAborted } from '@gitops/provider-http';
import { moveWithWorktree } from './checked-out.js';
import type { Repository } from './store/repository.js';
import type { RefMove } from './store/store.js';

/** How often a move is made anew because somebody else was faster. Each time at least one writer got through. */
const mostAttempts = 200;

export interface Step<T> {
  /** Nulls are moves that turned out not to be needed. */
  readonly moves: readonly (RefMove | null)[];
  readonly value: T;
}

/**
 * Prepares and moves until the refs were where they had been when prepared. `prepare` reads anew each time, so lines of
 * others are never lost and every guard is looked at again; it throws where the move must not be made any more.
 */
export async function transact<T>(
  repository: Repository,
  signal: AbortSignal,
  reason: string,
  prepare: () => Promise<Step<T>>,
): Promise<T> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const step = await prepare();
    const moves = step.moves.filter((move) => move !== null);
    if (moves.length === 0) return step.value;
    await repository.store.flush();
    stopIfAborted(signal);
    if ((await moveWithWorktree(repository.store, moves, reason)).moved) return step.value;
    await repository.store.refresh();
    await pause(Math.random() * Math.min(250, 10 * (attempt + 1)), undefined, { signal });
  }
  return fail(
    'timed-out',
    `Other writers were faster ${mostAttempts} times in a row.`,
    'Run again when fewer processes write to this repository.',
  );
}
