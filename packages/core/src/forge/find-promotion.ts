import { type GitOpsError, problem } from '../errors/error.js';
import type { Fleet, Place } from '../fleet/fleet.js';
import { isSameVersion } from '../fleet/pin-version.js';
import { home } from '../fleet/place.js';
import { filesOfCharts, namedFiles } from '../fleet/read-config.js';
import { environmentOf } from '../fleet/select.js';
import { compareVersions } from '../image/index.js';
import type { CommitId } from '../model.js';
import { imageMoved, type Moved, movedBetween } from '../promotion/moved.js';
import { type Answer, err, ok, okAsync, type Result, ResultAsync } from '../result.js';
import { recentMs } from './open-pull-requests.js';
import { trailersOf } from './own-branch.js';
import { callOf, forgeAt, signalOf, targetHead } from './places.js';
import type { CommitInfo, Forge } from './ports.js';
import { fleetGlobs, fleetReadingOf, type ReadOptions, readFleet, readFleetAt } from './read-fleet.js';

/**
 * The place whose changes land on a branch of this repository: home, unless `gitops.yaml` says that an environment lives
 * on that branch.
 */
export function placeOfBranch(forge: Forge, branch: string, options: ReadOptions = {}): Answer<Place> {
  return targetHead(forge, options.branch ?? null, { ...callOf(options), maxAgeMs: recentMs }).andThen((own) => {
    if (own.branch === branch) return okAsync(home);
    return readFleet(forge, { ...fleetReadingOf(options), ...callOf(options), commit: own.commit }).map(
      ({ places }) => places.find(({ place }) => place.repository === null && place.branch === branch)?.place ?? home,
    );
  });
}

/** What landed and can be taken back. */
export interface Landed {
  /** The target branch before the first commit that landed. */
  readonly before: CommitId;
  readonly last: CommitId;
  /** Id of the place that it landed in; left out: home. */
  readonly place?: string;
  readonly pullRequest: string | null;
  /** Where to set back, where it was found as the last promotion into an environment; null: wherever it moved something. */
  readonly environment: string | null;
}

/** How far back a promotion is looked for, in commits of the target branch that touched manifests. */
const horizon = 200;

/** The range of a pull request, by identifier. Errors: `not-found`; `nothing-to-revert` where it is not merged. */
export function findLandedByPullRequest(forge: Forge, id: string, options: ReadOptions = {}): Answer<Landed> {
  return forge.pullRequests.get(id, signalOf(options)).andThen((pullRequest) => {
    const { landed } = pullRequest;
    if (landed === null) {
      return ResultAsync.fromSafePromise(Promise.resolve()).andThen(() =>
        err(
          problem(
            'nothing-to-revert',
            `${pullRequest.id} is ${pullRequest.state}: nothing of it has landed.`,
            pullRequest.state === 'open'
              ? `Close it instead: gitops pr close ${pullRequest.id}`
              : 'Name one that was merged: gitops pr list --state merged',
          ),
        ),
      );
    }
    return beforeOf(forge, landed.first, options).andThen((before) =>
      placeOfBranch(forge, pullRequest.target, options).map((place) => ({
        before,
        last: landed.last,
        ...(place.id === home.id ? {} : { place: place.id }),
        pullRequest: pullRequest.id,
        environment: null,
      })),
    );
  });
}

/** The range of one commit: what it changed against its first parent. */
export function findLandedByCommit(forge: Forge, commit: CommitId, options: ReadOptions = {}): Answer<Landed> {
  return forge.git
    .log({ from: commit, limit: 1 }, signalOf(options))
    .andThen((entries): Result<Landed, GitOpsError> => {
      const [entry] = entries;
      const before = entry?.parents[0];
      return entry === undefined || before === undefined
        ? err(first(commit))
        : ok({ before, last: entry.commit, pullRequest: null, environment: null });
    });
}

function beforeOf(forge: Forge, firstLanded: CommitId, options: ReadOptions): Answer<CommitId> {
  return findLandedByCommit(forge, firstLanded, options).map((one) => one.before);
}

function first(commit: CommitId): GitOpsError {
  return problem(
    'nothing-to-revert',
    `${commit.slice(0, 12)} has nothing before it to go back to.`,
    'Name a later commit.',
  );
}

/**
 * The last promotion into an environment (null: into any that is promoted into) that is not taken back yet: the newest
 * commit of the target branch that moved a version there, whose version still stands in at least one pin. Commits that
 * only took something back are passed over. Error: `nothing-to-revert`, or `usage` where several environments had some.
 */
export function findLastPromotion(forge: Forge, environment: string | null, options: ReadOptions = {}): Answer<Landed> {
  return new ResultAsync(search(forge, environment, options));
}

