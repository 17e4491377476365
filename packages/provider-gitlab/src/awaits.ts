import type { Check } from '@gitops/core';
import type * as schema from './schema.js';
import type { Verdicts } from './verdicts.js';

type MergeRequest = schema.MergeRequest;

/** While GitLab is still finding out. */
export const undecided: readonly string[] = [
  'unchecked',
  'checking',
  'preparing',
  'cannot_be_merged_recheck',
  'approvals_syncing',
];

/** GitLab's first obstacle in people's words, unless it is said already by a check or a rejection. */
export function obstacles(found: MergeRequest, checks: readonly Check[], verdicts: Verdicts): readonly string[] {
  const { required } = verdicts;
  const missing = required?.approvals_left ?? 0;
  const rules = (required?.approval_rules_left ?? []).map((rule) => rule.name).filter((name) => name !== null);
  const people =
    missing > 0 ? [`${plural(missing, 'approval')}${rules.length > 0 ? ` (${rules.join(', ')})` : ''}`] : [];
  const draft = isDraftStatus(found) ? ['the draft to be marked as ready'] : [];
  const detail = wordsOf(found, checks, people.length > 0, verdicts.rejections.length > 0);
  return [...draft, ...people, ...(detail === null ? [] : [detail])];
}

function isDraftStatus(found: MergeRequest): boolean {
  return found.draft === true || found.work_in_progress === true;
}

export function plural(count: number, word: string): string {
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}

/** `detailed_merge_status` of GitLab 15.6 to 19.5. */
function wordsOf(found: MergeRequest, checks: readonly Check[], saysPeople: boolean, saysNo: boolean): string | null {
  switch (found.detailed_merge_status) {
    case null:
    case 'mergeable':
    case 'not_open':
    case 'conflict':
    case 'broken_status':
    case 'draft_status':
      return null;
    case 'ci_must_pass':
    case 'ci_still_running':
      return checks.some((check) => check.state !== 'success') ? null : 'a pipeline to succeed';
    case 'not_approved':
      return saysPeople ? null : 'an approval';
    case 'requested_changes':
      return saysNo ? null : 'a request for changes to be taken back';
    case 'discussions_not_resolved':
      return 'open threads to be resolved';
    case 'need_rebase':
      return `a rebase onto "${found.target_branch}"`;
    case 'commits_status':
      return 'commits on the source branch';
    case 'blocked_status':
    case 'merge_request_blocked':
      return 'another merge request that this one waits for';
    case 'external_status_checks':
    case 'status_checks_must_pass':
      return 'external status checks';
    case 'jira_association_missing':
      return 'the key of a Jira issue in title or description';
    case 'policies_denied':
    case 'security_policy_violations':
    case 'security_policy_pipeline_check':
      return 'security policies';
    case 'locked_paths':
    case 'locked_lfs_files':
      return 'locked files to be unlocked';
    case 'merge_time':
      return 'the time after which it may be merged';
    case 'title_not_matching':
    case 'title_regex':
      return 'a title as the project asks for';
    default:
      return undecided.includes(found.detailed_merge_status)
        ? 'GitLab to find out whether it can be merged'
        : `what GitLab calls ${found.detailed_merge_status}`;
  }
}
