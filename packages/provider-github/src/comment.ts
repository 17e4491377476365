import type { CommitId, PullRequestPort } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { Run } from './api.js';
import type { Context } from './context.js';
import { LostAnswer } from './errors.js';
import { whole } from './find.js';
import { checkCommitId, staleBranch } from './git-port.js';
import { missing } from './read.js';
import * as schema from './schema.js';
import { viewerOf } from './viewer.js';

/** Longest description of a status that GitHub takes. */
const longestDescription = 140;

/**
 * Adds a comment; with a marker, hidden in the text, the account's own comment that carries it is changed instead. A
 * comment whose answer was lost is looked for before it is sent again.
 */
export async function comment(
  context: Context,
  run: Run,
  id: string,
  { text, marker }: Parameters<PullRequestPort['comment']>[1],
): Promise<void> {
  if (marker !== undefined && !/^[A-Za-z0-9-]+$/.test(marker)) {
    fail('usage', `${JSON.stringify(marker)} is no marker.`, 'Use letters, digits and "-".', { marker });
  }
  if (text.trim() === '') fail('rejected', 'The comment is empty.', 'Write something.');
  const { number } = await whole(context, run, id);
  const body = marker === undefined ? text : `${text}\n\n${hidden(marker)}`;
  if (marker !== undefined) {
    const { login } = await viewerOf(context, run);
    const isOurs = (one: { user: string; body?: string | null | undefined }): boolean =>
      one.user.toLowerCase() === login.toLowerCase() && (one.body ?? '').includes(hidden(marker));
    const standing = (await commentsOf(context, run, number)).find(isOurs);
    if (standing !== undefined) {
      if (normal(standing.body ?? '') === normal(body)) return;
      await context.api.request(run, {
        to: `change a comment on the pull request ${id}`,
        what: 'the comment',
        route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
        parameters: { comment_id: standing.id, body },
        schema: schema.comment,
        safe: true,
      });
      return;
    }
  }
  await post(context, run, number, body);
}

function hidden(marker: string): string {
  return `<!-- gitops:comment ${marker} -->`;
}

/** Forges change line ends and trim. */
function normal(text: string): string {
  return text.replace(/\r\n/g, '\n').trim();
}

/** The text as it was given, without the hidden marker. */
export function withoutMarker(text: string): string {
  return text.replace(/\s*<!-- gitops:comment [A-Za-z0-9-]+ -->\s*$/, '');
}

export function commentsOf(context: Context, run: Run, number: number) {
  return context.api.pages(run, {
    to: `list the comments of the pull request ${number}`,
    what: `the pull request ${number}`,
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    parameters: { issue_number: number },
    schema: schema.comments,
  });
}

async function post(context: Context, run: Run, number: number, body: string): Promise<void> {
  const before = Date.parse(context.clock.now()) - 60_000;
  for (let attempt = 1; ; attempt++) {
    try {
      await context.api.request(run, {
        to: `comment on the pull request ${number}`,
        what: `the pull request ${number}`,
        route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
        parameters: { issue_number: number, body },
        schema: schema.comment,
      });
      return;
    } catch (error) {
      if (!(error instanceof LostAnswer) || attempt === 2) throw error;
      const { login } = await viewerOf(context, run);
      const there = (await commentsOf(context, run, number)).some(
        (one) =>
          one.user.toLowerCase() === login.toLowerCase() &&
          normal(one.body ?? '') === normal(body) &&
          Date.parse(one.created_at) >= before,
      );
      if (there) return;
    }
  }
}

/** The reason as a comment, then closed. Closing what is closed or merged does nothing. */
export async function close(
  context: Context,
  run: Run,
  id: string,
  { reason }: { readonly reason: string },
): Promise<void> {
  const pull = await whole(context, run, id);
  if (pull.state === 'closed') return;
  if (reason.trim() !== '') await post(context, run, pull.number, reason);
  await context.api.request(run, {
    to: `close the pull request ${id}`,
    what: `the pull request ${id}`,
    route: 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
    parameters: { pull_number: pull.number, state: 'closed' },
    schema: schema.pull,
    safe: true,
  });
}

/** Approves exactly the head that was looked at. */
export async function approve(
  context: Context,
  run: Run,
  id: string,
  { head, text }: Parameters<PullRequestPort['approve']>[1],
): Promise<void> {
  const pull = await whole(context, run, id);
  if (pull.state !== 'open') {
    fail('rejected', `The pull request ${id} is closed: there is nothing to approve.`, 'Name one that is open.', {
      id,
    });
  }
  if (pull.head.sha !== head) staleBranch(pull.head.ref, head, pull.head.sha);
  await context.api.request(run, {
    to: `approve the pull request ${id}`,
    what: `the pull request ${id}`,
    route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    parameters: {
      pull_number: pull.number,
      commit_id: head,
      event: 'APPROVE',
      ...(text === undefined ? {} : { body: text }),
    },
    schema: schema.madeReview,
    // approving twice is approving once: the last word of each person counts
    safe: true,
    means: ({ status, text: said }) =>
      status === 422 && /own pull request/i.test(said)
        ? {
            kind: 'rejected',
            message: 'This account opened the pull request, and nobody approves what is their own.',
            remedy: 'Ask somebody else to approve it, or configure a second identity that approves.',
          }
        : undefined,
  });
}

/** Sets a commit status; the last one of each name counts. */
export async function setStatus(
  context: Context,
  run: Run,
  commit: CommitId,
  check: Parameters<PullRequestPort['setStatus']>[1],
): Promise<void> {
  checkCommitId(commit);
  const { description } = check;
  await context.api.request(run, {
    to: `set the status "${check.name}"`,
    what: `the commit ${commit.slice(0, 12)}`,
    route: 'POST /repos/{owner}/{repo}/statuses/{sha}',
    parameters: {
      sha: commit,
      state: check.state,
      context: check.name,
      ...(check.url === undefined ? {} : { target_url: check.url }),
      ...(description === undefined ? {} : { description: cut(description) }),
    },
    schema: schema.madeStatus,
    safe: true,
    means: missing(commit),
  });
}

function cut(text: string): string {
  return text.length <= longestDescription ? text : `${text.slice(0, longestDescription - 1)}…`;
}
