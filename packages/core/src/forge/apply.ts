import { type GitOpsError, problem } from '../errors/error.js';
import type { Place } from '../fleet/fleet.js';
import { home } from '../fleet/place.js';
import type { CommitId } from '../model.js';
import { describeNeighbours } from '../plan/neighbours.js';
import type { Plan, PlannedChange, PlanRequest } from '../plan/plan.js';
import { differenceOf, type PlanFile, paperEdits, toPlanFile } from '../plan/plan-file.js';
import type { MoveOptions } from '../promotion/move-plan.js';
import { type Answer, err, ok, okAsync, type Result, ResultAsync } from '../result.js';
import { carryOutOne } from './carry-out.js';
import { type MergeOptions, mergePullRequest } from './merge.js';
import { closeOpenFreeze, type OpenAt, takeOverOpenRecord } from './open-freeze.js';
import { type OpenPullRequests, readOpenPullRequests, recentMs } from './open-pull-requests.js';
import { callOf, signalOf, type Target, targetAt } from './places.js';
import { planAgain } from './plan-again.js';
import type { BranchHead, CallOptions, Clock, Forge, PullRequest } from './ports.js';
import { fleetReadingOf, type ReadOptions, readFleet, readFleetAt } from './read-fleet.js';

export interface ApplyOptions extends CallOptions, Omit<ReadOptions, 'commit' | 'signal'>, Omit<MoveOptions, 'source'> {
  readonly forge: Forge;
  readonly clock: Clock;
  /** What was reviewed on paper: only the same edits go on, else `plan-outdated` with the difference. */
  readonly reviewed?: PlanFile;
  /** Merge when it may be merged; with `wait`, wait for that. */
  readonly merge?: boolean;
  /** As in {@link MergeOptions}. */
  readonly auto?: boolean;
  /** As in {@link MergeOptions}: nobody approves unless it is given. */
  readonly approver?: Forge;
  readonly wait?: boolean;
  /** Total time of a wait, in milliseconds. */
  readonly timeoutMs?: number;
  /** Change a pull request that is approved or queued as well. */
  readonly updateApproved?: boolean;
  /** Replace a hand-made commit on the branch. */
  readonly overwrite?: boolean;
  readonly onProgress?: (progress: Progress) => void;
}

/** A step of a longer piece of work, for people who wait. */
export interface Progress {
  readonly step: 'read' | 'plan' | 'commit' | 'open' | 'update' | 'merge' | 'wait' | 'retry';
  readonly message: string;
}

/** What became of one place's change. */
export interface PullRequestOutcome {
  /** `unchanged`: the pull request was there as it should be. `waiting`: open, and a merge is awaited. */
  readonly kind: 'unchanged' | 'opened' | 'updated' | 'merged' | 'waiting';
  readonly place: string;
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly source: string;
  readonly target: string;
  readonly head: CommitId;
  /** The commit that landed; null unless merged. */
  readonly landed: CommitId | null;
  /** What is still awaited, for people. */
  readonly waitingFor: readonly string[];
}

export interface Outcome {
  /** The plan that was carried out: planned again where the target had moved. */
  readonly plan: Plan;
  /** Empty: nothing was to be done. */
  readonly pullRequests: readonly PullRequestOutcome[];
  /** What people should know of other open pull requests, in whole sentences. */
  readonly notes: readonly string[];
  /** Open pull requests that would have frozen what is resumed: closed. */
  readonly closed: readonly PullRequest[];
}

/** A moved base or a race is met by planning again; after so many rounds something else is wrong. */
const rounds = 25;

/**
 * Carries a plan out: one commit and one pull request per place, found again where they are there already. Plans again
 * where the target has moved since. Run again after dying at any point, it converges: nothing is done twice.
 *
 * Errors: those of planning, `plan-outdated` (what was reviewed is not what would be done today), `branch-modified`
 * (a hand-made commit on our branch: `overwrite`), `pull-request-approved` (`updateApproved`), and those of the ports.
 */
export function applyPlan(plan: Plan, options: ApplyOptions): Answer<Outcome> {
  return new ResultAsync(apply(plan, options));
}

