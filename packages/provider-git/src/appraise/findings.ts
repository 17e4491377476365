import type { CommitId } from '@gitops/core';
import type { Repository } from '../store/repository.js';
import { type Thread, threadsOf, type Verdicts, verdictsOf } from './discussion.js';
import { type CheckLine, parseChecks, parseComments, refs } from './lines.js';
import { readNotes } from './notes.js';
import type { Review } from './review.js';

export async function threadsAt(repository: Repository, name: CommitId, now: number): Promise<Thread[]> {
  return threadsOf(parseComments((await readNotes(repository, refs.discuss)).get(name) ?? '', now));
}

/** When the review was opened, or opened again after it was closed, in seconds. */
export function openedAt(review: Review): number {
  const closed = review.requests.findLastIndex((line) => line.targetRef === '');
  return Number(review.requests[closed + 1]?.timestamp ?? review.current.timestamp);
}

export interface Findings {
  readonly verdicts: Verdicts;
  readonly threads: readonly Thread[];
  /** The last report of each agent. */
  readonly checks: readonly CheckLine[];
}

export async function findingsOn(
  repository: Repository,
  review: Review,
  head: CommitId,
  now: number,
): Promise<Findings> {
  const threads = await threadsAt(repository, review.name, now);
  const lines = parseChecks((await readNotes(repository, refs.ci)).get(head) ?? '', now);
  const checks = new Map(lines.map((line) => [line.agent, line]));
  return { threads, verdicts: verdictsOf(threads, head, openedAt(review)), checks: [...checks.values()] };
}
