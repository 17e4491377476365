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

/** The longest back-off, and the first. */
const mostMs = 30_000;
const firstMs = 500;

/**
 * Runs `work` until it succeeds, `classify` says no, the attempts are used up (the last error is thrown then), or the
 * patience ends. Where the server names no time, the wait doubles from half a second to thirty, with jitter: between
 * half of it and all of it.
 */
export async function retrying<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { patience, signal, classify, attempts = 5, random = Math.random } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (signal.aborted || attempt >= attempts) throw error;
      const again = classify(error, attempt);
      if (again === null) throw error;
      const backOff = Math.min(mostMs, firstMs * 2 ** (attempt - 1));
      await patience.wait(again.afterMs ?? Math.round(backOff * (0.5 + random() / 2)), again.why, signal);
    }
  }
}

/**
 * What the headers of an answer ask for: milliseconds to wait from `now` (milliseconds since 1970), by `Retry-After`
 * (seconds, or a date as in RFC 9110), else, where nothing remains, by `x-ratelimit-reset` (GitHub) or
 * `ratelimit-reset` (GitLab), both seconds since 1970. A second is added there, since they name no fractions. Null where
 * the headers do not tell.
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | null {
  const asked = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(asked)) return Math.ceil(Number(asked) * 1000);
  const date = Date.parse(asked);
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  for (const prefix of ['x-ratelimit', 'ratelimit']) {
    const reset = headers.get(`${prefix}-reset`)?.trim() ?? '';
    if (headers.get(`${prefix}-remaining`)?.trim() === '0' && /^\d+$/.test(reset)) {
      return Math.max(0, Number(reset) * 1000 - now) + 1000;
    }
  }
  return null;
}

/**
 * Whether a call that was answered so may be made again: after 429 always, since it was not looked at; after 502, 503
 * and 504 only what reads or is idempotent, since it may have happened. `status` null: no answer came.
 */
export function isRetryable(call: {
  readonly method: string;
  readonly status: number | null;
  readonly idempotent?: boolean;
}): boolean {
  if (call.status === 429) return true;
  const repeatable = call.idempotent ?? /^(GET|HEAD|PUT|DELETE)$/i.test(call.method);
  return repeatable && (call.status === null || call.status === 502 || call.status === 503 || call.status === 504);
}
