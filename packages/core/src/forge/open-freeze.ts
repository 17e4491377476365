import type { GitOpsError } from '../errors/error.js';
import type { Fleet, Place } from '../fleet/fleet.js';
import { planFreeze } from '../freeze/plan-freeze.js';
import type { Plan, PlanRequest } from '../plan/plan.js';
import { type Answer, err, ok, type Result, ResultAsync } from '../result.js';
import { type OpenPullRequests, readOpenPullRequests } from './open-pull-requests.js';
import { signalOf, type Target, targetAt } from './places.js';
import type { CallOptions, Forge, PullRequest } from './ports.js';
import { type ReadOptions, readFleetAt } from './read-fleet.js';

/** Where the changes of a place go, and what is open there. */
export interface OpenAt {
  readonly target: Target;
  readonly open: OpenPullRequests;
}

/**
 * Freezing twice changes nothing: where the same record waits in an open pull request of ours, who froze first and when
 * are taken over from there, so that a second run finds its own change. Null where nothing is to be taken over.
 */
export function takeOverOpenRecord(plan: Plan, forge: Forge, reading: ReadOptions): Answer<PlanRequest | null> {
  return new ResultAsync(takeOver(plan, forge, reading));
}

async function takeOver(
  plan: Plan,
  forge: Forge,
  reading: ReadOptions,
): Promise<Result<PlanRequest | null, GitOpsError>> {
  const { request } = plan;
  if (request.verb !== 'freeze' && !(request.verb === 'revert' && request.hold !== null)) return ok(null);
  const writesRecord = plan.changes.some((change) => change.files.some((one) => one.before === null));
  if (!writesRecord) return ok(null);
  for (const change of plan.changes) {
    const made = new Set(change.files.filter((one) => one.before === null).map((one) => one.path));
    if (made.size === 0) continue;
    const target = await targetAt(forge, change.place, reading);
    if (target.isErr()) return err(target.error);
    const source = change.pullRequest.sourceBranch;
    const open = await readOpenPullRequests(target.value.forge, reading).andThen((all) =>
      all.find({ source, target: target.value.head.branch }),
    );
    if (open.isErr()) return err(open.error);
    if (open.value === null) continue;
    const theirs = await readFleetAt(forge, change.place, open.value.head, reading);
    const records = theirs.isOk() ? theirs.value.environments.flatMap((one) => one.freezes) : [];
    const record = records.find((one) => made.has(one.file));
    if (record === undefined) continue;
    const previous = { since: record.since, by: record.by };
    // A freeze keeps its own "now": how long it may last counts from today.
    if (request.verb === 'freeze') return ok({ ...request, previous });
    return ok({ ...request, now: previous.since, by: previous.by });
  }
  return ok(null);
}

/**
 * Resuming what is not frozen yet, because its pull request is still open: that pull request is closed. It is found by
 * the branch that freezing the same selection would use.
 */
export function closeOpenFreeze(
  plan: Plan,
  fleet: Fleet,
  openAt: (place: Place) => Promise<Result<OpenAt, GitOpsError>>,
  call: CallOptions,
): Answer<readonly PullRequest[]> {
  return new ResultAsync(close(plan, fleet, openAt, call));
}

async function close(
  plan: Plan,
  fleet: Fleet,
  openAt: (place: Place) => Promise<Result<OpenAt, GitOpsError>>,
  call: CallOptions,
): Promise<Result<readonly PullRequest[], GitOpsError>> {
  const { request } = plan;
  if (request.verb !== 'resume' || request.environment === null || request.expired) return ok([]);
  const { environment, selection, now, by } = request;
  // Reason and end do not matter for the branch; both are given since gitops.yaml may demand them.
  const until = new Date(Date.parse(now) + 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const freeze = planFreeze(fleet, { environment, selection, reason: '-', until, by, now });
  if (freeze.isErr()) return ok([]);
  const closed: PullRequest[] = [];
  for (const change of freeze.value.changes) {
    const at = await openAt(change.place);
    if (at.isErr()) return err(at.error);
    const { target, open: pullRequests } = at.value;
    const source = change.pullRequest.sourceBranch;
    const open = await pullRequests.find({ source, target: target.head.branch });
    if (open.isErr()) return err(open.error);
    if (open.value === null) continue;
    const done = await target.forge.pullRequests.close(
      open.value.id,
      { reason: by === '' ? 'Resumed.' : `Resumed by ${by}.` },
      signalOf(call),
    );
    if (done.isErr()) return err(done.error);
    closed.push(open.value);
  }
  return ok(closed);
}
