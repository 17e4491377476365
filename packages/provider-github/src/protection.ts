import { Failure } from '@gitops/provider-http';
import type { Run } from './api.js';
import type { Context } from './context.js';
import * as schema from './schema.js';
import type { Standing as Told } from './schema-graphql.js';

/** What has to be so before GitHub lets anything into a branch. */
export interface Demands {
  readonly approvals: number;
  readonly checks: readonly string[];
  readonly codeOwners: boolean;
  readonly conversations: boolean;
  /** Changes go through a merge queue. */
  readonly queue: boolean;
  /** The branch is protected, and this token may not read how. */
  readonly hidden: boolean;
}

/**
 * From every place that tells: rulesets and the summary of the branch, which all readers see; GraphQL's view for people
 * who are no administrators, in `told`; the classic protection itself, for administrators.
 */
export async function demandsOf(context: Context, run: Run, branch: string, told: Told | null): Promise<Demands> {
  const [summary, rules] = await Promise.all([branchOf(context, run, branch), rulesOf(context, run, branch)]);
  const rule = told?.baseRef?.refUpdateRule ?? null;
  const isProtected = summary?.protected ?? false;
  const classic = isProtected && rule === null ? await classicOf(context, run, branch) : null;
  const parameters = rules.map((one) => one.parameters ?? {});
  const approvals = [
    rule?.requiredApprovingReviewCount,
    classic?.required_pull_request_reviews?.required_approving_review_count,
    ...parameters.map((one) => one.required_approving_review_count),
  ];
  const checks = [
    ...(rule?.requiredStatusCheckContexts ?? []),
    ...(classic?.required_status_checks?.contexts ?? []),
    ...(summary?.protection?.required_status_checks?.contexts ?? []),
    ...parameters.flatMap((one) => (one.required_status_checks ?? []).map((check) => check.context)),
  ];
  return {
    approvals: Math.max(0, ...approvals.map((count) => count ?? 0)),
    checks: [...new Set(checks.filter((name) => name !== null))],
    codeOwners:
      rule?.requiresCodeOwnerReviews === true ||
      classic?.required_pull_request_reviews?.require_code_owner_reviews === true ||
      parameters.some((one) => one.require_code_owner_review === true),
    conversations:
      rule?.requiresConversationResolution === true ||
      classic?.required_conversation_resolution?.enabled === true ||
      parameters.some((one) => one.required_review_thread_resolution === true),
    queue: told?.isMergeQueueEnabled === true || rules.some(({ type }) => type === 'merge_queue'),
    hidden: isProtected && rule === null && classic === null && rules.length === 0,
  };
}

/** Null for a branch that is gone. */
export function branchOf(context: Context, run: Run, branch: string) {
  return context.api.find(run, {
    to: `show the branch "${branch}"`,
    what: `the branch "${branch}"`,
    route: 'GET /repos/{owner}/{repo}/branches/{branch}',
    parameters: { branch },
    schema: schema.branch,
  });
}

/** Empty on servers and plans without rulesets, and for tokens that may not read them. */
export async function rulesOf(context: Context, run: Run, branch: string) {
  return (
    (await ifShown(
      context.api.pages(run, {
        to: `show the rules of the branch "${branch}"`,
        what: `the branch "${branch}"`,
        route: 'GET /repos/{owner}/{repo}/rules/branches/{branch}',
        parameters: { branch },
        schema: schema.rules,
      }),
    )) ?? []
  );
}

/** Null for whoever is no administrator. */
export function classicOf(context: Context, run: Run, branch: string) {
  return ifShown(
    context.api.request(run, {
      to: `show the protection of the branch "${branch}"`,
      what: `the protection of the branch "${branch}"`,
      route: 'GET /repos/{owner}/{repo}/branches/{branch}/protection',
      parameters: { branch },
      schema: schema.protection,
    }),
  );
}

export async function ifShown<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Failure && ['forbidden', 'not-found', 'unsupported'].includes(error.problem.kind)) return null;
    throw error;
  }
}
