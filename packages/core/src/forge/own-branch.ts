import { problem } from '../errors/error.js';
import type { FileChange, Snapshot } from '../model.js';
import { digestOfFiles } from '../plan/digest.js';
import { type Answer, errAsync, okAsync } from '../result.js';
import type { BranchHead, CallOptions, Forge } from './ports.js';
import { fleetGlobs } from './read-fleet.js';

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
 * True where the branch's only commit makes exactly these changes, from the same texts to the same texts: then it is
 * what the plan would make, perhaps on an older base, and nothing has to be written.
 */
export function holdsAlready(
  forge: Forge,
  head: BranchHead,
  files: readonly FileChange[],
  call: CallOptions,
): Answer<boolean> {
  if (head.parents.length !== 1 || trailersOf(head.message)['GitOps-Digest'] !== digestOfFiles(files)) {
    return okAsync(false);
  }
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return changesOf(forge, head, fleetGlobs, call).map((made) => JSON.stringify(made) === JSON.stringify(sorted));
}

/**
 * Refuses to replace a branch that holds what this toolkit did not make: a second commit, a merge, a changed file. The
 * commit's own digest of its files is held against what the commit really changed.
 */
export function mustBeOurs(forge: Forge, head: BranchHead, call: CallOptions): Answer<void> {
  const claims = trailersOf(head.message)['GitOps-Digest'] !== undefined && head.parents.length === 1;
  return (claims ? isUntouched(forge, head, ['**'], call) : okAsync(false)).andThen((ours) =>
    ours
      ? okAsync(undefined)
      : errAsync(
          problem(
            'branch-modified',
            `The branch ${head.branch} holds a commit that was made by hand (${head.commit.slice(0, 12)} by ${head.author.name}).`,
            'Merge or close its pull request first, or replace the commit: --overwrite',
            { details: { branch: head.branch, commit: head.commit } },
          ),
        ),
  );
}

function isUntouched(forge: Forge, head: BranchHead, globs: readonly string[], call: CallOptions): Answer<boolean> {
  return changesOf(forge, head, globs, call).map(
    (made) => trailersOf(head.message)['GitOps-Digest'] === digestOfFiles(made),
  );
}

/** What a commit changed against its first parent. */
function changesOf(
  forge: Forge,
  head: BranchHead,
  globs: readonly string[],
  call: CallOptions,
): Answer<readonly FileChange[]> {
  const parent = head.parents[0];
  if (parent === undefined) return okAsync([]);
  return forge.git
    .snapshot(parent, globs, call)
    .andThen((before) => forge.git.snapshot(head.commit, globs, call).map((after) => changesBetween(before, after)));
}

/** The files that differ between two snapshots. */
export function changesBetween(before: Snapshot, after: Snapshot): readonly FileChange[] {
  const paths = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])].sort();
  return paths.flatMap((path) => {
    const was = before.files[path] ?? null;
    const is = after.files[path] ?? null;
    return was === is ? [] : [{ path, before: was, after: is }];
  });
}
