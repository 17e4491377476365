import type { Check, Comment, CommitId, ErrorKind, PullRequest, PullRequestStatus } from '@gitops/core';
import { Failure } from '@gitops/provider-http';
import type { Run } from './api.js';
import { awaited } from './awaits.js';
import { commentsOf, withoutMarker } from './comment.js';
import { type Context, fullNameOf, tipOf } from './context.js';
import { fromPull, landedOf, whole } from './find.js';
import { rawCommit } from './history.js';
import { type Demands, demandsOf } from './protection.js';
import * as schema from './schema.js';
import { standing, type Standing as Told } from './schema-graphql.js';
import { type Verdicts, verdictsOf } from './verdicts.js';

/** Pauses between looks while GitHub computes whether a pull request can be merged: fifteen seconds in all. */
const pausesMs = [1000, 2000, 4000, 8000];

type Mergeability = Pick<PullRequestStatus, 'mergeable' | 'trial'>;

/** Everything that stands between a pull request and its merge. */
export interface Standing {
  readonly pull: schema.WholePull;
  readonly pullRequest: PullRequest;
  readonly verdicts: Verdicts;
  readonly checks: readonly Check[];
  /** The token may not read check runs: a fine-grained one cannot be given that at all. */
  readonly hidden: boolean;
  readonly comments: readonly Comment[];
  readonly mergeability: Mergeability;
  readonly demands: Demands;
  readonly queued: boolean;
  /** Node id, for GraphQL; null without it. */
  readonly nodeId: string | null;
  readonly awaits: readonly string[];
}

export async function statusOf(context: Context, run: Run, id: string): Promise<PullRequestStatus> {
  const { pullRequest, verdicts, checks, comments, mergeability, queued, awaits } = await lookAt(context, run, id);
  const { approvals, rejections } = verdicts;
  return { pullRequest, approvals, rejections, checks, comments, ...mergeability, queued, awaits };
}

export async function lookAt(context: Context, run: Run, id: string): Promise<Standing> {
  const first = await whole(context, run, id);
  const head = first.head.sha;
  const isOpen = first.state === 'open';
  const [settled, reviews, runs, statuses, talk, told] = await Promise.all([
    isOpen ? settle(context, run, first) : { pull: first, mergeability: unsettled },
    reviewsOf(context, run, first.number),
    unlessRefused(checkRunsOf(context, run, head), ['forbidden', 'not-found']),
    statusesOf(context, run, head),
    // what people said decides nothing: a repository without comments can be merged in all the same
    unlessRefused(commentsOf(context, run, first.number), ['unsupported', 'not-found']),
    isOpen ? standingOf(context, run, first.number) : null,
  ]);
  const { pull, mergeability } = settled;
  const [verdicts, demands] = await Promise.all([
    verdictsOf(context, run, reviews, head, told),
    isOpen ? demandsOf(context, run, pull.base.ref, told) : noDemands,
  ]);
  const checks = lastOfEach([...(runs ?? []), ...statuses]);
  const pullRequest = { ...fromPull(pull), landed: await landedOf(context, run, pull) };
  const queued = isOpen && ((pull.auto_merge ?? null) !== null || (told?.mergeQueueEntry ?? null) !== null);
  const facts = { pull, pullRequest, verdicts, checks, hidden: runs === null, mergeability, demands, queued };
  return {
    ...facts,
    comments: allComments(talk ?? [], reviews),
    nodeId: told?.id ?? pull.node_id ?? null,
    awaits: isOpen ? awaited(facts, told) : [],
  };
}

/** Null where it was refused in one of these ways. */
async function unlessRefused<T>(work: Promise<T>, kinds: readonly ErrorKind[]): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Failure && kinds.includes(error.problem.kind)) return null;
    throw error;
  }
}

const unsettled: Mergeability = { mergeable: 'unknown', trial: null };
const noDemands: Demands = {
  approvals: 0,
  checks: [],
  codeOwners: false,
  conversations: false,
  queue: false,
  hidden: false,
};

/**
 * GitHub merges on trial some time after it is asked, and keeps the result of before until then: it is asked again
 * until what it shows was made of today's two heads.
 */
async function settle(context: Context, run: Run, first: schema.WholePull) {
  let pull = first;
  for (let attempt = 0; ; attempt++) {
    const found = await mergeabilityOf(context, run, pull);
    if (found !== null) return { pull, mergeability: found };
    const pause = pausesMs[attempt];
    if (pause === undefined) return { pull, mergeability: unsettled };
    const text = `${context.address.host} is computing whether the pull request ${pull.number} can be merged.`;
    await run.patience.wait(pause, { kind: 'timed-out', text }, run.signal);
    pull = await whole(context, run, String(first.number));
  }
}

