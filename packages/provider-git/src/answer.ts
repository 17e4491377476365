import {
  type AbortSignalLike,
  type Answer,
  type CallOptions,
  fromAsyncThrowable,
  type GitOpsError,
  problem,
} from '@gitops/core';
import { Failure, problemOfSystem } from './failure.js';

const aborted: GitOpsError = problem(
  'aborted',
  'The call was aborted by its caller.',
  'Run it again: what was done is found and not done twice.',
);

/**
 * Runs `work` as one call of a port: expected failures become values, anything else is a defect and rejects. A signal
 * that is aborted already stops it before it starts; later it is seen between steps and by every child process.
 */
export function answer<T>(call: CallOptions | undefined, work: (signal: AbortSignal) => Promise<T>): Answer<T> {
  const controller = new AbortController();
  const run = async (): Promise<T> => {
    const outer: AbortSignalLike | undefined = call?.signal;
    if (outer === undefined) return work(controller.signal);
    if (outer.aborted) throw new Failure(aborted);
    const stop = (): void => controller.abort();
    outer.addEventListener('abort', stop);
    try {
      return await work(controller.signal);
    } finally {
      outer.removeEventListener('abort', stop);
    }
  };
  return fromAsyncThrowable(run, (error): GitOpsError => {
    if (controller.signal.aborted) return aborted;
    if (error instanceof Failure) return error.problem;
    const system = error instanceof Error ? problemOfSystem(error) : undefined;
    if (system !== undefined) return system;
    throw error;
  })();
}

/** Stops between two steps when the caller has given up. */
export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Failure(aborted);
}
