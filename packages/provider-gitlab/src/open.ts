import { type GitOpsError, type PullRequest, type PullRequestPort, problem } from '@gitops/core';
import { type Failure, fail, failureIn } from '@gitops/provider-http';
import type { Ask } from './api.js';
import type { Context } from './context.js';
import type { Question } from './errors.js';
import { findOpen, isDraft, requestOf, stateOf, titleOf, toPullRequest } from './find.js';
import { compare } from './history.js';
import { limits } from './limits.js';
import { peopleOf } from './people.js';
import { storedText } from './quick-actions.js';
import { branchOf } from './read.js';
import * as schema from './schema.js';
import { checkBranch } from './write.js';

type Draft = Parameters<PullRequestPort['open']>[0];
type Patch = Parameters<PullRequestPort['update']>[1];

/**
 * Opens a merge request: one call, and one more for reviewers or assignees, and for a milestone. Missing labels are
 * made by GitLab itself. Where this instance has not just made the source branch, one question before makes sure that
 * there is something to review: GitLab would open an empty one.
 */
export async function open(context: Context, ask: Ask, draft: Draft): Promise<PullRequest> {
  for (const branch of [draft.source, draft.target]) checkBranch(branch);
  const description = checkedDescription(draft.description);
  if (draft.source === draft.target) {
    fail('rejected', `"${draft.source}" cannot be merged into itself.`, 'Name two branches.', { what: 'branch' });
  }
  const people = await peopleOf(context, ask, draft);
  if (context.sight.made.get(draft.source) === undefined) await checkDifference(context, ask, draft);
  const made = await create(context, ask, draft, {
    title: titled(draft.title, draft.draft === true),
    description,
    ...(draft.labels === undefined || draft.labels.length === 0 ? {} : { labels: draft.labels }),
    ...(people.reviewerIds.length === 0 ? {} : { reviewerIds: people.reviewerIds }),
    ...(people.assigneeIds.length === 0 ? {} : { assigneeIds: people.assigneeIds }),
    ...(people.milestoneId === null ? {} : { milestoneId: people.milestoneId }),
  });
  return made;
}

interface Fields {
  readonly title: string;
  readonly description?: string;
  readonly [field: string]: unknown;
}

/** One that may have been made is looked for before it is made again. */
async function create(context: Context, ask: Ask, draft: Draft, fields: Fields): Promise<PullRequest> {
  const question: Question = {
    call: `open a merge request from "${draft.source}" into "${draft.target}"`,
    about: 'project',
    creates: true,
    on: (status, said) => duplicate(status, said, draft),
  };
  for (let tries = 1; ; tries++) {
    try {
      const { title, ...more } = fields;
      const made = await context.api.one(ask, question, schema.mergeRequest, (sdk) =>
        sdk.mergeRequests.create(context.id(), draft.source, draft.target, title, more as never),
      );
      if (made.source_branch !== draft.source || made.target_branch !== draft.target) {
        return await context.api.isAnother(ask, question, 'source_branch');
      }
      return await toPullRequest(context, ask, made);
    } catch (error) {
      const failure = failureIn(error);
      const kind = failure?.problem.kind;
      if (failure === undefined) throw error;
      if (kind === 'already-exists') throw await namedDuplicate(context, ask, draft, failure);
      if (kind === 'rejected' || kind === 'not-found') throw (await missingBranch(context, ask, draft)) ?? error;
      if ((kind !== 'unavailable' && kind !== 'response-invalid') || tries >= 3) throw error;
      const why = {
        kind: 'unavailable',
        text: 'GitLab did not say whether the merge request was opened; looking for it.',
      } as const;
      await ask.patience.wait(500 * tries, why, ask.signal);
      const found = await findOpen(context, ask, draft, 0);
      if (found !== null) return found;
      if (kind === 'response-invalid') throw error;
    }
  }
}

/** GitLab's words for a second one: `Another open merge request already exists for this source branch: !59`. */
function duplicate(status: number, said: string, draft: Draft): GitOpsError | null {
  if (!/already exists/i.test(said) || (status !== 409 && status !== 400 && status !== 422)) return null;
  const id = /!(\d+)/.exec(said)?.[1] ?? null;
  return alreadyOpen(draft, id);
}

