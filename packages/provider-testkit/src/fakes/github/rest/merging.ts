import { landWaiting } from '../land/auto.js';
import { type Evaluation, evaluate } from '../land/evaluate.js';
import { land, updateHead } from '../land/land.js';
import { tryMerge } from '../land/trial.js';
import { repositoryUrl } from '../shapes/repository.js';
import { reaches } from '../state/accounts.js';
import type { Method, PullRequest } from '../state/pull-request.js';
import type { World } from '../state/world.js';
import { bodyOf, caller, findPull, type RepositoryCall, type Routes, repositoryRoute, textOf } from './call.js';
import { notFound, refuse } from './refuse.js';

type Handler = Routes[number]['handler'];

export function mergeRoutes(world: World): Routes {
  const write = { permission: 'contents', level: 'write' } as const;
  return [
    repositoryRoute(
      world,
      'GET',
      '/pulls/{pull_number}/merge',
      { permission: 'pull_requests', level: 'read' },
      async (call) => {
        if (findPull(call).merged === null) notFound();
        return { status: 204, body: null };
      },
    ),
    repositoryRoute(world, 'PUT', '/pulls/{pull_number}/merge', write, merge),
    repositoryRoute(
      world,
      'PUT',
      '/pulls/{pull_number}/update-branch',
      { ...write, permission: 'pull_requests' },
      updateBranch,
    ),
  ];
}

const words: Readonly<Record<Method, string>> = {
  merge: 'Merge commits',
  squash: 'Squash merges',
  rebase: 'Rebase merges',
};

async function merge(call: RepositoryCall): ReturnType<Handler> {
  const { world, repository } = call;
  const pull = findPull(call);
  const body = bodyOf(call);
  const method = (textOf(body['merge_method']) ?? 'merge') as Method;
  if (pull.state === 'closed') refuse(405, 'Pull Request is not mergeable');
  const sha = textOf(body['sha']);
  if (sha !== null && sha !== pull.head.sha) refuse(409, `Head branch was modified. Review and try the merge again.`);
  if (pull.draft) refuse(405, 'Pull Request is still a draft');
  if (!repository.settings.mergeMethods.includes(method))
    refuse(405, `${words[method]} are not allowed on this repository.`);
  if (!(await tryMerge(world, pull)).mergeable) refuse(405, 'Pull Request is not mergeable');
  if (repository.queues.has(pull.base.branch)) {
    refuse(405, 'Changes must be made through the merge queue');
  }
  const why = ruleRefuses(await evaluate(world, pull), method);
  const admin = call.token?.kind !== 'installation' && call.token?.kind !== 'actions' && reaches(call.access, 'admin');
  const bound = repository.protection.get(pull.base.branch)?.enforceAdmins === true || !admin;
  if (why !== null && bound) refuse(405, why);
  const title = textOf(body['commit_title']);
  const message = textOf(body['commit_message']);
  const landed = await land(world, pull, { by: caller(call), method, title, message });
  if (landed.kind === 'base-moved') refuse(405, 'Base branch was modified. Review and try the merge again.');
  if (landed.kind === 'no-rebase') refuse(405, "This branch can't be rebased");
  if (landed.kind === 'conflict')
    refuse(405, method === 'rebase' ? "This branch can't be rebased" : 'Pull Request is not mergeable');
  await landWaiting(world, repository);
  return { status: 200, body: { sha: landed.sha, merged: true, message: 'Pull Request successfully merged' } };
}

/** What the target's rules say against a merge, as GitHub words it; null for nothing. */
export function ruleRefuses(evaluation: Evaluation, method: Method): string | null {
  const { rules, missingChecks, approvals, decision, behind } = evaluation;
  if (rules === null) return null;
  if (rules.linearHistory && method === 'merge')
    return 'Merge commits are not allowed on this branch: linear history is required.';
  if (decision === 'CHANGES_REQUESTED') return 'Changes have been requested.';
  if (decision === 'REVIEW_REQUIRED') {
    const missing = rules.requiredApprovals - approvals;
    if (missing <= 0) return 'Waiting on code owner review.';
    const who = missing === 1 ? 'review is required by reviewers' : 'reviews are required by reviewers';
    return `At least ${missing} approving ${who} with write access.`;
  }
  if (behind) return 'Head branch is out of date. Review and try the merge again.';
  const [first] = missingChecks;
  if (first === undefined) return null;
  if (missingChecks.length > 1)
    return `${missingChecks.length} of ${rules.requiredChecks.length} required status checks have not succeeded.`;
  return `Required status check "${first.name}" is ${first.state === 'failure' ? 'failing' : 'expected'}.`;
}

async function updateBranch(call: RepositoryCall): ReturnType<Handler> {
  const pull: PullRequest = findPull(call);
  const expected = textOf(bodyOf(call)['expected_head_sha']);
  if (expected !== null && expected !== pull.head.sha) {
    refuse(422, `expected head sha didn’t match current head ref.`);
  }
  const made = await updateHead(call.world, pull, caller(call));
  if (made === null) refuse(422, 'merge conflict between base and head');
  const url = `${repositoryUrl(call.world, call.repository)}/pulls/${pull.number}`;
  return { status: 202, body: { message: 'Updating pull request branch.', url } };
}
