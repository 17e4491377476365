import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { Draft } from './draft.js';
import { complete } from './edit.js';
import type { AppliedEdit, ChangedEdit } from './edit-types.js';
import { EditedText } from './locate.js';
import { planUndo } from './plan-undo.js';
import { formatPointer } from './pointer.js';
import { readSource } from './read.js';

/** What an undoing came to. */
export interface Undone {
  readonly text: string;
  readonly undone: readonly AppliedEdit[];
  /** Edits whose text is no longer what they wrote; left as they are. */
  readonly changed: readonly ChangedEdit[];
}

/**
 * Takes edits back. Where the text still is what an edit wrote, every character that was there before comes back;
 * changes made meanwhile elsewhere stay. An edit whose value is what it was before, or whose entry is gone as it was
 * before, counts as undone.
 *
 * @param text the whole file as it is now.
 * @param applied what {@link editYaml} answered, in its order.
 * @param options `file` names the text in errors; `keepChanged` leaves changed edits as they are instead of refusing.
 * @returns the new text, proved as {@link editYaml} proves it. `changed-since-freeze`, with line and column of each, if
 *   an edit is no longer ours and `keepChanged` is not true: then nothing is undone. Else errors as of {@link editYaml}.
 */
export function undoYaml(
  text: string,
  applied: readonly AppliedEdit[],
  options: { readonly file?: string; readonly keepChanged?: boolean } = {},
): Result<Undone, GitOpsError> {
  const file = options.file ?? 'input.yaml';
  const undone = new Set<AppliedEdit>();
  let current = text;
  let left = [...applied].reverse();
  // One round undoes all that does not build on another edit; what does waits for the next.
  for (let patient = true; ; ) {
    const read = readSource(current, file, { slots: true });
    if (read.isErr()) return err(read.error);
    const draft = new Draft(new EditedText(current, file, read.value));
    const waiting: AppliedEdit[] = [];
    const changed: ChangedEdit[] = [];
    let progress = false;
    for (const edit of left) {
      const answer = planUndo(draft, edit, patient);
      if (answer === 'undone') {
        undone.add(edit);
        progress = true;
      } else if (answer === 'later') waiting.push(edit);
      else if ('kind' in answer) return err(answer);
      else changed.push(answer);
    }
    if (draft.splices.length > 0) {
      const made = complete(draft);
      if (made.isErr()) return err(made.error);
      current = made.value.text;
    }
    if (waiting.length === 0 && (changed.length === 0 || draft.splices.length === 0)) {
      return conclude(current, applied, undone, changed, options.keepChanged === true);
    }
    // What looked changed may only have been covered by an edit that is gone now.
    left = left.filter((edit) => !undone.has(edit));
    patient = progress;
  }
}

function conclude(
  text: string,
  applied: readonly AppliedEdit[],
  undone: ReadonlySet<AppliedEdit>,
  changed: readonly ChangedEdit[],
  keepChanged: boolean,
): Result<Undone, GitOpsError> {
  if (changed.length === 0 || keepChanged) {
    return ok({ text, undone: applied.filter((edit) => undone.has(edit)), changed: [...changed].reverse() });
  }
  const refused = severalProblems(
    [...changed]
      .reverse()
      .map(({ edit, at, found }) =>
        problem(
          'changed-since-freeze',
          `${formatPointer(edit.at)} was changed since: ${edit.wrote === null ? 'it was removed' : `it was ${edit.wrote}`}, it is ${found ?? 'gone'}.`,
          'Look at the change; to leave it as it is and undo the rest, run again with --keep-changes.',
          { at, details: { pointer: formatPointer(edit.at), expected: edit.wrote, found } },
        ),
      ),
  );
  if (refused === null) throw new Error('changed edits without an error');
  return err(refused);
}
