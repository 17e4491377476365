import type { CommitId, ErrorKind } from '@gitops/core';
import { type ArchiveReading, readArchive } from './archive.js';
import { Failure, fail, failureIn } from './failure.js';
import { problemOfNetwork } from './network.js';
import type { ReadSource } from './reader.js';

/** The forge gave no archive, in a way that leaves other ways open. */
export class ArchiveRefused extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'ArchiveRefused';
    this.failure = failure;
  }
}

/** What an archive may be refused with, for the same to be read in another way. */
const otherWays: readonly ErrorKind[] = ['rate-limited', 'forbidden', 'not-found', 'unavailable', 'unsupported'];

/** Asks for an archive and reads it. Throws {@link ArchiveRefused}, or a Failure where no other way is left. */
export async function archiveOf(
  source: ReadSource,
  ref: string,
  globs: readonly string[],
  signal: AbortSignal,
): Promise<ArchiveReading> {
  try {
    const { body, url } = await source.archive(ref, signal);
    if (body === null) return fail('response-invalid', `The archive of ${ref} is empty.`, 'Run again.', { found: url });
    return await readArchive(body, globs, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    const problem = failureIn(error)?.problem ?? problemOfNetwork(error, 'the server');
    if (problem === undefined) throw error;
    const failure = new Failure(problem, error);
    throw otherWays.includes(problem.kind) ? new ArchiveRefused(failure) : failure;
  }
}

/**
 * The commit that an archive is of: Git's own comment in it, else the id at the end of its root folder's name, as GitLab
 * names it. Failure: `response-invalid` where it is another one than was asked for, or cannot be told.
 */
export function commitOfArchive(reading: ArchiveReading, expected: CommitId | null): CommitId {
  const named = /-([0-9a-f]{40}|[0-9a-f]{64})$/.exec(reading.root)?.[1];
  const commit = reading.commit ?? named ?? expected;
  if (commit === null) {
    return fail(
      'response-invalid',
      'The archive does not tell which commit it is of.',
      'Look whether a proxy changes downloads, or name a commit instead of a branch.',
      { what: 'archive', expected: 'a pax comment, or a root folder that ends with the commit', found: reading.root },
    );
  }
  if (expected !== null && commit !== expected) {
    return fail('response-invalid', `The server sent the archive of another commit than ${expected}.`, 'Run again.', {
      what: 'archive',
      expected,
      found: commit,
    });
  }
  return commit;
}
