import { landWaiting } from '../land/auto.js';
import { closePullRequest } from '../land/sync.js';
import { commentShape, issueShape, labelShape, labelsOf } from '../shapes/issue.js';
import { type Account, reaches } from '../state/accounts.js';
import type { Comment, PullRequest } from '../state/pull-request.js';
import { findAccount, type World } from '../state/world.js';
import {
  bodyOf,
  caller,
  findPull,
  type Needs,
  type RepositoryCall,
  type Routes,
  repositoryRoute,
  textOf,
  textsOf,
} from './call.js';
import { ensureLabels } from './labels.js';
import { paged } from './paging.js';
import { refuseStranger } from './pulls.js';
import { invalid, notFound, refuse } from './refuse.js';

type Handler = Routes[number]['handler'];

/** A pull request as an issue: labels, people, milestone, comments. */
export function issueRoutes(world: World): Routes {
  const either = ['issues', 'pull_requests'] as const;
  const read: Needs = { permission: either, level: 'read' };
  const write: Needs = { permission: either, level: 'write', role: 'triage' };
  const anybody: Needs = { permission: either, level: 'write', role: 'read' };
  const issue = '/issues/{issue_number}';
  const route = (method: string, below: string, needs: Needs, handler: (call: RepositoryCall) => ReturnType<Handler>) =>
    repositoryRoute(world, method, below, needs, handler);
  return [
    route('GET', issue, read, async (call) => ({
      status: 200,
      body: issueShape(world, findPull(call, 'issue_number')),
    })),
    route('PATCH', issue, anybody, updateIssue),
    route('GET', `${issue}/labels`, read, async (call) => {
      const pull = findPull(call, 'issue_number');
      return paged(call, labelsOf(call.repository, pull), (label) => labelShape(world, call.repository, label));
    }),
    route('POST', `${issue}/labels`, write, (call) => setLabels(call, true)),
    route('PUT', `${issue}/labels`, write, (call) => setLabels(call, false)),
    route('DELETE', `${issue}/labels/{name}`, write, async (call) => {
      const pull = findPull(call, 'issue_number');
      const name = (call.params['name'] ?? '').toLowerCase();
      if (!pull.labels.some((label) => label.toLowerCase() === name)) refuse(404, 'Label does not exist');
      pull.labels = pull.labels.filter((label) => label.toLowerCase() !== name);
      return labelsAnswer(call, pull);
    }),
    route('POST', `${issue}/assignees`, write, async (call) => {
      const pull = findPull(call, 'issue_number');
      const asked = textsOf(bodyOf(call)['assignees']);
      // who cannot be assigned is passed over in silence here
      const able = asked.map((login) => assignable(call, login)).filter((account) => account !== null);
      pull.assignees = [...new Set([...pull.assignees, ...able])].slice(0, 10);
      return { status: 201, body: issueShape(world, pull) };
    }),
    route('DELETE', `${issue}/assignees`, write, async (call) => {
      const pull = findPull(call, 'issue_number');
      const logins = textsOf(bodyOf(call)['assignees']).map((login) => login.toLowerCase());
      pull.assignees = pull.assignees.filter((account) => !logins.includes(account.login.toLowerCase()));
      return { status: 200, body: issueShape(world, pull) };
    }),
    route('GET', `${issue}/comments`, read, async (call) => {
      const pull = findPull(call, 'issue_number');
      return paged(call, pull.comments, (comment) => commentShape(world, pull, comment));
    }),
    route('POST', `${issue}/comments`, anybody, async (call) => {
      const pull = findPull(call, 'issue_number');
      const comment = addComment(world, pull, caller(call), commentText(call));
      return { status: 201, body: commentShape(world, pull, comment) };
    }),
    route('GET', '/issues/comments/{comment_id}', read, async (call) => {
      const { pull, comment } = findComment(call);
      return { status: 200, body: commentShape(world, pull, comment) };
    }),
    route('PATCH', '/issues/comments/{comment_id}', anybody, async (call) => {
      const { pull, comment } = findComment(call);
      refuseOthers(call, comment);
      comment.body = commentText(call);
      comment.updatedAt = world.clock.iso();
      return { status: 200, body: commentShape(world, pull, comment) };
    }),
    route('DELETE', '/issues/comments/{comment_id}', anybody, async (call) => {
      const { pull, comment } = findComment(call);
      refuseOthers(call, comment);
      pull.comments.splice(pull.comments.indexOf(comment), 1);
      return { status: 204, body: null };
    }),
  ];
}

