import { type Patience, retryAfterMs, type WaitReason } from '@gitops/provider-http';
import Bottleneck from 'bottleneck';
import { refusalOf } from './refusal.js';

/** How often a call is sent again, at most. Each wait is told and counts for the call's total time. */
const attempts = 4;

/**
 * What one request waits for. Octokit's plugins recognise limits and send again; the waiting is done here, by the
 * call's own clock, so that it is told, ends with an abort, and never passes the total time of the call.
 */
export interface Waiting {
  /** `throttling`: a limit was hit, which opens in so many seconds. False: give up, and answer the limit. */
  readonly onLimit: (seconds: number, kind: 'rate limit' | 'secondary rate limit') => Promise<boolean>;
  /** `retry`: the request failed otherwise. True: it has been waited for, send it again. */
  readonly onFailure: (error: unknown) => Promise<boolean>;
}

/** `safe`: sending twice does no harm; anything else is sent once, unless a limit refused it. */
export function makeWaiting(patience: Patience, signal: AbortSignal, host: string, safe: boolean): Waiting {
  let failures = 0;
  let limits = 0;
  const wait = async (milliseconds: number, why: WaitReason): Promise<boolean> => {
    try {
      await patience.wait(milliseconds, why, signal);
      return true;
    } catch {
      // too long, or given up: the failure itself is what is told
      return false;
    }
  };
  return {
    onLimit: async (seconds, kind) => {
      if (++limits > attempts) return false;
      const text = `${host} answers no more for now (${kind}); waiting ${seconds} seconds.`;
      return wait(seconds * 1000, { kind: 'rate-limited', text });
    },
    onFailure: async (error) => {
      if (signal.aborted) return false;
      const refusal = refusalOf(error);
      const headers = refusal === null ? null : { get: refusal.header };
      const asked = headers === null ? null : retryAfterMs(headers, Date.now());
      // limits that the plugin does not know by their words, but whose header says when they end
      const isLimit =
        refusal !== null &&
        (refusal.status === 429 || (refusal.status === 403 && refusal.header('retry-after') !== null));
      const isOutage = refusal === null ? isBroken(error) : [500, 502, 503, 504].includes(refusal.status);
      if (!(isLimit || (isOutage && safe)) || ++failures >= attempts) return false;
      const milliseconds = asked ?? backOff(failures);
      const status = refusal === null ? 'the connection broke' : `status ${refusal.status}`;
      return wait(milliseconds, {
        kind: isLimit ? 'rate-limited' : 'unavailable',
        text: `${host} could not answer (${status}); trying again in ${Math.ceil(milliseconds / 1000)} seconds.`,
      });
    },
  };
}

/** Half a second, one, two: with jitter, so that many at once do not come back at once. */
export function backOff(failures: number): number {
  return Math.round(250 * 2 ** failures * (0.75 + Math.random() / 2));
}

/** A connection that failed and may come back; a name that does not resolve or a bad certificate does not. */
function isBroken(error: unknown): boolean {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    const code: unknown = 'code' in one ? one.code : undefined;
    if (typeof code === 'string' && broken.has(code)) return true;
  }
  return false;
}

const broken = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/**
 * Queues for Octokit's throttling. Its own put a second between two writes and three between two notifications, for
 * programs that write without end; a run of this toolkit writes at most a handful of times, so none of ours wait, and
 * none are shared with other programs in this process.
 */
export function queues(): Record<'global' | 'auth' | 'search' | 'write' | 'notifications', Bottleneck.Group> {
  const group = (maxConcurrent: number): Bottleneck.Group => new Bottleneck.Group({ maxConcurrent, minTime: 0 });
  return { global: group(10), auth: group(1), search: group(1), write: group(4), notifications: group(4) };
}
