import type { AbortSignalLike, Clock } from '@gitops/core';

/** The machine's clock, for `applyPlan` and for everything else that asks for one. */
export const systemClock: Clock = {
  now: () => `${new Date().toISOString().slice(0, 19)}Z`,
  sleep: (milliseconds: number, signal?: AbortSignalLike) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener('abort', done);
    }),
};
