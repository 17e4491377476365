import type { Json } from '../../host/request.js';
import type { MergeQueue, Protection, Repository } from '../state/repository.js';
import { fullName } from '../state/repository.js';

/** What a branch tells of its protection to everybody who may read. */
export function protectionShape(rules: Protection | null): Json {
  const contexts = rules?.requiredChecks ?? [];
  return {
    enabled: rules !== null && !rules.ruleset,
    required_status_checks: {
      enforcement_level: contexts.length === 0 ? 'off' : rules?.enforceAdmins === true ? 'everyone' : 'non_admins',
      contexts,
      checks: contexts.map((context) => ({ context, app_id: null })),
    },
  };
}

/** Classic branch protection, as administrators read it. */
export function branchProtectionShape(url: string, rules: Protection): Json {
  const { requiredChecks: contexts, strict } = rules;
  const on = (enabled: boolean): Json => ({ enabled });
  return {
    url,
    ...(contexts.length === 0 && !strict
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict,
            contexts,
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: contexts.map((context) => ({ context, app_id: null })),
          },
        }),
    ...(rules.requiredApprovals > 0 || rules.codeOwners || rules.pullRequests
      ? {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: rules.dismissStale,
            require_code_owner_reviews: rules.codeOwners,
            require_last_push_approval: false,
            required_approving_review_count: rules.requiredApprovals,
          },
        }
      : {}),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: rules.enforceAdmins },
    required_linear_history: on(rules.linearHistory),
    allow_force_pushes: on(rules.forcePushes),
    allow_deletions: on(rules.deletions),
    block_creations: on(false),
    required_conversation_resolution: on(false),
    lock_branch: on(false),
    allow_fork_syncing: on(false),
  };
}

/** Active rules of rulesets for a branch. Classic protection is not among them. */
export function rulesShape(
  repository: Repository,
  rules: Protection | null,
  queue: MergeQueue | null,
): readonly Json[] {
  const from = { ruleset_source_type: 'Repository', ruleset_source: fullName(repository), ruleset_id: 1 };
  const found: Json[] = [];
  if (queue !== null) {
    const parameters = {
      check_response_timeout_minutes: 60,
      grouping_strategy: 'ALLGREEN',
      max_entries_to_build: 5,
      max_entries_to_merge: 5,
      merge_method: queue.method.toUpperCase(),
      min_entries_to_merge: 1,
      min_entries_to_merge_wait_minutes: 5,
    };
    found.push({ type: 'merge_queue', ...from, parameters });
  }
  if (rules === null) return found;
  if (!rules.deletions) found.push({ type: 'deletion', ...from });
  if (!rules.forcePushes) found.push({ type: 'non_fast_forward', ...from });
  if (rules.linearHistory) found.push({ type: 'required_linear_history', ...from });
  if (rules.pullRequests || rules.requiredApprovals > 0 || rules.codeOwners) {
    const parameters = {
      dismiss_stale_reviews_on_push: rules.dismissStale,
      require_code_owner_review: rules.codeOwners,
      require_last_push_approval: false,
      required_approving_review_count: rules.requiredApprovals,
      required_review_thread_resolution: false,
    };
    found.push({ type: 'pull_request', ...from, parameters });
  }
  if (rules.requiredChecks.length > 0) {
    const parameters = {
      required_status_checks: rules.requiredChecks.map((context) => ({ context })),
      strict_required_status_checks_policy: rules.strict,
    };
    found.push({ type: 'required_status_checks', ...from, parameters });
  }
  return found;
}
