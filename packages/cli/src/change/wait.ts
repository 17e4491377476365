import { type CallOptions, type Clock, type Forge, orThrow, type PullRequestOutcome, problem } from '@gitops/core';
import { fail, usage } from '../failure.js';
import type { Invocation } from '../invocation.js';
import type { Console } from '../output/console.js';

const pollMs = 2_000;
const defaultTimeoutMs = 30 * 60_000;

/** What `--wait` waits for: `merged`, or nothing. */
export function waitsFor({ options }: Pick<Invocation, 'options'>): 'merged' | null {
  const state = options.text('wait');
  if (state === null) return options.flag('wait') ? 'merged' : null;
  if (state === 'merged') return 'merged';
  return usage(`--wait ${state} is not known.`, 'What can be waited for is: --wait merged');
}

/** Waits until somebody merges the pull request. Fails with `timed-out`, or where it is closed instead. */
export async function waitUntilMerged(
  outcome: PullRequestOutcome,
  options: {
    readonly forge: Forge;
    readonly clock: Clock;
    readonly timeoutMs: number | undefined;
    readonly console: Console;
    readonly call: CallOptions;
  },
): Promise<PullRequestOutcome> {
  const { forge, clock, console, call } = options;
  const deadline = Date.parse(clock.now()) + (options.timeoutMs ?? defaultTimeoutMs);
  for (let isFirst = true; ; isFirst = false) {
    const { pullRequest, awaits } = orThrow(await forge.pullRequests.status(outcome.id, call));
    if (pullRequest.state === 'merged')
      return { ...outcome, kind: 'merged', landed: pullRequest.landed?.last ?? null, waitingFor: [] };
    if (pullRequest.state === 'closed') {
      return fail(
        problem(
          'merge-refused',
          `${outcome.id} was closed without being merged.`,
          'Run the command again: a new one is opened.',
          { details: { pullRequest: outcome.id } },
        ),
      );
    }
    const awaited = ['somebody to merge it', ...awaits].join(', ');
    if (Date.parse(clock.now()) >= deadline || call.signal?.aborted === true) {
      return fail(
        problem(
          'timed-out',
          `${outcome.id} still waits for ${awaited}.`,
          'Run the command again to go on waiting; the pull request stays open.',
          {
            details: { pullRequest: outcome.id, waitingFor: awaits },
          },
        ),
      );
    }
    if (isFirst) console.progress('wait', `${outcome.id} waits for ${awaited}: ${outcome.url}`, true);
    await clock.sleep(pollMs, call.signal);
  }
}
