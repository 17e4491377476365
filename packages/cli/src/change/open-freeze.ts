import { orThrow, type PullRequest, planFreeze } from '@gitops/core';
import type { Invocation } from '../invocation.js';
import { callOf, fleetOfTarget, type Planned } from './plan.js';

/**
 * Resuming what is not frozen yet, because its pull request is still open: that pull request is closed. It is found by
 * the branch that freezing the same selection would use.
 */
export async function closeOpenFreeze(planned: Planned, invocation: Invocation): Promise<readonly PullRequest[]> {
  const { plan, opened, target, variables } = planned;
  const { request } = plan;
  if (request.verb !== 'resume' || request.environment === null || request.expired) return [];
  const { environment, selection, now, by } = request;
  const fleet = await fleetOfTarget(planned);
  // Reason and end do not matter for the branch; both are given since gitops.yaml may demand them.
  const until = `${new Date(Date.parse(now) + 60_000).toISOString().slice(0, 19)}Z`;
  const freeze = planFreeze(fleet, { environment, selection, reason: '-', until, by, now, variables });
  if (freeze.isErr()) return [];
  const call = callOf(invocation);
  const closed: PullRequest[] = [];
  for (const change of freeze.value.changes) {
    const source = change.pullRequest.sourceBranch;
    const open = orThrow(await opened.forge.pullRequests.findOpen({ source, target: target.branch }, call));
    if (open === null) continue;
    orThrow(await opened.forge.pullRequests.close(open.id, { reason: `Resumed by ${by}.` }, call));
    closed.push(open);
  }
  return closed;
}
