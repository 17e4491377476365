import type { CallOptions, Clock } from '@gitops/core';
import type { Invocation } from './invocation.js';

/** Ctrl-C goes down to every call, and from there to every request and wait. */
export function callOf({ io }: Pick<Invocation, 'io'>): CallOptions {
  return io.signal === undefined ? {} : { signal: io.signal };
}

export async function clockOf({ io }: Pick<Invocation, 'io'>): Promise<Clock> {
  return io.clock ?? (await import('./clock.js')).systemClock;
}

/** Now, without loading what waiting needs. */
export function nowOf({ io }: Pick<Invocation, 'io'>): string {
  return io.clock?.now() ?? `${new Date().toISOString().slice(0, 19)}Z`;
}
