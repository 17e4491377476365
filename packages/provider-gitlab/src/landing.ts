import { type GitOpsError, type MergeAnswer, type PullRequestPort, problem } from '@gitops/core';
import type { Ask } from './api.js';
import type { Context } from './context.js';
import type { Question } from './errors.js';
import { landedOf } from './find.js';
import { limits } from './limits.js';
import { branchOf } from './read.js';
import type * as schema from './schema.js';
import { deleteBranch } from './write.js';

export type MergeInput = Parameters<PullRequestPort['merge']>[1];
type MergeRequest = schema.MergeRequest;

/** Fields of a merge, immediate or armed; messages fit the method. */
export function fieldsOf({ method, message, expectedHead, deleteSource }: MergeInput): Record<string, unknown> {
  const text = message.body === '' ? message.title : `${message.title}\n\n${message.body}`;
  return {
    sha: expectedHead,
    squash: method === 'squash',
    shouldRemoveSourceBranch: deleteSource,
    ...(method === 'rebase' ? {} : { mergeCommitMessage: text }),
    ...(method === 'squash' ? { squashCommitMessage: text } : {}),
  };
}

export function mergeQuestion(found: MergeRequest, input: MergeInput): Question {
  return {
    call: `merge !${found.iid}`,
    about: 'pull-request',
    subject: `!${found.iid}`,
    on: (status, said) => refusalOf(status, said, found, input),
  };
}

/** GitLab's answers to a merge: 405 not mergeable as it is, 409 another head, 422 Git refuses, 401 no permission. */
function refusalOf(status: number, said: string, found: MergeRequest, input: MergeInput): GitOpsError | null {
  const details = { what: 'merge', status, said };
  if (status === 409) {
    return problem(
      'stale-head',
      `"${found.source_branch}" is not at ${input.expectedHead.slice(0, 12)} any more (${said}).`,
      'Look at the merge request again.',
      { details: { ...details, what: 'source', expected: input.expectedHead } },
    );
  }
  if (status === 401 && !/token|scope|expired|revoked/i.test(said)) {
    return problem(
      'forbidden',
      `This account may not merge into "${found.target_branch}" (${said}).`,
      'Let it merge there (Settings, Repository, Protected branches), or have somebody else merge.',
      { details: { ...details, missingScope: null } },
    );
  }
  if (status === 405 || status === 406 || status === 422) {
    return problem(
      'merge-refused',
      `GitLab does not merge !${found.iid} as it is (${said}).`,
      'Look at the merge request for what it waits for.',
      {
        details,
      },
    );
  }
  return null;
}

/** The answer to what is merged, by whomever. */
export async function merged(context: Context, ask: Ask, found: MergeRequest, input: MergeInput): Promise<MergeAnswer> {
  // what was made there has landed: another merge request of that branch needs something new
  context.sight.made.delete(found.source_branch);
  const landed = await landedOf(context, ask, found);
  if (landed === null) return { kind: 'waiting', for: ['GitLab to tell what landed'] };
  if (input.deleteSource) await removeSource(context, ask, found, input);
  return { kind: 'merged', landed };
}

/** GitLab deletes the source branch in the background; what it leaves (or a run that died) is deleted here. */
async function removeSource(context: Context, ask: Ask, found: MergeRequest, input: MergeInput): Promise<void> {
  const heads = [input.expectedHead, found.sha];
  for (let waited = 0, pause: number = limits.firstPauseMs; ; ) {
    const standing = (await branchOf(context, ask, found.source_branch))?.commit.id ?? null;
    // another head is somebody's new work
    if (standing === null || !heads.includes(standing)) return;
    if (waited >= limits.deletionMs) {
      await deleteBranch(context, ask, found.source_branch, standing);
      return;
    }
    const why = { kind: 'timed-out', text: `GitLab is deleting "${found.source_branch}".` } as const;
    await ask.patience.wait(pause, why, ask.signal);
    waited += pause;
    pause = Math.min(pause * 2, limits.longestPauseMs);
  }
}
