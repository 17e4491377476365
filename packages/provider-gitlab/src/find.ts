import type { CommitId, PullRequest, PullRequestPort } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { Ask } from './api.js';
import type { Context, OpenRequests } from './context.js';
import { compare, instant } from './history.js';
import { limits, severally } from './limits.js';
import { shownText } from './quick-actions.js';
import { branchOf } from './read.js';
import * as schema from './schema.js';

type ListQuery = Parameters<PullRequestPort['list']>[0];
type MergeRequest = schema.MergeRequest;

/** The newest open merge request of two branches of this very project; those of forks are others. */
export async function findOpen(
  context: Context,
  ask: Ask,
  branches: { readonly source: string; readonly target: string },
  maxAgeMs: number,
): Promise<PullRequest | null> {
  const fits = (one: MergeRequest): boolean =>
    one.source_branch === branches.source && one.target_branch === branches.target;
  const known = context.sight.open(maxAgeMs);
  const found = known?.requests.find(fits) ?? null;
  if (known?.isWhole === true || found !== null) return found === null ? null : toPullRequest(context, ask, found);
  const [first] = await context.api.list(
    ask,
    { call: `look for the merge request of "${branches.source}"`, about: 'project' },
    schema.mergeRequests,
    (sdk, page) =>
      sdk.mergeRequests.all({
        projectId: context.id(),
        state: 'opened',
        sourceBranch: branches.source,
        targetBranch: branches.target,
        ...newestFirst,
        ...page,
      } as never),
    { limit: 1, keep: (one) => isOurs(one) && isInState(one, 'open') && fits(one) },
  );
  return first === undefined ? null : toPullRequest(context, ask, first);
}

const newestFirst = { orderBy: 'created_at', sort: 'desc' } as const;

/** Newest first. Filters of the server are applied again: some versions pass over what they do not know. */
export async function list(
  context: Context,
  ask: Ask,
  query: ListQuery,
  maxAgeMs: number,
): Promise<readonly PullRequest[]> {
  if (query.limit <= 0) return [];
  const hasPrefix = (one: MergeRequest): boolean => one.source_branch.startsWith(query.sourcePrefix ?? '');
  const known = query.state === 'open' ? context.sight.open(maxAgeMs) : undefined;
  const own = known?.requests.filter(hasPrefix) ?? [];
  const isEnough = known !== undefined && (known.isWhole || own.length >= query.limit);
  const found = isEnough ? own.slice(0, query.limit) : await ofState(context, ask, query, hasPrefix);
  return severally(found, (one) => toPullRequest(context, ask, one));
}

async function ofState(
  context: Context,
  ask: Ask,
  query: ListQuery,
  hasPrefix: (one: MergeRequest) => boolean,
): Promise<readonly MergeRequest[]> {
  const { turn } = context.sight;
  const states = { open: 'opened', closed: 'closed', merged: 'merged', all: undefined } as const;
  const state = states[query.state];
  const seen: MergeRequest[] = [];
  const found = await context.api.list(
    ask,
    { call: 'list merge requests', about: 'project' },
    schema.mergeRequests,
    (sdk, page) =>
      sdk.mergeRequests.all({
        projectId: context.id(),
        ...(state === undefined ? {} : { state }),
        ...newestFirst,
        ...page,
      } as never),
    {
      limit: query.limit,
      keep: (one) => {
        const fits = isOurs(one) && isInState(one, query.state);
        if (fits) seen.push(one);
        return fits && hasPrefix(one);
      },
    },
  );
  if (query.state === 'open') {
    const open: OpenRequests = { requests: seen, isWhole: found.length < query.limit };
    context.sight.sawOpen(open, turn);
  }
  return found;
}

/** By number: `12` or `!12`. */
export async function get(context: Context, ask: Ask, id: string): Promise<PullRequest> {
  return toPullRequest(context, ask, await requestOf(context, ask, id));
}

/**
 * One merge request, once it has followed what this instance itself has pushed: GitLab takes note of a push in the
 * background.
 */
export async function requestOf(context: Context, ask: Ask, id: string): Promise<MergeRequest> {
  const iid = numberOf(context, id);
  for (let waited = 0, pause: number = limits.firstPauseMs; ; ) {
    const found = await readRequest(context, ask, iid);
    const lag = found.state === 'opened' ? await lagOf(context, ask, found) : null;
    if (lag === null || waited >= limits.followMs) return found;
    const text = `GitLab has yet to notice what was pushed to "${found.source_branch}".`;
    await ask.patience.wait(pause, { kind: 'timed-out', text }, ask.signal);
    waited += pause;
    pause = Math.min(pause * 2, limits.longestPauseMs);
  }
}

