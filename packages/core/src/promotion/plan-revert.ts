import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { Environment, Fleet } from '../fleet/fleet.js';
import { describeVersion, isSameVersion } from '../fleet/pin-version.js';
import {
  environmentOf,
  everything,
  instanceOf,
  isNamedOutright,
  isSelected,
  unknownInSelection,
} from '../fleet/select.js';
import { describeFreeze, freezeOf, wholeFreezeOf } from '../freeze/in-force.js';
import { planHold } from '../freeze/plan-hold.js';
import type { FreezeRecord, Selection } from '../freeze/record.js';
import type { CommitId, Version } from '../model.js';
import type { Plan, RevertRequest } from '../plan/plan.js';
import { err, ok, type Result } from '../result.js';
import { type MoveOptions, MovePlan } from './move-plan.js';
import { imageMoved, type Moved, movedBetween } from './moved.js';

export interface RevertOptions extends MoveOptions {
  /** The fleet before the first commit that landed, and after the last: their difference is what is taken back. */
  readonly before: Fleet;
  readonly after: Fleet;
  readonly landed: { readonly before: CommitId; readonly last: CommitId };
  readonly pullRequest?: string | null;
  readonly environment?: string | null;
  readonly selection?: Partial<Selection>;
  readonly skipChanged?: boolean;
  /** Freeze what is taken back and deny its version. */
  readonly hold?: { readonly reason: string; readonly until: string | null } | null;
  /** ISO 8601. */
  readonly now: string;
  readonly by?: string;
}

/**
 * Plans taking back what one change moved, on today's head, at today's effective pins. Errors: `not-a-promotion` where
 * the range moved no version, `changed-since-promotion` where something else has changed since (`skipChanged` goes on
 * with the rest), `environment-frozen`.
 */
export function planRevert(fleet: Fleet, options: RevertOptions): Result<Plan, GitOpsError> {
  const selection: Selection = { ...everything, ...options.selection };
  const only = options.environment == null ? ok(null) : environmentOf(fleet, options.environment);
  if (only.isErr()) return err(only.error);
  const unknown = severalProblems(unknownInSelection(fleet.environments, selection));
  if (unknown !== null) return err(unknown);

  const all = movedBetween(options.before, options.after);
  if (all.length === 0) {
    return err(
      problem(
        'not-a-promotion',
        `What landed as ${options.landed.last.slice(0, 12)} moved no version.`,
        'Name a pull request or a commit that did; gitops pr list --state merged shows them.',
      ),
    );
  }
  const moved = all.filter(
    (one) =>
      (only.value === null || one.environment === only.value.name) && isSelected(selection, one.application, one.image),
  );
  const environments = [...new Set(moved.map((one) => one.environment))];
  const request: RevertRequest = {
    verb: 'revert',
    landed: options.landed,
    pullRequest: options.pullRequest ?? null,
    environment: only.value?.name ?? null,
    selection,
    skipChanged: options.skipChanged ?? false,
    hold: options.hold ?? null,
    now: options.now,
    by: options.by ?? '',
  };
  const plan = new MovePlan(fleet, request, environments, options);
  const takenBack: { readonly environment: Environment; readonly moved: Moved }[] = [];
  for (const one of moved) {
    const environment = fleet.environments.find((known) => known.name === one.environment);
    if (environment !== undefined && takeBack(plan, environment, one, request))
      takenBack.push({ environment, moved: one });
  }
  const hold =
    request.hold === null
      ? ok({ extra: [], files: () => [] })
      : planHold(fleet, { ...request.hold, by: request.by, now: request.now, takenBack });
  if (hold.isErr()) return err(hold.error);
  const name = request.pullRequest ?? options.landed.last.slice(0, 12);
  return plan.finish({
    operation: 'revert',
    branch: ['revert', environments.join(',') || 'nothing', options.landed.last.slice(0, 12)],
    selection,
    environments,
    title: (moves) => `Revert ${name} in ${environments.join(', ')}: ${moves}${request.hold === null ? '' : ', held'}`,
    trailers: [
      ['GitOps-Environment', environments.join(', ')],
      ['GitOps-Reverts', options.landed.last],
      ...(request.hold === null ? [] : ([['GitOps-Overrides', `hold: ${request.hold.reason}`]] as const)),
    ],
    notes:
      request.hold === null
        ? []
        : [
            `Held: neither Image Updater nor the next promotion brings these versions back until gitops resume ${environments.join(',')}.`,
          ],
    extra: hold.value.extra,
    files: hold.value.files,
  });
}

/** True where the version is back, or goes back, to what it was. */
function takeBack(plan: MovePlan, environment: Environment, moved: Moved, request: RevertRequest): boolean {
  const target = instanceOf(environment, moved.application);
  const image = imageMoved(plan.fleet, moved);
  const frozen = wholeFreezeOf(environment);
  if (frozen !== null) {
    plan.refuse(
      problem(
        'environment-frozen',
        `${environment.name} is frozen ${describeFreeze(frozen)}.`,
        `End the freeze first: gitops resume ${environment.name}`,
        { at: { file: frozen.file, line: 1, column: 1 } },
      ),
    );
    return false;
  }
  const now = image?.version ?? null;
  if (target === null || image === null || now === null || moved.before === null) {
    changedSince(plan, environment, moved, now, request);
    return false;
  }
  if (isSameVersion(now, moved.before)) return true;
  if (!isSameVersion(now, moved.after)) {
    changedSince(plan, environment, moved, now, request);
    return false;
  }
  const partly = freezeOf(environment, moved.application, moved.image);
  if (partly !== null) {
    keepFrozen(plan, environment, moved, partly, isNamedOutright(request.selection, moved.application, moved.image));
    return false;
  }
  plan.move({
    verb: 'revert',
    from: null,
    to: environment,
    source: null,
    target,
    image,
    version: moved.before,
    named: true,
  });
  return true;
}

/** Part of the environment is frozen: left out, unless it was named. */
function keepFrozen(
  plan: MovePlan,
  environment: Environment,
  moved: Moved,
  record: FreezeRecord,
  named: boolean,
): void {
  const message = `${moved.application} is frozen in ${environment.name} ${describeFreeze(record)}.`;
  if (!named) {
    plan.skip(environment, moved.application, moved.image, 'frozen', message);
    return;
  }
  plan.refuse(
    problem('environment-frozen', message, 'End that freeze first: gitops resume, with the selection of its record.', {
      at: { file: record.file, line: 1, column: 1 },
      details: { environment: environment.name, application: moved.application, image: moved.image },
    }),
  );
}

function changedSince(
  plan: MovePlan,
  environment: Environment,
  moved: Moved,
  now: Version | null,
  request: RevertRequest,
): void {
  const message = `${moved.application} in ${environment.name} was set to ${describeVersion(moved.after)} by what is reverted, but is ${describeVersion(now)} now.`;
  if (request.skipChanged) {
    plan.skip(environment, moved.application, moved.image, 'changed', message);
    return;
  }
  plan.refuse(
    problem(
      'changed-since-promotion',
      message,
      'Revert the later change first, or go on with the rest: --skip-changed',
      { at: moved.at, details: { application: moved.application, environment: environment.name } },
    ),
  );
}
