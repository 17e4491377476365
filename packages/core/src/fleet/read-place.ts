import { readKustomizations } from '../application-kustomization/index.js';
import { layoutsOfUnread } from '../application-sources/index.js';
import { type ArgoApplication, createReadCache, type ReadCache } from '../argocd/index.js';
import { joinPath } from '../argocd/paths.js';
import { type Assignment, type Config, environmentWords, isIgnored, isToldByLayout } from '../environment/index.js';
import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import { parseRecord, recordFolder } from '../freeze/read-record.js';
import type { FreezeRecord } from '../freeze/record.js';
import { lintResource, type UpdaterApplication, type UpdaterResource } from '../image-updater/index.js';
import type { Snapshot } from '../model.js';
import { err, ok, type Result } from '../result.js';
import { type Assigned, assign } from './assign.js';
import { type FoundApplications, findApplications } from './find-applications.js';
import type { FleetReading, Note, Place } from './fleet.js';
import { followedBranches } from './followed-branches.js';
import { instanceFrom, updaterApplicationOf } from './instance.js';
import { otherRepositories } from './other-repositories.js';
import { configAt, describePlace, home, type PlacedSnapshot, placeOfEnvironment } from './place.js';
import { promotedElsewhere } from './promoted-elsewhere.js';
import { configOf } from './read-config.js';
import { readVersionFiles } from './version-files.js';
import { type ReadInstance, withVersionFiles } from './version-instances.js';

/** What one place holds. */
export interface PlaceReading extends PlacedSnapshot {
  /** With what was discovered taken in. */
  readonly config: Config;
  /** Every environment that is known, in order of promotion, also those of other places. */
  readonly environments: Assignment['environments'];
  readonly instances: readonly ReadInstance[];
  readonly records: readonly FreezeRecord[];
  /** Every Application here, in environments or not. */
  readonly applications: readonly UpdaterApplication[];
  readonly resources: readonly UpdaterResource[];
  readonly unreadable: readonly GitOpsError[];
  readonly ambiguous: readonly GitOpsError[];
  readonly notes: readonly Note[];
  /** Applications here whose environment lives elsewhere: they may deploy what stands there. */
  readonly elsewhere: Assigned;
  /** Reads Applications of this place; what they deploy may be that of another. */
  readonly instancesOf: (assigned: Assignment['assigned'], from?: PlaceReading) => readonly ReadInstance[];
  readonly manifestAt: (index: number) => ArgoApplication | null;
  readonly cache: ReadCache;
}

