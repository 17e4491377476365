import type { CommitId, FileChange, GitPort } from '@gitops/core';
import { applyFiles, Failure, fail, formatOf, type TreeEntry, treeId } from '@gitops/provider-http';
import type { Run } from './api.js';
import { type Context, tipOf } from './context.js';
import { checkBranchName, checkCommitId, staleBranch } from './git-port.js';
import { rawCommit } from './history.js';
import { moveBranch, removeBranch } from './move.js';
import * as schema from './schema.js';
import { mayBeSigned, signedCommit } from './sign.js';

/** Files above this size go up one by one; smaller ones travel in the request that makes the tree. */
const inlineBytes = 1024 * 1024;

/** A change that was proved against the listing of its base. */
export interface Prepared {
  readonly branch: string;
  readonly base: CommitId;
  readonly files: readonly FileChange[];
  readonly message: string;
  readonly baseTree: string;
  /** The id that the tree will have; whatever GitHub makes is held against it. */
  readonly tree: string;
  readonly modes: ReadonlyMap<string, string>;
}

/**
 * One commit for all files: what changes is put on the base's tree, so that everything else stays as it is. Compared
 * and moved at once where GraphQL's `updateRefs` is there; without it a branch that exists is read, compared and then
 * moved, which leaves a moment between. A new branch is always made by a request that fails where it exists.
 */
export async function commit(
  context: Context,
  run: Run,
  input: Parameters<GitPort['commit']>[0],
): Promise<{ readonly commit: CommitId; readonly unchanged: boolean }> {
  const { branch, base, expectedHead, files, message } = input;
  checkBranchName(branch);
  checkCommitId(base);
  const prepared = prepare(input, await context.reader.listing(base, run.signal));
  if (expectedHead !== null) {
    const head = (await tipOf(context, run, branch))?.commit ?? null;
    if (head !== expectedHead) staleBranch(branch, expectedHead, head);
    const standing = await rawCommit(context, run, head);
    const same =
      standing.tree === prepared.tree &&
      standing.message.trimEnd() === message.trimEnd() &&
      standing.parents.length === 1 &&
      standing.parents[0] === base;
    if (same) return { commit: head, unchanged: true };
  }
  if (await mayBeSigned(context, run, prepared)) {
    const made = await signedCommit(context, run, prepared, expectedHead);
    if (made !== null) return { commit: made, unchanged: false };
  }
  const tree = await makeTree(context, run, prepared, files);
  const { sha } = await context.api.request(run, {
    to: `commit to "${branch}"`,
    what: `the commit ${base.slice(0, 12)}`,
    route: 'POST /repos/{owner}/{repo}/git/commits',
    // without author and committer: they are the account's, and GitHub signs what an App commits
    parameters: { message, tree, parents: [base] },
    schema: schema.made,
    // made twice, one of them is named by nothing
    safe: true,
  });
  context.seen.trees.set(sha, tree);
  context.seen.parents.set(sha, [base]);
  await moveBranch(context, run, branch, expectedHead, sha);
  return { commit: sha, unchanged: false };
}

function prepare(input: Parameters<GitPort['commit']>[0], entries: readonly TreeEntry[]): Prepared {
  const { branch, base, files, message } = input;
  const after = applyFiles(entries, files);
  const format = formatOf(base);
  const [baseTree, tree] = [treeId(entries, format), treeId(after, format)];
  if (tree === baseTree) {
    fail(
      'rejected',
      `The change to "${branch}" is empty: every file is already as it would become.`,
      'Leave the commit out; there is nothing to do.',
      { branch },
    );
  }
  const touched = new Set(files.map(({ path }) => path));
  const modes = new Map(after.filter(({ path }) => touched.has(path)).map(({ path, mode }) => [path, mode] as const));
  return { branch, base, files, message, baseTree, tree, modes };
}

async function makeTree(context: Context, run: Run, prepared: Prepared, files: readonly FileChange[]): Promise<string> {
  const entries: Record<string, string | null>[] = [];
  for (const { path, after } of files) {
    const mode = prepared.modes.get(path) ?? '100644';
    if (after === null) entries.push({ path, mode, type: 'blob', sha: null });
    else if (Buffer.byteLength(after) <= inlineBytes) {
      // as its bytes are hashed: half a character is the replacement character
      entries.push({ path, mode, type: 'blob', content: Buffer.from(after, 'utf8').toString('utf8') });
    } else entries.push({ path, mode, type: 'blob', sha: await makeBlob(context, run, path, after) });
  }
  const { sha } = await context.api.request(run, {
    to: `write ${files.length} files for "${prepared.branch}"`,
    what: `the commit ${prepared.base.slice(0, 12)}`,
    route: 'POST /repos/{owner}/{repo}/git/trees',
    parameters: { base_tree: prepared.baseTree, tree: entries },
    schema: schema.made,
    safe: true,
  });
  if (sha === prepared.tree) return sha;
  return fail(
    'response-invalid',
    `${context.address.host} made another tree than the change gives; it was not used.`,
    'Run again; if it happens again, something between here and GitHub changes requests.',
    { what: 'write files', expected: prepared.tree, found: sha },
  );
}

async function makeBlob(context: Context, run: Run, path: string, text: string): Promise<string> {
  const { sha } = await context.api.request(run, {
    to: `write the file ${path}`,
    what: 'the repository',
    route: 'POST /repos/{owner}/{repo}/git/blobs',
    parameters: { content: Buffer.from(text, 'utf8').toString('base64'), encoding: 'base64' },
    schema: schema.made,
    safe: true,
  });
  return sha;
}

export async function deleteBranch(context: Context, run: Run, branch: string, expectedHead: CommitId): Promise<void> {
  checkBranchName(branch);
  const head = (await tipOf(context, run, branch))?.commit ?? null;
  if (head === null) return;
  if (head !== expectedHead) staleBranch(branch, expectedHead, head);
  try {
    await removeBranch(context, run, branch, expectedHead);
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.kind === 'aborted') throw error;
    const now = (await tipOf(context, run, branch))?.commit ?? null;
    if (now === null) return;
    if (now !== expectedHead) staleBranch(branch, expectedHead, now);
    throw error;
  }
}
