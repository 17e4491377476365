/** Time as a fake's server tells it: the machine's, moved on by tests. */
export interface MovableClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** ISO 8601 in UTC with seconds, as forges write times. */
  iso(): string;
  /** Moves the clock on, for rate-limit windows and tokens that expire. */
  advance(milliseconds: number): void;
}

/** A clock that starts at the machine's time, or at `start` (milliseconds since 1970) and then stands still. */
export function movableClock(start?: number): MovableClock {
  let moved = 0;
  const now = (): number => (start ?? Date.now()) + moved;
  return {
    now,
    iso: () => isoSeconds(now()),
    advance: (milliseconds) => {
      moved += milliseconds;
    },
  };
}

/** `2026-11-25T19:00:00Z` of milliseconds since 1970. */
export function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
