import type { CommitId, MergeAnswer, PullRequestPort } from '@gitops/core';
import { keep } from './appraise/archive.js';
import { findingsOn } from './appraise/findings.js';
import { after, type RequestLine, refs, requestText } from './appraise/lines.js';
import { appendLines } from './appraise/notes.js';
import { findReview, headOf, loadReviews, type Review, reviewedHead, toPullRequest } from './appraise/review.js';
import { isCheckedOut } from './checked-out.js';
import { type Context, secondsNow } from './context.js';
import { staleBranch } from './git-port.js';
import { demandIdentity, signature } from './identity.js';
import { branchName } from './names.js';
import { normalMessage, type Signature } from './store/codec.js';
import { ownCommits } from './store/history.js';
import type { Repository } from './store/repository.js';
import type { RefMove } from './store/store.js';
import { type Step, transact } from './transaction.js';
import { mergeTrees } from './tree/merge.js';
import { mergeCommits } from './trial.js';

type MergeInput = Parameters<PullRequestPort['merge']>[1];

/**
 * Lands a pull request. One transaction moves, in this order, the archive (keeps the reviewed commit), the note (whose
 * `alias` names what lands), the target and the source branch. Where refs cannot move together, a crash leaves a
 * beginning of that list: an alias that has not landed counts for nothing, and the same call goes through again. Of
 * several who are that far at once only one moves the target, from where all of them expect it; the others find its
 * alias among the `landings` of their own line.
 */
export async function mergePullRequest(
  context: Context,
  repository: Repository,
  id: string,
  input: MergeInput,
  signal: AbortSignal,
): Promise<MergeAnswer> {
  const identities = await context.identities(signal);
  const now = context.clock.now();
  const who: People = {
    author: signature(demandIdentity(identities.author), now),
    committer: signature(demandIdentity(identities.committer), now),
  };
  return transact<MergeAnswer>(repository, signal, `gitops: merge ${id}`, async () => {
    const review = findReview(await loadReviews(repository, secondsNow(context)), id);
    if (review.state === 'merged') return landedAlready(context, repository, review, input, who);
    const held = await hindrance(context, repository, review, input);
    if (held !== null) return { moves: [], value: held };
    const { tip, target } = review as Review & { readonly tip: CommitId; readonly target: CommitId };
    const landing = await landingOf(repository, tip, target, input, who);
    if ('why' in landing) return { moves: [], value: { kind: 'refused', why: landing.why } };
    const reviewed = await reviewedLine(context, repository, review, tip, target);
    const line: RequestLine = {
      ...reviewed,
      timestamp: after(secondsNow(context), reviewed),
      baseCommit: target,
      alias: landing.last,
      landings: [...new Set([...(review.current.landings ?? []), landing.last])],
    };
    const lines = [...(reviewed === review.current ? [] : [reviewed]), line].map(requestText);
    const moves: (RefMove | null)[] = [
      await keep(repository, tip, who.committer),
      await appendLines(repository, refs.reviews, new Map([[review.name, lines]]), who.committer),
      { ref: review.standing.targetRef, from: target, to: landing.last },
    ];
    if (input.deleteSource) moves.push(await deletion(repository, review));
    return { moves, value: { kind: 'merged', landed: landing } };
  });
}

/**
 * The line that names the head which is about to land. It is there unless the branch has moved since, or a landing that
 * came to nothing (cut off, or refused by the other side) left its own: what follows must not pass for that one's.
 */
async function reviewedLine(
  context: Context,
  repository: Repository,
  review: Review,
  tip: CommitId,
  target: CommitId,
): Promise<RequestLine> {
  if (headOf(review.name, review.current) === tip) return review.current;
  const base = await repository.store.mergeBase(target, tip);
  return {
    ...review.current,
    timestamp: after(secondsNow(context), review.current),
    ...(base === null ? {} : { baseCommit: base }),
    alias: tip,
  };
}

interface People {
  readonly author: Signature;
  readonly committer: Signature;
}

/**
 * A run that died after the merge left at most the source branch. One that was overtaken by another merge left a line
 * of its own behind that one's: the last line has to name what landed, which is all that git-appraise goes by.
 */
async function landedAlready(
  context: Context,
  repository: Repository,
  review: Review,
  input: MergeInput,
  who: People,
): Promise<Step<MergeAnswer>> {
  const { landed, head } = await toPullRequest(repository, review, '');
  const last = headOf(review.name, review.current);
  const moves: (RefMove | null)[] = [];
  if (review.overtaken) {
    const reviewed = { ...review.current, timestamp: after(secondsNow(context), review.current), alias: head };
    const line = { ...review.current, timestamp: after(secondsNow(context), reviewed) };
    const lines = [reviewed, line].map(requestText);
    moves.push(await appendLines(repository, refs.reviews, new Map([[review.name, lines]]), who.committer));
  }
  if (input.deleteSource && review.tip === input.expectedHead) moves.push(await deletion(repository, review));
  return { moves, value: { kind: 'merged', landed: landed ?? { first: last, last } } };
}

