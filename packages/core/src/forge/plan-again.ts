import { type GitOpsError, problem } from '../errors/error.js';
import type { Fleet, Place } from '../fleet/fleet.js';
import { home } from '../fleet/place.js';
import { planFreeze } from '../freeze/plan-freeze.js';
import { planResume } from '../freeze/plan-resume.js';
import { planMigration } from '../migrate/plan-migration.js';
import type { CommitId } from '../model.js';
import type { Plan, PlanRequest } from '../plan/plan.js';
import type { MoveOptions } from '../promotion/move-plan.js';
import { planPromotion } from '../promotion/plan-promotion.js';
import { planRevert } from '../promotion/plan-revert.js';
import { planSet } from '../promotion/plan-set.js';
import { type Answer, assertNever, errAsync, okAsync, type Result, ResultAsync } from '../result.js';

/** How commits of the past are read, where a request needs them: the fleet with that place at that commit. */
export type FleetReader = (commit: CommitId, place: Place) => Answer<Fleet>;

/**
 * Plans a request on a fleet: the same request on the same fleet is the same plan. A promotion takes the versions of the
 * commit that was first read, so that what was reviewed is what lands; `source-gone` where that commit is gone.
 */
export function planAgain(
  request: PlanRequest,
  fleet: Fleet,
  readAt: FleetReader,
  options: Omit<MoveOptions, 'source'> = {},
): Answer<Plan> {
  switch (request.verb) {
    case 'freeze':
      return settled(planFreeze(fleet, { ...request, ...variablesOf(options) }));
    case 'resume':
      return settled(planResume(fleet, { ...request, ...variablesOf(options) }));
    case 'set':
      return settled(planSet(fleet, { ...request, ...options }));
    case 'migrate':
      return settled(planMigration(fleet, { ...request, ...variablesOf(options) }));
    case 'promote': {
      const { fromCommit, ...rest } = request;
      const place = fleet.environments.find((one) => one.name === request.from)?.deploys ?? home;
      const today = fleet.places.find((one) => one.place.id === place.id)?.snapshot.commit;
      if (fromCommit === null || today === fromCommit) {
        return settled(planPromotion(fleet, { ...rest, ...options }));
      }
      return readAt(fromCommit, place)
        .mapErr((error) => sourceGone(error, fromCommit))
        .andThen((source) => planPromotion(fleet, { ...rest, ...options, source }));
    }
    case 'revert': {
      const { before, last, place: id } = request.landed;
      const place = fleet.places.find((one) => one.place.id === id)?.place ?? home;
      return ResultAsync.combine([readAt(before, place), readAt(last, place)])
        .mapErr((error) => sourceGone(error, last))
        .andThen(([earlier, later]) =>
          earlier === undefined || later === undefined
            ? errAsync<Plan, GitOpsError>(sourceGone(null, last))
            : settled(planRevert(fleet, { ...request, ...options, before: earlier, after: later })),
        );
    }
    default:
      return assertNever(request);
  }
}

function variablesOf(options: Omit<MoveOptions, 'source'>): { readonly variables?: Readonly<Record<string, string>> } {
  return options.variables === undefined ? {} : { variables: options.variables };
}

function sourceGone(error: GitOpsError | null, commit: CommitId): GitOpsError {
  if (error !== null && error.kind !== 'not-found') return error;
  return problem(
    'source-gone',
    `The commit ${commit.slice(0, 12)}, whose versions were to be taken, is not in the repository any more.`,
    'Plan again from what is there now.',
    { details: { commit } },
  );
}

function settled<T>(result: Result<T, GitOpsError>): Answer<T> {
  return result.isOk() ? okAsync(result.value) : errAsync(result.error);
}
