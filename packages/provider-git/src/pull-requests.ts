import type { CommitId, PullRequest, PullRequestPort, PullRequestStatus } from '@gitops/core';
import { answer } from './answer.js';
import { keep } from './appraise/archive.js';
import { commentsOf, resolvedOf, type Thread, threadsOf, type Verdicts, verdictsOf } from './appraise/discussion.js';
import {
  type CheckLine,
  checkText,
  type CommentLine,
  commentText,
  parseChecks,
  parseComments,
  type RequestLine,
  refs,
  requestText,
  timestampOf,
} from './appraise/lines.js';
import { appendLines, readNotes } from './appraise/notes.js';
import { findReview, headOf, loadReviews, messageOf, type Review, reviewedHead, toPullRequest } from './appraise/review.js';
import type { Context } from './context.js';
import { fail } from './failure.js';
import { staleBranch } from './git-port.js';
import { signature } from './identity.js';
import { mergePullRequest } from './merge.js';
import { branchRef } from './names.js';
import { ownCommits } from './store/history.js';
import type { Repository } from './store/repository.js';
import { trialOf } from './trial.js';
import { transact } from './transaction.js';

export function pullRequestPort(context: Context): PullRequestPort {
  const on = context.run;
  const shown = (repository: Repository, review: Review): Promise<PullRequest> =>
    toPullRequest(repository, review, context.commandTail);
  const byName = async (repository: Repository, name: CommitId): Promise<PullRequest> =>
    shown(repository, findReview(await loadReviews(repository, secondsNow(context)), name));

  return {
    findOpen: ({ source, target }, call) =>
      answer(call, (signal) =>
        on(signal, async (repository) => {
          const found = openFor(await loadReviews(repository, secondsNow(context)), branchRef(source), branchRef(target));
          return found === undefined ? null : shown(repository, found);
        }),
      ),
    list: (query, call) =>
      answer(call, (signal) =>
        on(signal, async (repository) => {
          const prefix = `refs/heads/${query.sourcePrefix ?? ''}`;
          const wanted = (await loadReviews(repository, secondsNow(context)))
            .filter((review) => query.state === 'all' || review.state === query.state)
            .filter((review) => query.sourcePrefix === undefined || review.standing.reviewRef?.startsWith(prefix) === true)
            .sort((a, b) => Number(b.requests[0]?.timestamp) - Number(a.requests[0]?.timestamp) || (a.name < b.name ? -1 : 1))
            .slice(0, Math.max(0, query.limit));
          const found: PullRequest[] = [];
          for (const review of wanted) found.push(await shown(repository, review));
          return found;
        }),
      ),
    get: (id, call) => answer(call, (signal) => on(signal, (repository) => byName(repository, id))),
    open: (draft, call) =>
      answer(call, (signal) =>
        on(signal, async (repository) => {
          if (draft.draft === true) unsupported('drafts');
          if ((draft.labels ?? []).length > 0) unsupported('labels');
          const name = await open(context, repository, draft, signal);
          return byName(repository, name);
        }),
      ),
    update: (id, patch, call) =>
      answer(call, (signal) =>
        on(signal, async (repository) => {
          if ((patch.labels ?? []).length > 0) unsupported('labels');
          return byName(repository, await update(context, repository, id, patch, signal));
        }),
      ),
    status: (id, call) => answer(call, (signal) => on(signal, (repository) => statusOf(context, repository, id))),
    setStatus: (commit, check, call) =>
      answer(call, (signal) => on(signal, (repository) => setStatus(context, repository, commit, check, signal))),
    approve: (id, input, call) =>
      answer(call, (signal) => on(signal, (repository) => approve(context, repository, id, input, signal))),
    merge: (id, input, call) =>
      answer(call, (signal) => on(signal, (repository) => mergePullRequest(context, repository, id, input, signal))),
    close: (id, input, call) =>
      answer(call, (signal) => on(signal, (repository) => close(context, repository, id, input.reason, signal))),
    comment: (id, text, call) =>
      answer(call, (signal) => on(signal, (repository) => comment(context, repository, id, text, signal))),
  };
}

