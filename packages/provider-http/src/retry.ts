import type { Patience, WaitReason } from './budget.js';

/** Whether a failed attempt is made again: null for no, else when. */
export interface Again {
  /** What the server asked for, in milliseconds; null: a back-off that doubles, with jitter. */
  readonly afterMs: number | null;
  readonly why: WaitReason;
}

export interface RetryOptions {
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** Looks at what an attempt threw. */
  readonly classify: (error: unknown, attempt: number) => Again | null;
  /** Attempts in all. @default 5 */
  readonly attempts?: number;
  /** From 0 to 1, for the jitter. @default Math.random */
  readonly random?: () => number;
}

/** Runs `work` until it succeeds, `classify` says no, the attempts are used up (the last error is thrown), or patience ends. */
export function retrying<T>(_work: (attempt: number) => Promise<T>, _options: RetryOptions): Promise<T> {
  throw new Error('being written');
}

/**
 * What the headers of an answer ask for: milliseconds to wait from `now` (milliseconds since 1970), by `Retry-After` (seconds
 * or a date), else, where nothing remains (`x-ratelimit-remaining`, `ratelimit-remaining`), by `x-ratelimit-reset` or
 * `ratelimit-reset` (seconds since 1970). Null where they do not tell.
 */
export function retryAfterMs(_headers: Pick<Headers, 'get'>, _now: number): number | null {
  throw new Error('being written');
}

/** Whether a call that got this status may be made again: 429, 502, 503, 504; one that creates only after 429. */
export function isRetryable(_call: {
  readonly method: string;
  readonly status: number;
  readonly idempotent?: boolean;
}): boolean {
  throw new Error('being written');
}
