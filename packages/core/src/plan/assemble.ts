import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { Fleet, Place } from '../fleet/fleet.js';
import type { FileChange, Snapshot } from '../model.js';
import { err, ok, type Result } from '../result.js';
import type { AppliedEdit, YamlEdit } from '../yaml/edit-types.js';
import { editYaml, formatPointer } from '../yaml/index.js';
import { guardPath } from './guarded-paths.js';
import type { PlannedEdit } from './plan.js';

/** An edit that a plan wants in a place. */
export interface WantedEdit {
  readonly place: Place;
  readonly file: string;
  readonly edit: YamlEdit;
  readonly before: string | null;
  readonly after: string | null;
  readonly why: string;
}

/** What the edits of one place come to. */
export interface EditedPlace {
  readonly place: Place;
  readonly edits: readonly PlannedEdit[];
  readonly files: readonly FileChange[];
  /** Per file, in the order of the wanted edits: what is needed to undo them. */
  readonly applied: readonly { readonly file: string; readonly edit: AppliedEdit }[];
}

/** The snapshot of a place; a fleet has one for each of its places. */
export function snapshotAt(fleet: Fleet, place: Place): Snapshot {
  const found = fleet.places.find((one) => one.place.id === place.id);
  if (found === undefined) throw new Error(`the fleet holds no snapshot of ${place.id}`);
  return found.snapshot;
}

/**
 * Carries the edits out on the texts of the fleet's snapshots, file by file, each proved. All problems come together.
 * Files that come out as they were are left out.
 */
export function assembleEdits(
  fleet: Fleet,
  wanted: readonly WantedEdit[],
): Result<readonly EditedPlace[], GitOpsError> {
  const problems: GitOpsError[] = [];
  const places: EditedPlace[] = [];
  for (const [place, ofPlace] of groupBy(wanted, (one) => one.place.id)) {
    const files: FileChange[] = [];
    const edits: PlannedEdit[] = [];
    const applied: { file: string; edit: AppliedEdit }[] = [];
    const at = ofPlace[0]?.place;
    if (at === undefined) throw new Error(`no edit for ${place}`);
    const snapshot = snapshotAt(fleet, at);
    for (const [file, ofFile] of groupBy(ofPlace, (one) => one.file)) {
      const refused = guardPath(file);
      if (refused !== null) {
        problems.push(refused);
        continue;
      }
      const before = snapshot.files[file];
      if (before === undefined) {
        problems.push(problem('not-found', `The file ${file} is not in the snapshot.`, 'Read the repository again.'));
        continue;
      }
      const edited = editYaml(
        before,
        ofFile.map((one) => one.edit),
        { file },
      );
      if (edited.isErr()) {
        problems.push(edited.error);
        continue;
      }
      if (edited.value.text !== before) files.push({ path: file, before, after: edited.value.text });
      ofFile.forEach((one, index) => {
        const done = edited.value.applied[index];
        if (done === undefined) throw new Error('an edit was applied without saying so');
        applied.push({ file, edit: done });
        edits.push({
          file,
          pointer: one.edit.at,
          where: formatPointer(one.edit.at),
          at: { file, line: done.line, column: 1 },
          before: one.before,
          after: one.after,
          why: one.why,
        });
      });
    }
    places.push({ place: at, edits, files, applied });
  }
  const failed = severalProblems(problems);
  return failed === null ? ok(places) : err(failed);
}

/** Groups in order of first appearance. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