export function secondsNow(context: Context): number {
  return Math.floor(Date.parse(context.clock.now()) / 1000);
}

function openFor(reviews: readonly Review[], source: string, target: string): Review | undefined {
  return reviews.find(
    ({ state, standing }) => state === 'open' && standing.reviewRef === source && standing.targetRef === target,
  );
}

/** Not before what it follows: the last line by time is the one that counts. */
function after(now: number, last: { readonly timestamp: string } | undefined): string {
  return timestampOf(Math.max(now, last === undefined ? 0 : Number(last.timestamp) + 1));
}

async function open(
  context: Context,
  repository: Repository,
  draft: Parameters<PullRequestPort['open']>[0],
  signal: AbortSignal,
): Promise<CommitId> {
  const [source, target] = [branchRef(draft.source), branchRef(draft.target)];
  if (draft.title.trim() === '') fail('rejected', 'A pull request needs a title.', 'Give one.');
  const author = await context.author(signal);
  return transact(repository, signal, 'gitops: open', async () => {
    const now = secondsNow(context);
    const reviews = await loadReviews(repository, now);
    const [tip, targetTip] = [await repository.ref(source), await repository.ref(target)];
    if (tip === null) noBranch(draft.source);
    if (targetTip === null) noBranch(draft.target);
    const own = await ownCommits(repository, tip, targetTip);
    const name = own[0]?.oid;
    if (name === undefined) {
      return fail(
        'rejected',
        `There is nothing to review: "${draft.target}" holds every commit of "${draft.source}" already.`,
        'Commit something on the source branch first.',
      );
    }
    const present = openFor(reviews, source, target) ?? reviews.find((review) => review.name === name && review.state === 'open');
    if (present !== undefined) exists(present);
    const earlier = reviews.find((review) => review.name === name);
    const base = await repository.store.mergeBase(targetTip, tip);
    const line: RequestLine = {
      timestamp: after(now, earlier?.current),
      reviewRef: source,
      targetRef: target,
      requester: author.email,
      reviewers: draft.reviewers ?? [],
      description: messageOf(draft),
      ...(base === null ? {} : { baseCommit: base }),
      ...(tip === name ? {} : { alias: tip }),
    };
    const who = signature(author, context.clock.now());
    const settled = earlier === undefined ? [] : await settle(repository, name, author.email, now);
    return {
      moves: [
        await keep(repository, tip, who),
        await appendLines(repository, refs.discuss, new Map(settled.length === 0 ? [] : [[name, settled]]), who),
        await appendLines(repository, refs.reviews, new Map([[name, [requestText(line)]]]), who),
      ],
      value: name,
    };
  });
}

/** Answers the rejections of a review that is opened again on the same commit, as closing it left one. */
async function settle(repository: Repository, name: CommitId, author: string, now: number): Promise<string[]> {
  const threads = await threadsAt(repository, name, now);
  return threads
    .filter((thread) => resolvedOf(thread) === false)
    .map((thread) =>
      commentText({
        timestamp: after(now, thread.comment),
        author,
        parent: thread.hash,
        location: { commit: name },
        description: 'Opened again.',
        resolved: true,
      }),
    );
}

async function update(
  context: Context,
  repository: Repository,
  id: string,
  patch: Parameters<PullRequestPort['update']>[1],
  signal: AbortSignal,
): Promise<CommitId> {
  const author = await context.author(signal);
  return transact(repository, signal, 'gitops: update', async () => {
    const now = secondsNow(context);
    const review = findReview(await loadReviews(repository, now), id);
    if (review.state !== 'open') notOpen(review);
    const pullRequest = await toPullRequest(repository, review, '');
    if (patch.title?.trim() === '') fail('rejected', 'A pull request needs a title.', 'Give one.');
    const tip = review.tip ?? headOf(review.name, review.current);
    const moved = tip !== headOf(review.name, review.current);
    const base = moved && review.target !== null ? await repository.store.mergeBase(review.target, tip) : null;
    const line: RequestLine = {
      ...review.current,
      timestamp: after(now, review.current),
      description: messageOf({ ...pullRequest, ...patch }),
      reviewers: patch.reviewers ?? review.current.reviewers ?? [],
      ...(base === null ? {} : { baseCommit: base }),
      ...(moved ? { alias: tip } : {}),
    };
    const same = requestText({ ...line, timestamp: review.current.timestamp }) === requestText(review.current);
    const who = signature(author, context.clock.now());
    const moves = same
      ? []
      : [
          await keep(repository, tip, who),
          await appendLines(repository, refs.reviews, new Map([[review.name, [requestText(line)]]]), who),
        ];
    return { moves, value: review.name };
  });
}

