import type { ArgoApplication } from '../argocd/index.js';
import type { Assignment, Config } from '../environment/index.js';
import { type GitOpsError, problem } from '../errors/error.js';
import type { FreezeRecord } from '../freeze/record.js';
import type { UpdaterApplication } from '../image-updater/index.js';
import type { Snapshot } from '../model.js';
import { err, ok, type Result } from '../result.js';
import type { Environment, Fleet, FleetReading, Instance, Note, Place } from './fleet.js';
import { type FollowedEnvironment, followedFrom } from './followed.js';
import { notesOfMappings } from './likely-mappings.js';
import { describePlace, home, type PlacedSnapshot, placeOfEnvironment, placesNamed } from './place.js';
import { configOf } from './read-config.js';
import { noteAt, type PlaceReading, readPlace } from './read-place.js';

export interface FleetOptions extends FleetReading {
  /** The files of the other places where environments live: those that `placesOf` names. */
  readonly places?: readonly PlacedSnapshot[];
}

/**
 * The truth of a snapshot: environments × applications × images × pins, with freezes and what Image Updater sees.
 *
 * Errors: `config-invalid`, `no-argocd-files`, `no-environments`, `freeze-record-invalid`, `place-not-read` where
 * `gitops.yaml` names a place whose files were not given. A file that is no YAML, and an application that several
 * resources claim, are listed in the fleet; one that can be read only in part stands with its `problems`.
 */
export function fleetOf(snapshot: Snapshot, options: FleetOptions = {}): Result<Fleet, GitOpsError> {
  return readTree(snapshot, options).map((tree) => tree.fleet);
}

/** A fleet with what Image Updater would see of it: what the enforcement of a freeze is computed from. */
export interface Tree {
  readonly fleet: Fleet;
  /**
   * What one place holds: Image Updater's inputs (every Application there, in environments or not, and the resources), and
   * what was found of its files alone.
   */
  readonly at: (
    place: Place,
  ) => Pick<
    PlaceReading,
    'applications' | 'resources' | 'unreadable' | 'ambiguous' | 'notes' | 'cache' | 'config' | 'manifestAt'
  >;
  /** The Application that an instance of this fleet is read from. */
  readonly applicationOf: (instance: Instance) => UpdaterApplication | null;
  /** That Application whole, also one that is taken for granted where manifests stand alone. */
  readonly manifestOf: (instance: Instance) => ArgoApplication | null;
}

/** As {@link fleetOf}, with Image Updater's inputs. */
export function readTree(snapshot: Snapshot, options: FleetOptions = {}): Result<Tree, GitOpsError> {
  const { places = [], ...reading } = options;
  const configured = configOf(snapshot, reading);
  if (configured.isErr()) return err(configured.error);
  const readings: PlaceReading[] = [];
  for (const place of [home, ...placesNamed(configured.value)]) {
    const given = place.id === home.id ? { place, snapshot } : places.find((one) => one.place.id === place.id);
    if (given === undefined) return err(placeNotRead(place, configured.value.file));
    const read = readPlace(given, configured.value, reading);
    if (read.isErr()) return err(read.error);
    readings.push(read.value);
  }
  const tree = joined(readings, reading);
  trees.set(tree.fleet, tree);
  return ok(tree);
}

/** Of fleets that are still in use: reading one again would take as long as before, and tell the same. */
const trees = new WeakMap<Fleet, Tree>();

/** A fleet with Image Updater's inputs; one that was put together otherwise is read again. */
export function treeOf(fleet: Fleet): Result<Tree, GitOpsError> {
  const known = trees.get(fleet);
  if (known !== undefined) return ok(known);
  const [own, ...others] = fleet.places;
  if (own === undefined) throw new Error('a fleet has a home');
  return readTree(own.snapshot, { ...fleet.reading, places: others });
}

/** The fleet again, with these files of a place in the place of its own: after edits, or with a freeze taken back. */
export function readAgain(
  fleet: Fleet,
  place: Place,
  files: Readonly<Record<string, string>>,
): Result<Tree, GitOpsError> {
  const places = fleet.places.map((one) =>
    one.place.id === place.id ? { place: one.place, snapshot: { ...one.snapshot, files } } : one,
  );
  const [own, ...others] = places;
  if (own === undefined) throw new Error('a fleet has a home');
  return readTree(own.snapshot, { ...fleet.reading, places: others });
}