/** Reads the environments of one place. Errors: as `fleetOf`. */
export function readPlace(at: PlacedSnapshot, base: Config, options: FleetReading): Result<PlaceReading, GitOpsError> {
  const { place, snapshot } = at;
  const config = configAt(base, place);
  const living = environmentsAt(at, base);
  const cache = createReadCache(snapshot);
  const found = findResources(cache, config, living !== null);
  if (found.isErr()) return err(found.error);
  const { applications, resources, notes } = found.value;
  const versions = readVersionFiles(cache, config);
  const unreadable = [...found.value.problems, ...versions.problems];
  const { assignment, here, elsewhere } = assign(
    { applications, versionFiles: versions.found, environments: living },
    config,
  );
  const checked = config.environments.length > 0 ? ok(config) : configOf(snapshot, options, assignment.environments);
  if (checked.isErr()) return err(checked.error);
  const records = recordsOf(snapshot, config);
  if (records.isErr()) return err(records.error);
  const isFull = assignment.environments.length > 1 && !assignment.notes.some(isMostUnassigned);
  const unread = isFull ? [] : unreadHere(applications, cache, config);
  if (assignment.environments.length === 0 && options.environments !== 'optional')
    return err(noEnvironments(applications.length, assignment.notes, notes, unread));
  const updaters = applications.map((one) => updaterApplicationOf(one, cache));
  const instancesOf: PlaceReading['instancesOf'] = (assigned, from) =>
    assigned.flatMap(({ index, environment, application, evidence }) => {
      const manifest = applications[index];
      const updater = updaters[index];
      if (manifest === undefined || updater === undefined) return [];
      const context = { environment, application, evidence, cache: from?.cache ?? cache, resources, options };
      const isAssumed = manifest.assumed === true;
      return [{ updater: isAssumed ? null : updater, manifest, ...instanceFrom(manifest, updater, context) }];
    });
  const instances = withVersionFiles(instancesOf(here.assigned), versions.found, here.assigned, applications.length);
  return ok({
    place,
    snapshot,
    config: checked.value,
    environments: assignment.environments,
    instances,
    records: records.value,
    applications: updaters.filter((_, index) => applications[index]?.assumed !== true),
    resources,
    unreadable,
    ambiguous: here.ambiguous,
    notes: [
      ...[...unreadable, ...here.ambiguous].map(asNote),
      ...notes,
      ...assignment.notes,
      ...noteOfUnread(unread),
      ...instances.flatMap((one) => one.notes),
      ...otherRepositories(
        instances.flatMap(({ instance, updater, manifest }) => {
          const hasVersion = instance.images.some((one) => one.version !== null);
          return manifest === null || updater === null
            ? []
            : [{ manifest, environment: instance.environment, hasVersion }];
        }),
        applications,
        cache,
      ),
      ...promotedElsewhere(
        here.assigned.flatMap(({ index }) => applications[index] ?? []),
        cache,
      ),
      ...followedBranches(
        here.assigned.flatMap(({ index, environment }) => {
          const manifest = applications[index];
          return manifest === undefined || place.branch !== null ? [] : [{ manifest, environment }];
        }),
        cache,
      ),
      ...resources.flatMap(lintResource),
    ].map((one) => noteAt(place, one)),
    elsewhere,
    instancesOf,
    manifestAt: (index) => applications[index] ?? null,
    cache,
  });
}

/** The environments that live at a place; null where all live at home. */
function environmentsAt({ place }: PlacedSnapshot, config: Config): readonly string[] | null {
  if (config.environments.every((one) => placeOfEnvironment(one).id === home.id)) return null;
  return config.environments.filter((one) => placeOfEnvironment(one).id === place.id).map((one) => one.name);
}

/** Of another place, a note says which. */
export function noteAt(place: Place, note: Note): Note {
  return place.id === home.id ? note : { ...note, message: `${describePlace(place)}: ${note.message}` };
}

/** `found`: what was not read, or is made elsewhere, may be what holds them. */
function noEnvironments(
  count: number,
  notes: readonly Note[],
  found: readonly Note[],
  unread: readonly string[],
): GitOpsError {
  const [first] = notes;
  const elsewhere = found.filter(({ kind }) => kind.startsWith('application-set-') || kind === 'chart-of-applications');
  const sentences = [first, ...elsewhere.slice(0, 2)].flatMap((one) => (one === undefined ? [] : [` ${one.message}`]));
  return problem(
    'no-environments',
    `${count} ${count === 1 ? 'Application was' : 'Applications were'} found, and nothing that tells their environments apart.${sentences.join('')}`,
    unread.length === 0
      ? 'Say it in gitops.yaml, for example layout: ["apps/{environment}/{application}/application.yaml"], or environments: { prod: {} } where all are one environment.'
      : `No Application here deploys what stands in files of several environments. To read it as if one did, write ${layoutLine(unread)} in gitops.yaml; where all Applications are one environment, environments: { prod: {} }.`,
    { at: first?.at ?? null },
  );
}

