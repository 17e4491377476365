import {
  type AbortSignalLike,
  type Answer,
  type CallOptions,
  fromAsyncThrowable,
  type GitOpsError,
  problem,
} from '@gitops/core';
import { Failure, failureIn, problemOfSystem } from './failure.js';
import { problemOfNetwork } from './network.js';

const aborted: GitOpsError = problem(
  'aborted',
  'The call was aborted by its caller.',
  'Run it again: what was done is found and not done twice.',
);

/** Longest that one call of a port may take, waits included: ten minutes. */
export const totalMs = 10 * 60_000;

/**
 * Runs `work` as one call of a port: expected failures become values, however deep a library has wrapped them; anything
 * else is a defect and rejects. An aborted signal stops it before it starts; later every request and every wait sees
 * it. After `limit.totalMs` (ten minutes; null: never) the call is stopped as well, and answers `timed-out`.
 */
export function answer<T>(
  call: CallOptions | undefined,
  work: (signal: AbortSignal) => Promise<T>,
  limit: { readonly totalMs?: number | null } = {},
): Answer<T> {
  const controller = new AbortController();
  const longest = limit.totalMs === undefined ? totalMs : limit.totalMs;
  let stoppedBy: GitOpsError | null = null;
  const stopWith = (why: GitOpsError): void => {
    stoppedBy ??= why;
    controller.abort();
  };
  const run = async (): Promise<T> => {
    const outer: AbortSignalLike | undefined = call?.signal;
    if (outer?.aborted === true) throw new Failure(aborted);
    const stop = (): void => stopWith(aborted);
    outer?.addEventListener('abort', stop);
    const timer = longest === null ? undefined : setTimeout(() => stopWith(tooLong(longest)), longest);
    try {
      return await work(controller.signal);
    } finally {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
    }
  };
  return fromAsyncThrowable(run, (error): GitOpsError => {
    if (stoppedBy !== null) return stoppedBy;
    const found = failureIn(error)?.problem ?? systemProblem(error) ?? problemOfNetwork(error, 'the server');
    if (found !== undefined) return found;
    throw error;
  })();
}

/** Stops between two steps when the caller has given up. */
export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Failure(aborted);
}

function systemProblem(error: unknown): GitOpsError | undefined {
  return error instanceof Error ? problemOfSystem(error) : undefined;
}

function tooLong(milliseconds: number): GitOpsError {
  const seconds = Math.round(milliseconds / 1000);
  return problem(
    'timed-out',
    `The call took longer than ${seconds} seconds and was stopped.`,
    'Run it again: what was done is found and not done twice. If it happens again, look at the connection to the server.',
    { details: { what: 'call', expected: seconds } },
  );
}
