import type { MergeAnswer } from '@gitops/core';
import { failureIn } from '@gitops/provider-http';
import type { Ask } from './api.js';
import { autoMerge } from './auto-merge.js';
import { plural } from './awaits.js';
import type { Context } from './context.js';
import { isDraft, readRequest, requestOf, stateOf } from './find.js';
import { fieldsOf, type MergeInput, merged, mergeQuestion } from './landing.js';
import { limits } from './limits.js';
import { branchOf } from './read.js';
import * as schema from './schema.js';
import { isUndecided, mergeableOf, settledRequest, standingOf } from './status.js';
import { staleBranch } from './write.js';

type MergeRequest = schema.MergeRequest;

/** How old the project's settings may be. */
const settingsMs = 60_000;

/**
 * Merges when it may be merged, guarded by the reviewed head (`sha`). GitLab has no guard for the target: it is
 * compared right before, so that whoever pushes to it within that moment is merged with, never overwritten.
 */
export async function merge(context: Context, ask: Ask, id: string, input: MergeInput): Promise<MergeAnswer> {
  const first = await requestOf(context, ask, id);
  if (stateOf(first) === 'merged') return merged(context, ask, first, input);
  if (stateOf(first) === 'closed') return refused('The merge request is closed.');
  await checkHeads(context, ask, first, input);
  const forbidden = await forbiddenBy(context, ask, input);
  if (forbidden !== null) return refused(forbidden);
  const found = await settledRequest(context, ask, first);
  if (stateOf(found) === 'merged') return merged(context, ask, found, input);
  if (mergeableOf(found) === 'conflict') return refused(conflictWith(found));
  const standing = await standingOf(context, ask, found);
  const against = standing.rejections.map(({ by }) => by);
  if (against.length > 0) return refused(`Changes are requested by ${against.join(', ')}.`);
  const failed = standing.checks.filter((check) => check.state === 'failure').map((check) => check.name);
  if (failed.length > 0) return refused(`Failed: check ${failed.join(', ')}.`);
  const lacking = input.approvals - standing.approvals.length;
  const own = lacking > 0 && !standing.awaits.some((one) => /approval/.test(one)) ? [plural(lacking, 'approval')] : [];
  const awaits = [...standing.awaits, ...own];
  const trains = isYes((await context.settings(ask, settingsMs)).merge_trains_enabled);
  if (awaits.length === 0 && !trains) return land(context, ask, found, input);
  if (input.auto !== true) {
    return awaits.length > 0
      ? { kind: 'waiting', for: awaits }
      : refused('The project merges by a merge train. Ask with auto-merge, which takes a place in it.');
  }
  // nobody else merges what still lacks the approvals that are asked for here
  if (lacking > 0 || isDraft(found)) return { kind: 'waiting', for: awaits };
  return autoMerge(context, ask, found, input, awaits);
}

function refused(why: string): MergeAnswer {
  return { kind: 'refused', why };
}

function conflictWith(found: MergeRequest): string {
  return `In conflict with "${found.target_branch}". Run the command that made it again: it is planned anew on what is there now.`;
}

function isYes(value: boolean | string | null): boolean {
  return value === true || value === 'true';
}

async function checkHeads(context: Context, ask: Ask, found: MergeRequest, input: MergeInput): Promise<void> {
  if (found.sha !== input.expectedHead) staleBranch(found.source_branch, input.expectedHead, found.sha, 'source');
  if (input.expectedTarget === null) return;
  const target = (await branchOf(context, ask, found.target_branch))?.commit.id ?? null;
  if (target !== input.expectedTarget) staleBranch(found.target_branch, input.expectedTarget, target, 'target');
}

/** What the project's settings have against the method, in words; null: nothing. */
async function forbiddenBy(context: Context, ask: Ask, { method }: MergeInput): Promise<string | null> {
  const { merge_method: how, squash_option: squash } = await context.settings(ask, settingsMs);
  const isLinear = how === 'ff';
  if (method === 'squash') {
    return squash === 'never'
      ? 'The project does not allow to squash (Settings, Merge requests, Squash commits).'
      : null;
  }
  if (squash === 'always')
    return 'The project squashes always (Settings, Merge requests): merge with the method squash.';
  if (method === 'merge' && isLinear) {
    return 'The project merges by fast-forward alone: merge with the method rebase or squash.';
  }
  if (method === 'rebase' && how !== null && !isLinear) {
    return 'The project makes merge commits (Settings, Merge requests, Merge method): merge with the method merge or squash.';
  }
  return null;
}

/** Merges now. Right after it was opened or pushed GitLab may not have looked at it yet: it is asked again then. */
async function land(context: Context, ask: Ask, found: MergeRequest, input: MergeInput): Promise<MergeAnswer> {
  for (let waited = 0, pause: number = limits.firstPauseMs; ; ) {
    try {
      const answered = await context.api.one(ask, mergeQuestion(found, input), schema.mergeRequest, (sdk) =>
        sdk.mergeRequests.merge(context.id(), found.iid, fieldsOf(input) as never),
      );
      return await outcomeOf(context, ask, answered, input);
    } catch (error) {
      const failure = failureIn(error)?.problem;
      // somebody else, or an attempt that was cut off, may have merged it
      const now = await readRequest(context, ask, found.iid).catch(() => null);
      if (now !== null && stateOf(now) === 'merged') return merged(context, ask, now, input);
      if (failure?.kind !== 'merge-refused' || now === null) throw error;
      if (mergeableOf(now) === 'conflict') return refused(conflictWith(now));
      const standing = await standingOf(context, ask, now);
      if (standing.awaits.length > 0 && !isUndecided(now)) return { kind: 'waiting', for: standing.awaits };
      if (waited >= limits.mergeabilityMs) return refused(`${failure.message.replace(/\.$/, '')}.`);
      const why = { kind: 'timed-out', text: `GitLab does not take !${found.iid} yet.` } as const;
      await ask.patience.wait(pause, why, ask.signal);
      waited += pause;
      pause = Math.min(pause * 2, limits.longestPauseMs);
      await checkHeads(context, ask, now, input);
    }
  }
}

/** What came of it: the answer to a merge may still show it on the way. */
async function outcomeOf(context: Context, ask: Ask, answered: MergeRequest, input: MergeInput): Promise<MergeAnswer> {
  let now = answered;
  for (let waited = 0, pause: number = limits.firstPauseMs; stateOf(now) === 'open'; ) {
    if (now.merge_error !== null && now.merge_error !== '')
      return refused(`GitLab could not merge it: ${now.merge_error}`);
    if (waited >= limits.mergeabilityMs) return { kind: 'waiting', for: ['GitLab to finish the merge'] };
    const why = { kind: 'timed-out', text: `GitLab is merging !${now.iid}.` } as const;
    await ask.patience.wait(pause, why, ask.signal);
    waited += pause;
    pause = Math.min(pause * 2, limits.longestPauseMs);
    now = await readRequest(context, ask, now.iid);
  }
  return merged(context, ask, now, input);
}
