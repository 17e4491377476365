import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { Fleet, Place } from '../fleet/fleet.js';
import type { FileChange, Snapshot } from '../model.js';
import { err, ok, type Result } from '../result.js';
import type { AppliedEdit, YamlEdit } from '../yaml/edit-types.js';
import { editYaml, findDocument, formatPointer, nodeAt, positionAt, readYaml } from '../yaml/index.js';
import type { Pointer, YamlFile } from '../yaml/node.js';
import { guardPath } from './guarded-paths.js';
import type { PlannedEdit } from './plan.js';

/** An edit that a plan wants in a place. */
export interface WantedEdit {
  readonly place: Place;
  readonly file: string;
  readonly edit: YamlEdit;
  /** Where the edit stands in the YAML that the scalar at its pointer holds as text; left out: in the file itself. */
  readonly inside?: Pointer | null;
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
      const outer = outerEdits(before, file, ofFile);
      if (outer.isErr()) {
        problems.push(outer.error);
        continue;
      }
      const edited = editYaml(before, outer.value.edits, { file });
      if (edited.isErr()) {
        problems.push(edited.error);
        continue;
      }
      if (edited.value.text !== before) files.push({ path: file, before, after: edited.value.text });
      ofFile.forEach((one, index) => {
        const done = edited.value.applied[outer.value.indexes[index] ?? -1];
        if (done === undefined) throw new Error('an edit was applied without saying so');
        if (outer.value.indexes.indexOf(outer.value.indexes[index] ?? -1) === index) applied.push({ file, edit: done });
        edits.push({
          file,
          pointer: one.edit.at,
          where: [one.edit.at, ...(one.inside == null ? [] : [one.inside])].map(formatPointer).join(' > '),
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

/** What is edited in the file itself, and for each wanted edit the index of the one that carries it out. */
interface OuterEdits {
  readonly edits: readonly YamlEdit[];
  readonly indexes: readonly number[];
}

/**
 * Edits inside a string of YAML become one edit of that string: the inner text is edited by the same rules and proof,
 * all of its edits together.
 */
function outerEdits(text: string, file: string, wanted: readonly WantedEdit[]): Result<OuterEdits, GitOpsError> {
  const edits: YamlEdit[] = [];
  const indexes: number[] = [];
  const places = new Map<string, number>();
  let document: YamlFile | null = null;
  for (const one of wanted) {
    if (one.inside == null) {
      indexes.push(edits.push(one.edit) - 1);
      continue;
    }
    const { at } = one.edit;
    const key = JSON.stringify(at);
    const known = places.get(key);
    if (known !== undefined) {
      indexes.push(known);
      continue;
    }
    if (document === null) {
      const read = readYaml(text, file);
      if (read.isErr()) return err(read.error);
      document = read.value;
    }
    const holder = findDocument(document, at.document);
    const found = holder === null ? null : nodeAt(holder, at.path);
    const content = found?.type === 'scalar' ? found.text : '';
    const inner = wanted.flatMap((other) =>
      other.inside != null && JSON.stringify(other.edit.at) === key ? [{ ...other.edit, at: other.inside }] : [],
    );
    const edited = editYaml(content, inner, { file });
    if (edited.isErr()) {
      return err({ ...edited.error, at: found === null ? null : positionAt(file, text, found.start) });
    }
    places.set(key, edits.push({ at, set: edited.value.text }) - 1);
    indexes.push(edits.length - 1);
  }
  return ok({ edits, indexes });
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
