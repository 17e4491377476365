import type { Fleet } from '../fleet/fleet.js';
import { annotationPrefix } from '../image-updater/index.js';
import { annotationPointer, positionOf, type UpdaterApplication } from '../image-updater/inputs.js';
import { snapshotAt, type WantedEdit } from '../plan/assemble.js';
import type { MigrateRequest, PlannedEdit } from '../plan/plan.js';
import { editYaml, formatPointer } from '../yaml/index.js';
import { type Candidate, candidateLimits, type Reading, readingOf } from './candidates.js';
import { carryOver } from './carry.js';
import { annotationsEntry, type ContentMap } from './entry.js';
import { ownKeys } from './keys.js';
import { type Limit, limit } from './limits.js';
import type { KeptBack, Told } from './report.js';
import { documentOf, entryEdits, entryPath, type ResourceFile, resourceFileOf } from './resource-files.js';

/** An application that is carried over. */
export interface Moved {
  readonly candidate: Candidate;
  readonly reading: Reading;
  readonly entry: ContentMap;
  readonly file: ResourceFile;
  readonly told: readonly Told[];
}

/** What a migration wants to change. */
export interface Wanted {
  readonly moved: readonly Moved[];
  readonly keptBack: readonly (KeptBack & { readonly name: string })[];
  /** In files that are there. */
  readonly edits: readonly WantedEdit[];
  /** Entries of new files. */
  readonly added: readonly { readonly file: ResourceFile; readonly entry: ContentMap; readonly planned: PlannedEdit }[];
}

interface Attempt {
  readonly candidate: Candidate;
  readonly reading: Reading | null;
  readonly entry: ContentMap | null;
  readonly limits: readonly Limit[];
}

/** What of these applications is carried over, and how; those that cannot be are listed with the reason. */
export function wantedOf(all: readonly Candidate[], request: MigrateRequest, fleet: Fleet): Wanted {
  const { keepAnnotations } = request;
  // what the annotations of an entry with useAnnotations decide stays as it is
  const first = all
    .map((candidate) => attempt(candidate, request, fleet))
    .filter(({ reading }) => !(keepAnnotations && reading !== null && reading.by !== null));
  const attempts = keepAnnotations ? first : withTemplates(first);
  const carried = attempts.filter((one) => one.entry !== null);
  const moved = carried.flatMap((one): readonly Moved[] => {
    if (one.entry === null || one.reading === null) return [];
    const file = targetOf(one.candidate, one.reading, request.out);
    const { application } = one.candidate;
    return [
      {
        ...one,
        reading: one.reading,
        entry: one.entry,
        file,
        told: one.limits.map((each) => placed(application, each)),
      },
    ];
  });
  const keptBack = attempts
    .filter((one) => one.entry === null)
    .map(({ candidate, limits }) => ({
      name: candidate.name,
      environment: candidate.environment?.name ?? null,
      application: candidate.application.name,
      why: limits.map((one) => placed(candidate.application, one)),
    }));
  return {
    moved,
    keptBack,
    edits: [...(keepAnnotations ? [] : removals(moved)), ...moved.flatMap(resourceEdits)],
    added: moved.flatMap((one) =>
      one.file.existing === null ? [{ file: one.file, entry: one.entry, planned: plannedEntry(one) }] : [],
    ),
  };
}

/** Namespace of Argo CD itself. */
export function controllerNamespaceOf(fleet: Fleet): string {
  return fleet.reading.controllerNamespace ?? 'argocd';
}

function attempt(candidate: Candidate, request: MigrateRequest, fleet: Fleet): Attempt {
  const controllerNamespace = controllerNamespaceOf(fleet);
  const failed = (reading: Reading | null, limits: readonly Limit[]): Attempt => ({
    candidate,
    reading,
    entry: null,
    limits,
  });
  const reading = readingOf(candidate, request.from, controllerNamespace);
  if ('kind' in reading) return failed(null, [reading]);
  const backs = candidateLimits(candidate, request.keepAnnotations, request.out);
  if (backs.length > 0) return failed(reading, backs);
  const { application } = candidate;
  const fromSet: readonly Limit[] =
    application.base.length === 0
      ? []
      : [
          limit(
            'made-by-a-set',
            null,
            `${application.name} is made by an ApplicationSet: Applications that it makes later are in no entry.`,
            'Add an entry for each of them when it comes.',
          ),
        ];
  const carried = carryOver(application, {
    rules: reading.rules,
    controllerNamespace,
    verification: reading.rules === '0' ? null : (reading.by?.match.ref.imagesVerification ?? null),
  });
  if (carried.isErr()) return failed(reading, carried.error);
  const { entry, limits } = carried.value;
  if (!request.keepAnnotations) {
    const text = snapshotAt(fleet, candidate.place).files[application.file] ?? '';
    const edits = removalsOf(candidate).map(({ edit }) => edit);
    const edited = editYaml(text, edits, { file: application.file });
    if (edited.isErr()) return failed(reading, [limit('cannot-edit', null, edited.error.message, edited.error.remedy)]);
  }
  return request.keepAnnotations
    ? { candidate, reading, entry: annotationsEntry(application.name), limits: fromSet }
    : { candidate, reading, entry, limits: [...limits, ...fromSet] };
}

