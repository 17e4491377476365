import { yamlAt } from '../argocd/files.js';
import { type ArgoApplication, createReadCache, type ReadCache, readImages } from '../argocd/index.js';
import { toPlain } from '../argocd/value.js';
import {
  type Assignment,
  type Config,
  compileGlobs,
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
import { assign } from './assign.js';
import { type FoundApplications, findApplications, placeOf } from './find-applications.js';
import type { Environment, Fleet, FleetReading, Instance, Note, Place } from './fleet.js';
import { readVersionFiles, versionGlobs } from './version-files.js';
import { withVersionFiles } from './version-instances.js';

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
  const { applications, resources, notes } = found.value;
  const versions = readVersionFiles(cache, config);
  const problems = [...found.value.problems, ...versions.problems];
  const { assignment, ambiguous } = assign(applications, versions.found, config);
  const checked = config.environments.length > 0 ? ok(config) : configOf(snapshot, options, assignment.environments);
  if (checked.isErr()) return err(checked.error);
  const records = recordsOf(snapshot, config);
  if (records.isErr()) return err(records.error);
  const updaters = applications.map((one) => updaterApplicationOf(one, cache));
  if (assignment.environments.length === 0) return err(noEnvironments(applications.length, assignment.notes));
  const ofResources = assignment.assigned.flatMap(({ index, environment, application }) => {
    const manifest = applications[index];
    const updater = updaters[index];
    return manifest === undefined || updater === undefined
      ? []
      : [{ updater, ...instanceFrom(manifest, updater, { environment, application, cache, resources, options }) }];
  });
  const read = withVersionFiles(ofResources, versions.found, assignment.assigned, applications.length);
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

/** Files that only the configuration names. */
export interface NamedFiles {
  readonly globs: readonly string[];
  readonly matches: (path: string) => boolean;
}

/**
 * The files that `versions` in a snapshot's configuration names and that are not read anyway, since they have no
 * extension of YAML. Null where there are none, as for most. Read them too before {@link fleetOf}.
 */
export function namedFiles(snapshot: Pick<Snapshot, 'files'>, options: FleetOptions = {}): NamedFiles | null {
  const globs = configOf(snapshot, options).map(versionGlobs).unwrapOr([]);
  if (globs.length === 0) return null;
  return compileGlobs(globs).match<NamedFiles | null>(
    (matches) => ({ globs, matches }),
    () => null,
  );
}

/** The configuration; names in it are held against the environments that were discovered, once they are known. */
function configOf(
  snapshot: Pick<Snapshot, 'files'>,
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
  if (elsewhere === undefined) return null;
  return problem(
    'unsupported',
    `${path} says that the environment ${elsewhere.name} lives in another branch or repository; this version does not read that yet.`,
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
  if (applications.length > 0 || config.versions.length > 0) return ok(found);
  const failed = severalProblems(problems);
  if (failed !== null) return err(failed);
  const looked = Object.keys(cache.snapshot.files).length;
  const templates = notes.filter((one) => one.kind === 'template').length;
  return err(
    problem(
      'no-argocd-files',
      `None of the ${looked} files read holds an Argo CD Application.`,
      templates > 0
        ? 'Those that a Helm chart makes are not rendered here: tell the places of the versions with "versions" in gitops.yaml.'
        : (notes[0]?.message ?? 'Run the command in the repository of the manifests, or name it: --repo <path>'),
      { at: notes[0]?.at ?? null },
    ),
  );
}

/** A file that cannot be read does not keep the others from being read: it is told. */
function unreadable(found: GitOpsError): Note {
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