async function search(forge: Forge, name: string | null, options: ReadOptions): Promise<Result<Landed, GitOpsError>> {
  const reading: ReadOptions = { ...fleetReadingOf(options), ...signalOf(options) };
  const head = await targetHead(forge, options.branch ?? null, options);
  if (head.isErr()) return err(head.error);
  const today = await readFleet(forge, { ...reading, commit: head.value.commit });
  if (today.isErr()) return err(today.error);
  const into = whereTo(today.value, name);
  if (into.isErr()) return err(into.error);
  const at = Object.fromEntries(
    today.value.places.flatMap(({ place, snapshot }) =>
      place.id === home.id || snapshot.commit === null ? [] : [[place.id, snapshot.commit]],
    ),
  );
  const fixed: ReadOptions = { ...reading, commit: head.value.commit, at };
  const found: Found[] = [];
  let looked = 0;
  for (const { place, snapshot } of today.value.places) {
    const here = today.value.environments.filter((one) => one.deploys.id === place.id).map((one) => one.name);
    const names = into.value.filter((one) => here.includes(one));
    if (names.length === 0 || snapshot.commit === null) continue;
    const inPlace = await searchPlace(forge, { place, head: snapshot.commit, names, today: today.value }, fixed);
    if (inPlace.isErr()) return err(inPlace.error);
    looked += inPlace.value.looked;
    if (inPlace.value.found !== null) found.push(inPlace.value.found);
  }
  const [newest] = found.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  if (newest === undefined) {
    return err(
      problem(
        'nothing-to-revert',
        `No promotion into ${into.value.join(' or ')} still stands (looked at ${looked} commits).`,
        'Name the pull request or the commit to take back: gitops revert <pull-request|commit>',
      ),
    );
  }
  const { touched, landed } = newest;
  if (name === null && touched.length > 1) {
    return err(
      problem(
        'usage',
        `The last promotion moved ${touched.join(' and ')}.`,
        `Say where to set back: --env ${touched[0]}`,
      ),
    );
  }
  return ok({ ...landed, environment: name === null ? (touched[0] ?? null) : (into.value[0] ?? null) });
}

/** The last promotion of a place that still stands. */
interface Found {
  readonly landed: Landed;
  /** When it landed, ISO 8601. */
  readonly at: string;
  readonly touched: readonly string[];
}

/** The files that a fleet's versions of one place may stand in. */
function globsOf({ places, reading }: Fleet, place: Place): readonly string[] {
  const [first] = places;
  const own = places.find((one) => one.place.id === place.id);
  return [
    ...fleetGlobs,
    ...(first === undefined ? [] : (namedFiles(first.snapshot, reading)?.globs ?? [])),
    ...(own === undefined ? [] : filesOfCharts(own.snapshot)),
  ];
}

async function searchPlace(
  forge: Forge,
  where: { readonly place: Place; readonly head: CommitId; readonly names: readonly string[]; readonly today: Fleet },
  options: ReadOptions,
): Promise<Result<{ readonly found: Found | null; readonly looked: number }, GitOpsError>> {
  const { place, head, names, today } = where;
  const entries = await forgeAt(forge, place, options).andThen((at) =>
    at.git.log({ from: head, limit: horizon, paths: globsOf(today, place) }, signalOf(options)),
  );
  if (entries.isErr()) return err(entries.error);
  const read = (commit: CommitId) => readFleetAt(forge, place, commit, options);
  for (const entry of entries.value) {
    const [parent] = entry.parents;
    if (parent === undefined) continue;
    const fleets = await ResultAsync.combine([read(parent), read(entry.commit)]);
    // A commit whose manifests cannot be read moved nothing that could be set back.
    if (fleets.isErr()) continue;
    const [before, after] = fleets.value;
    if (before === undefined || after === undefined) continue;
    const moved = movedBetween(before, after).filter((one) => names.includes(one.environment) && one.before !== null);
    if (moved.length === 0 || takesBack(entry, moved) || !stillStands(moved, today)) continue;
    const landed: Landed = {
      before: parent,
      last: entry.commit,
      ...(place.id === home.id ? {} : { place: place.id }),
      pullRequest: null,
      environment: null,
    };
    const touched = [...new Set(moved.map((one) => one.environment))];
    return ok({ found: { landed, at: entry.at, touched }, looked: entries.value.length });
  }
  return ok({ found: null, looked: entries.value.length });
}

/** Environments that are promoted into; all of them where no order is known. */
function whereTo(fleet: Fleet, name: string | null): Result<readonly string[], GitOpsError> {
  if (name !== null) return environmentOf(fleet, name).map((one) => [one.name]);
  const later = fleet.environments.filter((one) => one.from.length > 0).map((one) => one.name);
  return ok(later.length > 0 ? later : fleet.environments.map((one) => one.name));
}

/**
 * A commit that only took something back. Our trailer says so; without it, a commit that went to older versions only
 * is taken for one, since going on from it would bring back what it removed.
 */
function takesBack(entry: CommitInfo, moved: readonly Moved[]): boolean {
  const operation = trailersOf(entry.message)['GitOps-Operation'];
  if (operation !== undefined) return operation === 'revert';
  return moved.every((one) => one.before !== null && compareVersions(one.before, one.after) === 'older');
}

function stillStands(moved: readonly Moved[], today: Fleet): boolean {
  return moved.some((one) => {
    const version = imageMoved(today, one)?.version ?? null;
    return version !== null && isSameVersion(version, one.after);
  });
}
