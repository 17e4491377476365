import { isAncestor } from '../../host/history.js';
import { reaches, type Token } from '../state/accounts.js';
import type { Repository } from '../state/repository.js';
import { tokenAccess, type World } from '../state/world.js';
import { checksOf } from './evaluate.js';

/** A branch that somebody wants to move; null: it is not there, or shall not be. */
export interface BranchMove {
  readonly branch: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** Why a branch's protection refuses a move, as GitHub words it; null where it does not. */
export async function protectionRefuses(
  world: World,
  repository: Repository,
  token: Token,
  move: BranchMove,
): Promise<string | null> {
  const rules = repository.protection.get(move.branch);
  if (rules === undefined || move.from === null) return null;
  const admin = token.kind !== 'installation' && reaches(tokenAccess(world, repository, token), 'admin');
  if (move.to === null) return rules.deletions ? null : 'Cannot delete this protected branch';
  if (!rules.forcePushes && !(await isAncestor(repository.folder, move.from, move.to))) {
    return 'Cannot force-push to this protected branch';
  }
  if (admin && !rules.enforceAdmins) return null;
  if (rules.pullRequests || rules.requiredApprovals > 0) return 'Changes must be made through a pull request.';
  const good = checksOf(repository, move.to).filter((check) => check.state === 'success');
  const missing = rules.requiredChecks.filter((name) => !good.some((check) => check.name === name));
  if (missing.length === 0) return null;
  const total = rules.requiredChecks.length;
  if (total === 1) return `Required status check "${missing[0]}" is expected.`;
  return `${missing.length} of ${total} required status checks are expected.`;
}
