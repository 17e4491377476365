import type { CallOptions, Clock, Identity } from '@gitops/core';
import { demandIdentity } from './identity.js';
import { Repository } from './store/repository.js';
import type { Backend } from './store/store.js';

/** What both ports share: the repository, the time, and who acts. */
export interface Context {
  readonly backend: Backend;
  readonly clock: Clock;
  /** For `url` of a pull request: what follows `gitops pr show <id>`. */
  readonly commandTail: string;
  /** `call` of reading calls only: refs may then be as old as it allows. */
  run<T>(signal: AbortSignal, work: (repository: Repository) => Promise<T>, call?: CallOptions): Promise<T>;
  identities(signal: AbortSignal): Promise<{ readonly author: Identity | null; readonly committer: Identity | null }>;
  author(signal: AbortSignal): Promise<Identity & { readonly email: string }>;
}

export function makeContext(
  backend: Backend,
  clock: Clock,
  identity: Identity | undefined,
  commandTail: string,
): Context {
  const identities: Context['identities'] = async (signal) =>
    identity === undefined ? backend.identities(signal) : { author: identity, committer: identity };
  return {
    backend,
    clock,
    commandTail,
    identities,
    author: async (signal) => demandIdentity((await identities(signal)).author),
    run: async (signal, work, call) => {
      const store = await backend.session(signal, call?.maxAgeMs ?? 0);
      try {
        return await work(new Repository(store));
      } finally {
        await store.close();
      }
    },
  };
}

/** Now, in seconds since 1970. */
export function secondsNow(context: Context): number {
  return Math.floor(Date.parse(context.clock.now()) / 1000);
}
