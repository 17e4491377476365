import { type Fleet, fleetOf, orThrow, problem, readFleet } from '@gitops/core';
import { fail } from '../failure.js';
import type { Invocation } from '../invocation.js';
import { readWorkingTree } from '../working-tree.js';
import { readingOf } from './config-path.js';
import { checkedOutBranch, type Located, locate } from './locate.js';
import { openForReading } from './open.js';
import { commitNamed } from './resolve-commit.js';

/** A fleet that is only looked at, and where it was read. */
export interface Look {
  readonly fleet: Fleet;
  readonly located: Located;
  readonly source: {
    readonly kind: 'working-tree' | 'commit';
    readonly branch: string | null;
    readonly commit: string | null;
  };
}

/**
 * Reads for verbs that only look: the working tree as it is, or the commit that `--at` (or `--branch`) names; where
 * there is no working tree, the default branch. No forge is needed.
 */
export async function look(invocation: Invocation): Promise<Look> {
  const { io, settings, options } = invocation;
  const located = locate(settings.repo, io.cwd);
  const at = options.text('at') ?? settings.branch;
  const reading = readingOf(located, settings);
  if (located.kind === 'working-tree' && at === null) {
    const fleet = orThrow(fleetOf(snapshotOfTree(located.root), reading));
    return { fleet, located, source: { kind: 'working-tree', branch: checkedOutBranch(located.gitDir), commit: null } };
  }
  const forge = await openForReading(located, invocation);
  const head = at === null ? orThrow(await forge.git.head(null)) : null;
  if (at === null && head === null) {
    return fail(problem('not-found', `${forge.name} has no commit yet.`, 'Commit the manifests first.'));
  }
  const commit = head?.commit ?? (await commitNamed(at ?? '', { forge, located, io }));
  const fleet = orThrow(await readFleet(forge, { ...reading, commit }));
  return { fleet, located, source: { kind: 'commit', branch: head?.branch ?? at, commit } };
}

function snapshotOfTree(root: string) {
  try {
    return readWorkingTree(root);
  } catch (thrown) {
    const { code, path } = thrown as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw thrown;
    return fail(
      problem(
        'forbidden',
        `${path ?? 'A file'} may not be read here: permission denied.`,
        'Run as the user who owns it, or change its mode.',
        {
          details: { path: path ?? null },
        },
      ),
    );
  }
}

/** `working tree of main`, `main@3f2c1ab`. */
export function describeSource({ kind, branch, commit }: Look['source']): string {
  if (kind === 'working-tree') return branch === null ? 'working tree' : `working tree of ${branch}`;
  const short = commit === null ? '' : commit.slice(0, 7);
  return branch === null || commit?.startsWith(branch) === true ? short : `${branch}@${short}`;
}
