import type { CommitId, PullRequestPort } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import { keep } from './appraise/archive.js';
import { verdictsOf } from './appraise/discussion.js';
import { openedAt, threadsAt } from './appraise/findings.js';
import {
  after,
  type CheckLine,
  type CommentLine,
  checkText,
  commentText,
  parseChecks,
  parseComments,
  refs,
  timestampOf,
} from './appraise/lines.js';
import { appendLines, readNotes } from './appraise/notes.js';
import { findReview, loadReviews, notOpen, reviewedHead } from './appraise/review.js';
import { distinct, stickyLine } from './appraise/sticky.js';
import { type Context, secondsNow } from './context.js';
import { staleBranch } from './git-port.js';
import { signature } from './identity.js';
import type { Repository } from './store/repository.js';
import { transact } from './transaction.js';

export async function setStatus(
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

export async function approve(
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

export async function comment(
  context: Context,
  repository: Repository,
  id: string,
  input: Parameters<PullRequestPort['comment']>[1],
  signal: AbortSignal,
): Promise<void> {
  const author = await context.author(signal);
  const { text, marker } = input;
  if (text.trim() === '') fail('rejected', 'The comment is empty.', 'Write something.');
  if (marker !== undefined && !/^[A-Za-z0-9-]+$/.test(marker)) {
    fail('usage', `${JSON.stringify(marker)} is no marker.`, 'Use letters, digits and "-".', { marker });
  }
  await transact(repository, signal, 'gitops: comment', async () => {
    const now = secondsNow(context);
    const review = findReview(await loadReviews(repository, now), id);
    const location = { commit: await reviewedHead(repository, review) };
    const plain = { timestamp: timestampOf(now), author: author.email, location, description: text };
    const lines = parseComments((await readNotes(repository, refs.discuss)).get(review.name) ?? '', now);
    const line = marker === undefined ? distinct(lines, plain) : stickyLine(lines, { ...plain, marker });
    if (line === null) return { moves: [], value: undefined };
    const who = signature(author, context.clock.now());
    return {
      moves: [await appendLines(repository, refs.discuss, new Map([[review.name, [commentText(line)]]]), who)],
      value: undefined,
    };
  });
}
