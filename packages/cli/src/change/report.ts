import {
  describePlace,
  describePlan,
  type Forge,
  type Plan,
  type PullRequest,
  type PullRequestOutcome,
} from '@gitops/core';
import { exitCodes, type Report, toJson } from '../output/report.js';
import { nameOf } from '../pull-request/name.js';
import type { Planned } from './plan.js';

/** What became of a plan. */
export interface Result {
  readonly mode: 'apply' | 'dry-run' | 'check';
  readonly outcomes: readonly PullRequestOutcome[];
  /** Pull requests that were closed since their purpose is gone. */
  readonly closed: readonly PullRequest[];
}

/** The answer of a verb that changes something, as text and as `gitops/change/1`. */
export function reportChange({ opened, target, plan }: Planned, { mode, outcomes, closed }: Result): Report {
  const wouldChange = plan.changes.length > 0;
  const last = lastLines(plan, target.branch, opened.forge, { mode, outcomes, closed });
  const waits = outcomes.some((one) => one.kind === 'waiting');
  return {
    document: () => ({
      schema: 'gitops/change/1',
      mode,
      summary: plan.summary,
      repository: opened.forge.name,
      target: { branch: target.branch, commit: target.commit },
      request: toJson(plan.request),
      wouldChange,
      versions: toJson(plan.versions),
      edits: toJson(
        plan.changes.flatMap((change) =>
          change.edits.map(({ file, where, at, before, after, why }) => ({
            place: change.place.id,
            file,
            where,
            at,
            before,
            after,
            why,
          })),
        ),
      ),
      files: toJson(
        plan.changes.flatMap((change) =>
          change.files.map((file) => ({
            place: change.place.id,
            path: file.path,
            change: file.before === null ? 'added' : file.after === null ? 'removed' : 'changed',
          })),
        ),
      ),
      findings: toJson(plan.findings),
      skipped: toJson(plan.skipped),
      pullRequests: toJson(outcomes),
      closed: toJson(closed.map(({ id, url, title, source }) => ({ id, url, title, source }))),
    }),
    text: () => [describeOn(plan, target.branch), [...afterMerge(opened, outcomes), ...last].join('\n')].join('\n'),
    brief: last.join('\n'),
    exitCode: mode === 'check' && wouldChange ? exitCodes.differences : waits ? exitCodes.waiting : exitCodes.done,
  };
}

/** As core describes it, with the branch that it goes to. */
export function describeOn(plan: Plan, branch: string): string {
  const text = describePlan(plan);
  const base = plan.changes.find((one) => one.place.id === 'home')?.base?.slice(0, 7);
  if (base === undefined) return text;
  const [head = '', ...rest] = text.split('\n');
  return [head.replace(new RegExp(` · ${base}$`), ` · ${branch}@${base}`), ...rest].join('\n');
}

function lastLines(plan: Plan, branch: string, forge: Forge, { mode, outcomes, closed }: Result): string[] {
  if (mode !== 'apply') {
    if (plan.changes.length === 0) return ['Nothing to do.'];
    const { request } = forge.capabilities.terms;
    const wanted = plan.changes.map(
      ({ place, pullRequest }) =>
        `a ${request} from ${pullRequest.sourceBranch} into ${place.id === 'home' ? branch : describePlace(place)}`,
    );
    return [`Nothing was written. It would be ${wanted.join(', and ')}.`];
  }
  const ended = closed.map((one) => `Closed ${nameOf(forge, one.id)}, which is not needed any more: ${one.url}`);
  if (outcomes.length === 0 && ended.length === 0) return ['Nothing to do.'];
  return [...ended, ...outcomes.map((one) => `${whatBecame(one, forge)}: ${one.url}`)];
}

function whatBecame(one: PullRequestOutcome, forge: Forge): string {
  const name = nameOf(forge, one.id);
  switch (one.kind) {
    case 'opened':
      return `Opened ${name}`;
    case 'updated':
      return `Updated ${name}`;
    case 'unchanged':
      return `Nothing to do, ${name} is open already`;
    case 'merged':
      return `Merged ${name} into ${one.target}${one.landed === null ? '' : ` as ${one.landed.slice(0, 7)}`}`;
    case 'waiting':
      return `${name.charAt(0).toUpperCase()}${name.slice(1)} waits for ${one.waitingFor.join(', ')}`;
  }
}

/** What must still happen once it is merged. */
function afterMerge({ located, choice }: Planned['opened'], outcomes: readonly PullRequestOutcome[]): string[] {
  const merged = outcomes.filter((one) => one.kind === 'merged');
  if (merged.length === 0) return [];
  const branches = [...new Set(merged.map((one) => one.target))].join(' and ');
  const isElsewhere = located.kind === 'working-tree' && !('path' in choice && choice.path === located.root);
  return [`Argo CD syncs it from ${branches}.${isElsewhere ? ' Your clone has it after: git pull' : ''}`];
}
