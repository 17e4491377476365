import type { CommitId } from '@gitops/core';
import {
  blobId,
  type Failure,
  fail,
  failureIn,
  formatOf,
  type ReadSnapshot,
  type ReadSource,
  type TreeEntry,
} from '@gitops/provider-http';
import type * as v from 'valibot';
import type { Ask } from './api.js';
import type { Context } from './context.js';
import { limits, severally } from './limits.js';
import * as schema from './schema.js';

/** A whole id of a commit. */
export function isCommitId(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/**
 * What the shared reader asks GitLab for. A refused archive (GitLab allows five a minute for a project and account) is
 * reported at once, since a listing and single files may be the cheaper way; where they are not, the refusal is
 * reported again, and `patiently` waits for it.
 */
export function readSource(context: () => Context, askOf: (signal: AbortSignal) => Ask): ReadSource {
  let refusal: Failure | null = null;
  return {
    archive: async (ref, signal) => {
      const { api, id } = context();
      const isCommit = isCommitId(ref);
      const question = {
        call: `read the archive of ${isCommit ? ref.slice(0, 12) : `the branch "${ref}"`}`,
        about: isCommit ? 'commit' : 'branch',
        subject: ref,
        impatient: true,
      } as const;
      // pointers of LFS are what Git holds; a tag may have the name of a branch
      const more = { includeLfsBlobs: false, ...(isCommit ? {} : { refType: 'heads' }) };
      try {
        const response = await api.stream(askOf(signal), question, (sdk) =>
          sdk.repositories.showArchive(id(), { fileType: 'tar.gz', sha: ref, ...more } as never),
        );
        refusal = null;
        return response;
      } catch (error) {
        const failure = failureIn(error);
        refusal = failure?.problem.kind === 'rate-limited' ? failure : null;
        throw error;
      }
    },
    listing: async (commit, signal) => {
      const found = await listFiles(context(), askOf(signal), commit);
      if (found !== null) return found.filter((one) => one.type !== 'tree').map(toEntry);
      if (refusal !== null) throw refusal;
      return null;
    },
    blobs: async (entries, _, signal) => {
      if (refusal !== null && entries.length > limits.mostBlobs) throw refusal;
      const found = await severally(entries, (entry) => blobOf(context(), askOf(signal), entry));
      return new Map(found);
    },
    commitOf: async (ref, signal) => (await branchOf(context(), askOf(signal), ref))?.commit.id ?? null,
    treeOf: () => null,
  };
}

type Listed = v.InferOutput<typeof schema.tree>[number];

/**
 * Everything in a commit, folders too; null where that is more than is asked for page by page. GitLab goes on after the
 * entry whose object id ends a page, and files of the same content have the same: where a path comes twice, the pages
 * are counted by number instead.
 */
async function listFiles(context: Context, ask: Ask, commit: CommitId): Promise<readonly Listed[] | null> {
  const question = { call: `list the files of ${commit.slice(0, 12)}`, about: 'commit', subject: commit } as const;
  const mostPages = limits.mostTreePages + 1;
  const what = { ref: commit, recursive: true } as const;
  const seen = new Set<string>();
  let isTwice = false;
  const keep = (one: Listed): boolean => {
    isTwice ||= seen.has(one.path);
    seen.add(one.path);
    return true;
  };
  const byKeys = await context.api.list(
    ask,
    question,
    schema.tree,
    (sdk, { perPage, pageToken }) =>
      sdk.repositories.allRepositoryTrees(context.id(), {
        ...what,
        pagination: 'keyset',
        perPage,
        ...(pageToken === undefined ? {} : { pageToken }),
      } as never),
    { mostPages, keep, until: () => isTwice },
  );
  const found = isTwice
    ? await context.api.list(
        ask,
        question,
        schema.tree,
        (sdk, { page, perPage }) =>
          sdk.repositories.allRepositoryTrees(context.id(), { ...what, page, perPage } as never),
        { mostPages },
      )
    : byKeys;
  return found.length > limits.mostTreePages * limits.perPage ? null : found;
}

function toEntry(entry: Listed): TreeEntry {
  return { path: entry.path, mode: entry.mode, oid: entry.id };
}

async function blobOf(context: Context, ask: Ask, { path, oid }: TreeEntry): Promise<readonly [string, Uint8Array]> {
  const question = { call: `read the file ${path}`, about: 'file', subject: path } as const;
  const bytes = await context.api.bytes(ask, question, (sdk) => sdk.repositories.showBlobRaw(context.id(), oid));
  if (blobId(bytes, formatOf(oid)) !== oid) {
    fail(
      'response-invalid',
      `What GitLab (${context.project.host}) sent for the file ${path} is not what Git holds there.`,
      'Run again; look whether a proxy in between changes what it passes on.',
      { what: 'file', path, expected: oid },
    );
  }
  return [oid, bytes];
}

/** A branch with the commit at its tip, as it is now; null where there is none. */
export async function branchOf(
  context: Context,
  ask: Ask,
  name: string,
): Promise<v.InferOutput<typeof schema.branch> | null> {
  const { turn } = context.sight;
  const question = { call: `read the branch "${name}"`, about: 'branch', subject: name } as const;
  const found = await context.api.maybe(ask, question, schema.branch, (sdk) => sdk.branches.show(context.id(), name));
  const branch = found?.name === name ? found : null;
  context.sight.sawHead(name, branch?.commit.id ?? null, turn);
  return branch;
}

/** One commit with its parents and message. */
export async function commitOf(
  context: Context,
  ask: Ask,
  commit: CommitId,
): Promise<v.InferOutput<typeof schema.commit>> {
  const question = { call: `read the commit ${commit.slice(0, 12)}`, about: 'commit', subject: commit } as const;
  if (!isCommitId(commit)) missingCommit(context, commit);
  const found = await context.api.one(ask, question, schema.commit, (sdk) => sdk.commits.show(context.id(), commit));
  return found.id === commit ? found : context.api.isAnother(ask, question, 'id');
}

export function missingCommit(context: Context, commit: string): never {
  return fail(
    'not-found',
    `There is no commit ${JSON.stringify(commit)} in ${context.project.name}.`,
    'Give the whole id of a commit that was pushed.',
    { what: 'commit', found: commit },
  );
}

export function readFiles(
  context: Context,
  ask: Ask,
  at: { readonly commit: CommitId } | { readonly ref: string },
  globs: readonly string[],
): Promise<ReadSnapshot> {
  if ('commit' in at && !isCommitId(at.commit)) missingCommit(context, at.commit);
  return patiently(ask, () => context.reader.read(at, globs, ask.signal));
}

/** An archive lists everything with one request, where the pages of a listing are many. */
export async function listingOf(context: Context, ask: Ask, commit: CommitId): Promise<readonly TreeEntry[]> {
  await readFiles(context, ask, { commit }, []);
  return patiently(ask, () => context.reader.listing(commit, ask.signal));
}

/** Waits, within the time of the call, for GitLab to give archives again where no other way was cheaper. */
export async function patiently<T>(ask: Ask, work: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await work();
    } catch (error) {
      const problem = failureIn(error)?.problem;
      if (problem?.kind !== 'rate-limited' || round >= 5) throw error;
      const { retryAt, now } = problem.details;
      const known =
        typeof retryAt === 'string' && typeof now === 'string' ? Date.parse(retryAt) - Date.parse(now) : null;
      await ask.patience.wait(
        Math.max(1_000, known ?? 60_000),
        { kind: 'rate-limited', text: 'GitLab gives no more archives for now.' },
        ask.signal,
      );
    }
  }
}
