import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { Environment, Fleet, Place } from '../fleet/fleet.js';
import { environmentOf, everything, isNarrow, isSelected, readWhole } from '../fleet/select.js';
import type { FileChange, SourcePosition } from '../model.js';
import { groupBy, snapshotAt } from '../plan/assemble.js';
import { guardPath } from '../plan/guarded-paths.js';
import type { Finding, Plan, PlannedEdit, ResumeRequest } from '../plan/plan.js';
import { describeSelection, sortedSelection, textOf } from '../plan/text.js';
import { err, ok, type Result } from '../result.js';
import {
  type AppliedEdit,
  findDocument,
  formatPointer,
  nodeAt,
  positionAt,
  readYaml,
  undoYaml,
  type YamlFile,
} from '../yaml/index.js';
import { isHold } from './in-force.js';
import type { FreezeRecord, Selection, UndoEntry } from './record.js';

export interface ResumeOptions {
  /** Null with `expired`: every environment. */
  readonly environment: string | null;
  /** The selection that was frozen; empty: the freeze of the whole environment, or where there is none, its holds. */
  readonly selection?: Partial<Selection>;
  /** Only freezes whose `until` is past. */
  readonly expired?: boolean;
  /** Where somebody edited an enforcing edit since: leave that one as it is, instead of refusing. */
  readonly keepChanges?: boolean;
  /** ISO 8601. */
  readonly now: string;
  readonly by?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Plans the end of freezes: every enforcing edit whose text is still ours is undone, byte for byte, and the record
 * goes. A pointer that another freeze claims stays frozen. Errors: `unknown-environment`, `changed-since-freeze` (with
 * file and line; nothing is written unless `keepChanges`). A plan without changes: nothing was frozen.
 */
export function planResume(fleet: Fleet, options: ResumeOptions): Result<Plan, GitOpsError> {
  const selection: Selection = { ...everything, ...options.selection };
  const within =
    options.environment === null
      ? ok(fleet.environments)
      : environmentOf(fleet, options.environment).map((one) => [one]);
  if (within.isErr()) return err(within.error);
  const whole = readWhole(fleet);
  if (whole.isErr()) return err(whole.error);
  const request: ResumeRequest = {
    verb: 'resume',
    environment: options.environment === null ? null : (within.value[0]?.name ?? null),
    selection,
    expired: options.expired ?? false,
    keepChanges: options.keepChanges ?? false,
    now: options.now,
    by: options.by ?? '',
  };
  const ending = within.value.flatMap((environment) =>
    recordsToEnd(environment, request).map((record) => ({ environment, record })),
  );
  const places = groupBy(ending, (one) => one.environment.place.id);
  const environments = [...new Set(ending.map((one) => one.environment.name))];
  const summary = summaryOf(request, environments);
  const problems: GitOpsError[] = [];
  const findings: Finding[] = ending.length === 0 && !request.expired ? notFrozen(within.value, request) : [];
  const changes = [...places.values()].flatMap((here) => {
    const place = here[0]?.environment.place;
    if (place === undefined) return [];
    const undone = undoAll(
      fleet,
      place,
      here.map((one) => one.record),
      request.keepChanges,
      snapshotAt(fleet, place).files,
    );
    problems.push(...undone.problems);
    findings.push(...undone.kept);
    return [
      {
        place,
        base: snapshotAt(fleet, place).commit,
        edits: undone.edits,
        files: undone.files,
        pullRequest: textOf(fleet.config, {
          request,
          operation: 'resume',
          branch: ['resume', request.expired ? 'expired' : (request.environment ?? 'all')],
          selection,
          summary,
          environments: environments.filter((name) => here.some((one) => one.environment.name === name)),
          trailers: [['GitOps-Environment', environments.join(', ')]],
          versions: [],
          edits: undone.edits,
          files: undone.files,
          findings,
          skipped: [],
          notes: here.map(
            ({ record }) =>
              `Ends ${isHold(record) ? 'the hold' : 'the freeze'} of ${record.environment}${isNarrow(record.selection) ? ` (${describeSelection(record.selection)})` : ''} by ${record.by}, since ${record.since.slice(0, 10)}: ${record.reason}`,
          ),
          variables: options.variables ?? {},
        }),
      },
    ];
  });
  const failed = severalProblems(problems);
  if (failed !== null) return err(failed);
  return ok({ request, changes, versions: [], findings, skipped: [], summary });
}

function recordsToEnd(environment: Environment, request: ResumeRequest): readonly FreezeRecord[] {
  if (request.expired) {
    return environment.freezes.filter((one) => one.until !== null && Date.parse(one.until) <= Date.parse(request.now));
  }
  const wanted = JSON.stringify(sortedSelection(request.selection));
  const same = environment.freezes.filter(
    (one) => !isHold(one) && JSON.stringify(sortedSelection(one.selection)) === wanted,
  );
  if (same.length > 0) return same;
  const holds = environment.freezes.filter(isHold);
  if (!isNarrow(request.selection)) return holds;
  return holds.filter((one) =>
    one.denied.every((denied) => isSelected(request.selection, denied.application, denied.image)),
  );
}

function summaryOf(request: ResumeRequest, environments: readonly string[]): string {
  const what = request.expired ? 'Resume what expired' : `Resume ${request.environment ?? environments.join(', ')}`;
  return isNarrow(request.selection) ? `${what} (${describeSelection(request.selection)})` : what;
}

function notFrozen(environments: readonly Environment[], request: ResumeRequest): Finding[] {
  return environments
    .filter((one) => one.freezes.length > 0)
    .map((one) => ({
      rule: 'not-frozen' as const,
      severity: 'warn' as const,
      message: `${one.name} has no freeze of ${isNarrow(request.selection) ? describeSelection(request.selection) : 'the whole environment'}; it has ${one.freezes.map((record) => describeSelection(record.selection) || 'the whole environment').join('; ')}.`,
      remedy: `Name the same selection: gitops resume ${one.name} ${flagsOf(one.freezes[0]?.selection ?? everything)}`,
      at: null,
      environment: one.name,
      application: null,
      image: null,
    }));
}

function flagsOf(selection: Selection): string {
  return [
    ...(selection.applications.length > 0 ? [`--app ${selection.applications.join(',')}`] : []),
    ...(selection.images.length > 0 ? [`--image ${selection.images.join(',')}`] : []),
    ...(selection.except.length > 0 ? [`--except ${selection.except.join(',')}`] : []),
  ].join(' ');
}

/** Where an enforcing edit stands before it is undone. */
function placeOf(file: YamlFile | null, edit: AppliedEdit, path: string): SourcePosition {
  const document = file === null ? null : findDocument(file, edit.at.document);
  const node = document === null ? null : nodeAt(document, edit.at.path);
  return file === null || node === null ? { file: path, line: 1, column: 1 } : positionAt(path, file.text, node.start);
}

/** What taking these records back gives. */
export interface Undone {
  readonly files: readonly FileChange[];
  readonly edits: readonly PlannedEdit[];
  readonly problems: readonly GitOpsError[];
  readonly kept: readonly Finding[];
}

/** Identity of an enforcing edit: two records may claim the same one. */
export function claimKey(entry: UndoEntry): string {
  return `${entry.file}\u0000${formatPointer(entry.at)}`;
}

/** Undoes records of a place on these texts: pointers that a record which stays claims are left, and the records' files go. */
export function undoAll(
  fleet: Fleet,
  place: Place,
  ending: readonly FreezeRecord[],
  keepChanges: boolean,
  texts: Readonly<Record<string, string>>,
): Undone {
  const endingFiles = new Set(ending.map((one) => one.file));
  const staying = fleet.environments
    .filter((one) => one.place.id === place.id)
    .flatMap((one) => one.freezes)
    .filter((one) => !endingFiles.has(one.file));
  const claimed = new Set(staying.flatMap((one) => one.undo.map(claimKey)));
  const entries = new Map<string, UndoEntry>();
  for (const entry of ending.flatMap((one) => one.undo)) {
    if (!claimed.has(claimKey(entry))) entries.set(claimKey(entry), entry);
  }
  const files: FileChange[] = [];
  const edits: PlannedEdit[] = [];
  const problems: GitOpsError[] = [];
  const kept: Finding[] = [];
  for (const [file, ofFile] of groupBy([...entries.values()], (one) => one.file)) {
    const refused = guardPath(file);
    if (refused !== null) {
      problems.push(refused);
      continue;
    }
    const before = texts[file];
    if (before === undefined) continue; // a file that is gone needs no thaw
    const undone = undoYaml(before, ofFile, { file, keepChanged: true });
    if (undone.isErr()) {
      problems.push(undone.error);
      continue;
    }
    for (const { edit, at, found } of undone.value.changed) {
      if (found === edit.was) continue; // taken back already, by hand or by a merge
      const message = `${formatPointer(edit.at)} was ${edit.wrote ?? 'nothing'} when it was frozen, and is ${found ?? 'gone'} now.`;
      if (keepChanges) {
        kept.push({
          rule: 'changed-since-freeze',
          severity: 'warn',
          message,
          remedy: 'It is left as it is.',
          at,
          environment: null,
          application: null,
          image: null,
        });
      } else {
        problems.push(
          problem(
            'changed-since-freeze',
            message,
            'Look at it, then resume with --keep-changes to leave it as it is, or set it back by hand. Nothing was changed.',
            {
              at: at ?? { file, line: 1, column: 1 },
            },
          ),
        );
      }
    }
    if (undone.value.text !== before) files.push({ path: file, before, after: undone.value.text });
    const parsed = readYaml(before, file).unwrapOr(null);
    for (const edit of undone.value.undone) {
      edits.push({
        file,
        pointer: edit.at,
        where: formatPointer(edit.at),
        at: placeOf(parsed, edit, file),
        before: edit.wrote,
        after: edit.was,
        why: 'the freeze ends',
      });
    }
  }
  for (const record of ending) {
    const before = texts[record.file];
    if (before !== undefined) files.push({ path: record.file, before, after: null });
  }
  return { files, edits, problems, kept };
}
