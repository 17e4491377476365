import type { CommitId, MergeAnswer, PullRequestPort } from '@gitops/core';
import { Failure } from '@gitops/provider-http';
import type { Run } from './api.js';
import { autoMerge } from './auto-merge.js';
import { approvalsBy } from './awaits.js';
import { type Context, tipOf } from './context.js';
import { LostAnswer } from './errors.js';
import { isMerged, isOwn, landedOf, whole } from './find.js';
import { staleBranch } from './git-port.js';
import { rawCommit } from './history.js';
import type { Refusal } from './refusal.js';
import * as schema from './schema.js';
import { lookAt, type Standing } from './status.js';
import { deleteBranch } from './write.js';

export type MergeInput = Parameters<PullRequestPort['merge']>[1];
type Landed = Extract<MergeAnswer, { readonly kind: 'merged' }>['landed'];

/**
 * Merges what may be merged: nothing awaited, nothing failed, nobody against it, enough approvals of this very head.
 * GitHub compares the head itself (`sha`); the target is compared right before, since its API takes no head of it, and
 * what landed is looked at afterwards. Merging what is merged answers what landed.
 */
export async function mergePullRequest(
  context: Context,
  run: Run,
  id: string,
  input: MergeInput,
): Promise<MergeAnswer> {
  const standing = await lookAt(context, run, id);
  const { pull, pullRequest } = standing;
  if (pullRequest.state === 'merged') return finished(context, run, pull, input);
  if (pullRequest.state === 'closed') return refused('The pull request is closed.');
  if (pull.head.sha !== input.expectedHead) staleBranch(pull.head.ref, input.expectedHead, pull.head.sha);
  await compareTarget(context, run, pull, input);
  const hindrance = hindranceOf(standing, input);
  if (hindrance?.kind === 'refused') return hindrance;
  if (hindrance !== null || standing.demands.queue) {
    const waiting = hindrance?.for ?? ['its turn in the merge queue'];
    if (input.auto !== true || !mayBeLeft(standing, input)) return { kind: 'waiting', for: waiting };
    const armed = await autoMerge(context, run, standing, input, waiting);
    if (armed !== null) return armed;
    if (hindrance !== null) return hindrance;
  }
  return land(context, run, pull, input);
}

/**
 * Approvals that were asked for here are unknown to GitHub, and approvals of an earlier head may still count for it: what
 * lacks the one, or could pass by the other, is not left to it.
 */
function mayBeLeft({ verdicts, demands }: Standing, input: MergeInput): boolean {
  const count = verdicts.approvals.length;
  return count >= input.approvals && (verdicts.stale === 0 || count >= demands.approvals);
}

function refused(why: string): MergeAnswer {
  return { kind: 'refused', why };
}

async function compareTarget(context: Context, run: Run, pull: schema.WholePull, input: MergeInput): Promise<void> {
  if (input.expectedTarget === null) return;
  const target = (await tipOf(context, run, pull.base.ref))?.commit ?? null;
  if (target !== input.expectedTarget) staleBranch(pull.base.ref, input.expectedTarget, target, 'target');
}

type Hindrance = Exclude<MergeAnswer, { readonly kind: 'merged' }>;

/** What keeps it from being merged now; null: nothing. */
function hindranceOf(standing: Standing, input: MergeInput): Hindrance | null {
  const { pullRequest, verdicts, checks, mergeability } = standing;
  if (mergeability.mergeable === 'conflict') {
    return { kind: 'refused', why: `In conflict with the target branch "${pullRequest.target}".` };
  }
  const against = verdicts.rejections.map(({ by }) => by);
  if (against.length > 0) return { kind: 'refused', why: `Rejected by ${against.join(', ')}.` };
  const failed = checks.filter(({ state }) => state === 'failure').map(({ name }) => name);
  if (failed.length > 0) return { kind: 'refused', why: `Failed: check ${failed.join(', ')}.` };
  const lacking = input.approvals - verdicts.approvals.length;
  const isNamed = standing.demands.approvals - verdicts.approvals.length >= lacking;
  const waiting = [
    ...standing.awaits,
    ...(lacking > 0 && !isNamed ? [approvalsBy(lacking, pullRequest.reviewers)] : []),
  ];
  return waiting.length > 0 ? { kind: 'waiting', for: waiting } : null;
}

