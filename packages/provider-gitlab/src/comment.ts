import { type CommitId, type GitOpsError, type PullRequestPort, problem } from '@gitops/core';
import { fail, failureIn } from '@gitops/provider-http';
import type { Ask } from './api.js';
import type { Context } from './context.js';
import type { Question } from './errors.js';
import { numberOf, readRequest, requestOf, stateOf } from './find.js';
import { shownText, storedText } from './quick-actions.js';
import { isCommitId, missingCommit } from './read.js';
import * as schema from './schema.js';
import { verdictsOf } from './verdicts.js';
import { staleBranch } from './write.js';

type CommentInput = Parameters<PullRequestPort['comment']>[1];
type CheckInput = Parameters<PullRequestPort['setStatus']>[1];

/** A hidden line, by which a comment is found again. */
function markerOf(marker: string): string {
  return `<!-- gitops:${marker} -->`;
}

/** The marker of a comment that came with an approval of a commit. */
function approvalMarker(head: CommitId): string {
  return markerOf(`approves ${head}`);
}

/** The commit that a comment says to approve, and the text without that line; a person's word, no proof. */
export function approvalIn(body: string): { readonly commit: CommitId | null; readonly text: string } {
  const found = /\n*<!-- gitops:approves ([0-9a-f]{40,64}) -->\s*$/.exec(body);
  if (found === null) return { commit: null, text: shownText(body) };
  return { commit: found[1] ?? null, text: shownText(body.slice(0, found.index)) };
}

/** All notes, oldest first; GitLab's own lines among them. */
export function notesOf(context: Context, ask: Ask, iid: number): Promise<readonly schema.Note[]> {
  const question = { call: `read the comments of !${iid}`, about: 'pull-request', subject: `!${iid}` } as const;
  return context.api.list(ask, question, schema.notes, (sdk, page) =>
    sdk.notes.all(context.id(), iid, { sort: 'asc', orderBy: 'created_at', ...page } as never),
  );
}

/** Adds a comment, or changes the one of this account that carries the marker. */
export async function comment(context: Context, ask: Ask, id: string, input: CommentInput): Promise<void> {
  const iid = numberOf(context, id);
  if (input.marker === undefined) return addNote(context, ask, iid, storedText(input.text));
  const marker = markerOf(input.marker);
  const body = `${storedText(input.text)}\n\n${marker}`;
  const own = await ownNote(context, ask, iid, (one) => one.body.includes(marker));
  if (own === null) return addNote(context, ask, iid, body);
  if (own.body.trimEnd() === body.trimEnd()) return;
  const question = { call: `change a comment of !${iid}`, about: 'pull-request', subject: `!${iid}` } as const;
  await context.api.one(ask, question, schema.note, (sdk) =>
    sdk.notes.edit(context.id(), iid, own.id, { body } as never),
  );
}

async function ownNote(
  context: Context,
  ask: Ask,
  iid: number,
  fits: (one: schema.Note) => boolean,
): Promise<schema.Note | null> {
  const { username } = await context.account(ask);
  const notes = await notesOf(context, ask, iid);
  return notes.findLast((one) => one.system !== true && one.author?.username === username && fits(one)) ?? null;
}

/** A comment that may have been made is looked for before it is made again. */
async function addNote(context: Context, ask: Ask, iid: number, body: string): Promise<void> {
  const question: Question = {
    call: `comment on !${iid}`,
    about: 'pull-request',
    subject: `!${iid}`,
    creates: true,
  };
  for (let tries = 1; ; tries++) {
    try {
      await context.api.one(ask, question, schema.note, (sdk) => sdk.notes.create(context.id(), iid, body));
      return;
    } catch (error) {
      const kind = failureIn(error)?.problem.kind;
      if ((kind !== 'unavailable' && kind !== 'response-invalid') || tries >= 3) throw error;
      const why = {
        kind: 'unavailable',
        text: 'GitLab did not say whether the comment was made; looking for it.',
      } as const;
      await ask.patience.wait(500 * tries, why, ask.signal);
      if ((await ownNote(context, ask, iid, (one) => one.body.trimEnd() === body.trimEnd())) !== null) return;
      if (kind === 'response-invalid') throw error;
    }
  }
}

/** The reason first: what is closed without one helps nobody. */
export async function close(context: Context, ask: Ask, id: string, input: { readonly reason: string }): Promise<void> {
  const found = await readRequest(context, ask, numberOf(context, id));
  const state = stateOf(found);
  if (state === 'closed') return;
  if (state === 'merged') {
    fail('rejected', `The merge request !${found.iid} is merged already.`, 'Revert it instead: gitops revert.', {
      what: 'pull-request',
      state,
    });
  }
  if (input.reason.trim() !== '') await addNote(context, ask, found.iid, storedText(input.reason));
  const question = { call: `close !${found.iid}`, about: 'pull-request', subject: `!${found.iid}` } as const;
  await context.api.one(ask, question, schema.mergeRequest, (sdk) =>
    sdk.mergeRequests.edit(context.id(), found.iid, { stateEvent: 'close' }),
  );
}