async function threadsAt(repository: Repository, name: CommitId, now: number): Promise<Thread[]> {
  return threadsOf(parseComments((await readNotes(repository, refs.discuss)).get(name) ?? '', now));
}

/** When the review was opened, or opened again after it was closed, in seconds. */
function openedAt(review: Review): number {
  const closed = review.requests.findLastIndex((line) => line.targetRef === '');
  return Number(review.requests[closed + 1]?.timestamp ?? review.current.timestamp);
}

export interface Findings {
  readonly verdicts: Verdicts;
  readonly threads: readonly Thread[];
  /** The last report of each agent. */
  readonly checks: readonly CheckLine[];
}

export async function findingsOn(repository: Repository, review: Review, head: CommitId, now: number): Promise<Findings> {
  const threads = await threadsAt(repository, review.name, now);
  const lines = parseChecks((await readNotes(repository, refs.ci)).get(head) ?? '', now);
  const checks = new Map(lines.map((line) => [line.agent, line]));
  return { threads, verdicts: verdictsOf(threads, head, openedAt(review)), checks: [...checks.values()] };
}

async function statusOf(context: Context, repository: Repository, id: string): Promise<PullRequestStatus> {
  const now = secondsNow(context);
  const review = findReview(await loadReviews(repository, now), id);
  const pullRequest = await toPullRequest(repository, review, context.commandTail);
  const { threads, verdicts, checks } = await findingsOn(repository, review, pullRequest.head, now);
  const awaits =
    review.state === 'open'
      ? [
          ...verdicts.rejections.map(({ by }) => `${by} to take back the rejection`),
          ...checks.filter((check) => check.status !== 'success').map((check) => `check ${check.agent}`),
        ]
      : [];
  return {
    pullRequest,
    ...verdicts,
    checks: checks.map(({ agent, status, url }) => ({ name: agent, state: status ?? 'pending', url: url ?? null })),
    comments: commentsOf(threads),
    ...(await trialOf(repository, review)),
    queued: false,
    awaits,
  };
}

async function setStatus(
  context: Context,
  repository: Repository,
  commit: CommitId,
  check: Parameters<PullRequestPort['setStatus']>[1],
  signal: AbortSignal,
): Promise<void> {
  await repository.commit(commit);
  const author = await context.author(signal);
  await transact(repository, signal, 'gitops: check', async () => {
    const now = secondsNow(context);
    const lines = parseChecks((await readNotes(repository, refs.ci)).get(commit) ?? '', now);
    const last = lines.findLast((line) => line.agent === check.name);
    const line: CheckLine = {
      timestamp: after(now, last),
      ...(check.url === undefined ? {} : { url: check.url }),
      ...(check.state === 'pending' ? {} : { status: check.state }),
      agent: check.name,
    };
    const same = last !== undefined && checkText({ ...line, timestamp: last.timestamp }) === checkText(last);
    const who = signature(author, context.clock.now());
    const additions = new Map(same ? [] : [[commit, [checkText(line)]]]);
    return { moves: [await appendLines(repository, refs.ci, additions, who)], value: undefined };
  });
}

