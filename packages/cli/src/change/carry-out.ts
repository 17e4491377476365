import {
  type ApplyOptions,
  applyPlan,
  forgeAt,
  orThrow,
  type Plan,
  type PlanFile,
  type PullRequestOutcome,
} from '@gitops/core';
import { callOf } from '../call.js';
import { usage } from '../failure.js';
import { mergeWishes } from '../forge/approver.js';
import { timeoutOf } from '../instants.js';
import type { Invocation } from '../invocation.js';
import type { Report } from '../output/report.js';
import { refuseDiverged } from './diverged.js';
import { type Planned, planChange } from './plan.js';
import { reportChange } from './report.js';
import type { RequestOf } from './request.js';
import { warnOfUncommitted } from './uncommitted.js';
import { waitsFor, waitUntilMerged } from './wait.js';

/** `--check` looks, `--dry-run` looks and says; everything else writes. */
export function modeOf({ options }: Pick<Invocation, 'options'>): 'apply' | 'dry-run' | 'check' {
  return options.flag('check') ? 'check' : options.flag('dryRun') ? 'dry-run' : 'apply';
}

/** A verb that changes something: plans it, and unless only looking, carries it out. */
export async function change(invocation: Invocation, requestOf: RequestOf): Promise<Report> {
  const mode = modeOf(invocation);
  checkOptions(invocation);
  const planned = await planChange(invocation, requestOf, mode === 'apply');
  refuseDiverged(planned, invocation);
  await warnOfUncommitted(planned, invocation);
  return mode === 'apply'
    ? carryOut(planned, invocation, null)
    : reportChange(planned, { mode, outcomes: [], closed: [] });
}

/** What cannot be meant is refused before anything is read. */
export function checkOptions(invocation: Invocation): void {
  const { options } = invocation;
  waitsFor(invocation);
  timeoutOf(options.text('timeout'));
  if (options.text('approveWith') !== null && !merges(invocation)) {
    usage('--approve-with approves what is merged, and nothing is to be merged.', 'Add --merge or --auto.');
  }
}

/** `--auto` is a way to merge. */
function merges({ options }: Pick<Invocation, 'options'>): boolean {
  return options.flag('merge') || options.flag('auto');
}

/** Carries a plan out; with a plan on paper, only if it is still the same. */
export async function carryOut(planned: Planned, invocation: Invocation, reviewed: PlanFile | null): Promise<Report> {
  const { opened, reading, variables, clock, target } = planned;
  const { options, console } = invocation;
  const wait = waitsFor(invocation);
  const timeoutMs = timeoutOf(options.text('timeout'));
  const merge = merges(invocation);
  const apply: ApplyOptions = {
    ...reading,
    forge: opened.forge,
    clock,
    branch: target.branch,
    variables,
    merge,
    ...(await mergeWishes(opened, invocation)),
    wait: wait !== null,
    updateApproved: options.flag('updateApproved'),
    overwrite: options.flag('overwrite'),
    onProgress: ({ step, message }) =>
      console.progress(step, message, step === 'wait' || options.text('approveWith') !== null),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(reviewed === null ? {} : { reviewed }),
  };
  const outcome = orThrow(await applyPlan(planned.plan, apply));
  const outcomes: PullRequestOutcome[] = [];
  for (const one of outcome.pullRequests) {
    const isAwaited = wait !== null && !merge;
    const call = callOf(invocation);
    const place = outcome.plan.changes.find((change) => change.place.id === one.place)?.place;
    const forge = place === undefined ? opened.forge : orThrow(await forgeAt(opened.forge, place, reading));
    outcomes.push(isAwaited ? await waitUntilMerged(one, { forge, clock, timeoutMs, console, call }) : one);
  }
  const done: Planned = { ...planned, plan: outcome.plan };
  for (const note of outcome.notes) console.warn(note);
  return reportChange(done, { mode: 'apply', outcomes, closed: outcome.closed });
}

/** A plan that only carries a request: `applyPlan` plans it again before anything happens. */
export function planOfRequest(file: PlanFile): Plan {
  return { request: file.request, changes: [], versions: [], findings: [], skipped: [], summary: file.summary };
}
