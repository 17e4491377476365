import { yamlAt } from '../argocd/files.js';
import { type ArgoApplication, createReadCache, type ReadCache, readImages } from '../argocd/index.js';
import { toPlain } from '../argocd/value.js';
import {
  type Assignment,
  assignEnvironments,
  type Config,
  claimedTwice,
  defaultConfig,
  isIgnored,
  parseConfig,
} from '../environment/index.js';
import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import { parseRecord, recordFolder } from '../freeze/read-record.js';
import type { FreezeRecord } from '../freeze/record.js';
import {
  imageTargets,
  lintResource,
  resolveUpdater,
  type UpdaterApplication,
  type UpdaterResource,
} from '../image-updater/index.js';
import type { Snapshot } from '../model.js';
import { err, ok, type Result } from '../result.js';
import { type FoundApplications, findApplications, placeOf } from './find-applications.js';
import type { Environment, Fleet, FleetReading, Instance, Note, Place } from './fleet.js';

export type FleetOptions = FleetReading;

const home: Place = { id: 'home', repository: null, branch: null };

/**
 * The truth of a snapshot: environments × applications × images × pins, with freezes and what Image Updater sees.
 *
 * Errors: `config-invalid`, `no-argocd-files`, `no-environments`, `freeze-record-invalid`. A file that is no YAML, and an
 * application that several resources claim, are listed in the fleet; one that can be read only in part stands with its
 * `problems`.
 */
export function fleetOf(snapshot: Snapshot, options: FleetOptions = {}): Result<Fleet, GitOpsError> {
  return readTree(snapshot, options).map((tree) => tree.fleet);
}

/** A fleet with what Image Updater would see of it: what the enforcement of a freeze is computed from. */
export interface Tree {
  readonly fleet: Fleet;
  /** Every Application of the snapshot, in environments or not. */
  readonly applications: readonly UpdaterApplication[];
  readonly resources: readonly UpdaterResource[];
  /** The Application that an instance of this fleet is read from. */
  readonly applicationOf: (instance: Instance) => UpdaterApplication | null;
}

/** As {@link fleetOf}, with Image Updater's inputs. */
export function readTree(snapshot: Snapshot, options: FleetOptions = {}): Result<Tree, GitOpsError> {
  const configured = configOf(snapshot, options);
  if (configured.isErr()) return err(configured.error);
  const config = configured.value;
  const cache = createReadCache(snapshot);
  const found = findResources(cache, config);
  if (found.isErr()) return err(found.error);
  const { applications, resources, notes, problems } = found.value;
  const { assignment, ambiguous } = assign(applications, config);
  const checked = config.environments.length > 0 ? ok(config) : configOf(snapshot, options, assignment.environments);
  if (checked.isErr()) return err(checked.error);
  const records = recordsOf(snapshot, config);
  if (records.isErr()) return err(records.error);
  const updaters = applications.map((one) => updaterApplicationOf(one, cache));
  if (assignment.environments.length === 0) return err(noEnvironments(applications.length, assignment.notes));
  const read = assignment.assigned.flatMap(({ index, environment, application }) => {
    const manifest = applications[index];
    const updater = updaters[index];
    return manifest === undefined || updater === undefined
      ? []
      : [{ updater, ...instanceFrom(manifest, updater, { environment, application, cache, resources, options }) }];
  });
  const instances = read.map((one) => one.instance);
  const environments = assignment.environments.map(
    (one): Environment => ({
      name: one.name,
      aliases: one.aliases,
      from: one.from,
      place: home,
      instances: instances
        .filter((instance) => instance.environment === one.name)
        .sort((a, b) => (a.application < b.application ? -1 : a.application > b.application ? 1 : 0)),
      freezes: records.value.filter((record) => environmentOfRecord(record, assignment.environments) === one.name),
    }),
  );
  const fleet: Fleet = {
    config: checked.value,
    reading: options,
    environments,
    applications: [...new Set(instances.map((one) => one.application))].sort(),
    places: [{ place: home, snapshot }],
    unreadable: problems,
    ambiguous,
    notes: [
      ...[...problems, ...ambiguous].map(unreadable),
      ...notes,
      ...assignment.notes,
      ...read.flatMap((one) => one.notes),
      ...resources.flatMap(lintResource),
      ...records.value
        .filter((record) => environmentOfRecord(record, assignment.environments) === null)
        .map(strayRecord),
    ],
  };
  const byInstance = new Map(read.map((one) => [one.instance, one.updater]));
  return ok({
    fleet,
    applications: updaters,
    resources,
    applicationOf: (instance) => byInstance.get(instance) ?? null,
  });
}

