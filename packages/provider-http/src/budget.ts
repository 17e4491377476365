import type { Clock } from '@gitops/core';
import { totalMs as longest, stopIfAborted } from './answer.js';
import { fail } from './failure.js';

/** Why something is waited for, and what it means if it takes too long. */
export interface WaitReason {
  /** The kind of failure where the wait would pass the limit. */
  readonly kind: 'rate-limited' | 'timed-out' | 'unavailable';
  /** For people, a whole sentence: `GitHub allows no more requests until 12:00:00.` */
  readonly text: string;
}

/** One call's time: what is left of it, and the one way to wait. */
export interface Patience {
  readonly clock: Clock;
  /** Milliseconds since 1970, after which no wait ends; null: no limit. */
  readonly deadline: number | null;
  /**
   * Waits, after telling `onWait`. Throws a Failure at once, of the reason's kind and without waiting, where the wait
   * would pass the deadline; `aborted` where the signal ends it.
   */
  wait(milliseconds: number, why: WaitReason, signal: AbortSignal): Promise<void>;
}

export interface PatienceOptions {
  readonly clock: Clock;
  /** All of one call, in milliseconds; null: no limit. @default 600_000 */
  readonly totalMs?: number | null;
  readonly onWait?: (wait: { readonly why: string; readonly milliseconds: number }) => void;
}

/** Starts counting now: one for each call of a port. */
export function makePatience(options: PatienceOptions): Patience {
  const { clock, onWait } = options;
  const now = (): number => Date.parse(clock.now());
  const total = options.totalMs === undefined ? longest : options.totalMs;
  const deadline = total === null ? null : now() + total;
  return {
    clock,
    deadline,
    wait: async (milliseconds, why, signal) => {
      stopIfAborted(signal);
      const until = now() + milliseconds;
      if (deadline !== null && until > deadline) {
        const at = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z');
        fail(
          why.kind,
          `${why.text} That is longer than a call may take.`,
          `Run it again after ${at}: what was done is found and not done twice.`,
          { what: 'wait', found: milliseconds, expected: Math.max(0, deadline - now()), retryAt: at },
        );
      }
      onWait?.({ why: why.text, milliseconds });
      await clock.sleep(milliseconds, signal);
      stopIfAborted(signal);
    },
  };
}
