import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { Environment, Fleet } from '../fleet/fleet.js';
import { treeOf } from '../fleet/read.js';
import { environmentsOf, everything, readWhole, unknownInSelection } from '../fleet/select.js';
import type { Selection } from '../freeze/record.js';
import type { FileChange } from '../model.js';
import { assembleEdits, groupBy, snapshotAt, type WantedEdit } from '../plan/assemble.js';
import { guardPath } from '../plan/guarded-paths.js';
import type { Finding, MigrateRequest, Plan, PlannedChange, PlannedEdit } from '../plan/plan.js';
import { sortedSelection, textOf } from '../plan/text.js';
import { err, ok, type Result } from '../result.js';
import { candidatesOf } from './candidates.js';
import { checkMigration } from './check-migration.js';
import { listedIn } from './kustomization.js';
import { limit } from './limits.js';
import type { KeptBack, MigrationReport, Told } from './report.js';
import { newResourceText, type ResourceFile } from './resource-files.js';
import type { AnnotationRules } from './source.js';
import { controllerNamespaceOf, type Wanted, wantedOf } from './wanted.js';

export interface MigrationOptions {
  /** Names, aliases and groups; left out or empty: every application, in environments or not. */
  readonly environments?: readonly string[];
  /** Whole applications. */
  readonly selection?: Partial<Omit<Selection, 'images'>>;
  /**
   * Which Image Updater reads the annotations today. Left out: 1 where an entry with `useAnnotations` takes the
   * application in, 0 where there is no `ImageUpdater` resource at all.
   */
  readonly from?: AnnotationRules | null;
  /** Leaves the annotations and has the resources read them (`useAnnotations`, Image Updater 1.1 and later). */
  readonly keepAnnotations?: boolean;
  /** File of the resources, with `{environment}` and `{namespace}`; left out: beside the Applications. */
  readonly out?: string | null;
  /** ISO 8601. */
  readonly now: string;
  readonly by: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Plans the way from the annotations of Image Updater (0.x as of v0.18.0, or `useAnnotations` of v1.3.0) to
 * `ImageUpdater` resources (v1alpha1 as of v1.3.0): an entry of its exact name for each Application, in one resource for
 * each environment, and the annotations taken out byte for byte. The edited texts are read again, and both configurations
 * compared over generated lists of tags: a plan decides the same. What is written otherwise than it stood is a warning,
 * and an Application that cannot be carried over stays as it is, with the reason; named in the selection, it is refused.
 *
 * Errors: `unknown-environment`, `unknown-application`, `not-migrated`, `already-there`, `migration-not-verified`.
 */
export function planMigration(fleet: Fleet, options: MigrationOptions): Result<Plan, GitOpsError> {
  const request = requestOf(options);
  const { selection } = request;
  const read = readWhole(fleet).andThen(() => environmentsOf(fleet, request.environments));
  if (read.isErr()) return err(read.error);
  const environments = request.environments.length === 0 ? null : read.value;
  const tree = treeOf(fleet);
  if (tree.isErr()) return err(tree.error);
  const candidates = candidatesOf(fleet, tree.value, environments, selection);
  const known = new Set(candidates.map((one) => one.name));
  const unknown = severalProblems(
    unknownInSelection(environments ?? fleet.environments, selection).filter(
      ({ details }) => !known.has(String(details['name'])),
    ),
  );
  if (unknown !== null) return err(unknown);
  const wanted = listed(fleet, wantedOf(candidates, request, fleet));
  const refused = refusals(wanted, selection);
  if (refused !== null) return err(refused);
  return changesOf(fleet, wanted).andThen((places) =>
    checkMigration(fleet, wanted, places, controllerNamespaceOf(fleet)).map((report) =>
      planOf(fleet, { request, environments, places, report, variables: options.variables ?? {} }),
    ),
  );
}

/** With the new files in the kustomizations of their folders, or said to be in none. */
function listed(fleet: Fleet, wanted: Wanted): Wanted {
  const files = [...groupBy(wanted.added, ({ file }) => JSON.stringify([file.place.id, file.path])).values()];
  const edits: WantedEdit[] = [];
  const unlisted = new Set<ResourceFile['path']>();
  for (const [first] of files) {
    if (first === undefined) continue;
    const found = listedIn(fleet, first.file.place, first.file.path);
    if (found === 'unlisted') unlisted.add(first.file.path);
    else if (found !== null) edits.push(found);
  }
  const moved = wanted.moved.map((one) => {
    if (!unlisted.has(one.file.path)) return one;
    const why = limit(
      'not-listed',
      null,
      `A kustomization stands in the folder of ${one.file.path}, and has no list of resources that it could be added to.`,
      'List the file there: else Argo CD does not apply it.',
    );
    return { ...one, told: [...one.told, { ...why, at: { file: one.file.path, line: 1, column: 1 } }] };
  });
  return { ...wanted, moved, edits: [...wanted.edits, ...edits] };
}

function requestOf(options: MigrationOptions): MigrateRequest {
  return {
    verb: 'migrate',
    environments: options.environments ?? [],
    selection: sortedSelection({ ...everything, ...options.selection, images: [] }),
    from: options.from ?? null,
    keepAnnotations: options.keepAnnotations ?? false,
    out: options.out ?? null,
    now: options.now,
    by: options.by,
  };
}

/** What was named outright must be carried over; of everything, something must. */
function refusals({ moved, keptBack }: Wanted, selection: Selection): GitOpsError | null {
  const named = keptBack.filter((one) => selection.applications.includes(one.name));
  const refused = named.length > 0 ? named : moved.length > 0 ? [] : keptBack;
  return severalProblems(refused.flatMap((one) => one.why.map((why) => notMigrated(one, why))));
}

function notMigrated({ application, environment }: KeptBack, { kind, message, remedy, at }: Told): GitOpsError {
  return problem('not-migrated', message, remedy, { at, details: { why: kind, application, environment } });
}

/** What changes in one place. */
export interface MigratedPlace {
  readonly change: Omit<PlannedChange, 'pullRequest'>;
}

function changesOf(fleet: Fleet, wanted: Wanted): Result<readonly MigratedPlace[], GitOpsError> {
  const edited = assembleEdits(fleet, wanted.edits);
  if (edited.isErr()) return err(edited.error);
  const problems: GitOpsError[] = [];
  const places = new Map(
    edited.value.map((one) => [one.place.id, { ...one, files: [...one.files], edits: [...one.edits] }]),
  );
  for (const [, group] of groupBy(wanted.added, ({ file }) => JSON.stringify([file.place.id, file.path]))) {
    const [first] = group;
    if (first === undefined) continue;
    const { file } = first;
    const guarded = guardPath(file.path);
    const mixed = group.find((one) => one.file.name !== file.name || one.file.namespace !== file.namespace);
    const text =
      guarded !== null
        ? err(guarded)
        : mixed !== undefined
          ? err(severalInOne(file.path, [file.name, mixed.file.name]))
          : newResourceText(
              file,
              group.map((one) => one.entry),
              snapshotAt(fleet, file.place),
            );
    if (text.isErr()) {
      problems.push(text.error);
      continue;
    }
    const place = places.get(file.place.id) ?? { place: file.place, edits: [], files: [], applied: [] };
    place.files.push({ path: file.path, before: null, after: text.value });
    place.edits.push(...group.map((one): PlannedEdit => one.planned));
    places.set(file.place.id, place);
  }
  const failed = severalProblems(problems);
  if (failed !== null) return err(failed);
  return ok(
    [...places.values()]
      .filter(({ files }) => files.length > 0)
      .map(({ place, edits, files }) => ({
        change: { place, base: snapshotAt(fleet, place).commit, edits, files: sortedFiles(files) },
      })),
  );
}

function sortedFiles(files: readonly FileChange[]): readonly FileChange[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function severalInOne(path: string, names: readonly string[]): GitOpsError {
  return problem(
    'usage',
    `${path} would hold several resources: ${[...new Set(names)].join(', ')}.`,
    'Let --out name a file for each: {environment} and {namespace} stand for theirs.',
  );
}

function planOf(
  fleet: Fleet,
  made: {
    readonly request: MigrateRequest;
    readonly environments: readonly Environment[] | null;
    readonly places: readonly MigratedPlace[];
    readonly report: MigrationReport;
    readonly variables: Readonly<Record<string, string>>;
  },
): Plan {
  const { request, places, report, variables } = made;
  const count = report.applications.length;
  const names = [...new Set(report.applications.flatMap((one) => one.environment ?? []))];
  const what = `${count} ${count === 1 ? 'application' : 'applications'}`;
  const summary = `Migrate Image Updater's annotations to resources: ${names.length === 0 ? what : `${what} of ${names.join(', ')}`}`;
  const findings = findingsOf(report);
  return {
    request,
    versions: [],
    findings,
    skipped: [],
    summary,
    migration: report,
    changes: places.map(({ change }) => ({
      ...change,
      pullRequest: textOf(fleet.config, {
        request,
        operation: 'migrate',
        branch: ['migrate', 'image-updater', ...request.environments],
        selection: request.selection,
        summary,
        environments: names,
        trailers: names.length === 0 ? [] : [['GitOps-Environment', names.join(',')]],
        versions: [],
        edits: change.edits,
        files: change.files,
        findings,
        skipped: [],
        notes: notesOf(request, report),
        variables,
      }),
    })),
  };
}

function notesOf(request: MigrateRequest, { applications, keptBack }: MigrationReport): readonly string[] {
  const lists = applications.reduce((sum, one) => sum + one.compared.tagLists, 0);
  const needed = request.keepAnnotations ? '1.1 or later' : '1.0 or later';
  return [
    `Both configurations were compared over ${lists} generated lists of tags, and decide the same for each image.`,
    `Merge this when Image Updater ${needed} and its resource definition are installed: from then on it updates what the resources name, and nothing else.`,
    ...(keptBack.length === 0
      ? []
      : [
          `${keptBack.map((one) => one.application).join(', ')} stay as they are: Image Updater 1 does not read their annotations on its own.`,
        ]),
  ];
}

function findingsOf({ applications, keptBack }: MigrationReport): readonly Finding[] {
  const finding = (
    rule: Finding['rule'],
    { environment, application }: { readonly environment: string | null; readonly application: string },
    { message, remedy, at }: Told,
  ): Finding => ({ rule, severity: 'warn', message, remedy, at, environment, application, image: null });
  return [
    ...applications.flatMap((one) => one.told.map((told) => finding('annotation-not-carried', one, told))),
    ...keptBack.flatMap((one) => one.why.map((why) => finding('not-migrated', one, why))),
  ];
}
