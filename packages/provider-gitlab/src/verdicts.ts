import type { PullRequestStatus } from '@gitops/core';
import { failureIn } from '@gitops/provider-http';
import type * as v from 'valibot';
import type { Ask } from './api.js';
import type { Context } from './context.js';
import { instant } from './history.js';
import * as schema from './schema.js';

type MergeRequest = schema.MergeRequest;
type Named = PullRequestStatus['approvals'][number];

export interface Verdicts {
  readonly approvals: readonly Named[];
  readonly rejections: readonly Named[];
  /** Who approved an older head. */
  readonly stale: readonly string[];
  readonly required: v.InferOutput<typeof schema.approvals> | null;
}

/**
 * Approvals of exactly this head. GitLab's approvals name no commit, so the times decide: an approval counts if it was
 * given after this head was pushed. When it was pushed the versions of the merge request tell; when it was approved, the
 * approval itself (GitLab 17 on) or GitLab's own line among the comments.
 */
export async function verdictsOf(
  context: Context,
  ask: Ask,
  found: MergeRequest,
  notes: readonly schema.Note[],
): Promise<Verdicts> {
  const subject = { about: 'pull-request', subject: `!${found.iid}` } as const;
  const [required, pushedAt, states] = [
    await tried(() =>
      context.api.one(ask, { call: `read the approvals of !${found.iid}`, ...subject }, schema.approvals, (sdk) =>
        sdk.approvals.showConfiguration(context.id(), { mergerequestIId: found.iid }),
      ),
    ),
    await pushTime(context, ask, found, notes),
    await tried(() =>
      context.api.one(ask, { call: `read the reviewers of !${found.iid}`, ...subject }, schema.reviewStates, (sdk) =>
        sdk.mergeRequests.showReviewers(context.id(), found.iid),
      ),
    ),
  ];
  const given = (required?.approved_by ?? []).map(({ user, approved_at: at }) => ({
    by: user.username,
    at: at ?? lastNote(notes, user.username, /^approved this merge request/i),
  }));
  const isOfHead = (at: string | null): boolean => pushedAt === null || (at !== null && Date.parse(at) >= pushedAt);
  const rejections = (states ?? [])
    .filter((one) => one.state === 'requested_changes')
    .map(({ user, created_at: at }) => ({
      by: user.username,
      at: instant(lastNote(notes, user.username, /^requested changes/i) ?? at ?? found.created_at),
    }));
  return {
    approvals: given
      .filter(({ at }) => isOfHead(at))
      .map(({ by, at }) => ({ by, at: instant(at ?? found.created_at) })),
    stale: given.filter(({ at }) => !isOfHead(at)).map(({ by }) => by),
    rejections,
    required,
  };
}

/** When the head came to be the head, in milliseconds since 1970; null: it has been from the beginning. */
async function pushTime(
  context: Context,
  ask: Ask,
  found: MergeRequest,
  notes: readonly schema.Note[],
): Promise<number | null> {
  const question = {
    call: `read the versions of !${found.iid}`,
    about: 'pull-request',
    subject: `!${found.iid}`,
  } as const;
  const versions = await tried(() =>
    context.api.one(ask, question, schema.versions, (sdk) =>
      sdk.mergeRequests.allDiffVersions(context.id(), found.iid),
    ),
  );
  const [newest] = [...(versions ?? [])].sort((a, b) => b.id - a.id);
  if (newest?.head_commit_sha === found.sha && newest !== undefined) {
    return versions?.length === 1 ? null : Date.parse(newest.created_at);
  }
  const pushes = notes.filter(
    (one) => one.system === true && /^(added \d+ commit|force.pushed|restored)/i.test(one.body),
  );
  const last = pushes.at(-1);
  return last === undefined ? (versions === null ? null : Number.POSITIVE_INFINITY) : Date.parse(last.created_at);
}

function lastNote(notes: readonly schema.Note[], by: string, words: RegExp): string | null {
  const found = notes.findLast((one) => one.system === true && one.author?.username === by && words.test(one.body));
  return found?.created_at ?? null;
}

/** Null where GitLab says that there is nothing to be had (not mergeable, or no such address in an old version). */
export async function tried<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const kind = failureIn(error)?.problem.kind;
    if (kind === 'rejected' || kind === 'not-found' || kind === 'forbidden' || kind === 'unauthenticated') return null;
    throw error;
  }
}
