import type { CommitId, PullRequestPort } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import { keep } from './appraise/archive.js';
import { resolvedOf } from './appraise/discussion.js';
import { threadsAt } from './appraise/findings.js';
import { after, commentText, type RequestLine, refs, requestText } from './appraise/lines.js';
import { appendLines } from './appraise/notes.js';
import {
  findReview,
  headOf,
  loadReviews,
  messageOf,
  notOpen,
  openFor,
  type Review,
  reviewedHead,
  toPullRequest,
} from './appraise/review.js';
import { type Context, secondsNow } from './context.js';
import { noBranch } from './git-port.js';
import { signature } from './identity.js';
import { branchRef } from './names.js';
import { ownCommits } from './store/history.js';
import type { Repository } from './store/repository.js';
import { transact } from './transaction.js';

export async function open(
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
    const present =
      openFor(reviews, source, target) ?? reviews.find((review) => review.name === name && review.state === 'open');
    if (present !== undefined) exists(present);
    const earlier = reviews.find((review) => review.name === name);
    const base = await repository.store.mergeBase(targetTip, tip);
    const line: RequestLine = {
      timestamp: after(now, earlier?.current),
      reviewRef: source,
      targetRef: target,
      requester: author.email,
      reviewers: reviewersWith([], draft.reviewers),
      description: messageOf(draft),
      ...(base === null ? {} : { baseCommit: base }),
      ...(tip === name ? {} : { alias: tip }),
      // a merge that was under way when it was closed may land yet; one that has landed is another request's
      ...(earlier?.state === 'closed' && earlier.current.landings !== undefined
        ? { landings: earlier.current.landings }
        : {}),
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

/** Those who are asked, and those who are asked as well, each once; a leading `@` is no part of a name here. */
function reviewersWith(present: readonly string[], more: readonly string[] = []): readonly string[] {
  return [...new Set([...present, ...more.map((name) => name.replace(/^@/, ''))])];
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

export async function update(
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
      reviewers: reviewersWith(review.current.reviewers ?? [], patch.reviewers),
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

/** As `git appraise abandon`: a comment that rejects, then a request without a target. */
export async function close(
  context: Context,
  repository: Repository,
  id: string,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
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

function exists(review: Review): never {
  const id = review.name.slice(0, 12);
  return fail(
    'already-exists',
    `The pull request ${id} is open for these commits already.`,
    `See it with: gitops pr show ${id}. Run again to update it.`,
    { id },
  );
}