/** Null while it is not known for today's heads. */
async function mergeabilityOf(context: Context, run: Run, pull: schema.WholePull): Promise<Mergeability | null> {
  const result = pull.merge_commit_sha ?? null;
  if (pull.state !== 'open') return unsettled;
  if (pull.mergeable === null || pull.mergeable === undefined) return null;
  if (!pull.mergeable) return { mergeable: 'conflict', trial: null };
  if (result === null) return null;
  const target = (await tipOf(context, run, pull.base.ref))?.commit ?? null;
  const { parents } = await rawCommit(context, run, result);
  const isToday = target !== null && parents[0] === target && parents.includes(pull.head.sha);
  return isToday ? { mergeable: 'yes', trial: { target, result } } : null;
}

function reviewsOf(context: Context, run: Run, number: number): Promise<schema.Review[]> {
  return context.api.pages(run, {
    to: `list the reviews of the pull request ${number}`,
    what: `the pull request ${number}`,
    route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    parameters: { pull_number: number },
    schema: schema.reviews,
  });
}

async function checkRunsOf(context: Context, run: Run, head: CommitId): Promise<readonly Check[]> {
  const runs = await context.api.pages(run, {
    to: 'list check runs',
    what: `the commit ${head.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    parameters: { ref: head, filter: 'latest' },
    schema: schema.checkRuns,
  });
  return [...runs]
    .sort((a, b) => a.id - b.id)
    .map(({ name, status, conclusion, details_url, html_url }) => ({
      name,
      state: status !== 'completed' ? 'pending' : passing.has(conclusion ?? '') ? 'success' : 'failure',
      url: details_url ?? html_url ?? null,
    }));
}

const passing = new Set(['success', 'neutral', 'skipped']);

async function statusesOf(context: Context, run: Run, head: CommitId): Promise<readonly Check[]> {
  const statuses = await context.api.pages(run, {
    to: 'list statuses',
    what: `the commit ${head.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/commits/{ref}/status',
    parameters: { ref: head },
    schema: schema.combinedStatus,
  });
  return statuses.map(({ context: name, state, target_url }) => ({
    name,
    state: state === 'success' ? 'success' : state === 'pending' ? 'pending' : 'failure',
    url: target_url ?? null,
  }));
}

/** A name is one check, whoever reported it, and however often. */
function lastOfEach(checks: readonly Check[]): readonly Check[] {
  return [...new Map(checks.map((check) => [check.name, check])).values()];
}

function allComments(
  talk: readonly { user: string; created_at: string; body?: string | null | undefined }[],
  reviews: readonly schema.Review[],
): readonly Comment[] {
  const said = talk.map(
    ({ user, created_at, body }): Comment => ({
      author: user,
      at: created_at,
      text: withoutMarker(body ?? ''),
      approves: null,
      commit: null,
    }),
  );
  const reviewed = reviews
    .filter(({ state, body }) => state !== 'PENDING' && (state !== 'COMMENTED' || (body ?? '') !== ''))
    .map(
      ({ user, state, body, commit_id, submitted_at }): Comment => ({
        author: user,
        at: submitted_at ?? '1970-01-01T00:00:00Z',
        text: body ?? '',
        approves: state === 'APPROVED' ? true : state === 'CHANGES_REQUESTED' ? false : null,
        commit: commit_id ?? null,
      }),
    );
  // equal times keep their order
  return [...said, ...reviewed].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** What only GraphQL tells; null without it. */
async function standingOf(context: Context, run: Run, number: number): Promise<Told | null> {
  const [owner, name] = fullNameOf(context).split('/');
  const told = await context.api.graphql(run, {
    to: `show what the pull request ${number} waits for`,
    what: `the pull request ${number}`,
    query: `query Standing($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    autoMergeAllowed
    pullRequest(number: $number) {
      id reviewDecision isMergeQueueEnabled
      mergeQueueEntry { position state }
      autoMergeRequest { mergeMethod }
      reviews(last: 100) { nodes { author { __typename login } authorCanPushToRepository } }
      baseRef {
        refUpdateRule {
          requiredApprovingReviewCount requiredStatusCheckContexts requiresCodeOwnerReviews requiresConversationResolution
        }
      }
    }
  }
}`,
    variables: { owner, name, number },
    schema: standing,
  });
  return told?.data?.repository?.pullRequest ?? null;
}