function joined(read: readonly PlaceReading[], reading: FleetReading): Tree {
  const [first] = read;
  if (first === undefined) throw new Error('a fleet has a home');
  const readings = read.map(
    (one): PlaceReading => ({ ...one, notes: [...one.notes, ...strayNotes(one, first.environments)] }),
  );
  const own = readings[0] ?? first;
  const followed: FollowedEnvironment[] = [];
  const environments = own.environments.map((one): Environment => {
    const at = readings.find(({ place }) => place.id === placeIdOf(one.name, own.config)) ?? own;
    const follows =
      at === own || at.instances.some(({ instance }) => instance.environment === one.name)
        ? null
        : followedFrom(own, at, one.name);
    if (follows !== null) followed.push(follows);
    const standing = follows === null ? at : own;
    return {
      name: one.name,
      aliases: one.aliases,
      from: one.from,
      place: standing.place,
      deploys: at.place,
      instances: (follows ?? at).instances
        .map(({ instance }) => instance)
        .filter((instance) => instance.environment === one.name)
        .sort((a, b) => (a.application < b.application ? -1 : a.application > b.application ? 1 : 0)),
      freezes: standing.records.filter((record) => environmentOfRecord(record, own.environments) === one.name),
    };
  });
  const instances = [...readings, ...followed].flatMap((one) => one.instances);
  const fleet: Fleet = {
    config: own.config,
    reading,
    environments,
    applications: [
      ...new Set(environments.flatMap((one) => one.instances.map(({ application }) => application))),
    ].sort(),
    places: readings.map(({ place, snapshot }) => ({ place, snapshot })),
    unreadable: readings.flatMap((one) => one.unreadable),
    ambiguous: [...readings, ...followed].flatMap((one) => one.ambiguous),
    notes: eachOnce([
      ...readings.flatMap((one) => one.notes),
      ...followed.flatMap((one) => one.notes),
      ...notesOfMappings({ environments, config: own.config }),
      ...environments.flatMap((one) =>
        one.instances.length > 0 || one.deploys.id === home.id ? [] : [emptyPlace(one)],
      ),
    ]),
  };
  const byInstance = new Map(instances.map((one) => [one.instance, one]));
  return {
    fleet,
    at: (place) => readings.find((one) => one.place.id === place.id) ?? own,
    applicationOf: (instance) => byInstance.get(instance)?.updater ?? null,
    manifestOf: (instance) => byInstance.get(instance)?.manifest ?? null,
  };
}

/** What several environments share is told once. */
function eachOnce(notes: readonly Note[]): readonly Note[] {
  return [...new Map(notes.map((one) => [JSON.stringify(one), one])).values()];
}

function placeIdOf(environment: string, config: Config): string {
  const configured = config.environments.find(({ name }) => name === environment);
  return configured === undefined ? home.id : placeOfEnvironment(configured).id;
}

function emptyPlace({ name, deploys }: Environment): Note {
  return {
    kind: 'place-without-applications',
    severity: 'warn',
    message: `No Application of ${name} was found in ${describePlace(deploys)}, nor one here that follows it.`,
    at: null,
  };
}

function placeNotRead(place: Place, file: string | null): GitOpsError {
  return problem(
    'place-not-read',
    `${file ?? 'gitops.yaml'} says that an environment lives in ${describePlace(place)}, whose files were not read.`,
    'Read the fleet through a forge (readFleet), or give the files of that place: fleetOf(snapshot, { places }).',
    { at: file === null ? null : { file, line: 1, column: 1 }, details: { place: place.id } },
  );
}

/** The environment that a record freezes, by its name or by what it was called before; null where there is none. */
function environmentOfRecord(record: FreezeRecord, environments: Assignment['environments']): string | null {
  const found =
    environments.find((one) => one.name === record.environment) ??
    environments.find((one) => one.aliases.includes(record.environment));
  return found?.name ?? null;
}

function strayNotes({ records, place }: PlaceReading, environments: Assignment['environments']): readonly Note[] {
  return records
    .filter((record) => environmentOfRecord(record, environments) === null)
    .map((record) => noteAt(place, strayRecord(record)));
}

function strayRecord(record: FreezeRecord): Note {
  return {
    kind: 'freeze-of-no-environment',
    severity: 'warn',
    message: `${record.file} freezes ${record.environment}, which is no environment here: it keeps nothing out. Add the name to the "aliases" of the environment that it means, or delete the file.`,
    at: { file: record.file, line: 1, column: 1 },
  };
}
