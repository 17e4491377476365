import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { Environment, Fleet, Place } from '../fleet/fleet.js';
import { describeVersion, isSameVersion } from '../fleet/pin-version.js';
import { home } from '../fleet/place.js';
import { instanceOf, readWhole } from '../fleet/select.js';
import { freezeOf, type Obstacle, obstacleTo } from '../freeze/in-force.js';
import type { CommitId } from '../model.js';
import { settingsOf } from '../plan/text.js';
import { imageMoved, type Moved, movedBetween } from '../promotion/moved.js';
import { checkMove, toProblem } from '../promotion/rules.js';
import { type Answer, err, ok, type Result, ResultAsync } from '../result.js';
import type { Progress } from './apply.js';
import { placeOfBranch } from './find-promotion.js';
import { trailersOf } from './own-branch.js';
import { forgeAt, signalOf } from './places.js';
import type {
  CallOptions,
  Clock,
  CommitInfo,
  Forge,
  MergeAnswer,
  MergeMethod,
  PullRequest,
  PullRequestStatus,
} from './ports.js';
import { commitAt, fleetReadingOf, type ReadOptions, readFleetAt } from './read-fleet.js';

export interface MergeOptions extends CallOptions, Omit<ReadOptions, 'commit' | 'signal'> {
  /** The repository of `gitops.yaml`. */
  readonly forge: Forge;
  /** Where the pull request is; left out: found by the branch that it goes to. */
  readonly place?: Place;
  readonly clock: Clock;
  /** The head that was reviewed; left out: the head there is now. */
  readonly expectedHead?: CommitId;
  /** Left out: the method that `gitops.yaml` names, where the forge has it. */
  readonly method?: MergeMethod;
  /** The commit message; left out: title and description of the pull request. */
  readonly message?: string;
  /** Wait for checks and approvals. */
  readonly wait?: boolean;
  /** Total time of the wait, in milliseconds; 30 minutes where left out. */
  readonly timeoutMs?: number;
  readonly deleteSource?: boolean;
  /**
   * Where it may not be merged yet, let the forge merge it as soon as it may; left out: what `gitops.yaml` says. What is
   * checked here is the result of today: what lands later is the business of a required check.
   */
  readonly auto?: boolean;
  /**
   * The same repository by the token of a second identity, which approves what was checked here. Nobody approves unless
   * this is given, and the approval is told by `onProgress`.
   */
  readonly approver?: Forge;
  readonly onProgress?: (progress: Progress) => void;
}

/** With the forge of the place that the pull request is in. */
interface Merging extends MergeOptions {
  readonly own: Forge;
}

export type Merged = Exclude<MergeAnswer, { readonly kind: 'refused' }>;

const pollMs = 2_000;
const rounds = 25;

/**
 * Merges a pull request when it may be merged, guarded by the head that was reviewed, after reading what the merge would
 * give: the versions that arrive are those of the pull request, and no rule of today's target refuses them.
 *
 * Errors: `merge-refused` (with every reason), `stale-head` where another head was pushed, `timed-out` after a wait,
 * and those of the port. `waiting` says for what.
 */
export function mergePullRequest(id: string, options: MergeOptions): Answer<Merged> {
  return new ResultAsync(merge(id, options));
}

async function merge(id: string, asked: MergeOptions): Promise<Result<Merged, GitOpsError>> {
  const { clock } = asked;
  const at = await forgeAt(asked.forge, asked.place ?? home, asked);
  if (at.isErr()) return err(at.error);
  const forge = at.value;
  const options: Merging = { ...asked, own: forge };
  const deadline = Date.parse(clock.now()) + (options.timeoutMs ?? 30 * 60_000);
  let said = '';
  for (let round = 1; ; ) {
    const status = await forge.pullRequests.status(id, signalOf(options));
    if (status.isErr()) return err(status.error);
    const attempt = await attemptMerge(status.value, options);
    if (attempt.isErr()) {
      const isMovedTarget = attempt.error.kind === 'stale-head' && attempt.error.details.what === 'target';
      if (!isMovedTarget || round++ >= rounds || options.signal?.aborted === true) return err(attempt.error);
      await clock.sleep(20 * round, options.signal);
      continue;
    }
    if (attempt.value.kind === 'merged' || options.wait !== true) return ok(attempt.value);
    const awaited = attempt.value.for.join(', ');
    if (Date.parse(clock.now()) >= deadline || options.signal?.aborted === true) {
      return err(
        problem(
          'timed-out',
          `${id} still waits for ${awaited}.`,
          'Run the command again to go on waiting; the pull request stays open.',
          {
            details: { pullRequest: id, waitingFor: attempt.value.for },
          },
        ),
      );
    }
    if (awaited !== said) options.onProgress?.({ step: 'wait', message: `${id} waits for ${awaited}.` });
    said = awaited;
    await clock.sleep(pollMs, options.signal);
  }
}

