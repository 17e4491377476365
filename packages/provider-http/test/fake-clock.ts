import type { Clock } from '@gitops/core';

/** A clock that goes only while somebody sleeps; an aborted signal wakes the sleeper at once. */
export function fakeClock(start = '2026-01-01T00:00:00Z'): Clock & { readonly slept: number[] } {
  let now = Date.parse(start);
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    sleep: async (milliseconds, signal) => {
      if (signal?.aborted === true) return;
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}
