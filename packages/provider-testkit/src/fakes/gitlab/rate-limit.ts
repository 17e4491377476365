import type { MovableClock } from '../host/clock.js';
import type { FakeAnswer, FakeRequest } from '../host/request.js';

export interface RateLimit {
  /** Counts a request; the headers of its answer, and the answer itself where it is one too many. */
  take(request: FakeRequest): { readonly headers: Record<string, string>; readonly refused: FakeAnswer | null };
}

const minute = 60_000;

/** GitLab's limit for each user, by the minute; 429 with a plain text. */
export function rateLimit(clock: MovableClock, limit: number | null): RateLimit {
  const windows = new Map<string, { window: number; count: number }>();
  return {
    take: (request) => {
      if (limit === null) return { headers: {}, refused: null };
      const { headers: sent } = request;
      const who = sent['private-token'] ?? sent['authorization'] ?? sent['job-token'] ?? 'nobody';
      const window = Math.floor(clock.now() / minute);
      const known = windows.get(who);
      const count = (known?.window === window ? known.count : 0) + 1;
      windows.set(who, { window, count });
      const reset = ((window + 1) * minute) / 1000;
      const headers = {
        'ratelimit-limit': String(limit),
        'ratelimit-name': 'throttle_authenticated_api',
        'ratelimit-observed': String(count),
        'ratelimit-remaining': String(Math.max(0, limit - count)),
        'ratelimit-reset': String(reset),
      };
      if (count <= limit) return { headers, refused: null };
      const seconds = String(Math.max(1, Math.ceil(reset - clock.now() / 1000)));
      const all = { ...headers, 'retry-after': seconds, 'content-type': 'text/plain' };
      return { headers: all, refused: { status: 429, headers: all, body: Buffer.from('Retry later\n') } };
    },
  };
}
