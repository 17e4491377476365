import type { CommitId, PullRequest, PullRequestState } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import { branchName } from '../names.js';
import { firstParents, ownCommits, reaches } from '../store/history.js';
import { isOid, type Repository } from '../store/repository.js';
import { isoOf } from './discussion.js';
import { parseRequests, type RequestLine, refs } from './lines.js';
import { readNotes } from './notes.js';

/** One review of the repository: its request lines and what follows from them and from the branches. */
export interface Review {
  /** The commit that its notes annotate, whole. */
  readonly name: CommitId;
  /** Oldest first. */
  readonly requests: readonly RequestLine[];
  readonly current: RequestLine;
  /** The last request that was not an abandonment: an abandoned one has lost its target. */
  readonly standing: RequestLine;
  readonly state: PullRequestState;
  /** Tip of the source branch; null where the branch is gone. */
  readonly tip: CommitId | null;
  /** Tip of the target branch; null where the branch is gone. */
  readonly target: CommitId | null;
  /** Whether the last line that was written speaks of something else than what has landed. */
  readonly overtaken: boolean;
}

/** All reviews with their states. Costs one comparison of histories for each target branch. */
export async function loadReviews(repository: Repository, now: number): Promise<Review[]> {
  const notes = await readNotes(repository, refs.reviews);
  const branches = await repository.store.refs();
  const found: Unclassified[] = [];
  for (const [name, text] of notes) {
    const requests = parseRequests(text, now);
    const current = requests.at(-1);
    if (current === undefined) continue;
    const standing = requests.findLast((line) => line.targetRef !== '') ?? current;
    const tip = branches.get(standing.reviewRef ?? '') ?? null;
    found.push({ name, requests, current, standing, tip, target: branches.get(standing.targetRef) ?? null });
  }
  const { open, landings } = await classify(repository, found);
  return found.map((review) => {
    const landing = landings.get(review.name);
    const landed = landing === undefined ? null : asLanded(review, landing);
    if (landed !== null) return landed;
    const state = review.current.targetRef === '' ? 'closed' : open.has(review.name) ? 'open' : 'merged';
    return { ...review, state, overtaken: false };
  });
}

type Unclassified = Omit<Review, 'state' | 'overtaken'>;

/**
 * A review as of the line that names what landed; lines of other merges and of a closing that came later count for
 * nothing but their time, which what is written next has to follow.
 */
function asLanded(review: Unclassified, landing: CommitId): Review | null {
  const at = review.requests.findIndex((line) => line.alias === landing && line.targetRef !== '');
  const line = review.requests[at];
  if (line === undefined) return null;
  const last = review.current;
  const current = { ...line, timestamp: last.timestamp };
  return {
    ...review,
    requests: [...review.requests.slice(0, at), current],
    current,
    standing: current,
    state: 'merged',
    overtaken: last.alias !== landing || last.targetRef === '',
  };
}

/** By name: the reviews that have not landed, and the landing that stands on the target of those that name some. */
async function classify(
  repository: Repository,
  reviews: readonly Unclassified[],
): Promise<{ readonly open: ReadonlySet<CommitId>; readonly landings: ReadonlyMap<CommitId, CommitId> }> {
  const open = new Set<CommitId>();
  const landings = new Map<CommitId, CommitId>();
  const byTarget = new Map<CommitId, Unclassified[]>();
  for (const review of reviews) {
    if (review.target === null) open.add(review.name);
    else byTarget.set(review.target, [...(byTarget.get(review.target) ?? []), review]);
  }
  for (const [target, group] of byTarget) {
    const heads = group.flatMap(({ name, current, tip }) => [
      headOf(name, current),
      tip ?? '',
      ...(current.landings ?? []),
    ]);
    const tips = [...new Set(heads)].filter(isOid);
    const outside = await repository.store.notReachable(tips, target);
    const landed = (oid: CommitId): boolean => isOid(oid) && !outside.has(oid);
    for (const review of group) {
      const landing = review.current.landings?.findLast(landed);
      if (landing !== undefined) landings.set(review.name, landing);
      const moved = review.tip !== null && review.tip !== review.standing.baseCommit && landed(review.tip);
      const movedAndNew = moved && (await isNew(repository, review));
      if (!landed(headOf(review.name, review.current)) && !movedAndNew) open.add(review.name);
    }
  }
  return { open, landings };
}

/** A branch that was set back to where it began has not landed. */
async function isNew(repository: Repository, review: Unclassified): Promise<boolean> {
  const base = review.standing.baseCommit;
  return base !== undefined && review.tip !== null && !(await reaches(repository, base, review.tip));
}

/** The commit that a request line speaks for. */
export function headOf(name: CommitId, line: RequestLine): CommitId {
  return line.alias === undefined || line.alias === '' ? name : line.alias;
}

/** The reviewed commit: where the branch is while open, what was reviewed last once it is not. */
export async function reviewedHead(repository: Repository, review: Review): Promise<CommitId> {
  if (review.state === 'open' && review.tip !== null) return review.tip;
  const last = headOf(review.name, review.current);
  const before = review.requests.at(-2);
  if (before === undefined || review.state !== 'merged') return last;
  const previous = headOf(review.name, before);
  if (previous === last || last === review.tip) return last;
  return (await isLanding(repository, review, previous, last)) ? previous : last;
}

