import type { CommitId, PullRequestStatus } from '@gitops/core';
import { Failure } from '@gitops/provider-http';
import type { Run } from './api.js';
import type { Context } from './context.js';
import * as schema from './schema.js';
import type { Standing as Told } from './schema-graphql.js';

export interface Verdicts extends Pick<PullRequestStatus, 'approvals' | 'rejections'> {
  /** Approvals of an earlier head, which GitHub itself may still count. */
  readonly stale: number;
}

/**
 * The last word of each person who can push: approvals of exactly this head, and rejections of whatever head, since
 * GitHub keeps those until they are taken back. Dismissed ones, comments and people without write access do not count.
 */
export async function verdictsOf(
  context: Context,
  run: Run,
  reviews: readonly schema.Review[],
  head: CommitId,
  told: Told | null,
): Promise<Verdicts> {
  const last = new Map<string, schema.Review>();
  for (const review of [...reviews].sort((a, b) => ((a.submitted_at ?? '') < (b.submitted_at ?? '') ? -1 : 0))) {
    if (['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(review.state)) last.set(review.user, review);
  }
  const pushers = new Map(
    (told?.reviews?.nodes ?? []).flatMap((one) =>
      one === null ? [] : [[one.author.toLowerCase(), one.authorCanPushToRepository] as const],
    ),
  );
  const found: Record<'approvals' | 'rejections', { by: string; at: string }[]> = { approvals: [], rejections: [] };
  let stale = 0;
  for (const review of last.values()) {
    if (review.state === 'DISMISSED') continue;
    const canPush = pushers.get(review.user.toLowerCase()) ?? (await mayPush(context, run, review));
    if (!canPush) continue;
    const verdict = { by: review.user, at: review.submitted_at ?? '1970-01-01T00:00:00Z' };
    if (review.state === 'CHANGES_REQUESTED') found.rejections.push(verdict);
    else if (review.commit_id === head) found.approvals.push(verdict);
    else stale++;
  }
  return { ...found, stale };
}

/** By REST; where that is not shown to this token, by what the review itself says of its author. */
async function mayPush(context: Context, run: Run, review: schema.Review): Promise<boolean> {
  try {
    const { permission } = await context.api.request(run, {
      to: `show what ${review.user} may do`,
      what: `the account ${review.user}`,
      route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
      parameters: { username: review.user },
      schema: schema.collaborator,
    });
    return ['admin', 'maintain', 'write'].includes(permission);
  } catch (error) {
    if (!(error instanceof Failure) || !['forbidden', 'not-found'].includes(error.problem.kind)) throw error;
    return ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(review.author_association);
  }
}
