import { readRef } from '../../host/repository.js';
import type { Protection, Repository } from '../state/repository.js';
import type { Fields, GraphqlContext } from './context.js';
import { commitNode, objectNode } from './git.js';
import { repositoryNode } from './repository.js';

/** A ref by its full name; null where there is none. */
export async function findRef(context: GraphqlContext, repository: Repository, name: string): Promise<Fields | null> {
  const full = name.startsWith('refs/') ? name : `refs/heads/${name}`;
  const oid = await readRef(repository.folder, full);
  return oid === null ? null : refNode(context, repository, full, oid);
}

export function refNode(context: GraphqlContext, repository: Repository, full: string, oid: string): Fields {
  const prefix = /^refs\/[^/]+\//.exec(full)?.[0] ?? 'refs/';
  const name = full.slice(prefix.length);
  const rules = prefix === 'refs/heads/' ? (repository.protection.get(name) ?? null) : null;
  return {
    __typename: 'Ref',
    id: `REF_${repository.id}_${Buffer.from(full).toString('base64url')}`,
    name,
    prefix,
    repository: () => repositoryNode(context, repository),
    target: () =>
      prefix === 'refs/heads/' ? commitNode(context, repository, oid) : objectNode(context, repository, oid),
    branchProtectionRule: rules === null || rules.ruleset ? null : protectionNode(name, rules),
    refUpdateRule: rules === null || rules.ruleset ? null : updateRuleNode(name, rules),
  };
}

function protectionNode(pattern: string, rules: Protection): Fields {
  return {
    __typename: 'BranchProtectionRule',
    id: `BPR_${Buffer.from(pattern).toString('base64url')}`,
    pattern,
    allowsDeletions: rules.deletions,
    allowsForcePushes: rules.forcePushes,
    dismissesStaleReviews: rules.dismissStale,
    isAdminEnforced: rules.enforceAdmins,
    requiredApprovingReviewCount: rules.requiredApprovals,
    requiredStatusCheckContexts: rules.requiredChecks,
    requiresApprovingReviews: rules.requiredApprovals > 0,
    requiresCodeOwnerReviews: rules.codeOwners,
    requiresCommitSignatures: false,
    requiresConversationResolution: false,
    requiresLinearHistory: rules.linearHistory,
    requiresStatusChecks: rules.requiredChecks.length > 0,
    requiresStrictStatusChecks: rules.strict,
    restrictsPushes: false,
  };
}

/** What a branch demands of those who move it, told to everybody who may read. */
function updateRuleNode(pattern: string, rules: Protection): Fields {
  return {
    __typename: 'RefUpdateRule',
    pattern,
    allowsDeletions: rules.deletions,
    allowsForcePushes: rules.forcePushes,
    blocksCreations: false,
    requiredApprovingReviewCount: rules.requiredApprovals,
    requiredStatusCheckContexts: rules.requiredChecks,
    requiresCodeOwnerReviews: rules.codeOwners,
    requiresConversationResolution: false,
    requiresLinearHistory: rules.linearHistory,
    requiresSignatures: false,
    viewerAllowedToDismissReviews: true,
    viewerCanPush: !rules.pullRequests,
  };
}