/** Whether the last request names what landed (a squash, a rebase, a merge commit), not a new head of the branch. */
async function isLanding(repository: Repository, review: Review, previous: CommitId, last: CommitId): Promise<boolean> {
  const landed = await repository.findCommit(last);
  if (landed === null || review.target === null) return false;
  if (landed.parents[1] === previous) return true;
  const base = review.current.baseCommit;
  for await (const { oid } of firstParents(repository, review.target)) {
    if (oid === last) return !(await reaches(repository, review.target, previous));
    if (oid === base) return false;
  }
  return false;
}

/** First and last landed commit on the target's first-parent chain; null where it cannot be told. */
async function landedRange(repository: Repository, review: Review): Promise<PullRequest['landed']> {
  if (review.target === null) return null;
  const last = headOf(review.name, review.current);
  const base = review.current.baseCommit ?? null;
  const chain: CommitId[] = [];
  let complete = false;
  for await (const { oid } of firstParents(repository, review.target)) {
    complete = oid === base;
    if (complete) break;
    chain.push(oid);
  }
  const at = chain.indexOf(last);
  if (at >= 0) {
    const count = complete ? Math.min(chain.length - at, await landedCount(repository, review, base ?? '')) : 1;
    return { first: chain[at + count - 1] as CommitId, last };
  }
  // merged by somebody else: the oldest commit of the chain that reaches it
  const reached = review.tip !== null && (await reaches(repository, review.target, review.tip)) ? review.tip : last;
  let [newest, oldest] = [0, chain.length - 1];
  while (newest < oldest) {
    const middle = Math.ceil((newest + oldest) / 2);
    if (await reaches(repository, chain[middle] as CommitId, reached)) newest = middle;
    else oldest = middle - 1;
  }
  const landed = chain[newest];
  return landed === undefined ? null : { first: landed, last: landed };
}

/**
 * How many commits landed. Our own line of a merge names the target's head before it as the base, so all that came
 * since is ours. Where the base stayed (also after a rebase by git-appraise, when others may have landed in between),
 * it is as many as were reviewed, or one for a commit directly on the base.
 */
async function landedCount(repository: Repository, review: Review, base: CommitId): Promise<number> {
  const before = review.requests.at(-2);
  if (before === undefined || before.baseCommit !== base) return Number.POSITIVE_INFINITY;
  const { parents } = await repository.commit(headOf(review.name, review.current));
  if (parents[0] === base) return 1;
  const previous = headOf(review.name, before);
  if ((await repository.findCommit(previous)) === null) return 1;
  return Math.max(1, (await ownCommits(repository, previous, base)).length);
}

export async function toPullRequest(repository: Repository, review: Review, tail: string): Promise<PullRequest> {
  const { standing, requests, name, state } = review;
  const { title, description } = textOf(standing.description ?? '');
  const id = name.slice(0, 12);
  return {
    id,
    url: `gitops pr show ${id}${tail}`,
    state,
    title,
    description,
    source: branchName(standing.reviewRef ?? ''),
    target: branchName(standing.targetRef),
    head: await reviewedHead(repository, review),
    author: requests[0]?.requester ?? '',
    createdAt: isoOf(requests[0]?.timestamp ?? '0'),
    draft: false,
    labels: [],
    reviewers: standing.reviewers ?? [],
    assignees: [],
    milestone: null,
    landed: state === 'merged' ? await landedRange(repository, review) : null,
  };
}

/** The message of a review: its first line is the title. */
export function messageOf(text: { readonly title: string; readonly description: string }): string {
  const title = text.title.replace(/\s+/g, ' ').trim();
  return text.description === '' ? title : `${title}\n\n${text.description}`;
}

function textOf(message: string): { readonly title: string; readonly description: string } {
  const newline = message.indexOf('\n');
  if (newline < 0) return { title: message, description: '' };
  const rest = message.slice(newline + 1);
  return { title: message.slice(0, newline), description: rest.startsWith('\n') ? rest.slice(1) : rest };
}

export function findReview(reviews: readonly Review[], id: string): Review {
  const beginning = id.toLowerCase();
  const found = /^[0-9a-f]{1,64}$/.test(beginning) ? reviews.filter((review) => review.name.startsWith(beginning)) : [];
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const several = found.map((review) => review.name.slice(0, 12));
  return fail(
    'not-found',
    several.length > 1
      ? `Several pull requests begin with "${id}": ${several.join(', ')}.`
      : `There is no pull request "${id}" in this repository.`,
    several.length > 1 ? 'Give more digits.' : 'List them with: gitops pr list',
    { id, found: several },
  );
}

export function openFor(reviews: readonly Review[], source: string, target: string): Review | undefined {
  return reviews.find(
    ({ state, standing }) => state === 'open' && standing.reviewRef === source && standing.targetRef === target,
  );
}

export function notOpen(review: Review): never {
  return fail(
    'rejected',
    `The pull request ${review.name.slice(0, 12)} is ${review.state} already.`,
    'Open a new one.',
    { state: review.state },
  );
}