/** Approves exactly one head. An approval of an older head, which GitLab keeps in some settings, is given anew. */
export async function approve(
  context: Context,
  ask: Ask,
  id: string,
  input: { readonly head: CommitId; readonly text?: string },
): Promise<void> {
  const found = await requestOf(context, ask, id);
  const { iid } = found;
  if (stateOf(found) !== 'open') {
    fail('rejected', `The merge request !${iid} is not open any more.`, 'There is nothing to approve.', {
      what: 'pull-request',
      state: stateOf(found),
    });
  }
  if (found.sha !== input.head) staleBranch(found.source_branch, input.head, found.sha, 'source');
  const { username } = await context.account(ask);
  if (found.author?.username === username) {
    fail(
      'rejected',
      `The merge request !${iid} is ${username}'s own; nobody approves their own.`,
      'Let somebody else approve it.',
      {
        what: 'pull-request',
        account: username,
      },
    );
  }
  const notes = await notesOf(context, ask, iid);
  const verdicts = await verdictsOf(context, ask, found, notes);
  const isApproved = verdicts.approvals.some((one) => one.by === username);
  if (!isApproved) {
    if (verdicts.stale.includes(username)) await send(context, ask, iid, 'unapprove', input.head);
    try {
      await send(context, ask, iid, 'approve', input.head);
    } catch (error) {
      // what GitLab refuses may be the second attempt of one that had reached it
      const now = await verdictsOf(context, ask, found, await notesOf(context, ask, iid));
      if (!now.approvals.some((one) => one.by === username)) throw error;
    }
  }
  if (input.text === undefined || input.text.trim() === '') return;
  const body = `${storedText(input.text)}\n\n${approvalMarker(input.head)}`;
  const isSaid = notes.some((one) => one.author?.username === username && one.body.trimEnd() === body.trimEnd());
  if (!isSaid) await addNote(context, ask, iid, body);
}

async function send(
  context: Context,
  ask: Ask,
  iid: number,
  verb: 'approve' | 'unapprove',
  head: CommitId,
): Promise<void> {
  const question: Question = {
    call: `${verb} !${iid}`,
    about: 'pull-request',
    subject: `!${iid}`,
    on: (status, said) => refusedApproval(status, said, iid, head),
  };
  await context.api.one(ask, question, schema.anything, (sdk) =>
    verb === 'approve'
      ? sdk.approvals.approve(context.id(), iid, { sha: head })
      : sdk.approvals.unapprove(context.id(), iid),
  );
}

/** GitLab answers 401 to somebody who is signed in but may not approve. */
function refusedApproval(status: number, said: string, iid: number, head: CommitId): GitOpsError | null {
  const details = { what: 'pull-request', status, said };
  if (status === 409) {
    return problem(
      'stale-head',
      `The merge request !${iid} is not at ${head.slice(0, 12)} any more.`,
      'Look at it again.',
      {
        details: { ...details, what: 'source', expected: head },
      },
    );
  }
  const isToken = /token|scope|expired|revoked/i.test(said);
  return status === 401 && !isToken
    ? problem(
        'rejected',
        `GitLab does not let this account approve !${iid} (${said}).`,
        'It needs the role Developer and must be allowed by the approval rules of the project.',
        { details },
      )
    : null;
}

/**
 * Reports a check on a commit. GitLab refuses to move a status to where it is: that is no error here. A check that has
 * ended and is reported again becomes a new status of the same name, and the last one counts.
 */
export async function setStatus(context: Context, ask: Ask, commit: CommitId, check: CheckInput): Promise<void> {
  if (!isCommitId(commit)) missingCommit(context, commit);
  const state = check.state === 'failure' ? 'failed' : check.state;
  const question: Question = {
    call: `report the check "${check.name}"`,
    about: 'commit',
    subject: commit,
    on: (status, said) =>
      status === 400 && /cannot transition/i.test(said)
        ? problem('already-exists', `The check "${check.name}" cannot become ${check.state} (${said}).`, 'Run again.', {
            details: { what: 'check', name: check.name, said },
          })
        : null,
  };
  try {
    await context.api.one(ask, question, schema.anything, (sdk) =>
      sdk.commits.editStatus(context.id(), commit, state, {
        name: check.name,
        ...(check.url === undefined ? {} : { targetUrl: check.url }),
        ...(check.description === undefined ? {} : { description: check.description.slice(0, 255) }),
      }),
    );
  } catch (error) {
    if (failureIn(error)?.problem.details['what'] !== 'check') throw error;
    if ((await statusNow(context, ask, commit, check.name)) !== state) throw error;
  }
}

async function statusNow(context: Context, ask: Ask, commit: CommitId, name: string): Promise<string | null> {
  const question = { call: 'read the checks', about: 'commit', subject: commit } as const;
  const found = await context.api.list(
    ask,
    question,
    schema.statuses,
    (sdk, page) => sdk.commits.allStatuses(context.id(), commit, { name, ...page } as never),
    { keep: (one) => one.name === name },
  );
  const last = found.reduce<schema.Status | null>((a, b) => (a === null || b.id > a.id ? b : a), null);
  return last?.status ?? null;
}
