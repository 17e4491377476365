import type { FakeAnswer, FakeRequest } from './request.js';

/**
 * What goes wrong:
 * - an answer: given instead of the real one, nothing is carried out;
 * - `hang`: never answered, nothing is carried out;
 * - `reset`: the connection breaks before anything is carried out (`before-write` is the same);
 * - `after-write`: the request is carried out, then the connection breaks and the answer is lost;
 * - `cut`: carried out, the body ends in the middle;
 * - `not-json`: carried out, answered with the status but a page of HTML.
 */
export type FaultKind = FakeAnswer | 'hang' | 'cut' | 'reset' | 'not-json' | 'before-write' | 'after-write';

export interface FaultMatch {
  readonly method?: string;
  /** The path as sent, without the query: a part of it, or an expression. */
  readonly path?: string | RegExp;
  /** Part of the request's body: a GraphQL operation's name, say. */
  readonly body?: string;
}

export interface Fault {
  readonly match?: FaultMatch;
  /** How many matching requests meet it; 1 where left out. */
  readonly times?: number;
  /** How many matching requests are let through first. */
  readonly after?: number;
  readonly do: FaultKind;
}

export interface Faults {
  /** Injects a fault into the next requests that match. */
  next(fault: Fault): void;
  /** Faults that nothing has met yet. */
  readonly waiting: number;
  clear(): void;
}

interface Waiting {
  readonly fault: Fault;
  times: number;
  after: number;
}

export function faultList(): Faults & { take(request: FakeRequest): Promise<FaultKind | null> } {
  const waiting: Waiting[] = [];
  return {
    next: (fault) => {
      waiting.push({ fault, times: fault.times ?? 1, after: fault.after ?? 0 });
    },
    get waiting() {
      return waiting.length;
    },
    clear: () => {
      waiting.length = 0;
    },
    take: async (request) => {
      for (const one of [...waiting]) {
        if (!(await matches(one.fault.match ?? {}, request))) continue;
        if (one.after > 0) {
          one.after--;
          continue;
        }
        one.times--;
        if (one.times <= 0) waiting.splice(waiting.indexOf(one), 1);
        return one.fault.do;
      }
      return null;
    },
  };
}

async function matches(match: FaultMatch, request: FakeRequest): Promise<boolean> {
  if (match.method !== undefined && match.method !== request.method) return false;
  if (typeof match.path === 'string' && !request.path.includes(match.path)) return false;
  if (match.path instanceof RegExp && !match.path.test(request.path)) return false;
  return match.body === undefined || (await request.bytes()).toString('utf8').includes(match.body);
}