async function apply(first: Plan, options: ApplyOptions): Promise<Result<Outcome, GitOpsError>> {
  let plan = first;
  for (let round = 1; ; round++) {
    // what was reviewed on paper, or lost a race, is held against what is there now
    const maxAgeMs = round === 1 && options.reviewed === undefined ? recentMs : 0;
    const places = openPlaces({ ...options, maxAgeMs });
    const current = await planForHead(plan, places, { ...options, maxAgeMs });
    if (current.isErr()) return err(current.error);
    plan = current.value;
    const changed = await carryOut(plan, places, options);
    if (changed.isOk()) {
      const closed = await closedFreezes(plan, places, options);
      if (closed.isErr()) return err(closed.error);
      const notes = describeNeighbours(plan, await places.seen());
      const done = await finish(plan, changed.value, options);
      return done.map((pullRequests) => ({ plan, pullRequests, notes, closed: closed.value }));
    }
    const isRace = changed.error.kind === 'stale-head' || changed.error.kind === 'already-exists';
    if (!isRace || round >= rounds || options.signal?.aborted === true) return err(changed.error);
    options.onProgress?.({ step: 'retry', message: 'Somebody else was faster; looking again.' });
    await options.clock.sleep(backOff(round), options.signal);
  }
}

/** Twenty processes at once must not march in step: the longer it goes on, the longer the pause. */
function backOff(round: number): number {
  return Math.min(25 * round, 500);
}

/** The places of one round: each branch is looked at once, and the pull requests of each repository are listed once. */
interface OpenPlaces {
  readonly target: (place: Place) => Promise<Result<Target, GitOpsError>>;
  readonly open: (place: Place) => Promise<Result<OpenAt, GitOpsError>>;
  /** The open pull requests that were listed. */
  readonly seen: () => Promise<readonly PullRequest[]>;
}

function openPlaces(options: ApplyOptions): OpenPlaces {
  const targets = new Map<string, Promise<Result<Target, GitOpsError>>>();
  const lists = new Map<Forge, Promise<Result<OpenPullRequests, GitOpsError>>>();
  const target = (place: Place): Promise<Result<Target, GitOpsError>> => {
    const known = targets.get(place.id) ?? Promise.resolve(targetAt(options.forge, place, options));
    targets.set(place.id, known);
    return known;
  };
  const open = async (place: Place): Promise<Result<OpenAt, GitOpsError>> => {
    const at = await target(place);
    if (at.isErr()) return err(at.error);
    const { forge } = at.value;
    const known = lists.get(forge) ?? Promise.resolve(readOpenPullRequests(forge, options));
    lists.set(forge, known);
    return (await known).map((all) => ({ target: at.value, open: all }));
  };
  return {
    target,
    open,
    seen: async () => (await Promise.all(lists.values())).flatMap((one) => (one.isOk() ? one.value.all : [])),
  };
}

/** The plan for today's heads of the branches that it changes. */
async function planForHead(plan: Plan, places: OpenPlaces, options: ApplyOptions): Promise<Result<Plan, GitOpsError>> {
  const own = await places.target(home);
  if (own.isErr()) return err(own.error);
  const isCurrent = await isOnHeads(plan, places);
  if (isCurrent.isErr()) return err(isCurrent.error);
  const { head } = own.value;
  const reading: ReadOptions = { ...fleetReadingOf(options), ...callOf(options), branch: head.branch };
  if (isCurrent.value && options.reviewed === undefined) return withOpenRecord(plan, head, reading, options);
  options.onProgress?.({ step: 'plan', message: `Planning on ${head.branch}@${head.commit.slice(0, 7)}.` });
  const again = await replan(plan.request, head, reading, options);
  if (again.isErr()) return err(again.error);
  const heads = new Map<string, BranchHead>();
  for (const change of again.value.changes) {
    const at = await places.target(change.place);
    if (at.isErr()) return err(at.error);
    heads.set(change.place.id, at.value.head);
  }
  const outdated = options.reviewed === undefined ? null : whatIsOutdated(options.reviewed, again.value, heads, head);
  return outdated === null ? withOpenRecord(again.value, head, reading, options) : err(outdated);
}

/** True where every change was planned on what its branch holds today. */
async function isOnHeads(plan: Plan, places: OpenPlaces): Promise<Result<boolean, GitOpsError>> {
  if (plan.changes.length === 0) return ok(false);
  for (const change of plan.changes) {
    const at = await places.target(change.place);
    if (at.isErr()) return err(at.error);
    if (change.base !== at.value.head.commit) return ok(false);
  }
  return ok(true);
}

function replan(request: PlanRequest, head: BranchHead, reading: ReadOptions, options: ApplyOptions): Answer<Plan> {
  const { forge } = options;
  return readFleet(forge, { ...reading, commit: head.commit }).andThen((fleet) =>
    planAgain(request, fleet, (commit, place) => readFleetAt(forge, place, commit, reading), options),
  );
}

/** The plan with who froze first and when, where the same freeze waits in a pull request of ours. */
async function withOpenRecord(
  plan: Plan,
  head: BranchHead,
  reading: ReadOptions,
  options: ApplyOptions,
): Promise<Result<Plan, GitOpsError>> {
  const request = await takeOverOpenRecord(plan, options.forge, reading);
  if (request.isErr()) return err(request.error);
  const { value } = request;
  if (value === null || JSON.stringify(value) === JSON.stringify(plan.request)) return ok(plan);
  return replan(value, head, reading, options);
}

