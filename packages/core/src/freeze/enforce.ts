import { type GitOpsError, severalProblems } from '../errors/error.js';
import type { Environment, Fleet, Instance, Note } from '../fleet/fleet.js';
import { readAgain } from '../fleet/read.js';
import { isSelected } from '../fleet/select.js';
import { type FreezeTarget, freezeUpdater, lintApplication, type UpdaterApplication } from '../image-updater/index.js';
import { snapshotAt, type WantedEdit } from '../plan/assemble.js';
import { err, ok, type Result } from '../result.js';
import { formatPointer, readYaml, type YamlFile } from '../yaml/index.js';
import { claimKey, undoAll } from './plan-resume.js';
import type { Selection, UndoEntry } from './record.js';
import { isStanding } from './state.js';

/** What has to be edited for a freeze, and what stands already because another freeze did it. */
export interface Enforcement {
  readonly edits: readonly WantedEdit[];
  /** Entries of records that hold the same places: copied, so that each freeze can be undone on its own. */
  readonly claimed: readonly UndoEntry[];
  readonly notes: readonly Note[];
}

/**
 * The edits that keep Image Updater from a selection, computed as if nothing were frozen: every freeze is taken back in
 * memory first. A place that another freeze holds is claimed with what stood there before that one, so that freezes
 * nest in any order.
 */
export function enforcementOf(
  fleet: Fleet,
  environment: Environment,
  selection: Selection,
  recordFile: string,
): Result<Enforcement, GitOpsError> {
  const snapshot = snapshotAt(fleet, environment.place);
  const records = fleet.environments
    .filter((one) => one.place.id === environment.place.id)
    .flatMap((one) => one.freezes);
  const thawed = undoAll(fleet, environment.place, records, true, snapshot.files);
  const failed = severalProblems(thawed.problems);
  if (failed !== null) return err(failed);
  const files: Record<string, string> = { ...snapshot.files };
  for (const change of thawed.files) {
    if (change.after === null) delete files[change.path];
    else files[change.path] = change.after;
  }
  const tree = readAgain(fleet, environment.place, files);
  if (tree.isErr()) return err(tree.error);
  const { applicationOf } = tree.value;
  const { applications, resources } = tree.value.at(environment.place);
  const instances = (
    tree.value.fleet.environments.find((one) => one.name === environment.name)?.instances ?? []
  ).filter((one) => isSelected(selection, one.application, null));
  const selected = new Set(instances.flatMap((instance) => applicationOf(instance) ?? []));
  const targets = instances.flatMap((instance): FreezeTarget[] => {
    const application = applicationOf(instance);
    if (application === null) return [];
    const images =
      selection.images.length === 0 && !selection.except.some((name) => name !== instance.application)
        ? null
        : instance.updater.images
            .filter((one) => isSelected(selection, instance.application, one.image))
            .map((one) => one.image);
    const inSharedTemplate =
      application.template !== undefined ||
      applications.some((one) => isOfSameTemplate(one, application) && !selected.has(one));
    return [{ application, images, inSharedTemplate }];
  });
  const wanted = freezeUpdater({
    targets,
    applications,
    resources,
    options: { controllerNamespace: fleet.reading.controllerNamespace ?? 'argocd' },
  });
  if (wanted.isErr()) return err(wanted.error);

  const others = records.filter((one) => one.file !== recordFile).flatMap((one) => one.undo);
  const own = records.filter((one) => one.file === recordFile).flatMap((one) => one.undo);
  const claims = new Map([...own, ...others].map((entry) => [claimKey(entry), entry]));
  const parsed = new Map<string, YamlFile | null>();
  const today = (path: string): YamlFile | null => {
    if (!parsed.has(path)) parsed.set(path, readYaml(snapshot.files[path] ?? '', path).unwrapOr(null));
    return parsed.get(path) ?? null;
  };
  const claimed: UndoEntry[] = [];
  const edits: WantedEdit[] = [];
  for (const { file, edit, why } of wanted.value.edits) {
    const entry = claims.get(`${file}\u0000${formatPointer(edit.at)}`);
    if (entry !== undefined && isStanding(today(file), entry)) claimed.push(entry);
    else edits.push({ place: environment.place, file, edit, before: null, after: contentOf(edit), why });
  }
  const lints = instances.flatMap((instance) => {
    const application = applicationOf(instance);
    if (application !== null) return lintApplication(application, instance.updater);
    return instance.resource.kind === 'Source' ? [notHeld(instance)] : [];
  });
  const notes = new Map([...wanted.value.notes, ...lints].map((note) => [note.message, note]));
  return ok({ edits, claimed, notes: [...notes.values()] });
}

function notHeld({ application, resource }: Instance): Note {
  return {
    kind: 'freeze-without-application',
    severity: 'warn',
    message: `Image Updater is not kept from ${application}: its Application is not in this repository. Promotions into it are.`,
    at: resource.at,
  };
}

/** Whether both are made of one template of an ApplicationSet, so that an annotation there reaches both. */
function isOfSameTemplate(a: UpdaterApplication, b: UpdaterApplication): boolean {
  return (
    a.base.length > 0 &&
    b.base.length > 0 &&
    a.file === b.file &&
    JSON.stringify(a.document) === JSON.stringify(b.document)
  );
}

function contentOf(edit: WantedEdit['edit']): string | null {
  if ('set' in edit) return edit.set;
  if ('insert' in edit) return typeof edit.insert === 'string' ? edit.insert : JSON.stringify(edit.insert);
  return 'replace' in edit ? edit.replace : null;
}

/** Entries in an order that does not depend on how they were found, each place once. */
export function sortedEntries(entries: readonly UndoEntry[]): readonly UndoEntry[] {
  const once = new Map(entries.map((entry) => [claimKey(entry), entry]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => ({ ...entry, line: 0 }));
}
