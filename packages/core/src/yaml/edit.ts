import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import { assertNever, err, ok, type Result } from '../result.js';
import { type Assembled, assemble } from './assemble.js';
import { Draft } from './draft.js';
import type { AppliedEdit, YamlEdit } from './edit-types.js';
import { EditedText } from './locate.js';
import { planInsert } from './plan-insert.js';
import { planRemove } from './plan-remove.js';
import { planReplace, planSet } from './plan-set.js';
import { indexLines } from './position.js';
import { prove } from './prove.js';
import { readSource } from './read.js';

/**
 * Changes values of a YAML text and nothing else: every character outside the edited ones stays as it is, comments,
 * line ends and indentation included. All edits are made in one pass, each addressed in the text as it was given
 * (insertions may also add to what insertions before them made), and the result is proved: it is read again, and
 * exactly the addressed values differ, each being what was asked for.
 *
 * @param text the whole file.
 * @param edits any number; the order matters to insertions into the same parent.
 * @param options `file` names the text in errors (else `input.yaml`).
 * @returns the new text, and for each edit what {@link undoYaml} needs. An edit that changes nothing is among them.
 *   Else why not, with line and column, and nothing is changed: `yaml-syntax`, `duplicate-key`, `template-in-yaml` and
 *   `yaml-too-large` from reading; `alias-on-path`, `merge-key-on-path`, `pointer-not-found`, `pointer-ambiguous`,
 *   `not-a-scalar`, `already-there`, `edits-overlap` for an edit that cannot be made; `edit-unverified` for a result
 *   that would not be right. Several are told at once, in `also`.
 *
 * @example
 * editYaml('tag: v1 # live\n', [{ at: { document: {}, path: ['tag'] }, set: '1.10' }]) // "tag: '1.10' # live\n"
 */
export function editYaml(
  text: string,
  edits: readonly YamlEdit[],
  options: { readonly file?: string } = {},
): Result<{ readonly text: string; readonly applied: readonly AppliedEdit[] }, GitOpsError> {
  const file = options.file ?? 'input.yaml';
  return readSource(text, file, { slots: true }).andThen((source) => {
    const draft = new Draft(new EditedText(text, file, source));
    const problems: GitOpsError[] = [];
    for (const edit of edits) {
      const refused = plan(draft, edit);
      if (refused !== null) problems.push(refused);
    }
    const refused = severalProblems(problems);
    if (refused !== null) return err(refused);
    return complete(draft).map((assembled) => ({ text: assembled.text, applied: appliedIn(draft, assembled) }));
  });
}

function plan(draft: Draft, edit: YamlEdit): GitOpsError | null {
  const located = draft.edited.locate(edit.at);
  if (located.isErr()) return located.error;
  const found = located.value;
  if ('insert' in edit) {
    if (edit.at.path.length > 0) return planInsert(draft, found, edit);
    return problem('already-there', 'The document itself is there already.', 'Name the entry to insert.', {
      at: draft.edited.position(0),
    });
  }
  if (found.missing.length > 0) return draft.edited.notFound(found, edit.at);
  if ('set' in edit) return planSet(draft, found, edit);
  if ('remove' in edit) return planRemove(draft, found, edit);
  if ('replace' in edit) return planReplace(draft, found, edit);
  return assertNever(edit);
}

/** Makes the text of a draft and proves it. */
export function complete(draft: Draft): Result<Assembled, GitOpsError> {
  return assemble(draft).andThen((assembled) => {
    // Where nothing is written there is nothing to prove.
    const unproved = draft.splices.length === 0 ? null : prove(draft, assembled.text);
    return unproved === null ? ok(assembled) : err(unproved);
  });
}

function appliedIn(draft: Draft, assembled: Assembled): readonly AppliedEdit[] {
  const lines = indexLines(assembled.text);
  return draft.planned.map(({ applied, value }) => {
    const { at, wrote, was, added, removed, place } = applied;
    const line =
      value.type === 'in-splice'
        ? lines.lineOf(assembled.startOf(value.splice) + value.offset())
        : value.type === 'unmoved'
          ? lines.lineOf(assembled.moved(value.offset))
          : draft.edited.lines.lineOf(value.offset);
    return { at, wrote, was, added, removed, line, ...(place === undefined ? {} : { place }) };
  });
}
