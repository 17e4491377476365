import type { Check, Comment, CommitId, PullRequestStatus } from '@gitops/core';
import type { Ask } from './api.js';
import { obstacles, undecided } from './awaits.js';
import { approvalIn, notesOf } from './comment.js';
import type { Context } from './context.js';
import { readRequest, requestOf, stateOf, toPullRequest } from './find.js';
import { instant } from './history.js';
import { limits } from './limits.js';
import { branchOf, commitOf } from './read.js';
import * as schema from './schema.js';
import { tried, type Verdicts, verdictsOf } from './verdicts.js';

type MergeRequest = schema.MergeRequest;

/** What stands between a merge request and its merge. */
export async function statusOf(context: Context, ask: Ask, id: string): Promise<PullRequestStatus> {
  const found = await settledRequest(context, ask, await requestOf(context, ask, id));
  const standing = await standingOf(context, ask, found);
  const mergeable = mergeableOf(found);
  const trial = stateOf(found) === 'open' && mergeable !== 'conflict' ? await trialOf(context, ask, found) : null;
  const isBlind = trial === null && stateOf(found) === 'open' && mergeable === 'yes' && standing.awaits.length === 0;
  return {
    pullRequest: await toPullRequest(context, ask, found),
    approvals: standing.approvals,
    rejections: standing.rejections,
    checks: standing.checks,
    comments: standing.comments,
    mergeable: trial !== null && mergeable === 'unknown' ? 'yes' : mergeable,
    trial,
    queued: found.merge_when_pipeline_succeeds === true,
    awaits: isBlind
      ? ['GitLab to try the merge (this server may be too old to tell what it would give)']
      : standing.awaits,
  };
}

/** What was said about one head, and what is awaited. */
export type Standing = Pick<PullRequestStatus, 'approvals' | 'rejections' | 'checks' | 'comments' | 'awaits'>;

export async function standingOf(context: Context, ask: Ask, found: MergeRequest): Promise<Standing> {
  const notes = await notesOf(context, ask, found.iid);
  const verdicts = await verdictsOf(context, ask, found, notes);
  const checks = found.sha === null ? [] : await checksOf(context, ask, found, found.sha);
  const { approvals, rejections } = verdicts;
  const rejectedBy = rejections.map(({ by }) => by);
  const awaits =
    stateOf(found) === 'open'
      ? [
          ...rejectedBy.map((by) => `${by} to take back the request for changes`),
          ...checks.filter((check) => check.state !== 'success').map((check) => `check ${check.name}`),
          ...obstacles(found, checks, verdicts),
        ]
      : [];
  return { approvals, rejections, checks, comments: commentsOf(notes, verdicts, found.sha), awaits };
}

/** Asks again while GitLab is finding out whether it can be merged, for a while. */
export async function settledRequest(context: Context, ask: Ask, found: MergeRequest): Promise<MergeRequest> {
  let now = found;
  for (let waited = 0, pause: number = limits.firstPauseMs; isUndecided(now) && waited < limits.mergeabilityMs; ) {
    const text = `GitLab is finding out whether !${found.iid} can be merged.`;
    await ask.patience.wait(pause, { kind: 'timed-out', text }, ask.signal);
    waited += pause;
    pause = Math.min(pause * 2, limits.longestPauseMs);
    now = await readRequest(context, ask, found.iid);
  }
  return now;
}

/** `merge_status` is about Git alone; `detailed_merge_status` (GitLab 15.6 on) names the first obstacle of any kind. */
export function isUndecided(found: MergeRequest): boolean {
  if (stateOf(found) !== 'open') return false;
  return undecided.includes(found.detailed_merge_status ?? '') || undecided.includes(found.merge_status ?? '');
}

export function mergeableOf(found: MergeRequest): PullRequestStatus['mergeable'] {
  if (stateOf(found) !== 'open' || isUndecided(found)) return 'unknown';
  if (found.detailed_merge_status === 'conflict' || found.has_conflicts === true) return 'conflict';
  if (found.merge_status === 'can_be_merged' || found.detailed_merge_status === 'mergeable') return 'yes';
  return found.merge_status === 'cannot_be_merged' && found.detailed_merge_status === null ? 'conflict' : 'unknown';
}

/**
 * `merge_ref` makes the commit that a merge now would give (GitLab 12.10 on). It counts only if its first parent is the
 * target's present head and its second the head that is looked at.
 */