export async function readRequest(context: Context, ask: Ask, iid: number): Promise<MergeRequest> {
  const question = { call: `read the merge request !${iid}`, about: 'pull-request', subject: `!${iid}` } as const;
  const found = await context.api.one(ask, question, schema.mergeRequest, (sdk) =>
    sdk.mergeRequests.show(context.id(), iid),
  );
  return found.iid === iid ? found : context.api.isAnother(ask, question, 'iid');
}

export function numberOf(context: Context, id: string): number {
  const digits = /^!?(\d{1,10})$/.exec(id.trim())?.[1];
  if (digits !== undefined) return Number(digits);
  return fail(
    'not-found',
    `There is no merge request ${JSON.stringify(id)} in ${context.project.name}.`,
    'Give its number, like 12; gitops pr list shows them.',
    { what: 'pull-request', found: id },
  );
}

/** The source branch's real head where the merge request shows an older one; null where it is up to date. */
async function lagOf(context: Context, ask: Ask, found: MergeRequest): Promise<CommitId | null> {
  if (!isOurs(found)) return null;
  const made = context.sight.made.get(found.source_branch);
  const shown = found.sha ?? found.diff_refs?.head_sha ?? null;
  if (shown === null) return (await branchOf(context, ask, found.source_branch))?.commit.id ?? null;
  if (made === undefined || made.commit === shown) return null;
  const real = (await branchOf(context, ask, found.source_branch))?.commit.id ?? null;
  if (real !== made.commit) context.sight.made.delete(found.source_branch);
  return real === shown ? null : real;
}

/** A merge request from a fork has a branch of the same name that is not ours. */
function isOurs(one: MergeRequest): boolean {
  return one.source_project_id === one.target_project_id;
}

export function stateOf(one: MergeRequest): PullRequest['state'] {
  return one.state === 'merged' || one.state === 'closed' ? one.state : 'open';
}

function isInState(one: MergeRequest, state: ListQuery['state']): boolean {
  return state === 'all' || stateOf(one) === state;
}

/** The beginnings of a title by which GitLab knows a draft. */
const draftPrefix = /^\s*(?:\[(?:draft|wip)\]|\(draft\)|(?:draft|wip):|draft\s-\s)\s*/i;

export function isDraft(one: MergeRequest): boolean {
  return one.draft ?? one.work_in_progress ?? draftPrefix.test(one.title);
}

/** The title without the beginning that makes it a draft. */
export function titleOf(one: MergeRequest): string {
  return isDraft(one) ? one.title.replace(draftPrefix, '') : one.title;
}

/** Git's own id for no commit. */
const noCommit: CommitId = '0'.repeat(40);

export async function toPullRequest(context: Context, ask: Ask, one: MergeRequest): Promise<PullRequest> {
  const state = stateOf(one);
  const lagging = state === 'open' ? await lagOf(context, ask, one) : null;
  // of a branch that is gone, or a fork that may not be seen, GitLab tells no head
  const head = lagging ?? one.sha ?? one.diff_refs?.head_sha ?? noCommit;
  const assignees = one.assignees ?? (one.assignee === null ? [] : [one.assignee]);
  return {
    id: String(one.iid),
    url: one.web_url ?? `${context.project.baseUrl}/${context.project.id}/-/merge_requests/${one.iid}`,
    state,
    title: titleOf(one),
    description: shownText(one.description ?? ''),
    source: one.source_branch,
    target: one.target_branch,
    head,
    author: one.author?.username ?? '',
    createdAt: instant(one.created_at),
    draft: isDraft(one),
    labels: one.labels ?? [],
    reviewers: (one.reviewers ?? []).map((person) => person.username),
    assignees: assignees.map((person) => person.username),
    milestone: one.milestone?.title ?? null,
    landed: state === 'merged' ? await landedOf(context, ask, one) : null,
  };
}

/**
 * What landed on the target, first parents only: the merge commit, else the squashed commit, else (fast-forward) the
 * commits of the source branch, whose first one costs a question.
 */
export async function landedOf(
  context: Context,
  ask: Ask,
  one: MergeRequest,
): Promise<{ readonly first: CommitId; readonly last: CommitId } | null> {
  const single = one.merge_commit_sha ?? one.squash_commit_sha;
  if (single !== null) return { first: single, last: single };
  const known = context.sight.landed.get(one.iid);
  if (known !== undefined) return known;
  const whole = one.diff_refs === null ? await readRequest(context, ask, one.iid) : one;
  const last = whole.sha ?? whole.diff_refs?.head_sha ?? null;
  const base = whole.diff_refs?.base_sha ?? null;
  if (last === null) return null;
  if (base === null) return { first: last, last };
  const { commits } = await compare(context, ask, base, last);
  // oldest first in every version; where that is not so, the parents tell
  const first = commits.find((commit) => commit.parent_ids?.[0] === base) ?? commits[0];
  const landed = { first: first?.id ?? last, last };
  context.sight.landed.set(one.iid, landed);
  return landed;
}