/** The annotations of a template go only where every Application that it makes is carried over. */
function withTemplates(attempts: readonly Attempt[]): readonly Attempt[] {
  const isCarried = new Map(attempts.map((one) => [one.candidate.application, one.entry !== null]));
  return attempts.map((one): Attempt => {
    const { application, neighbours } = one.candidate;
    if (one.entry === null || application.base.length === 0) return one;
    const other = neighbours.find((each) => isOfSameTemplate(each, application) && isCarried.get(each) !== true);
    if (other === undefined) return one;
    const why = limit(
      'shared-template',
      null,
      `The template that makes ${application.name} also makes ${other.name}, which is not migrated with it.`,
      'Migrate all of them at once, or leave the annotations: --keep-annotations.',
    );
    return { ...one, entry: null, limits: [why] };
  });
}

function isOfSameTemplate(one: UpdaterApplication, other: UpdaterApplication): boolean {
  return (
    one.base.length > 0 && one.file === other.file && JSON.stringify(one.document) === JSON.stringify(other.document)
  );
}

/** An entry of the exact name that reads the annotations becomes the full one; else the entry goes to the environment's resource. */
function targetOf(candidate: Candidate, { by }: Reading, out: string | null): ResourceFile {
  if (by === null || by.match.ref.namePattern !== candidate.application.name) return resourceFileOf(candidate, out);
  const { from } = by;
  const { name, namespace } = from.resource;
  return { place: candidate.place, path: from.file, name, namespace, existing: from };
}

/** The annotations of all, each once: a template makes several Applications. */
function removals(moved: readonly Moved[]): readonly WantedEdit[] {
  const edits = moved.flatMap(({ candidate }) => removalsOf(candidate));
  return [...new Map(edits.map((one) => [JSON.stringify([one.place.id, one.file, one.edit.at]), one])).values()];
}

/** Every annotation of Image Updater; where there are no others, the whole map. */
function removalsOf({ application, place }: Candidate): readonly WantedEdit[] {
  const { annotations, file } = application;
  const keys = ownKeys(annotations);
  const common = { place, file, after: null, why: 'the ImageUpdater resource says it now' };
  if (keys.length === Object.keys(annotations).length) {
    const { document, path } = annotationPointer(application, '');
    const before = keys.map((key) => `${key.slice(annotationPrefix.length)}: ${annotations[key] ?? ''}`).join('; ');
    return [{ ...common, before, edit: { at: { document, path: path.slice(0, -1) }, remove: true } }];
  }
  return keys.map((key) => ({
    ...common,
    before: annotations[key] ?? null,
    edit: { at: annotationPointer(application, key), remove: true },
  }));
}

/** What goes into a resource that is there. */
function resourceEdits({ candidate, reading, entry, file }: Moved): readonly WantedEdit[] {
  if (file.existing === null) return [];
  const name = candidate.application.name;
  const isStanding = reading.by?.from === file.existing && reading.by.match.ref.namePattern === name;
  return entryEdits(documentOf(file), entry, isStanding).map((edit) => ({
    place: candidate.place,
    file: file.path,
    edit,
    before: null,
    after: describeEntry(edit, entry),
    why: `says what the annotations of ${name} said`,
  }));
}

function describeEntry(edit: WantedEdit['edit'], entry: ContentMap): string {
  if ('replace' in edit) return edit.replace;
  return JSON.stringify('insert' in edit ? edit.insert : entry);
}

function plannedEntry({ candidate, entry, file }: Moved): PlannedEdit {
  const pointer = { document: documentOf(file), path: entryPath(candidate.application.name) };
  return {
    file: file.path,
    pointer,
    where: formatPointer(pointer),
    at: { file: file.path, line: 1, column: 1 },
    before: null,
    after: JSON.stringify(entry),
    why: `says what the annotations of ${candidate.application.name} said`,
  };
}

function placed(application: UpdaterApplication, one: Limit): Told {
  const annotations = [...application.base, 'metadata', 'annotations'];
  const path = one.key === null ? annotations : [...annotations, `${annotationPrefix}${one.key}`];
  return { ...one, at: positionOf(application, path) };
}