/** A branch that somebody has checked out stays; it is theirs to remove. */
async function deletion(repository: Repository, review: Review): Promise<RefMove | null> {
  const ref = review.standing.reviewRef ?? '';
  if (review.tip === null || (await isCheckedOut(repository.store, ref))) return null;
  return { ref, from: review.tip, to: null };
}

/** What keeps it from being merged now; null: nothing. A head that is not the expected one is a failure. */
async function hindrance(
  context: Context,
  repository: Repository,
  review: Review,
  input: MergeInput,
): Promise<MergeAnswer | null> {
  const refused = (why: string): MergeAnswer => ({ kind: 'refused', why });
  if (review.state === 'closed') return refused('The pull request is closed.');
  const [source, target] = [branchName(review.standing.reviewRef ?? ''), branchName(review.standing.targetRef)];
  if (review.tip === null) return refused(`The source branch "${source}" is gone.`);
  if (review.target === null) return refused(`The target branch "${target}" is gone.`);
  const head = await reviewedHead(repository, review);
  if (head !== input.expectedHead) staleBranch(source, input.expectedHead, head);
  if (input.expectedTarget !== null && review.target !== input.expectedTarget) {
    staleBranch(target, input.expectedTarget, review.target);
  }
  const { verdicts, checks } = await findingsOn(repository, review, head, secondsNow(context));
  const against = verdicts.rejections.map(({ by }) => by);
  if (against.length > 0) return refused(`Rejected by ${against.join(', ')}.`);
  const failed = checks.filter((check) => check.status === 'failure').map((check) => check.agent);
  if (failed.length > 0) return refused(`Failed: check ${failed.join(', ')}.`);
  const waiting = checks.filter((check) => check.status === undefined).map((check) => `check ${check.agent}`);
  const lacking = input.approvals - verdicts.approvals.length;
  if (lacking > 0) waiting.push(lacking === 1 ? '1 approval' : `${lacking} approvals`);
  return waiting.length > 0 ? { kind: 'waiting', for: waiting } : null;
}

type Landing = { readonly first: CommitId; readonly last: CommitId };

/** Makes the commits that would land; no ref names them yet. */
async function landingOf(
  repository: Repository,
  head: CommitId,
  target: CommitId,
  input: MergeInput,
  who: People,
): Promise<Landing | { readonly why: string }> {
  if (input.method === 'rebase') return rebased(repository, head, target, who);
  const merged = await mergeCommits(repository, target, head);
  if (!('tree' in merged)) return conflict(merged.conflicts);
  const squash = input.method === 'squash';
  const { title, body } = input.message;
  const commit = repository.writeCommit({
    tree: merged.tree,
    parents: squash ? [target] : [target, head],
    author: squash ? { ...(await repository.commit(head)).author, seconds: who.author.seconds } : who.author,
    committer: who.committer,
    message: normalMessage(body === '' ? title : `${title}\n\n${body}`),
  });
  return { first: commit, last: commit };
}

/** Each commit on top of the target, as it was written; those that stand there already land as they are. */
async function rebased(
  repository: Repository,
  head: CommitId,
  target: CommitId,
  who: People,
): Promise<Landing | { readonly why: string }> {
  const own = await ownCommits(repository, head, target);
  if (own.some(({ commit }) => commit.parents.length > 1)) {
    return { why: 'The source branch holds merge commits, which cannot be rebased. Merge it with another method.' };
  }
  const landed: CommitId[] = [];
  let onto = target;
  for (const { oid, commit } of own) {
    let next = oid;
    if (commit.parents[0] !== onto) {
      const parent = commit.parents[0];
      const base = parent === undefined ? null : (await repository.commit(parent)).tree;
      const ours = (await repository.commit(onto)).tree;
      const merged = await mergeTrees(repository, base, ours, commit.tree);
      if (!('tree' in merged)) return conflict(merged.conflicts);
      if (merged.tree === ours) continue;
      next = repository.writeCommit({ ...commit, tree: merged.tree, parents: [onto], committer: who.committer });
    }
    landed.push(next);
    onto = next;
  }
  const [first] = landed;
  return first === undefined ? { why: 'The target holds every one of its changes already.' } : { first, last: onto };
}

function conflict(paths: readonly string[]): { readonly why: string } {
  const shown = paths.slice(0, 5).join(', ');
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return { why: `In conflict with the target branch: ${shown}${more}.` };
}
