import { type GitOpsError, problem } from '../errors/error.js';
import type { Fleet, FleetReading, Place } from '../fleet/fleet.js';
import { describePlace, home, type PlacedSnapshot } from '../fleet/place.js';
import { fleetOf } from '../fleet/read.js';
import { filesOfCharts, namedFiles, placesOf } from '../fleet/read-config.js';
import type { CommitId, Snapshot } from '../model.js';
import { type Answer, errAsync, okAsync, ResultAsync } from '../result.js';
import { callOf, forgeAt, noBranch, type PlaceOptions } from './places.js';
import type { CallOptions, CommitInfo, CommitSnapshot, Forge, SnapshotSource } from './ports.js';

/** Everything that a fleet is read from: manifests, charts, kustomizations, records. */
export const fleetGlobs: readonly string[] = ['**/*.{yaml,yml,json,tpl,txt}', '**/{Kustomization,Chart.lock}'];

export interface ReadOptions extends CallOptions, PlaceOptions {
  /** The branch whose head is read; left out or null: the default branch. */
  readonly branch?: string | null;
  /** A commit instead of a branch's head. */
  readonly commit?: CommitId;
  /** Path of the configuration; left out: `gitops.yaml` at the root. */
  readonly config?: string | null;
  /** Folder of `.gitops/` where it does not lie beside the configuration. */
  readonly root?: string | null;
  readonly controllerNamespace?: string;
  /** `optional`: a repository in which nothing tells an environment is read all the same. */
  readonly environments?: 'optional';
}

/**
 * Reads the fleet of a forge's repository at the head of a branch or at a commit, with the other branches and
 * repositories where its environments live. Errors: those of the ports, `not-found` for a branch that is not there, and
 * those of `fleetOf`.
 */
export function readFleet(forge: Forge, options: ReadOptions = {}): Answer<Fleet> {
  const branch = options.branch ?? null;
  const source: SnapshotSource = options.commit === undefined ? { branch } : { commit: options.commit };
  const reading = readingOf(options);
  return snapshotOfPlace(forge, source, options).andThen((snapshot) =>
    readPlaces(forge, snapshot, options).andThen((places) => fleetOf(snapshot, { ...reading, places })),
  );
}

/**
 * The files of the other places that the configuration in these files names: what `fleetOf` needs besides. None where
 * there is no configuration, or one that cannot be read: `fleetOf` tells.
 */
export function readPlaces(
  forge: Forge,
  snapshot: Pick<Snapshot, 'files'>,
  options: ReadOptions = {},
): Answer<readonly PlacedSnapshot[]> {
  const places = placesOf(snapshot, readingOf(options)).unwrapOr([]);
  if (places.length === 0) return okAsync([]);
  const named = namedFiles(snapshot, readingOf(options))?.globs ?? [];
  return ResultAsync.combine(places.map((place) => readPlaceOf(forge, place, named, options)));
}

/** Reads the fleet with one place at a commit: the others are at their heads, or where `options.at` says. */
export function readFleetAt(forge: Forge, place: Place, commit: CommitId, options: ReadOptions): Answer<Fleet> {
  if (place.id === home.id) return readFleet(forge, { ...options, commit });
  return readFleet(forge, { ...options, at: { ...options.at, [place.id]: commit } });
}

function readPlaceOf(
  forge: Forge,
  place: Place,
  more: readonly string[],
  options: ReadOptions,
): Answer<PlacedSnapshot> {
  const commit = options.at?.[place.id];
  const source: SnapshotSource = commit === undefined ? { branch: place.branch } : { commit };
  return forgeAt(forge, place, options)
    .andThen((at) =>
      snapshotAt(at, source, [...fleetGlobs, ...more], options).andThen((snapshot) =>
        readAlso(at, snapshot, more, filesOfCharts(snapshot), options),
      ),
    )
    .map((snapshot) => ({ place, snapshot }))
    .mapErr((error) => ({ ...error, message: `${describePlace(place)}: ${error.message}` }));
}

/** Home, and again with the files that only its configuration and its charts name; most have none. */
function snapshotOfPlace(forge: Forge, source: SnapshotSource, options: ReadOptions): Answer<CommitSnapshot> {
  return snapshotAt(forge, source, fleetGlobs, options).andThen((snapshot) =>
    readAlso(forge, snapshot, [], namedFiles(snapshot, readingOf(options))?.globs ?? [], options),
  );
}

/** The same commit with more files, if there are globs that were not among those it was read with. */
function readAlso(
  forge: Forge,
  snapshot: CommitSnapshot,
  before: readonly string[],
  more: readonly string[],
  options: ReadOptions,
): Answer<CommitSnapshot> {
  if (more.every((glob) => before.includes(glob))) return okAsync(snapshot);
  return forge.git.snapshot({ commit: snapshot.commit }, [...fleetGlobs, ...before, ...more], callOf(options));
}

function snapshotAt(
  forge: Forge,
  source: SnapshotSource,
  globs: readonly string[],
  options: ReadOptions,
): Answer<CommitSnapshot> {
  return forge.git
    .snapshot(source, globs, callOf(options))
    .mapErr((error) => ('branch' in source && isMissingBranch(error) ? noBranch(forge, source.branch) : error));
}

/** What a commit says of itself. `not-found` for one that is not there. */
export function commitAt(forge: Forge, commit: CommitId, call: CallOptions = {}): Answer<CommitInfo> {
  return forge.git.log({ from: commit, limit: 1 }, callOf(call)).andThen(([info]): Answer<CommitInfo> => {
    if (info !== undefined) return okAsync(info);
    return errAsync(
      problem('not-found', `${forge.name} has no commit ${commit.slice(0, 12)}.`, 'Look at the branch again.', {
        details: { commit },
      }),
    );
  });
}

/** A port says which branch it did not find; a repository that is not there is another matter. */
function isMissingBranch(error: GitOpsError): boolean {
  return error.kind === 'not-found' && 'branch' in error.details;
}

/** The part of the options that says how a snapshot is read. */
export function readingOf(options: ReadOptions): FleetReading {
  return {
    ...(options.config === undefined ? {} : { config: options.config }),
    ...(options.root === undefined ? {} : { root: options.root }),
    ...(options.controllerNamespace === undefined ? {} : { controllerNamespace: options.controllerNamespace }),
    ...(options.environments === undefined ? {} : { environments: options.environments }),
  };
}

/** The part of the options that says how a fleet is read, at whatever commit. */
export function fleetReadingOf(options: ReadOptions): ReadOptions {
  return {
    ...readingOf(options),
    ...(options.branch === undefined ? {} : { branch: options.branch }),
    ...(options.forgeOf === undefined ? {} : { forgeOf: options.forgeOf }),
    ...(options.at === undefined ? {} : { at: options.at }),
  };
}