async function approve(
  context: Context,
  repository: Repository,
  id: string,
  input: Parameters<PullRequestPort['approve']>[1],
  signal: AbortSignal,
): Promise<void> {
  const author = await context.author(signal);
  await transact(repository, signal, 'gitops: approve', async () => {
    const now = secondsNow(context);
    const review = findReview(await loadReviews(repository, now), id);
    if (review.state !== 'open') notOpen(review);
    const head = await reviewedHead(repository, review);
    if (head !== input.head) staleBranch(review.standing.reviewRef?.replace('refs/heads/', '') ?? '', input.head, head);
    if (review.requests.some((line) => line.requester === author.email)) {
      fail(
        'rejected',
        `${author.email} opened this pull request, and nobody approves what is their own.`,
        'Ask somebody else to approve it, or merge it without a demand for approvals.',
      );
    }
    const threads = await threadsAt(repository, review.name, now);
    const { approvals } = verdictsOf(threads, head, openedAt(review));
    if (approvals.some((one) => one.by === author.email)) return { moves: [], value: undefined };
    const last = threads.findLast((thread) => thread.comment.author === author.email)?.comment;
    const line: CommentLine = {
      timestamp: after(now, last),
      author: author.email,
      location: { commit: head },
      ...(input.text === undefined ? {} : { description: input.text }),
      resolved: true,
    };
    const who = signature(author, context.clock.now());
    return {
      moves: [
        await keep(repository, head, who),
        await appendLines(repository, refs.discuss, new Map([[review.name, [commentText(line)]]]), who),
      ],
      value: undefined,
    };
  });
}

async function comment(context: Context, repository: Repository, id: string, text: string, signal: AbortSignal): Promise<void> {
  const author = await context.author(signal);
  if (text.trim() === '') fail('rejected', 'The comment is empty.', 'Write something.');
  await transact(repository, signal, 'gitops: comment', async () => {
    const now = secondsNow(context);
    const review = findReview(await loadReviews(repository, now), id);
    const location = { commit: await reviewedHead(repository, review) };
    const line = commentText({ timestamp: timestampOf(now), author: author.email, location, description: text });
    const who = signature(author, context.clock.now());
    return { moves: [await appendLines(repository, refs.discuss, new Map([[review.name, [line]]]), who)], value: undefined };
  });
}

/** As `git appraise abandon`: a comment that rejects, then a request without a target. */
async function close(context: Context, repository: Repository, id: string, reason: string, signal: AbortSignal): Promise<void> {
  const author = await context.author(signal);
  await transact(repository, signal, 'gitops: close', async () => {
    const now = secondsNow(context);
    const review = findReview(await loadReviews(repository, now), id);
    if (review.state === 'closed') return { moves: [], value: undefined };
    if (review.state === 'merged') notOpen(review);
    const head = await reviewedHead(repository, review);
    const last = (await threadsAt(repository, review.name, now)).at(-1)?.comment;
    const line = commentText({
      timestamp: after(now, last),
      author: author.email,
      location: { commit: head },
      description: reason,
      resolved: false,
    });
    const request = requestText({ ...review.current, timestamp: after(now, review.current), targetRef: '' });
    const who = signature(author, context.clock.now());
    return {
      moves: [
        await keep(repository, head, who),
        await appendLines(repository, refs.discuss, new Map([[review.name, [line]]]), who),
        await appendLines(repository, refs.reviews, new Map([[review.name, [request]]]), who),
      ],
      value: undefined,
    };
  });
}

function notOpen(review: Review): never {
  return fail(
    'rejected',
    `The pull request ${review.name.slice(0, 12)} is ${review.state} already.`,
    'Open a new one.',
    { state: review.state },
  );
}

function exists(review: Review): never {
  const id = review.name.slice(0, 12);
  return fail(
    'already-exists',
    `The pull request ${id} is open for these commits already.`,
    `See it with: gitops pr show ${id}. Run again to update it.`,
    { id },
  );
}

function noBranch(branch: string): never {
  return fail('not-found', `There is no branch "${branch}".`, 'Make it first, or name one that is there.', { branch });
}

function unsupported(what: string): never {
  return fail(
    'unsupported',
    `Pull requests of the embedded forge have no ${what}: git-appraise's format has no place for them.`,
    `Leave ${what} out (the forge's capabilities say so).`,
  );
}