/** The configuration; names in it are held against the environments that were discovered, once they are known. */
function configOf(
  snapshot: Snapshot,
  options: FleetOptions,
  discovered?: Assignment['environments'],
): Result<Config, GitOpsError> {
  const path = options.config ?? 'gitops.yaml';
  const text = snapshot.files[path];
  if (text === undefined && options.config != null) {
    return err(
      problem(
        'config-invalid',
        `There is no file ${path}.`,
        'Check the path that --config gives; it is relative to the repository.',
      ),
    );
  }
  const parsed =
    text === undefined ? ok(defaultConfig()) : parseConfig(text, path, discovered === undefined ? {} : { discovered });
  return parsed.andThen((config) => {
    const later = notReadYet(config, path);
    if (later !== null) return err(later);
    return ok(options.root == null ? config : { ...config, root: options.root.replace(/^\.?\/|\/$/g, '') });
  });
}

/** What the configuration may say and this version does not read: refused, since reading half of it would mislead. */
function notReadYet(config: Config, path: string): GitOpsError | null {
  const elsewhere = config.environments.find((one) => one.branch !== null || one.repository !== null);
  const what =
    elsewhere !== undefined
      ? `the environment ${elsewhere.name} lives in another branch or repository`
      : config.versions.length > 0
        ? 'versions stand in files of their own ("versions")'
        : null;
  if (what === null) return null;
  return problem(
    'unsupported',
    `${path} says that ${what}; this version does not read that yet.`,
    'Leave it out for now.',
    {
      at: { file: path, line: 1, column: 1 },
    },
  );
}

function noEnvironments(count: number, notes: readonly Note[]): GitOpsError {
  const [first] = notes;
  return problem(
    'no-environments',
    `${count} ${count === 1 ? 'Application was' : 'Applications were'} found, and nothing that tells their environments apart.${first === undefined ? '' : ` ${first.message}`}`,
    'Say it in gitops.yaml, for example: layout: [apps/{environment}/{application}/application.yaml]',
    { at: first?.at ?? null },
  );
}

function findResources(cache: ReadCache, config: Config): Result<FoundApplications, GitOpsError> {
  const found = findApplications(cache, (path) => isIgnored(config, path));
  const { applications, notes, problems } = found;
  if (applications.length > 0) return ok(found);
  const failed = severalProblems(problems);
  if (failed !== null) return err(failed);
  const looked = Object.keys(cache.snapshot.files).length;
  return err(
    problem(
      'no-argocd-files',
      `None of the ${looked} files read holds an Argo CD Application.`,
      notes[0]?.message ?? 'Run the command in the repository of the manifests, or name it: --repo <path>',
      { at: notes[0]?.at ?? null },
    ),
  );
}

/** A file that cannot be read does not keep the others from being read: it is told. */
function unreadable(found: GitOpsError): Note {
  return { kind: found.kind, severity: 'warn', message: `${found.message} ${found.remedy}`, at: found.at };
}

