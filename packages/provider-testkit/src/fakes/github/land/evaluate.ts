import { countCommits } from '../../host/history.js';
import { reaches } from '../state/accounts.js';
import type { PullRequest, Review } from '../state/pull-request.js';
import type { Protection, Repository } from '../state/repository.js';
import { accessOf, type World } from '../state/world.js';
import { ownersOfChanges } from './code-owners.js';

export interface CheckState {
  readonly name: string;
  readonly state: 'pending' | 'success' | 'failure';
}

/** What the rules of the target branch say about a pull request. */
export interface Evaluation {
  readonly rules: Protection | null;
  readonly checks: readonly CheckState[];
  /** Required and not there, or there and not a success. */
  readonly missingChecks: readonly CheckState[];
  readonly failing: boolean;
  readonly approvals: number;
  readonly changesRequested: boolean;
  readonly ownersMissing: boolean;
  readonly behind: boolean;
  /** `APPROVED` and so on as GitHub's GraphQL says it; null where no review is required. */
  readonly decision: 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null;
  /** Nothing but a conflict could stand in the way. */
  readonly satisfied: boolean;
}

export async function evaluate(world: World, pull: PullRequest): Promise<Evaluation> {
  const { repository } = pull;
  const rules = repository.protection.get(pull.base.branch) ?? null;
  const checks = checksOf(repository, pull.head.sha);
  const missingChecks = (rules?.requiredChecks ?? [])
    .map((name): CheckState => checks.find((check) => check.name === name) ?? { name, state: 'pending' })
    .filter((check) => check.state !== 'success');
  const latest = opinions(world, pull);
  const approvers = latest.filter((review) => review.state === 'APPROVED').map((review) => review.author.login);
  const changesRequested = latest.some((review) => review.state === 'CHANGES_REQUESTED');
  const ownersMissing = rules?.codeOwners === true && !(await ownersAgree(world, pull, approvers));
  const behind = rules?.strict === true && (await countCommits(repository.folder, pull.base.sha, pull.head.sha)) > 0;
  const needed = rules?.requiredApprovals ?? 0;
  const reviewed = needed > 0 || rules?.codeOwners === true;
  const enough = approvers.length >= needed && !ownersMissing;
  const decision = !reviewed ? null : changesRequested ? 'CHANGES_REQUESTED' : enough ? 'APPROVED' : 'REVIEW_REQUIRED';
  return {
    rules,
    checks,
    missingChecks,
    failing: checks.some((check) => check.state !== 'success'),
    approvals: approvers.length,
    changesRequested,
    ownersMissing,
    behind,
    decision,
    satisfied: missingChecks.length === 0 && (decision === null || decision === 'APPROVED') && !behind && !pull.draft,
  };
}

/** The newest status of each context and the newest run of each check, of one commit. */
export function checksOf(repository: Repository, sha: string): readonly CheckState[] {
  const found = new Map<string, CheckState>();
  for (const { sha: of, context, state } of repository.statuses) {
    if (of !== sha) continue;
    found.set(context, { name: context, state: state === 'error' ? 'failure' : state });
  }
  for (const { sha: of, name, status, conclusion } of repository.checkRuns) {
    if (of !== sha) continue;
    const good = conclusion === 'success' || conclusion === 'neutral' || conclusion === 'skipped';
    found.set(name, { name, state: status !== 'completed' ? 'pending' : good ? 'success' : 'failure' });
  }
  return [...found.values()];
}

/** The last approval or rejection of each reviewer who may write. */
export function opinions(world: World, pull: PullRequest): readonly Review[] {
  const latest = new Map<string, Review>();
  for (const review of pull.reviews) {
    if (review.state === 'COMMENTED' || review.state === 'PENDING') continue;
    if (!reaches(accessOf(world, pull.repository, review.author), 'write')) continue;
    latest.set(review.author.login, review);
  }
  return [...latest.values()].filter((review) => review.state !== 'DISMISSED');
}

async function ownersAgree(world: World, pull: PullRequest, approvers: readonly string[]): Promise<boolean> {
  const agreeing = new Set(approvers.map((login) => login.toLowerCase()));
  for (const team of world.teams) {
    if (team.members.some((login) => agreeing.has(login))) agreeing.add(`acme/${team.slug}`);
  }
  const groups = await ownersOfChanges(pull);
  return groups.every((owners) => owners.some((owner) => agreeing.has(owner)));
}

/** The REST word for what stands in the way. */
export function mergeableState(pull: PullRequest, mergeable: boolean | null, evaluation: Evaluation): string {
  if (mergeable === null) return 'unknown';
  if (!mergeable) return 'dirty';
  if (pull.draft) return 'draft';
  const { missingChecks, decision, behind, failing } = evaluation;
  if (missingChecks.length > 0 || decision === 'REVIEW_REQUIRED' || decision === 'CHANGES_REQUESTED') return 'blocked';
  if (behind) return 'behind';
  return failing ? 'unstable' : 'clean';
}
