import { type GitOpsError, problem } from '../errors/error.js';
import { digestOfFiles } from '../plan/digest.js';
import { type Answer, errAsync, okAsync } from '../result.js';
import type { CallOptions, CommitInfo, Forge } from './ports.js';

/** The trailers of a commit message: `GitOps-Operation` and so on. Later ones win. */
export function trailersOf(message: string): Readonly<Record<string, string>> {
  const paragraphs = message.trimEnd().split(/\n\s*\n/);
  const trailers: Record<string, string> = Object.create(null);
  for (const line of (paragraphs.at(-1) ?? '').split('\n')) {
    const match = /^([A-Za-z][\w-]*): (.*)$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) trailers[match[1]] = match[2];
  }
  return trailers;
}

/**
 * Refuses to replace a branch that holds what this toolkit did not make: a second commit, a merge, a changed file. The
 * commit's own digest of its files is held against what the commit really changed.
 */
export function mustBeOurs(forge: Forge, branch: string, head: CommitInfo, call: CallOptions): Answer<void> {
  const digest = trailersOf(head.message)['GitOps-Digest'];
  const isOurs =
    digest === undefined || head.parents.length !== 1
      ? okAsync<boolean, GitOpsError>(false)
      : forge.git.changes(head.commit, call).map((made) => digestOfFiles(made) === digest);
  return isOurs.andThen((ours) =>
    ours
      ? okAsync(undefined)
      : errAsync(
          problem(
            'branch-modified',
            `The branch ${branch} holds a commit that was made by hand (${head.commit.slice(0, 12)} by ${head.author.name}).`,
            'Merge or close its pull request first, or replace the commit: --overwrite',
            { details: { branch, commit: head.commit } },
          ),
        ),
  );
}