function assign(
  applications: readonly ArgoApplication[],
  config: Config,
): { readonly assignment: Assignment; readonly ambiguous: readonly GitOpsError[] } {
  const counts = filesByFolder(applications.map((one) => one.file));
  const assignment = assignEnvironments(
    applications.map((one) => ({
      file: one.file,
      document: one.document,
      name: one.name,
      namespace: one.namespace,
      destinationNamespace: one.destinationNamespace === '' ? null : one.destinationNamespace,
      valueFiles: one.sources.flatMap((source) => source.helm?.valueFiles.map((file) => file.text) ?? []),
      path: one.sources[0]?.path ?? null,
      project: one.project,
      at: one.at,
      childApplications: one.sources.some((source) => source.path !== '' && holdsOthers(source.path, one.file, counts)),
    })),
    config,
  );
  const ambiguous = claimedTwice(assignment, applications);
  const isClear = (one: Assignment['assigned'][number]): boolean =>
    !ambiguous.some(
      ({ details }) => details.environment === one.environment && details.application === one.application,
    );
  return { assignment: { ...assignment, assigned: assignment.assigned.filter(isClear) }, ambiguous };
}

/** For every folder that holds some of these files, at any depth, how many. */
function filesByFolder(files: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const file of new Set(files)) {
    for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
      const folder = file.slice(0, end);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * True where a source path is a folder of other Applications: an app-of-apps deploys those, not images. One that only
 * stands beside the manifests that it deploys is an application like any other.
 */
function holdsOthers(path: string, file: string, counts: ReadonlyMap<string, number>): boolean {
  const folder = path.replace(/^\.?\/|\/$/g, '');
  const own = file.startsWith(`${folder}/`) ? 1 : 0;
  return (counts.get(folder) ?? 0) > own;
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

/** The environment that a record freezes, by its name or by what it was called before; null where there is none. */
function environmentOfRecord(record: FreezeRecord, environments: Assignment['environments']): string | null {
  const found =
    environments.find((one) => one.name === record.environment) ??
    environments.find((one) => one.aliases.includes(record.environment));
  return found?.name ?? null;
}

function strayRecord(record: FreezeRecord): Note {
  return {
    kind: 'freeze-of-no-environment',
    severity: 'warn',
    message: `${record.file} freezes ${record.environment}, which is no environment here: it keeps nothing out. Add the name to the "aliases" of the environment that it means, or delete the file.`,
    at: { file: record.file, line: 1, column: 1 },
  };
}

function updaterApplicationOf(manifest: ArgoApplication, cache: ReadCache): UpdaterApplication {
  const file = yamlAt(cache, manifest.file)?.unwrapOr(null) ?? null;
  const document = file?.documents[manifest.document];
  const placed =
    file === null || document === undefined
      ? { file: manifest.file, document: manifest.selector }
      : placeOf(file, document);
  return {
    name: manifest.name,
    namespace: manifest.namespace,
    labels: manifest.labels,
    annotations: manifest.annotations,
    spec: toPlain(manifest.manifest.entries.get('spec') ?? null),
    base: manifest.applicationSet === null ? [] : ['spec', 'template'],
    ...placed,
  };
}

function instanceFrom(
  manifest: ArgoApplication,
  application: UpdaterApplication,
  context: {
    readonly environment: string;
    readonly application: string;
    readonly cache: ReadCache;
    readonly resources: readonly UpdaterResource[];
    readonly options: FleetOptions;
  },
): { readonly instance: Instance; readonly notes: readonly Note[] } {
  const controllerNamespace = context.options.controllerNamespace ?? 'argocd';
  const updater = resolveUpdater(application, context.resources, { controllerNamespace });
  const images = readImages(manifest, context.cache.snapshot, {
    controllerNamespace,
    cache: context.cache,
    updaterImages: imageTargets(application, context.resources, { controllerNamespace }),
  });
  const instance: Instance = {
    application: context.application,
    environment: context.environment,
    resource: {
      kind: manifest.applicationSet === null ? 'Application' : 'ApplicationSet',
      name: manifest.name,
      namespace: manifest.namespace,
      file: manifest.file,
      document: manifest.document,
      at: manifest.at,
      labels: manifest.labels,
      annotations: manifest.annotations,
    },
    images: images.images,
    updater,
    problems: images.problems,
  };
  return { instance, notes: images.notes };
}