async function trialOf(context: Context, ask: Ask, found: MergeRequest): Promise<PullRequestStatus['trial']> {
  const question = {
    call: `try the merge of !${found.iid}`,
    about: 'pull-request',
    subject: `!${found.iid}`,
  } as const;
  for (let tries = 1; tries <= 3; tries++) {
    // the SDK has this address for an older meaning (PUT) alone
    const address = `projects/${encodeURIComponent(context.id())}/merge_requests/${found.iid}/merge_ref`;
    const made = await tried(() =>
      context.api.one(
        ask,
        question,
        schema.mergeRef,
        async (sdk) => (await sdk.mergeRequests.requester.get(address)).body,
      ),
    );
    if (made === null) return withoutTrial(context, ask, found);
    const { parent_ids: parents } = await commitOf(context, ask, made.commit_id);
    const target = (await branchOf(context, ask, found.target_branch))?.commit.id ?? null;
    if (target !== null && parents?.[0] === target && (parents[1] === undefined || parents[1] === found.sha)) {
      return { target, result: made.commit_id };
    }
    const why = { kind: 'timed-out', text: `GitLab is trying the merge of !${found.iid} again.` } as const;
    if (tries < 3) await ask.patience.wait(200 * tries, why, ask.signal);
  }
  return null;
}

/** Where GitLab makes none: a branch of one commit on the target's tip holds itself what merging it gives. */
async function withoutTrial(
  context: Context,
  ask: Ask,
  { sha, target_branch }: MergeRequest,
): Promise<PullRequestStatus['trial']> {
  if (sha === null) return null;
  const { parent_ids: parents } = await commitOf(context, ask, sha);
  const target = (await branchOf(context, ask, target_branch))?.commit.id ?? null;
  return target !== null && parents?.length === 1 && parents[0] === target ? { target, result: sha } : null;
}

/** The last status of each name on exactly this head, and the pipeline where none of them tells of it. */
async function checksOf(context: Context, ask: Ask, found: MergeRequest, head: CommitId): Promise<readonly Check[]> {
  const question = { call: `read the checks of !${found.iid}`, about: 'commit', subject: head } as const;
  const statuses = await context.api.list(ask, question, schema.statuses, (sdk, page) =>
    sdk.commits.allStatuses(context.id(), head, { ...page } as never),
  );
  const last = new Map<string, schema.Status>();
  for (const one of statuses) {
    const known = last.get(one.name);
    if (known === undefined || one.id > known.id) last.set(one.name, one);
  }
  const checks = [...last.values()].map((one) => ({
    name: one.name,
    state: stateOfCheck(one.status, one.allow_failure === true),
    url: one.target_url,
  }));
  const pipeline = found.head_pipeline;
  const isOfHead = pipeline?.sha === head || pipeline?.source === 'merge_request_event';
  const isTold = statuses.some((one) => one.pipeline_id === null || one.pipeline_id === pipeline?.id);
  if (pipeline === null || pipeline.status === null || !isOfHead || isTold) return checks;
  return [...checks, { name: 'pipeline', state: stateOfCheck(pipeline.status, false), url: pipeline.web_url }];
}

/** A job that may fail, was skipped or waits for a hand that nobody must lend holds nothing up. */
function stateOfCheck(status: string, mayFail: boolean): Check['state'] {
  if (status === 'success' || status === 'skipped') return 'success';
  if (status === 'failed' || status === 'canceled') return mayFail ? 'success' : 'failure';
  return status === 'manual' && mayFail ? 'success' : 'pending';
}

/** What people wrote. A text that came with a verdict shows it: an approval by its marker, a rejection by who gave it. */
function commentsOf(notes: readonly schema.Note[], verdicts: Verdicts, head: CommitId | null): readonly Comment[] {
  const written = notes.filter((one) => one.system !== true);
  const rejecting = new Set(
    verdicts.rejections.map(({ by, at }) => nearest(written, by, Date.parse(at))).filter((id) => id !== null),
  );
  return written.map((one) => {
    const author = one.author?.username ?? '';
    const { commit, text } = approvalIn(one.body);
    const approves = commit !== null && commit === head && verdicts.approvals.some(({ by }) => by === author);
    const verdict = approves ? true : rejecting.has(one.id) ? false : null;
    return { author, at: instant(one.created_at), text, approves: verdict, commit: verdict === true ? commit : null };
  });
}

/** The comment of somebody that stands nearest to a moment. */
function nearest(notes: readonly schema.Note[], by: string, at: number): number | null {
  let found: { readonly id: number; readonly distance: number } | null = null;
  for (const one of notes) {
    const distance = Math.abs(Date.parse(one.created_at) - at);
    if (one.author?.username === by && (found === null || distance <= found.distance)) found = { id: one.id, distance };
  }
  return found?.id ?? null;
}
