import { parseDuration } from '../environment/index.js';
import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { Environment, Fleet, Note } from '../fleet/fleet.js';
import { configAt } from '../fleet/place.js';
import { readAgain } from '../fleet/read.js';
import {
  ambiguousIn,
  environmentOf,
  everything,
  isNarrow,
  isSelected,
  readWhole,
  unknownInSelection,
} from '../fleet/select.js';
import type { FileChange } from '../model.js';
import { assembleEdits, snapshotAt } from '../plan/assemble.js';
import type { Finding, FreezeRequest, Plan } from '../plan/plan.js';
import { describeSelection, sortedSelection, textOf } from '../plan/text.js';
import { err, ok, type Result } from '../result.js';
import { enforcementOf, sortedEntries } from './enforce.js';
import type { FreezeRecord, Selection } from './record.js';
import { formatRecord, recordPath } from './record-file.js';

export interface FreezeOptions {
  readonly environment: string;
  readonly selection?: Partial<Selection>;
  readonly reason: string;
  /** ISO 8601 instant, or null for no end. */
  readonly until?: string | null;
  /** Who freezes, for the record. */
  readonly by: string;
  /** ISO 8601. */
  readonly now: string;
  /** Who froze first and when, where the same freeze waits in an open pull request. */
  readonly previous?: { readonly since: string; readonly by: string };
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Plans a freeze: a record, and the edits that keep Image Updater from the selection, verified by its own rules on the
 * result. Freezing again extends; nothing changes where it is frozen the same way already.
 *
 * Errors: `unknown-environment`, `unknown-application`, `unknown-image`, `reason-required`, `until-invalid`,
 * `freeze-covers-neighbour`, `freeze-in-template`, `freeze-not-verified`.
 */
export function planFreeze(fleet: Fleet, options: FreezeOptions): Result<Plan, GitOpsError> {
  const selection: Selection = sortedSelection({ ...everything, ...options.selection });
  const found = readWhole(fleet).andThen(() => environmentOf(fleet, options.environment));
  if (found.isErr()) return err(found.error);
  const environment = found.value;
  const until = options.until ?? null;
  const faults = severalProblems([
    ...ambiguousIn(fleet, [environment], selection),
    ...unknownInSelection([environment], selection),
    ...reasonProblem(fleet, options.reason),
    ...untilProblem(fleet, until, options.now),
  ]);
  if (faults !== null) return err(faults);

  const file = recordPath(configAt(fleet.config, environment.place), environment.name, { selection, denied: [] });
  const own = environment.freezes.find((one) => one.file === file) ?? null;
  const enforcement = enforcementOf(fleet, environment, selection, file);
  if (enforcement.isErr()) return err(enforcement.error);
  const edited = assembleEdits(fleet, enforcement.value.edits);
  if (edited.isErr()) return err(edited.error);
  const [place] = edited.value;
  const made = (place?.applied ?? []).map((one) => ({ ...one.edit, file: one.file }));
  const record: FreezeRecord = {
    file,
    environment: environment.name,
    selection,
    reason: options.reason,
    by: own?.by ?? options.previous?.by ?? options.by,
    since: own?.since ?? options.previous?.since ?? options.now,
    until,
    denied: [],
    undo: sortedEntries([...enforcement.value.claimed, ...made]),
  };
  const before = snapshotAt(fleet, environment.place).files[file] ?? null;
  const after = formatRecord(record);
  const files: FileChange[] = [...(place?.files ?? []), ...(before === after ? [] : [{ path: file, before, after }])];
  const verified = verify(fleet, environment, selection, files);
  if (verified.isErr()) return err(verified.error);

  const request: FreezeRequest = {
    verb: 'freeze',
    environment: environment.name,
    selection,
    reason: options.reason,
    until,
    now: options.now,
    by: options.by,
    ...(options.previous === undefined ? {} : { previous: options.previous }),
  };
  const what = isNarrow(selection) ? `${environment.name} (${describeSelection(selection)})` : environment.name;
  const summary = `Freeze ${what}${options.reason === '' ? '' : `: ${options.reason.split(/\r?\n/)[0]}`}`;
  const findings = enforcement.value.notes.map((note) => findingOf(environment, note));
  return ok({
    request,
    versions: [],
    findings,
    skipped: [],
    summary,
    changes:
      files.length === 0
        ? []
        : [
            {
              place: environment.place,
              base: snapshotAt(fleet, environment.place).commit,
              edits: place?.edits ?? [],
              files,
              pullRequest: textOf(fleet.config, {
                request,
                operation: 'freeze',
                branch: ['freeze', environment.name],
                selection,
                summary,
                environments: [environment.name],
                trailers: [['GitOps-Environment', environment.name]],
                versions: [],
                edits: place?.edits ?? [],
                files,
                findings,
                skipped: [],
                notes: describeScope(record),
                variables: options.variables ?? {},
              }),
            },
          ],
  });
}

function describeScope(record: FreezeRecord): string[] {
  return [
    `Frozen by ${record.by} since ${record.since}${record.until === null ? '' : ` until ${record.until}`}${record.reason === '' ? '' : `: ${record.reason}`}.`,
    'Promotions stay out, and Argo CD Image Updater changes nothing here, once this is merged and Argo CD has synced it.',
  ];
}

function reasonProblem(fleet: Fleet, reason: string): GitOpsError[] {
  if (!fleet.config.freeze.requireReason || reason.trim() !== '') return [];
  return [problem('reason-required', 'gitops.yaml demands a reason for every freeze.', 'Say why: --reason "…"')];
}

function untilProblem(fleet: Fleet, until: string | null, now: string): GitOpsError[] {
  const { longest } = fleet.config.freeze;
  if (until === null) {
    return longest === null
      ? []
      : [
          problem(
            'until-invalid',
            `gitops.yaml lets a freeze last at most ${longest}; this one has no end.`,
            `Say when it ends: --until ${longest}`,
          ),
        ];
  }
  const end = Date.parse(until);
  if (Number.isNaN(end))
    return [problem('until-invalid', `${until} is no instant.`, 'Give a date (2026-11-27) or a duration (3d).')];
  if (end <= Date.parse(now))
    return [problem('until-invalid', `${until} is past.`, 'Give a later date, or end the freeze: gitops resume.')];
  if (longest === null) return [];
  return parseDuration(longest).match(
    (milliseconds) =>
      end - Date.parse(now) > milliseconds
        ? [
            problem(
              'until-invalid',
              `gitops.yaml lets a freeze last at most ${longest}.`,
              `Choose an earlier end: --until ${longest}`,
            ),
          ]
        : [],
    (error) => [error],
  );
}

/** Reads the result again and asks Image Updater's rules: a freeze that would not hold is an error, not a hope. */
function verify(
  fleet: Fleet,
  environment: Environment,
  selection: Selection,
  files: readonly FileChange[],
): Result<void, GitOpsError> {
  const snapshot = snapshotAt(fleet, environment.place);
  const texts: Record<string, string> = { ...snapshot.files };
  for (const change of files) if (change.after !== null) texts[change.path] = change.after;
  return readAgain(fleet, environment.place, texts).andThen(({ fleet: result }) => {
    const moving = (result.environments.find((one) => one.name === environment.name)?.instances ?? []).flatMap(
      (instance) =>
        instance.updater.images
          .filter((image) => !image.frozen && isSelected(selection, instance.application, image.image))
          .map((image) => ({ instance, image })),
    );
    const [first] = moving;
    if (first === undefined) return ok(undefined);
    return err(
      problem(
        'freeze-not-verified',
        `Image Updater would still update ${moving.map((one) => `${one.image.image} of ${one.instance.application}`).join(', ')}.`,
        'Freeze the whole application instead (--app), or give the image an alias in image-list. Nothing was changed.',
        { at: first.image.decidedAt?.at ?? first.instance.resource.at },
      ),
    );
  });
}

function findingOf(environment: Environment, note: Note): Finding {
  return {
    rule: 'freeze-not-verified',
    severity: 'warn',
    message: note.message,
    remedy: '',
    at: note.at,
    environment: environment.name,
    application: null,
    image: null,
  };
}