/** Patterns of `layout` for what no Application here deploys, though several environments are told by its files. */
function unreadHere(applications: readonly ArgoApplication[], cache: ReadCache, config: Config): readonly string[] {
  if (config.layout.length > 0 || applications.some(({ assumed }) => assumed === true)) return [];
  const deployed = applications.flatMap(({ sources }) =>
    sources.flatMap(({ path }) => (path === '' ? [] : (joinPath(path) ?? []))),
  );
  const isWord = environmentWords(config);
  const isLeftOut = (path: string): boolean => isIgnored(config, path);
  const signs = { isWord, isTold: () => false };
  const patterns = layoutsOfUnread(deployed, isLeftOut, readKustomizations(cache), cache, signs);
  const base = config.root === '' ? '' : `${config.root}/`;
  return patterns.flatMap((one) => (one.startsWith(base) ? [one.slice(base.length)] : [])).slice(0, shownPatterns);
}

function isMostUnassigned({ kind, severity }: Note): boolean {
  return kind === 'applications-unassigned' && severity === 'warn';
}

const shownPatterns = 3;

function layoutLine(patterns: readonly string[]): string {
  return `layout: [${patterns.map((one) => JSON.stringify(one)).join(', ')}]`;
}

function noteOfUnread(patterns: readonly string[]): readonly Note[] {
  if (patterns.length === 0) return [];
  const message = `No Application here deploys what stands in files of several environments. To read it as if one did, write ${layoutLine(patterns)} in gitops.yaml.`;
  return [{ kind: 'sources-unread', severity: 'warn', message, at: null }];
}

function findResources(cache: ReadCache, config: Config, mayBeEmpty: boolean): Result<FoundApplications, GitOpsError> {
  const isWord = environmentWords(config);
  const isInLayout = isToldByLayout(config);
  const isDeclared = config.environments.length > 0;
  const signs = { isWord, isTold: (path: string, word: string) => isInLayout(path) || (isDeclared && isWord(word)) };
  const layout = config.layout.map((pattern) => isToldByLayout({ ...config, layout: [pattern] }));
  const sources = { layout, name: config.name ?? 'app' };
  const found = findApplications(cache, (path) => isIgnored(config, path), signs, sources);
  const { applications, notes, problems } = found;
  if (applications.length > 0 || config.versions.length > 0 || mayBeEmpty) return ok(found);
  const failed = severalProblems(problems);
  if (failed !== null) return err(failed);
  const looked = Object.keys(cache.snapshot.files).length;
  const templates = notes.filter((one) => one.kind === 'template').length;
  const chart = notes.find((one) => one.kind === 'chart-of-applications');
  return err(
    problem(
      'no-argocd-files',
      `None of the ${looked} files read holds an Argo CD Application.`,
      chart !== undefined
        ? chart.message
        : templates > 0
          ? 'Those that a Helm chart makes are not rendered here: tell the places of the versions with "versions" in gitops.yaml.'
          : (notes[0]?.message ??
            'Run the command in the repository of the manifests, or name it: --repo <path>. Where the Applications are elsewhere, name what they deploy in gitops.yaml, for example layout: ["{application}/overlays/{environment}/kustomization.yaml"].'),
      { at: (chart ?? notes[0])?.at ?? null },
    ),
  );
}

/** A file that cannot be read does not keep the others from being read: it is told. */
function asNote(found: GitOpsError): Note {
  return { kind: found.kind, severity: 'warn', message: `${found.message} ${found.remedy}`, at: found.at };
}

function recordsOf(snapshot: Snapshot, config: Config): Result<readonly FreezeRecord[], GitOpsError> {
  const folder = `${recordFolder(config)}/`;
  const records: FreezeRecord[] = [];
  const problems: GitOpsError[] = [];
  for (const path of Object.keys(snapshot.files).sort()) {
    if (!path.startsWith(folder) || !path.endsWith('.yaml')) continue;
    parseRecord(snapshot.files[path] ?? '', path).match(
      (record) => records.push(record),
      (error) => problems.push(error),
    );
  }
  const failed = severalProblems(problems);
  return failed === null ? ok(records) : err(failed);
}
