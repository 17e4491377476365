import type { CommitId } from '@gitops/core';
import { Failure } from '@gitops/provider-http';
import type { Run } from './api.js';
import { type Context, repositoryIdOf, tipOf } from './context.js';
import { failureOfGraphql } from './errors.js';
import { staleBranch } from './git-port.js';
import * as schema from './schema.js';

/** One branch of a move: null is no branch. */
export interface Move {
  readonly branch: string;
  readonly from: CommitId | null;
  readonly to: CommitId | null;
}

/**
 * Moves branches together or not at all, each compared with where it is expected first (`updateRefs`). False where this
 * server cannot; a Failure where it refused.
 */
export async function moveTogether(context: Context, run: Run, moves: readonly Move[]): Promise<boolean> {
  const { api } = context;
  const what = moves.map(({ branch }) => `"${branch}"`).join(' and ');
  const ask = { to: `move the branch ${what}`, what: `the branch ${what}` };
  const repositoryId = await repositoryIdOf(context, run);
  if (repositoryId === null) return false;
  const zero = '0'.repeat((moves[0]?.to ?? moves[0]?.from ?? '').length);
  const told = await api.graphql(run, {
    ...ask,
    query: 'mutation Move($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }',
    variables: {
      input: {
        repositoryId,
        refUpdates: moves.map(({ branch, from, to }) => ({
          name: `refs/heads/${branch}`,
          beforeOid: from ?? zero,
          afterOid: to ?? zero,
          force: true,
        })),
      },
    },
    schema: schema.anything,
    safe: false,
  });
  if (told === null) return false;
  if (told.errors.length === 0) return true;
  throw failureOfGraphql(told.errors, ask, { host: context.address.host, access: await api.access(run.signal) });
}

/** Points a branch at a commit, if it stands where it is expected. Looks where it stands whenever that is in doubt. */
export async function moveBranch(
  context: Context,
  run: Run,
  branch: string,
  from: CommitId | null,
  to: CommitId,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (from === null) return await makeBranch(context, run, branch, to);
      if (await moveTogether(context, run, [{ branch, from, to }])) return;
      return await resetBranch(context, run, branch, from, to);
    } catch (error) {
      if (!isDoubtful(error)) throw error;
      const now = (await tipOf(context, run, branch))?.commit ?? null;
      if (now === to) return;
      if (now !== from) staleBranch(branch, from, now);
      // nothing happened: an answer that was lost is worth a second try, a refusal is not
      if (error.problem.kind !== 'unavailable' || attempt === 2) throw error;
    }
  }
}

function isDoubtful(error: unknown): error is Failure {
  if (!(error instanceof Failure)) return false;
  return !['aborted', 'timed-out', 'rate-limited', 'unauthenticated'].includes(error.problem.kind);
}

async function makeBranch(context: Context, run: Run, branch: string, to: CommitId): Promise<void> {
  await context.api.request(run, {
    to: `make the branch "${branch}"`,
    what: `the commit ${to.slice(0, 12)}`,
    route: 'POST /repos/{owner}/{repo}/git/refs',
    parameters: { ref: `refs/heads/${branch}`, sha: to },
    schema: schema.refs,
    means: ({ status, text }) =>
      status === 422
        ? {
            kind: 'rejected',
            message: `The branch "${branch}" cannot be made${text === '' ? '' : ` (${text.replace(/\.$/, '')})`}: a branch whose name is a folder of the other, or a rule of the repository, is in the way.`,
            remedy: 'Delete that branch, or choose another prefix: pullRequest.branchPrefix in gitops.yaml.',
            details: { branch },
          }
        : undefined,
  });
}

/** Without `updateRefs` there is no comparison at the server: it is read and compared right before. */
async function resetBranch(context: Context, run: Run, branch: string, from: CommitId, to: CommitId): Promise<void> {
  const now = (await tipOf(context, run, branch))?.commit ?? null;
  if (now !== from) staleBranch(branch, from, now);
  await context.api.request(run, {
    to: `move the branch "${branch}"`,
    what: `the branch "${branch}"`,
    route: 'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
    parameters: { ref: `heads/${branch}`, sha: to, force: true },
    schema: schema.refs,
  });
}

/** Deletes a branch that stood at `from` a moment ago; compared by the server where it can. */
export async function removeBranch(context: Context, run: Run, branch: string, from: CommitId): Promise<void> {
  if (await moveTogether(context, run, [{ branch, from, to: null }])) return;
  await context.api.request(run, {
    to: `delete the branch "${branch}"`,
    what: `the branch "${branch}"`,
    route: 'DELETE /repos/{owner}/{repo}/git/refs/{ref}',
    parameters: { ref: `heads/${branch}` },
    schema: schema.anything,
  });
}
