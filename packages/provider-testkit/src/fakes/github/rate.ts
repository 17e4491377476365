import type { MovableClock } from '../host/clock.js';
import type { Json } from '../host/request.js';
import type { Token } from './state/accounts.js';

export type Resource = 'core' | 'graphql';

export interface Budget {
  readonly limit: number;
  readonly used: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

export interface RateLimits {
  /** Takes one from the budget; false where nothing is left. */
  take(token: Token | null, resource: Resource): boolean;
  budget(token: Token | null, resource: Resource): Budget;
}

const hour = 3600;

/** Budgets as GitHub counts them: an hour's window from the first request on, one for each account and resource. */
export function rateLimits(clock: MovableClock, limit: number, anonymous: number): RateLimits {
  const windows = new Map<string, { used: number; reset: number }>();
  const find = (token: Token | null, resource: Resource): { used: number; reset: number } => {
    const key = `${resource} ${token === null ? '' : token.account.login}`;
    const now = Math.floor(clock.now() / 1000);
    let window = windows.get(key);
    if (window === undefined || window.reset <= now) {
      window = { used: 0, reset: now + hour };
      windows.set(key, window);
    }
    return window;
  };
  const limitOf = (token: Token | null): number => (token === null ? anonymous : limit);
  return {
    take: (token, resource) => {
      const window = find(token, resource);
      if (window.used >= limitOf(token)) return false;
      window.used++;
      return true;
    },
    budget: (token, resource) => ({ ...find(token, resource), limit: limitOf(token) }),
  };
}

export function budgetHeaders(budget: Budget, resource: Resource): Record<string, string> {
  return {
    'x-ratelimit-limit': String(budget.limit),
    'x-ratelimit-remaining': String(budget.limit - budget.used),
    'x-ratelimit-used': String(budget.used),
    'x-ratelimit-reset': String(budget.reset),
    'x-ratelimit-resource': resource,
  };
}

export function budgetShape(budget: Budget): Json {
  const { limit, used, reset } = budget;
  return { limit, used, remaining: limit - used, reset };
}
