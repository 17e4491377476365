import type { MergeAnswer } from '@gitops/core';
import type { Run } from './api.js';
import type { Context } from './context.js';
import { failureOfGraphql } from './errors.js';
import type { MergeInput } from './merge.js';
import * as schema from './schema.js';
import type { Standing } from './status.js';

/**
 * Leaves the merge to GitHub, for exactly this head: auto-merge, or the queue where the branch has one. Null where it
 * may be merged at once, which auto-merge refuses (`clean status`).
 */
export async function autoMerge(
  context: Context,
  run: Run,
  standing: Standing,
  input: MergeInput,
  waiting: readonly string[],
): Promise<MergeAnswer | null> {
  const { pull, nodeId, demands, awaits } = standing;
  if (standing.queued) return { kind: 'waiting', for: waiting };
  const useQueue = demands.queue && awaits.length === 0;
  const name = useQueue ? 'enqueuePullRequest' : 'enablePullRequestAutoMerge';
  const type = useQueue ? 'EnqueuePullRequestInput' : 'EnablePullRequestAutoMergeInput';
  const ask = { to: `merge the pull request ${pull.number} by itself later`, what: `the pull request ${pull.number}` };
  const told = await context.api.graphql(run, {
    ...ask,
    query: `mutation Arm($input: ${type}!) { ${name}(input: $input) { clientMutationId } }`,
    variables: {
      input: {
        pullRequestId: nodeId ?? '',
        expectedHeadOid: input.expectedHead,
        ...(useQueue
          ? {}
          : {
              mergeMethod: input.method.toUpperCase(),
              ...(input.method === 'rebase'
                ? {}
                : { commitHeadline: input.message.title, commitBody: input.message.body }),
            }),
      },
    },
    schema: schema.anything,
  });
  if (told === null) {
    context.notice('This server has no GraphQL, without which no pull request can be told to merge by itself.');
    return { kind: 'waiting', for: waiting };
  }
  if (told.errors.length === 0) return { kind: 'waiting', for: waiting };
  const text = told.errors.map(({ message }) => message).join('; ');
  if (/clean status/i.test(text)) return null;
  if (/unstable status/i.test(text)) return { kind: 'waiting', for: waiting };
  if (/already (?:queued|in the queue|enabled)/i.test(text)) return { kind: 'waiting', for: waiting };
  if (/auto.?merge is not allowed|not allowed for this repository|protected branch rules not configured/i.test(text)) {
    context.notice('Auto-merge is turned off for this repository: turn it on in its settings, or wait with --wait.');
    return { kind: 'waiting', for: waiting };
  }
  const access = await context.api.access(run.signal);
  throw failureOfGraphql(told.errors, ask, { host: context.address.host, access });
}