async function attemptMerge(status: PullRequestStatus, options: Merging): Promise<Result<Merged, GitOpsError>> {
  const forge = options.own;
  const { pullRequest } = status;
  if (pullRequest.state === 'merged' && pullRequest.landed !== null) {
    return ok({ kind: 'merged', landed: pullRequest.landed });
  }
  if (pullRequest.state !== 'open') {
    return err(refusal(pullRequest.id, 'it is closed', 'Run the command that made it again: a new one is opened.'));
  }
  if (options.expectedHead !== undefined && options.expectedHead !== pullRequest.head) {
    return err(
      problem(
        'stale-head',
        `${pullRequest.source} was at ${options.expectedHead.slice(0, 12)} when it was looked at, and is at ${pullRequest.head.slice(0, 12)} now.`,
        'Look at the pull request again.',
        { details: { what: 'source', expected: options.expectedHead, found: pullRequest.head } },
      ),
    );
  }
  if (status.mergeable === 'conflict') {
    return err(
      refusal(
        pullRequest.id,
        `${pullRequest.target} has changed the same lines since`,
        'Run the command that made it again: it is planned anew on the present base.',
      ),
    );
  }
  if (status.trial === null) {
    return ok({ kind: 'waiting', for: status.awaits.length > 0 ? status.awaits : ['the forge to try the merge'] });
  }
  const head = await commitAt(forge, pullRequest.head, signalOf(options));
  if (head.isErr()) return err(head.error);
  // where a forge has merged the target into the branch, that merge's last parent is what the branch stands on
  const base = head.value.parents.at(-1);
  if (base === undefined) {
    return err(refusal(pullRequest.id, 'its branch has no history', 'Run the command that made it again.'));
  }
  const place = await placeOf(pullRequest, options);
  if (place.isErr()) return err(place.error);
  const fleets = await readFleets(
    place.value,
    [base, pullRequest.head, status.trial.target, status.trial.result],
    options,
  );
  if (fleets.isErr()) return err(fleets.error);
  const [before, after, target, result] = fleets.value;
  const own = await ownMessage(forge, head.value, options);
  if (own.isErr()) return err(own.error);
  const isRevert = trailersOf(own.value)['GitOps-Operation'] === 'revert';
  const reasons = checkMergeResult({ before, after, target, result, isRevert, now: options.clock.now() });
  const refused = severalProblems(reasons);
  if (refused !== null) {
    return err(
      problem('merge-refused', `${pullRequest.id} is not merged, since what would land is not what was planned.`, '', {
        also: [refused, ...refused.also],
        details: { pullRequest: pullRequest.id },
      }),
    );
  }
  const into = environmentsTouched(before, after);
  const settings = settingsOf(target.config, into).merge;
  if (settings.holdLabel !== null && pullRequest.labels.includes(settings.holdLabel)) {
    return ok({ kind: 'waiting', for: [`the label ${settings.holdLabel} to be removed`] });
  }
  const approved = await approveAsWell(status, settings.approvals, options);
  if (approved.isErr()) return err(approved.error);
  const method = options.method ?? settings.method;
  const [title = '', ...body] = (options.message ?? own.value).split('\n');
  const answer = await forge.pullRequests.merge(
    pullRequest.id,
    {
      method: forge.capabilities.mergeMethods.includes(method)
        ? method
        : (forge.capabilities.mergeMethods[0] ?? 'merge'),
      expectedHead: pullRequest.head,
      expectedTarget: status.trial.target,
      message: { title, body: body.join('\n').replace(/^\n+/, '') },
      approvals: settings.approvals,
      deleteSource: options.deleteSource ?? true,
      auto: forge.capabilities.autoMerge && (options.auto ?? settings.auto),
    },
    signalOf(options),
  );
  if (answer.isErr()) return err(answer.error);
  if (answer.value.kind === 'refused') {
    return err(refusal(pullRequest.id, answer.value.why, 'Look at its checks and reviews: gitops pr show'));
  }
  return ok(answer.value);
}

/** The place that was told, else the one whose branch the pull request goes to. */
async function placeOf({ target }: PullRequest, options: Merging): Promise<Result<Place, GitOpsError>> {
  if (options.place !== undefined) return ok(options.place);
  return placeOfBranch(options.forge, target, options);
}

/** Each commit is read once, however often it is named. */
async function readFleets(
  place: Place,
  commits: readonly [CommitId, CommitId, CommitId, CommitId],
  options: Merging,
): Promise<Result<readonly [Fleet, Fleet, Fleet, Fleet], GitOpsError>> {
  const reading: ReadOptions = { ...fleetReadingOf(options), ...signalOf(options) };
  const read = new Map<CommitId, Fleet>();
  for (const commit of new Set(commits)) {
    const fleet = await readFleetAt(options.forge, place, commit, reading);
    if (fleet.isErr()) return err(fleet.error);
    read.set(commit, fleet.value);
  }
  const of = (commit: CommitId): Fleet => {
    const fleet = read.get(commit);
    if (fleet === undefined) throw new Error(`${commit} was not read`);
    return fleet;
  };
  return ok([of(commits[0]), of(commits[1]), of(commits[2]), of(commits[3])]);
}

