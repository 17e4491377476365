import type { Identity, MergeAnswer, PullRequestPort } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import { checkMethod } from './capabilities.ts';
import { commitTree } from './make-commit.ts';
import { readOne, replace } from './records.ts';
import { branchRef, type Repository } from './repository.ts';
import { refusals, standing, waits } from './standing.ts';

type MergeInput = Parameters<PullRequestPort['merge']>[1];

/** Everything is looked at first; then target, record and source branch move at once, or nothing does. */
export async function merge(
  repository: Repository,
  by: Identity,
  at: string,
  id: string,
  input: MergeInput,
): Promise<MergeAnswer> {
  const stored = await readOne(repository, id);
  const { record } = stored;
  if (record.landed !== null) return { kind: 'merged', landed: record.landed };
  checkMethod(input.method);
  if (record.state === 'closed') return { kind: 'refused', why: `Pull request ${id} is closed.` };

  const found = await standing(repository, record);
  const { pullRequest, targetHead, tree } = found;
  const { head } = pullRequest;
  if (targetHead === null) return { kind: 'refused', why: `The branch ${record.target} is gone.` };
  if (head !== input.expectedHead) return moved(record.source);
  if (input.expectedTarget !== null && targetHead !== input.expectedTarget) return moved(record.target);
  const why = refusals(found);
  if (why.length > 0 || tree === null) return { kind: 'refused', why: `${why.join(', ')}.` };
  const missing = waits(found, input.approvals);
  if (missing.length > 0) return { kind: 'waiting', for: missing };

  const { title, body } = input.message;
  const commit = await commitTree(repository, {
    tree,
    parents: input.method === 'merge' ? [targetHead, head] : [targetHead],
    message: body === '' ? title : `${title}\n\n${body}`,
    by,
    at,
  });
  const landed = { first: commit, last: commit };
  const source = branchRef(record.source);
  const isGone = (await repository.ref(source)) === null;
  const isLanded = await replace(repository, stored, { ...record, state: 'merged', head, landed }, [
    { ref: branchRef(record.target), from: targetHead, to: commit },
    // the source is held as well: nothing can be pushed to it between the look at it and the merge
    ...(isGone ? [] : [{ ref: source, from: head, to: input.deleteSource ? null : head }]),
  ]);
  return isLanded ? { kind: 'merged', landed } : moved(record.target);
}

function moved(branch: string): never {
  return fail('stale-head', `The branch ${branch} is not where it was.`, 'Review it again, then repeat.', { branch });
}