/** What was reviewed is what lands: the same edits, and on the same base also the same bytes. */
function whatIsOutdated(
  reviewed: PlanFile,
  plan: Plan,
  heads: ReadonlyMap<string, BranchHead>,
  own: BranchHead,
): GitOpsError | null {
  const places = new Set([...reviewed.changes.map((one) => one.place), ...plan.changes.map((one) => one.place.id)]);
  const difference = [...places].flatMap((place) =>
    differenceOf(
      reviewed.changes.filter((one) => one.place === place).flatMap((one) => one.edits),
      paperEdits(plan, place),
    ),
  );
  const sameBase = reviewed.changes.every((one) => one.base === (heads.get(one.place) ?? own).commit);
  const bytesDiffer = sameBase && difference.length === 0 && !hasSameDigests(reviewed, plan);
  if (difference.length === 0 && !bytesDiffer) return null;
  const lines = difference.map((one) => `    ${JSON.stringify(one)}`);
  const branches = [...new Set([...heads.values()].map((one) => one.branch))].join(' or ') || own.branch;
  return problem(
    bytesDiffer ? 'plan-invalid' : 'plan-outdated',
    bytesDiffer
      ? 'The plan names files or digests that planning does not give: it was changed by hand, or made by another version.'
      : `Since the plan was made, ${branches} has changed what it would do:\n${lines.join('\n')}`,
    'Plan again, and have the new plan reviewed.',
    { details: { difference } },
  );
}

function hasSameDigests(reviewed: PlanFile, plan: Plan): boolean {
  const digestsOf = (file: PlanFile['changes']) =>
    JSON.stringify(file.map((one) => [...one.files].sort((a, b) => (a.path < b.path ? -1 : 1))));
  return digestsOf(reviewed.changes) === digestsOf(toPlanFile(plan).changes);
}

async function carryOut(
  plan: Plan,
  places: OpenPlaces,
  options: ApplyOptions,
): Promise<Result<readonly PullRequestOutcome[], GitOpsError>> {
  const outcomes: PullRequestOutcome[] = [];
  for (const change of plan.changes) {
    const at = await places.open(change.place);
    if (at.isErr()) return err(at.error);
    const outcome = await carryOutOne(change, at.value, options);
    if (outcome.isErr()) return err(outcome.error);
    outcomes.push(outcome.value);
  }
  return ok(outcomes);
}

/** Resuming what is frozen in an open pull request only: that one is closed. */
async function closedFreezes(
  plan: Plan,
  places: OpenPlaces,
  options: ApplyOptions,
): Promise<Result<readonly PullRequest[], GitOpsError>> {
  if (plan.request.verb !== 'resume') return ok([]);
  const own = await places.open(home);
  if (own.isErr()) return err(own.error);
  const { forge, head } = own.value.target;
  const reading: ReadOptions = { ...fleetReadingOf(options), ...signalOf(options), maxAgeMs: recentMs };
  return readFleet(forge, { ...reading, commit: head.commit }).andThen((fleet) =>
    fleet.places.length === 1 && own.value.open.all.length === 0
      ? okAsync([])
      : closeOpenFreeze(plan, fleet, places.open, options),
  );
}

async function finish(
  plan: Plan,
  outcomes: readonly PullRequestOutcome[],
  options: ApplyOptions,
): Promise<Result<readonly PullRequestOutcome[], GitOpsError>> {
  if (options.merge !== true) return ok(outcomes);
  const merged: PullRequestOutcome[] = [];
  for (const outcome of outcomes) {
    const change = plan.changes.find((one) => one.place.id === outcome.place);
    const answer = await mergePullRequest(outcome.id, mergeOptionsOf(outcome, change, options));
    if (answer.isErr()) return err(answer.error);
    merged.push(
      answer.value.kind === 'merged'
        ? { ...outcome, kind: 'merged', landed: answer.value.landed.last }
        : { ...outcome, kind: 'waiting', waitingFor: answer.value.for },
    );
  }
  return ok(merged);
}

function mergeOptionsOf(
  outcome: PullRequestOutcome,
  change: PlannedChange | undefined,
  options: ApplyOptions,
): MergeOptions {
  return {
    forge: options.forge,
    clock: options.clock,
    ...(change === undefined ? {} : { place: change.place }),
    ...fleetReadingOf(options),
    ...signalOf(options),
    expectedHead: outcome.head,
    wait: options.wait ?? false,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(options.auto === undefined ? {} : { auto: options.auto }),
    ...(options.approver === undefined || change?.place.repository != null ? {} : { approver: options.approver }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    ...(change === undefined ? {} : { message: change.pullRequest.message }),
  };
}