async function land(context: Context, run: Run, pull: schema.WholePull, input: MergeInput): Promise<MergeAnswer> {
  try {
    await context.api.request(run, {
      to: `merge the pull request ${pull.number}`,
      what: `the pull request ${pull.number}`,
      route: 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
      parameters: {
        pull_number: pull.number,
        sha: input.expectedHead,
        merge_method: input.method,
        // a rebase keeps each commit's own message
        ...(input.method === 'rebase' ? {} : { commit_title: input.message.title, commit_message: input.message.body }),
      },
      schema: schema.merged,
      means: (refusal) => meaningOf(refusal, pull),
    });
  } catch (error) {
    if (!(error instanceof Failure) || ['aborted', 'timed-out', 'rate-limited'].includes(error.problem.kind))
      throw error;
    // somebody else may have merged it, or the answer was lost
    const now = await whole(context, run, String(pull.number));
    if (isMerged(now)) return finished(context, run, now, input);
    if (error instanceof LostAnswer) throw error;
    const { kind, message, details } = error.problem;
    if (details['answer'] === 'refused') return refused(message);
    if (details['answer'] === 'waiting') return { kind: 'waiting', for: [message.replace(/\.$/, '')] };
    if (kind === 'stale-head' && details['what'] === 'source')
      staleBranch(pull.head.ref, input.expectedHead, now.head.sha);
    if (kind === 'stale-head' && details['what'] === 'target') {
      const target = (await tipOf(context, run, pull.base.ref))?.commit ?? null;
      staleBranch(pull.base.ref, input.expectedTarget, target, 'target');
    }
    throw error;
  }
  return finished(context, run, await whole(context, run, String(pull.number)), input);
}

/** GitHub has few statuses for many reasons: its words tell them apart. */
function meaningOf({ status, text }: Refusal, pull: schema.WholePull) {
  if (status === 409 || /head branch was modified/i.test(text)) {
    return {
      kind: 'stale-head',
      message: `The branch "${pull.head.ref}" was moved meanwhile.`,
      remedy: 'Look at the pull request again.',
      details: { what: 'source' },
    } as const;
  }
  if (status !== 405 && status !== 422) return undefined;
  if (/base branch was modified/i.test(text)) {
    return {
      kind: 'stale-head',
      message: `The branch "${pull.base.ref}" was moved meanwhile.`,
      remedy: 'Run again: the result is checked anew.',
      details: { what: 'target' },
    } as const;
  }
  const said = text === '' ? 'GitHub refused to merge it.' : /[.!]$/.test(text) ? text : `${text}.`;
  const isWaiting = /required|expected|review|approv|queue|pending|draft|rule violations|protected/i.test(text);
  return {
    kind: 'rejected',
    message: said,
    remedy: 'Look at its checks and reviews: gitops pr show',
    details: { answer: isWaiting && !/not allowed/i.test(text) ? 'waiting' : 'refused' },
  } as const;
}

/** What landed, checked; then the source branch goes, if that was asked for. */
async function finished(context: Context, run: Run, pull: schema.WholePull, input: MergeInput): Promise<MergeAnswer> {
  const landed = await landedOf(context, run, pull);
  if (landed === null) {
    throw new Failure({
      kind: 'response-invalid',
      at: null,
      message: `GitHub says that the pull request ${pull.number} is merged, and not as what.`,
      remedy: 'Look at the target branch, then run again.',
      details: { what: `merge the pull request ${pull.number}` },
      also: [],
    });
  }
  await checkLanded(context, run, pull, input, landed);
  if (input.deleteSource) await deleteSource(context, run, pull, input.expectedHead);
  return { kind: 'merged', landed };
}

/** Between the comparison and the merge somebody may have pushed: then what landed is not what was looked at. */
async function checkLanded(
  context: Context,
  run: Run,
  pull: schema.WholePull,
  input: MergeInput,
  landed: Landed,
): Promise<void> {
  if (input.expectedTarget === null) return;
  const { parents } = await rawCommit(context, run, landed.first);
  const isOther = pull.head.sha !== input.expectedHead;
  if (parents[0] === input.expectedTarget && !isOther) return;
  const where = `onto ${parents[0]?.slice(0, 12) ?? 'nothing'} instead of ${input.expectedTarget.slice(0, 12)}`;
  context.notice(
    `The pull request ${pull.number} landed ${isOther ? `with another head (${pull.head.sha.slice(0, 12)})` : where}, which was not checked before: look at ${landed.last.slice(0, 12)}.`,
  );
}

/** A branch of this repository that stands where it was reviewed; anything else is somebody's work and stays. */
async function deleteSource(context: Context, run: Run, pull: schema.WholePull, head: CommitId): Promise<void> {
  const base = pull.base.repo?.full_name ?? '';
  if (!isOwn(pull, base) || pull.head.ref === pull.base.ref) return;
  try {
    await deleteBranch(context, run, pull.head.ref, head);
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.kind === 'aborted') throw error;
    context.notice(`The branch "${pull.head.ref}" was not deleted: ${error.problem.message}`);
  }
}
