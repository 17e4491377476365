import { type GitOpsError, problem } from '../errors/error.js';
import type { CommitId } from '../model.js';
import { describeNeighbours } from '../plan/neighbours.js';
import type { Plan, PlannedChange } from '../plan/plan.js';
import { differenceOf, type PlanFile, paperEdits, toPlanFile } from '../plan/plan-file.js';
import type { MoveOptions } from '../promotion/move-plan.js';
import { type Answer, err, ok, okAsync, type Result, ResultAsync } from '../result.js';
import { commitOnce } from './commit-once.js';
import { type MergeOptions, mergePullRequest } from './merge.js';
import { closeOpenFreeze, takeOverOpenRecord } from './open-freeze.js';
import { type OpenPullRequests, readOpenPullRequests, recentMs } from './open-pull-requests.js';
import { planAgain } from './plan-again.js';
import type { BranchHead, CallOptions, Clock, Forge, PullRequest } from './ports.js';
import { callOf, type ReadOptions, readFleet, readingOf, signalOf, targetHead } from './read-fleet.js';

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
    const current = await planForHead(plan, { ...options, maxAgeMs });
    if (current.isErr()) return err(current.error);
    plan = current.value.plan;
    const needsOpen = plan.changes.length > 0 || plan.request.verb === 'resume';
    const open = needsOpen ? await readOpenPullRequests(options.forge, { ...options, maxAgeMs }) : ok(noPullRequests);
    if (open.isErr()) return err(open.error);
    const changed = await carryOut(plan, current.value.target, open.value, options);
    if (changed.isOk()) {
      const closed = await closedFreezes(plan, current.value.target, open.value, options);
      if (closed.isErr()) return err(closed.error);
      const notes = describeNeighbours(plan, open.value.all);
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

/** Nothing is looked for where nothing is to be done. */
const noPullRequests: OpenPullRequests = { all: [], find: () => okAsync(null) };

/** The plan for today's head of the target branch, and that head. */
async function planForHead(
  plan: Plan,
  options: ApplyOptions,
): Promise<Result<{ readonly plan: Plan; readonly target: BranchHead }, GitOpsError>> {
  const { forge } = options;
  const elsewhere = plan.changes.find((change) => change.place.id !== 'home');
  if (elsewhere !== undefined) {
    return err(
      problem(
        'unsupported',
        `${elsewhere.place.id} is another branch or repository.`,
        'Run the command where that place is the target.',
      ),
    );
  }
  const target = await targetHead(forge, options.branch ?? null, options);
  if (target.isErr()) return err(target.error);
  const isCurrent = plan.changes.length > 0 && plan.changes.every((change) => change.base === target.value.commit);
  const reading: ReadOptions = { ...readingOf(options), ...callOf(options) };
  if (isCurrent && options.reviewed === undefined) return withOpenRecord(plan, target.value, reading, options);
  options.onProgress?.({
    step: 'plan',
    message: `Planning on ${target.value.branch}@${target.value.commit.slice(0, 7)}.`,
  });
  const again = await readFleet(forge, { ...reading, commit: target.value.commit }).andThen((fleet) =>
    planAgain(plan.request, fleet, (commit) => readFleet(forge, { ...reading, commit }), options),
  );
  if (again.isErr()) return err(again.error);
  const outdated = options.reviewed === undefined ? null : whatIsOutdated(options.reviewed, again.value, target.value);
  return outdated === null ? withOpenRecord(again.value, target.value, reading, options) : err(outdated);
}

/** The plan with who froze first and when, where the same freeze waits in a pull request of ours. */
async function withOpenRecord(
  plan: Plan,
  target: BranchHead,
  reading: ReadOptions,
  options: ApplyOptions,
): Promise<Result<{ readonly plan: Plan; readonly target: BranchHead }, GitOpsError>> {
  const { forge } = options;
  const request = await takeOverOpenRecord(plan, forge, target.branch, reading);
  if (request.isErr()) return err(request.error);
  const { value } = request;
  if (value === null || JSON.stringify(value) === JSON.stringify(plan.request)) return ok({ plan, target });
  const again = await readFleet(forge, { ...reading, commit: target.commit }).andThen((fleet) =>
    planAgain(value, fleet, (commit) => readFleet(forge, { ...reading, commit }), options),
  );
  return again.map((taken) => ({ plan: taken, target }));
}

/** What was reviewed is what lands: the same edits, and on the same base also the same bytes. */
function whatIsOutdated(reviewed: PlanFile, plan: Plan, target: BranchHead): GitOpsError | null {
  const places = new Set([...reviewed.changes.map((one) => one.place), ...plan.changes.map((one) => one.place.id)]);
  const difference = [...places].flatMap((place) =>
    differenceOf(
      reviewed.changes.filter((one) => one.place === place).flatMap((one) => one.edits),
      paperEdits(plan, place),
    ),
  );
  const sameBase = reviewed.changes.every((one) => one.base === target.commit);
  const bytesDiffer = sameBase && difference.length === 0 && !hasSameDigests(reviewed, plan);
  if (difference.length === 0 && !bytesDiffer) return null;
  const lines = difference.map((one) => `    ${JSON.stringify(one)}`);
  return problem(
    bytesDiffer ? 'plan-invalid' : 'plan-outdated',
    bytesDiffer
      ? 'The plan names files or digests that planning does not give: it was changed by hand, or made by another version.'
      : `Since the plan was made, ${target.branch} has changed what it would do:\n${lines.join('\n')}`,
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
  target: BranchHead,
  open: OpenPullRequests,
  options: ApplyOptions,
): Promise<Result<readonly PullRequestOutcome[], GitOpsError>> {
  const outcomes: PullRequestOutcome[] = [];
  for (const change of plan.changes) {
    const outcome = await carryOutOne(change, target, open, options);
    if (outcome.isErr()) return err(outcome.error);
    outcomes.push(outcome.value);
  }
  return ok(outcomes);
}

/** Branch, then pull request: each found where it is there already. */
async function carryOutOne(
  change: PlannedChange,
  target: BranchHead,
  pullRequests: OpenPullRequests,
  options: ApplyOptions,
): Promise<Result<PullRequestOutcome, GitOpsError>> {
  const { forge } = options;
  const call = signalOf(options);
  const text = change.pullRequest;
  const source = text.sourceBranch;
  const open = await pullRequests.find({ source, target: target.branch });
  if (open.isErr()) return err(open.error);
  const committed = await commitOnce(change, open.value, options);
  if (committed.isErr()) return err(committed.error);
  const { commit, unchanged, isNewBranch } = committed.value;
  const outcome = (kind: PullRequestOutcome['kind'], one: PullRequest): PullRequestOutcome => ({
    kind,
    place: change.place.id,
    id: one.id,
    url: one.url,
    title: one.title,
    source,
    target: target.branch,
    head: commit,
    landed: null,
    waitingFor: [],
  });
  if (open.value === null) {
    options.onProgress?.({ step: 'open', message: `Opening the ${forge.capabilities.terms.request}.` });
    const opened = await forge.pullRequests.open(
      { ...descriptionOf(change, forge), source, target: target.branch },
      call,
    );
    if (opened.isOk()) return ok(outcome('opened', opened.value));
    const retried = opened.error.kind === 'already-exists' || opened.error.kind === 'stale-head';
    // best effort: what failed first is what is told
    if (!retried && isNewBranch) await forge.git.deleteBranch(source, commit, call).unwrapOr(undefined);
    return err(opened.error);
  }
  const wanted = descriptionOf(change, forge);
  const isSame =
    unchanged &&
    open.value.title === text.title &&
    isSameText(open.value.description, wanted.description) &&
    (wanted.labels ?? []).every((label) => open.value?.labels.includes(label));
  if (isSame) return ok(outcome('unchanged', open.value));
  options.onProgress?.({ step: 'update', message: `Updating ${open.value.id}.` });
  const updated = await forge.pullRequests.update(open.value.id, changeable(wanted), call);
  return updated.map((one) => outcome('updated', one));
}

/** Forges trim and change line ends; the content decides. */
function isSameText(a: string, b: string): boolean {
  return a.replace(/\r\n/g, '\n').trim() === b.replace(/\r\n/g, '\n').trim();
}

/** People may have made a draft ready: an update leaves that as it is. */
function changeable({ draft: _, ...rest }: ReturnType<typeof descriptionOf>) {
  return rest;
}

function descriptionOf(change: PlannedChange, forge: Forge) {
  const { title, description, labels, reviewers, assignees, milestone, draft } = change.pullRequest;
  const { capabilities } = forge;
  return {
    title,
    description: cutAt(description, capabilities.descriptionLimit),
    ...(capabilities.labels && labels.length > 0 ? { labels } : {}),
    ...(capabilities.reviewers && reviewers.length > 0 ? { reviewers } : {}),
    ...(capabilities.assignees && assignees.length > 0 ? { assignees } : {}),
    ...(capabilities.milestones && milestone !== null ? { milestone } : {}),
    ...(capabilities.drafts && draft ? { draft } : {}),
  };
}

/** Cut at a line, so that a table is not torn. */
function cutAt(text: string, limit: number | null): string {
  if (limit === null || text.length <= limit) return text;
  const note = '\n\n… cut; the whole list is in the commit message.\n';
  const room = text.slice(0, Math.max(0, limit - note.length));
  return `${room.slice(0, Math.max(0, room.lastIndexOf('\n')))}${note}`;
}

/** Resuming what is frozen in an open pull request only: that one is closed. */
async function closedFreezes(
  plan: Plan,
  target: BranchHead,
  open: OpenPullRequests,
  options: ApplyOptions,
): Promise<Result<readonly PullRequest[], GitOpsError>> {
  if (plan.request.verb !== 'resume' || open.all.length === 0) return ok([]);
  const { forge } = options;
  const reading: ReadOptions = { ...readingOf(options), ...signalOf(options) };
  return readFleet(forge, { ...reading, commit: target.commit }).andThen((fleet) =>
    closeOpenFreeze(plan, fleet, forge, target.branch, open, options),
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
    ...readingOf(options),
    ...signalOf(options),
    expectedHead: outcome.head,
    wait: options.wait ?? false,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(options.auto === undefined ? {} : { auto: options.auto }),
    ...(options.approver === undefined ? {} : { approver: options.approver }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    ...(change === undefined ? {} : { message: change.pullRequest.message }),
  };
}
