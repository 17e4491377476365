import type { MergeAnswer } from '@gitops/core';
import { failureIn } from '@gitops/provider-http';
import type { Ask } from './api.js';
import type { Context } from './context.js';
import { readRequest, stateOf } from './find.js';
import { fieldsOf, type MergeInput, merged, mergeQuestion } from './landing.js';
import * as schema from './schema.js';

/**
 * Has GitLab merge it as soon as nothing is awaited any more (auto-merge; on a merge train where the project has one),
 * for exactly this head: a push takes it back. A merge request that GitLab cannot arm stays as it is.
 */
export async function autoMerge(
  context: Context,
  ask: Ask,
  found: schema.MergeRequest,
  input: MergeInput,
  awaits: readonly string[],
): Promise<MergeAnswer> {
  const waiting: MergeAnswer = { kind: 'waiting', for: awaits.length > 0 ? awaits : ['its turn in the merge train'] };
  if (found.merge_when_pipeline_succeeds === true) return waiting;
  try {
    // the second name is the first one's before GitLab 17.11
    const fields = { ...fieldsOf(input), autoMerge: true, mergeWhenPipelineSucceeds: true };
    const answered = await context.api.one(ask, mergeQuestion(found, input), schema.mergeRequest, (sdk) =>
      sdk.mergeRequests.merge(context.id(), found.iid, fields as never),
    );
    return stateOf(answered) === 'merged' ? await merged(context, ask, answered, input) : waiting;
  } catch (error) {
    if (failureIn(error)?.problem.kind !== 'merge-refused') throw error;
    const now = await readRequest(context, ask, found.iid);
    return stateOf(now) === 'merged' ? merged(context, ask, now, input) : waiting;
  }
}
