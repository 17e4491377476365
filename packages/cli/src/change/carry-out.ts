import { type ApplyOptions, applyPlan, orThrow, type Plan, type PlanFile, type PullRequestOutcome } from '@gitops/core';
import { timeoutOf } from '../instants.js';
import type { Invocation } from '../invocation.js';
import type { Report } from '../output/report.js';
import { refuseDiverged } from './diverged.js';
import { callOf, type Planned, planChange } from './plan.js';
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
  waitsFor(invocation);
  timeoutOf(invocation.options.text('timeout'));
  const planned = await planChange(invocation, requestOf, mode === 'apply');
  refuseDiverged(planned, invocation);
  await warnOfUncommitted(planned, invocation);
  return mode === 'apply'
    ? carryOut(planned, invocation, null)
    : reportChange(planned, { mode, outcomes: [], closed: [] });
}

/** Carries a plan out; with a plan on paper, only if it is still the same. */
export async function carryOut(planned: Planned, invocation: Invocation, reviewed: PlanFile | null): Promise<Report> {
  const { opened, reading, variables, clock, target } = planned;
  const { options, console } = invocation;
  const wait = waitsFor(invocation);
  const timeoutMs = timeoutOf(options.text('timeout'));
  const merge = options.flag('merge');
  const apply: ApplyOptions = {
    ...reading,
    forge: opened.forge,
    clock,
    branch: target.branch,
    variables,
    merge,
    wait: wait !== null,
    updateApproved: options.flag('updateApproved'),
    overwrite: options.flag('overwrite'),
    onProgress: ({ step, message }) => console.progress(step, message, step === 'wait'),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(reviewed === null ? {} : { reviewed }),
  };
  const outcome = orThrow(await applyPlan(planned.plan, apply));
  const outcomes: PullRequestOutcome[] = [];
  for (const one of outcome.pullRequests) {
    const isAwaited = wait !== null && !merge;
    const call = callOf(invocation);
    outcomes.push(
      isAwaited ? await waitUntilMerged(one, { forge: opened.forge, clock, timeoutMs, console, call }) : one,
    );
  }
  const done: Planned = { ...planned, plan: outcome.plan };
  for (const note of outcome.notes) console.warn(note);
  return reportChange(done, { mode: 'apply', outcomes, closed: outcome.closed });
}

/** A plan that only carries a request: `applyPlan` plans it again before anything happens. */
export function planOfRequest(file: PlanFile): Plan {
  return { request: file.request, changes: [], versions: [], findings: [], skipped: [], summary: file.summary };
}