export function addComment(world: World, pull: PullRequest, author: Account, body: string): Comment {
  const now = world.clock.iso();
  const comment: Comment = { id: world.nextId(), author, body, createdAt: now, updatedAt: now };
  pull.comments.push(comment);
  pull.updatedAt = now;
  return comment;
}

function commentText(call: RepositoryCall): string {
  const text = textOf(bodyOf(call)['body']) ?? '';
  if (text.trim() === '') invalid('IssueComment', 'body', 'missing_field');
  if (text.length > 65_536) {
    invalid('IssueComment', 'data', 'unprocessable', 'Body is too long (maximum is 65536 characters)');
  }
  return text;
}

function findComment(call: RepositoryCall): { readonly pull: PullRequest; readonly comment: Comment } {
  for (const pull of call.repository.pulls) {
    const comment = pull.comments.find(({ id }) => String(id) === call.params['comment_id']);
    if (comment !== undefined) return { pull, comment };
  }
  return notFound();
}

function refuseOthers(call: RepositoryCall, comment: Comment): void {
  if (comment.author === caller(call) || reaches(call.access, 'write')) return;
  refuse(403, 'Must have admin rights to Repository.');
}

function assignable(call: RepositoryCall, login: string): Account | null {
  const account = findAccount(call.world, login);
  return account !== null && reaches(call.repository.access.get(account.login.toLowerCase()) ?? 'none', 'read')
    ? account
    : null;
}

async function setLabels(call: RepositoryCall, adds: boolean): ReturnType<Handler> {
  const pull = findPull(call, 'issue_number');
  const named = Array.isArray(call.body) ? call.body : bodyOf(call)['labels'];
  const names = (Array.isArray(named) ? named : [])
    .map((one: unknown) => (typeof one === 'string' ? one : textOf((one as { name?: unknown } | null)?.name)))
    .filter((name) => name !== null);
  const labels = ensureLabels(call, names);
  pull.labels = [...new Set([...(adds ? pull.labels : []), ...labels])];
  pull.updatedAt = call.world.clock.iso();
  return labelsAnswer(call, pull);
}

function labelsAnswer(call: RepositoryCall, pull: PullRequest): Awaited<ReturnType<Handler>> {
  return {
    status: 200,
    body: labelsOf(call.repository, pull).map((label) => labelShape(call.world, call.repository, label)),
  };
}

async function updateIssue(call: RepositoryCall): ReturnType<Handler> {
  const { world, repository } = call;
  const pull = findPull(call, 'issue_number');
  refuseStranger(call, pull);
  const body = bodyOf(call);
  const may = reaches(call.access, 'triage') || call.token?.kind === 'installation' || call.token?.kind === 'actions';
  if (textOf(body['title']) !== null) pull.title = textOf(body['title']) ?? pull.title;
  if (body['body'] !== undefined) pull.body = textOf(body['body']);
  // without triage access these are passed over in silence
  if (may && body['milestone'] !== undefined) pull.milestone = milestoneOf(call, body['milestone']);
  if (may && Array.isArray(body['labels'])) {
    const names = body['labels'].map((one: unknown) =>
      typeof one === 'string' ? one : (textOf((one as { name?: unknown } | null)?.name) ?? ''),
    );
    pull.labels = [...ensureLabels(call, names)];
  }
  if (may && Array.isArray(body['assignees'])) {
    pull.assignees = textsOf(body['assignees']).map(
      (login) => assignable(call, login) ?? invalid('Issue', 'assignees', 'invalid'),
    );
  }
  if (textOf(body['state']) === 'closed' && pull.state === 'open') closePullRequest(world, pull);
  pull.updatedAt = world.clock.iso();
  await landWaiting(world, repository);
  return { status: 200, body: issueShape(world, pull) };
}

function milestoneOf(call: RepositoryCall, value: unknown): number | null {
  if (value === null) return null;
  const found = call.repository.milestones.find(({ number }) => number === Number(value));
  return found?.number ?? invalid('Issue', 'milestone', 'invalid');
}
