import type * as schema from './schema-graphql.js';
import type { Standing } from './status.js';

export type Facts = Omit<Standing, 'comments' | 'nodeId' | 'awaits'>;

/** In people's words, with by whom. */
export function awaited(facts: Facts, told: schema.Standing | null): readonly string[] {
  const { pull, pullRequest, verdicts, checks, hidden, mergeability, demands } = facts;
  const target = pullRequest.target;
  const awaits: string[] = [];
  if (pull.draft) awaits.push('the draft to be made ready for review');
  if (mergeability.mergeable === 'conflict') awaits.push(`the conflict with "${target}" to be resolved`);
  if (mergeability.mergeable === 'unknown') awaits.push('GitHub to try the merge');
  if (pull.mergeable_state === 'behind') awaits.push(`the branch to be brought up to date with "${target}"`);
  for (const { name, state } of checks) {
    if (state === 'pending') awaits.push(`check ${name}`);
    if (state === 'failure') awaits.push(`check ${name}, which failed`);
  }
  const reported = new Set(checks.map(({ name }) => name));
  for (const name of demands.checks) if (!reported.has(name)) awaits.push(`check ${name}, which has not reported yet`);
  // GitHub calls it clean only where no check runs or fails, required or not
  if (hidden && !settledStates.has(pull.mergeable_state ?? '')) awaits.push('checks, which this token may not read');
  for (const { by } of verdicts.rejections) awaits.push(`${by}, who asked for changes`);
  const lacking = demands.approvals - verdicts.approvals.length;
  if (lacking > 0) awaits.push(approvalsBy(lacking, pullRequest.reviewers));
  else if (demands.codeOwners && told?.reviewDecision === 'REVIEW_REQUIRED') awaits.push('an approval by a code owner');
  const entry = told?.mergeQueueEntry ?? null;
  if (entry !== null) awaits.push(`its turn in the merge queue (position ${entry.position})`);
  if (pull.mergeable_state === 'blocked' && awaits.length === 0) {
    if (demands.conversations) awaits.push('every conversation to be resolved');
    else if (demands.queue) return awaits;
    else awaits.push(`what the protection of "${target}" demands, which this token may not read`);
  }
  return awaits;
}

const settledStates: ReadonlySet<string> = new Set(['clean', 'has_hooks']);

/** `1 approval (asked: ana, acme/platform)` */
export function approvalsBy(count: number, asked: readonly string[]): string {
  const text = count === 1 ? '1 approval' : `${count} approvals`;
  return asked.length === 0 ? text : `${text} (asked: ${asked.join(', ')})`;
}