function alreadyOpen({ source, target }: Draft, id: string | null): GitOpsError {
  return problem(
    'already-exists',
    `A merge request from "${source}" into "${target}" is open already${id === null ? '' : `: !${id}`}.`,
    'Update that one, or close it first.',
    { details: { what: 'pull-request', found: id, source, target } },
  );
}

async function namedDuplicate(context: Context, ask: Ask, draft: Draft, failure: Failure): Promise<unknown> {
  if (failure.problem.details['found'] !== null) return failure;
  const found = await findOpen(context, ask, draft, 0);
  return found === null ? failure : Object.assign(failure, { problem: alreadyOpen(draft, found.id) });
}

/** Something to review: commits that the target has not. */
async function checkDifference(context: Context, ask: Ask, draft: Draft): Promise<void> {
  let isEmpty: boolean;
  try {
    const { commits } = await compare(context, ask, draft.target, draft.source);
    isEmpty = commits.length === 0;
  } catch (error) {
    if (failureIn(error)?.problem.kind !== 'not-found') throw error;
    throw (await missingBranch(context, ask, draft)) ?? error;
  }
  if (!isEmpty) return;
  fail(
    'rejected',
    `There is nothing to review: "${draft.target}" holds every commit of "${draft.source}".`,
    'Commit to the source branch first.',
    { what: 'branch', source: draft.source, target: draft.target },
  );
}

async function missingBranch(context: Context, ask: Ask, { source, target }: Draft): Promise<unknown> {
  for (const branch of [source, target]) {
    if ((await branchOf(context, ask, branch)) !== null) continue;
    try {
      fail(
        'not-found',
        `There is no branch "${branch}" in ${context.project.name}.`,
        'Make it first, or look for a slip.',
        {
          what: 'branch',
          branch,
        },
      );
    } catch (failure) {
      return failure;
    }
  }
  return null;
}

/** New text, labels, people; what is as it should be already is not sent, and nothing at all where all is. */
export async function update(context: Context, ask: Ask, id: string, patch: Patch): Promise<PullRequest> {
  const found = await requestOf(context, ask, id);
  if (stateOf(found) !== 'open') {
    fail('rejected', `The merge request !${found.iid} is ${stateOf(found)} and cannot be changed.`, 'Open a new one.', {
      what: 'pull-request',
      state: stateOf(found),
    });
  }
  const description = patch.description === undefined ? undefined : checkedDescription(patch.description);
  const people = await peopleOf(context, ask, patch, found);
  const wantsDraft = patch.draft ?? isDraft(found);
  const isRetitled = wantsDraft !== isDraft(found) || (patch.title !== undefined && patch.title !== titleOf(found));
  const labels = (patch.labels ?? []).filter((label) => !(found.labels ?? []).includes(label));
  const fields = {
    ...(isRetitled ? { title: titled(patch.title ?? titleOf(found), wantsDraft) } : {}),
    ...(description === undefined || description === (found.description ?? '') ? {} : { description }),
    ...(labels.length === 0 ? {} : { addLabels: labels }),
    ...(people.reviewerIds.length === 0 ? {} : { reviewerIds: people.reviewerIds }),
    ...(people.assigneeIds.length === 0 ? {} : { assigneeIds: people.assigneeIds }),
    ...(people.milestoneId === null ? {} : { milestoneId: people.milestoneId }),
  };
  if (Object.keys(fields).length === 0) return toPullRequest(context, ask, found);
  const question: Question = { call: `change !${found.iid}`, about: 'pull-request', subject: `!${found.iid}` };
  const changed = await context.api.one(ask, question, schema.mergeRequest, (sdk) =>
    sdk.mergeRequests.edit(context.id(), found.iid, fields as never),
  );
  return toPullRequest(context, ask, changed);
}

function titled(title: string, isDraft: boolean): string {
  return isDraft ? `Draft: ${title}` : title;
}

function checkedDescription(description: string): string {
  const stored = storedText(description);
  if (stored.length <= limits.description) return stored;
  return fail(
    'rejected',
    `The description has ${stored.length} characters; GitLab takes ${limits.description}.`,
    'Shorten it.',
    { what: 'description', expected: limits.description, found: stored.length },
  );
}
