import {
  type Fleet,
  type FleetReading,
  fleetOf,
  namedFiles,
  orThrow,
  type PlacedSnapshot,
  placesOf,
  problem,
  type ReadOptions,
  readFleet,
  readPlaces,
  recentMs,
  type Snapshot,
  targetHead,
} from '@gitops/core';
import { callOf } from '../call.js';
import { expectedFailure, fail } from '../failure.js';
import type { Invocation } from '../invocation.js';
import { readWorkingTree } from '../working-tree.js';
import { readingOf } from './config-path.js';
import { checkedOutBranch, type Located, locate } from './locate.js';
import { type Opened, openForge, openForReading } from './open.js';
import { forgesOfPlaces } from './places.js';
import { commitNamed, findCommit } from './resolve-commit.js';

/** A fleet that is only looked at, and where it was read. */
export interface Look {
  readonly fleet: Fleet;
  readonly located: Located;
  /** The forge that it was read from; null where it was read from files or by Git. */
  readonly opened: Opened | null;
  readonly source: {
    readonly kind: 'working-tree' | 'commit';
    readonly branch: string | null;
    readonly commit: string | null;
  };
}

/**
 * Reads for verbs that only look: the working tree as it is, or the commit that `--at` (or `--branch`) names; where
 * there is no working tree, the default branch. Of an address the forge there is asked, which needs neither a clone nor
 * Git; where it is no forge that is known, Git is.
 */
export async function look(invocation: Invocation, needs: Pick<ReadOptions, 'environments'> = {}): Promise<Look> {
  const { io, settings, options } = invocation;
  const located = locate(settings.repo, io.cwd, io.env);
  const at = options.text('at') ?? settings.branch;
  const reading: ReadOptions = {
    ...readingOf(located, settings),
    ...callOf(invocation),
    ...needs,
    forgeOf: forgesOfPlaces(invocation),
  };
  if (located.kind === 'working-tree' && at === null) {
    const snapshot = snapshotOfTree(located.root, reading);
    const places = await placesBeside(snapshot, located, reading, invocation);
    const fleet = orThrow(fleetOf(snapshot, { ...reading, places }));
    const branch = checkedOutBranch(located.gitDir);
    return { fleet, located, opened: null, source: { kind: 'working-tree', branch, commit: null } };
  }
  const opened = located.kind === 'url' ? await forgeAt(invocation) : null;
  const forge = opened?.forge ?? (await openForReading(located, invocation));
  if (at === null) {
    const fleet = orThrow(await readFleet(forge, { ...reading, branch: null }));
    const head = orThrow(await targetHead(forge, null, { ...callOf(invocation), maxAgeMs: recentMs }));
    const commit = fleet.places[0]?.snapshot.commit ?? head.commit;
    return { fleet, located, opened, source: { kind: 'commit', branch: head.branch, commit } };
  }
  const commit = await commitNamed(at, { forge, located, io });
  const fleet = orThrow(await readFleet(forge, { ...reading, commit }));
  return { fleet, located, opened, source: { kind: 'commit', branch: at, commit } };
}

/**
 * The other places of a working tree: branches as they were last fetched, repositories as they are. Nothing is opened
 * where there are none.
 */
async function placesBeside(
  snapshot: Snapshot,
  located: Located,
  reading: ReadOptions,
  invocation: Invocation,
): Promise<readonly PlacedSnapshot[]> {
  const places = placesOf(snapshot, reading).unwrapOr([]);
  if (places.length === 0) return [];
  const forge = await openForReading(located, invocation);
  const at: Record<string, string> = {};
  for (const { id, repository, branch } of places) {
    if (repository !== null || branch === null) continue;
    const where = { forge, located, io: invocation.io };
    at[id] = (await findCommit(`origin/${branch}`, where)) ?? (await commitNamed(branch, where));
  }
  return orThrow(await readPlaces(forge, snapshot, { ...reading, at }));
}

/** The forge at an address; null where it is not known which one that is, but Git may still be spoken there. */
async function forgeAt(invocation: Invocation): Promise<Opened | null> {
  try {
    return await openForge(invocation);
  } catch (thrown) {
    const isUnknownHost = invocation.settings.provider === null && expectedFailure(thrown)?.kind === 'provider-unknown';
    if (isUnknownHost) return null;
    throw thrown;
  }
}

function snapshotOfTree(root: string, reading: FleetReading): Snapshot {
  try {
    const snapshot = readWorkingTree(root);
    const named = namedFiles(snapshot, reading);
    return named === null ? snapshot : readWorkingTree(root, named.matches);
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
