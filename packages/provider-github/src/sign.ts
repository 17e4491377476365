import { randomBytes } from 'node:crypto';
import type { CommitId } from '@gitops/core';
import { Failure } from '@gitops/provider-http';
import type { Run } from './api.js';
import { type Context, fullNameOf, repositoryIdOf, tipOf } from './context.js';
import { isInstallation } from './credentials.js';
import { moveBranch, moveTogether, removeBranch } from './move.js';
import * as schema from './schema-graphql.js';
import type { Prepared } from './write.js';

/** What one mutation may carry, in bytes of text; GitHub takes some 45 MB of base64. */
const mostBytes = 20 * 1024 * 1024;

/**
 * Whether GitHub would sign a commit of `createCommitOnBranch`, and it can express the change: plain files alone, since
 * it knows no modes. What an App commits is signed anyway.
 */
export async function mayBeSigned(context: Context, run: Run, prepared: Prepared): Promise<boolean> {
  const { address, api, options } = context;
  if (!(options.signedCommits ?? address.isCloud) || unsigned.has(context)) return false;
  const access = await api.access(run.signal);
  if (access.kind !== 'token' || isInstallation(access)) return false;
  if ([...prepared.modes.values()].some((mode) => mode !== '100644')) return false;
  return prepared.files.reduce((bytes, { after }) => bytes + Buffer.byteLength(after ?? ''), 0) < mostBytes;
}

/** Repositories that refused once: a rule against new branches, say, would refuse every time. */
const unsigned = new WeakSet<Context>();

/**
 * Makes the commit where GitHub signs it: it only appends to a branch, so a temporary one is made at the base, and then
 * both refs move at once. Null where it did not work out: nothing is left behind, and the other way is open.
 */
export async function signedCommit(
  context: Context,
  run: Run,
  prepared: Prepared,
  expectedHead: CommitId | null,
): Promise<CommitId | null> {
  const { branch, base } = prepared;
  const temporary = `${branch}-${randomBytes(6).toString('hex')}`;
  let made: CommitId | null = null;
  let isDone = false;
  try {
    made = await commitOn(context, run, temporary, prepared);
    if (made === null) {
      unsigned.add(context);
      return null;
    }
    const moves = [
      { branch, from: expectedHead, to: made },
      { branch: temporary, from: made, to: null },
    ];
    isDone = await moveTogether(context, run, moves).catch((error: unknown) => {
      if (mustStop(error)) throw error;
      return false;
    });
    if (!isDone) await moveBranch(context, run, branch, expectedHead, made);
    context.seen.trees.set(made, prepared.tree);
    context.seen.parents.set(made, [base]);
    return made;
  } catch (error) {
    if (mustStop(error) || made !== null) throw error;
    return null;
  } finally {
    if (!isDone) await cleanUp(context, run, temporary);
  }
}

async function commitOn(context: Context, run: Run, temporary: string, prepared: Prepared): Promise<CommitId | null> {
  const [headline = '', ...rest] = prepared.message.trimEnd().split('\n');
  const body = rest.join('\n').replace(/^\n+/, '');
  const changed = prepared.files.filter(({ after }) => after !== null);
  const repositoryId = await repositoryIdOf(context, run);
  if (repositoryId === null) return null;
  const told = await context.api.graphql(run, {
    to: `commit to "${prepared.branch}"`,
    what: `the commit ${prepared.base.slice(0, 12)}`,
    query: `mutation Commit($ref: CreateRefInput!, $commit: CreateCommitOnBranchInput!) {
  createRef(input: $ref) { ref { name } }
  createCommitOnBranch(input: $commit) { commit { oid message tree { oid } parents(first: 2) { nodes { oid } } } }
}`,
    variables: {
      ref: {
        repositoryId,
        name: `refs/heads/${temporary}`,
        oid: prepared.base,
      },
      commit: {
        branch: { repositoryNameWithOwner: fullNameOf(context), branchName: temporary },
        expectedHeadOid: prepared.base,
        message: { headline, ...(body === '' ? {} : { body }) },
        fileChanges: {
          additions: changed.map(({ path, after }) => ({
            path,
            contents: Buffer.from(after ?? '', 'utf8').toString('base64'),
          })),
          deletions: prepared.files.filter(({ after }) => after === null).map(({ path }) => ({ path })),
        },
      },
    },
    schema: schema.signedCommit,
    safe: false,
  });
  const commit = told?.data?.createCommitOnBranch?.commit;
  if (commit === null || commit === undefined) return null;
  const parents = commit.parents.nodes;
  const isOurs =
    commit.tree.oid === prepared.tree &&
    parents.length === 1 &&
    parents[0]?.oid === prepared.base &&
    commit.message.trimEnd() === prepared.message.trimEnd();
  return isOurs ? commit.oid : null;
}

/** Failures after which nothing else is to be tried. */
function mustStop(error: unknown): boolean {
  if (!(error instanceof Failure)) return true;
  return ['aborted', 'timed-out', 'rate-limited', 'unauthenticated'].includes(error.problem.kind);
}

/** Removes the temporary branch wherever it stands, also for a caller who has given up; best effort, within ten seconds. */
async function cleanUp(context: Context, run: Run, temporary: string): Promise<void> {
  const last: Run = { ...run, signal: AbortSignal.timeout(10_000) };
  try {
    const at = (await tipOf(context, last, temporary))?.commit ?? null;
    if (at !== null) await removeBranch(context, last, temporary, at);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    context.notice(`The temporary branch "${temporary}" was left behind: ${error.problem.message} Delete it.`);
  }
}