/** The message of the promotion's own commit, also where a forge has merged the target into the branch since. */
async function ownMessage(forge: Forge, head: CommitInfo, options: MergeOptions): Promise<Result<string, GitOpsError>> {
  const [first] = head.parents;
  if (head.parents.length < 2 || first === undefined) return ok(head.message);
  return commitAt(forge, first, signalOf(options)).map((info) => info.message);
}

/** The approval of a second identity, where one was given and approvals are missing. Never one's own. */
async function approveAsWell(
  { pullRequest, approvals }: PullRequestStatus,
  wanted: number,
  { approver, onProgress, ...options }: MergeOptions,
): Promise<Result<void, GitOpsError>> {
  if (approver === undefined || approvals.length >= Math.max(1, wanted)) return ok(undefined);
  const who = await approver.git.identity(signalOf(options));
  if (who.isErr()) return err(who.error);
  if (approvals.some((one) => one.by === who.value.name)) return ok(undefined);
  onProgress?.({ step: 'merge', message: `Approving ${pullRequest.id} as ${who.value.name}.` });
  return approver.pullRequests.approve(pullRequest.id, { head: pullRequest.head }, signalOf(options));
}

function refusal(id: string, why: string, remedy: string): GitOpsError {
  return problem('merge-refused', `${id} is not merged: ${why}.`, remedy, { details: { pullRequest: id } });
}

/** Environments whose versions or freezes differ. */
function environmentsTouched(before: Fleet, after: Fleet): readonly string[] {
  const moved = new Set(movedBetween(before, after).map((one) => one.environment));
  const freezesOf = (fleet: Fleet, name: string) =>
    JSON.stringify(fleet.environments.find((one) => one.name === name)?.freezes ?? []);
  return after.environments
    .map((one) => one.name)
    .filter((name) => moved.has(name) || freezesOf(before, name) !== freezesOf(after, name));
}

/** A revert may bring back what a hold denies, but passes no freeze. */
function frozenTo(environment: Environment, move: Moved): Obstacle | null {
  const record = freezeOf(environment, move.application, move.image);
  return record === null ? null : { kind: 'frozen', record };
}

/** What a merge would land, held against what the pull request says and against the rules of today's target. */
export function checkMergeResult(input: {
  /** The source branch's own base, and its head. */
  readonly before: Fleet;
  readonly after: Fleet;
  /** The target's head, and what a merge onto it gives. */
  readonly target: Fleet;
  readonly result: Fleet;
  readonly isRevert: boolean;
  readonly now: string;
}): readonly GitOpsError[] {
  const planned = movedBetween(input.before, input.after);
  const notWhatWasPlanned = planned.flatMap((move) => {
    const landing = imageMoved(input.result, move);
    const found = landing?.version ?? null;
    if (found !== null && isSameVersion(found, move.after)) return [];
    return [
      problem(
        'masked-pin',
        `${move.application} in ${move.environment} would run ${describeVersion(found)} after the merge, not ${describeVersion(move.after)}.`,
        'Something on the target branch overrides it now; run the command that made it again.',
        { at: landing?.pins[0]?.at ?? move.at },
      ),
    ];
  });
  const arriving = movedBetween(input.target, input.result);
  const broken = readWhole(input.result, input.target);
  return [
    ...(broken.isErr() ? [broken.error] : []),
    ...notWhatWasPlanned,
    ...arriving.flatMap((move) => ruleProblems(move, input)),
  ];
}

function ruleProblems(
  move: Moved,
  input: { readonly target: Fleet; readonly result: Fleet; readonly isRevert: boolean; readonly now: string },
): readonly GitOpsError[] {
  const environment = input.target.environments.find((one) => one.name === move.environment);
  const instance = environment === undefined ? null : instanceOf(environment, move.application);
  const image = imageMoved(input.target, move);
  if (environment === undefined || instance === null || image === null || move.before === null) return [];
  const obstacle = input.isRevert
    ? frozenTo(environment, move)
    : obstacleTo(environment, move.application, move.image, move.after);
  const obstructed =
    obstacle === null
      ? []
      : [
          problem(
            obstacle.kind === 'frozen' ? 'environment-frozen' : 'version-denied',
            `${move.application} in ${move.environment} is ${obstacle.kind === 'frozen' ? 'frozen' : 'held'} on the target branch: ${obstacle.record.reason}`,
            `End it first: gitops resume ${move.environment}`,
            { at: { file: obstacle.record.file, line: 1, column: 1 } },
          ),
        ];
  const findings = checkMove(input.target, {
    verb: input.isRevert ? 'revert' : 'promote',
    from: null,
    to: environment,
    source: null,
    target: instance,
    image,
    before: move.before,
    after: move.after,
    now: input.now,
  });
  return [...obstructed, ...findings.filter((one) => one.severity === 'error').map(toProblem)];
}
