import { landWaiting } from '../land/auto.js';
import { evaluate } from '../land/evaluate.js';
import { land } from '../land/land.js';
import { openPullRequest } from '../land/open.js';
import { closePullRequest } from '../land/sync.js';
import { tryMerge } from '../land/trial.js';
import { addComment } from '../rest/issues.js';
import { ruleRefuses } from '../rest/merging.js';
import { addReviewers } from '../rest/reviews.js';
import type { Account, Team } from '../state/accounts.js';
import type { Method, PullRequest } from '../state/pull-request.js';
import { actorNode } from './actor.js';
import { demandWrite, type Fields, type GraphqlContext, pullById, repositoryById, within } from './context.js';
import { refuseField } from './failure.js';
import type { Input, Mutation } from './mutate-refs.js';
import { cannotLandYet, commentNode, pullNode } from './pull-request.js';
import { queueEntryNode } from './repository.js';

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A change of one pull request that the caller may make; `role` is what its repository asks for. */
function onPull(
  role: 'read' | 'write',
  change: (context: GraphqlContext, pull: PullRequest, input: Input) => Promise<Fields>,
  id = 'pullRequestId',
): Mutation {
  return async (context, input) => {
    const pull = pullById(context, String(input[id]));
    const own = pull.author === context.token.account;
    demandWrite(context, pull.repository, 'pull_requests', own ? 'read' : role);
    return within(context, pull.repository, async () => {
      const answer = await change(context, pull, input);
      await landWaiting(context.world, pull.repository);
      return answer;
    });
  };
}

function demandHead(pull: PullRequest, input: Input): void {
  const expected = text(input['expectedHeadOid']);
  if (expected === null || expected === pull.head.sha) return;
  refuseField('UNPROCESSABLE', `Head sha can't be different from the expected head sha: expected ${expected}`);
}

function methodOf(input: Input): Method {
  return (text(input['mergeMethod']) ?? 'MERGE').toLowerCase() as Method;
}

const enablePullRequestAutoMerge = onPull('write', async (context, pull, input) => {
  const { settings } = pull.repository;
  const method = methodOf(input);
  if (!settings.allowAutoMerge) refuseField('UNPROCESSABLE', 'Auto merge is not allowed for this repository');
  if (pull.state === 'closed') refuseField('UNPROCESSABLE', 'Pull request is closed');
  demandHead(pull, input);
  if (!settings.mergeMethods.includes(method))
    refuseField('UNPROCESSABLE', `Merge method ${method} merging is not allowed on this repository`);
  if (pull.autoMerge !== null) refuseField('UNPROCESSABLE', 'Auto merge is already enabled');
  const rules = await evaluate(context.world, pull);
  if (rules.rules === null) {
    refuseField('UNPROCESSABLE', 'Pull request Protected branch rules not configured for this branch');
  }
  const { mergeable } = await tryMerge(context.world, pull);
  if (!cannotLandYet(pull, mergeable, rules))
    refuseField('UNPROCESSABLE', 'Pull request Pull request is in clean status');
  if (mergeable && rules.satisfied && rules.failing) {
    refuseField('UNPROCESSABLE', 'Pull request Pull request is in unstable status');
  }
  const { account } = context.token;
  pull.autoMerge = {
    by: account,
    method,
    title: text(input['commitHeadline']),
    message: text(input['commitBody']),
    at: context.world.clock.iso(),
  };
  return { actor: actorNode(context, account), pullRequest: pullNode(context, pull) };
});

const disablePullRequestAutoMerge = onPull('write', async (context, pull) => {
  if (pull.autoMerge === null) refuseField('UNPROCESSABLE', "Can't disable auto-merge for this pull request");
  pull.autoMerge = null;
  return { actor: actorNode(context, context.token.account), pullRequest: pullNode(context, pull) };
});

const enqueuePullRequest = onPull('write', async (context, pull, input) => {
  const { repository } = pull;
  if (!repository.queues.has(pull.base.branch))
    refuseField('UNPROCESSABLE', 'A merge queue is not enabled for the base branch');
  demandHead(pull, input);
  if (pull.queued !== null) refuseField('UNPROCESSABLE', 'Pull request is already in the queue');
  const evaluation = await evaluate(context.world, pull);
  if (!evaluation.satisfied || !(await tryMerge(context.world, pull)).mergeable) {
    refuseField('UNPROCESSABLE', 'Pull request is not mergeable: what the branch demands is not met');
  }
  pull.queued = {
    at: context.world.clock.iso(),
    by: context.token.account,
    head: pull.head.sha,
    place: context.world.nextId(),
  };
  return { mergeQueueEntry: queueEntryNode(context, pull) };
});

const dequeuePullRequest = onPull(
  'write',
  async (context, pull) => {
    const entry = queueEntryNode(context, pull);
    if (entry === null) refuseField('UNPROCESSABLE', 'Pull request is not in the queue');
    pull.queued = null;
    return { mergeQueueEntry: entry };
  },
  'id',
);

const markPullRequestReadyForReview = onPull('write', async (context, pull) => {
  if (!pull.draft) refuseField('UNPROCESSABLE', 'Pull request is already marked as "ready for review".');
  pull.draft = false;
  pull.updatedAt = context.world.clock.iso();
  return { pullRequest: pullNode(context, pull) };
});

const convertPullRequestToDraft = onPull('write', async (context, pull) => {
  if (pull.draft) refuseField('UNPROCESSABLE', 'Pull request is already a draft.');
  pull.draft = true;
  pull.autoMerge = null;
  pull.updatedAt = context.world.clock.iso();
  return { pullRequest: pullNode(context, pull) };
});

const createPullRequest: Mutation = async (context, input) => {
  const repository = repositoryById(context, String(input['repositoryId']));
  const headId = text(input['headRepositoryId']);
  const from = headId === null ? repository : repositoryById(context, headId);
  demandWrite(context, repository, 'pull_requests', 'read');
  demandWrite(context, from, 'contents', 'write');
  if (context.token.kind === 'actions' && !repository.settings.actionsPullRequests) {
    refuseField('FORBIDDEN', 'GitHub Actions is not permitted to create or approve pull requests.');
  }
  return within(context, repository, async () => {
    const opened = await openPullRequest(context.world, repository, {
      author: context.token.account,
      title: String(input['title']),
      body: text(input['body']),
      base: String(input['baseRefName']),
      head: { repository: from, branch: String(input['headRefName']).replace(/^[^:]*:/, '') },
      draft: input['draft'] === true,
      maintainerCanModify: input['maintainerCanModify'] !== false,
    });
    if ('field' in opened) {
      const what =
        opened.field === 'head' ? "Head sha can't be blank, Head ref must be a branch" : 'Base ref must be a branch';
      refuseField('UNPROCESSABLE', what);
    }
    if ('sentence' in opened) refuseField('UNPROCESSABLE', opened.sentence);
    return { pullRequest: pullNode(context, opened) };
  });
};

const updatePullRequest = onPull('write', async (context, pull, input) => {
  pull.title = text(input['title']) ?? pull.title;
  if (typeof input['body'] === 'string') pull.body = input['body'];
  if (input['state'] === 'CLOSED' && pull.state === 'open') closePullRequest(context.world, pull);
  pull.updatedAt = context.world.clock.iso();
  return { actor: actorNode(context, context.token.account), pullRequest: pullNode(context, pull) };
});

const closePull = onPull('write', async (context, pull) => {
  if (pull.state === 'open') closePullRequest(context.world, pull);
  return { pullRequest: pullNode(context, pull) };
});

const mergePullRequest = onPull('write', async (context, pull, input) => {
  const method = methodOf(input);
  demandHead(pull, input);
  if (pull.state === 'closed' || pull.draft || !(await tryMerge(context.world, pull)).mergeable) {
    refuseField('UNPROCESSABLE', 'Pull Request is not mergeable');
  }
  const why = ruleRefuses(await evaluate(context.world, pull), method);
  if (why !== null) refuseField('UNPROCESSABLE', why);
  const { account } = context.token;
  const request = { by: account, method, title: text(input['commitHeadline']), message: text(input['commitBody']) };
  const landed = await land(context.world, pull, request);
  if (landed.kind !== 'landed')
    refuseField('UNPROCESSABLE', 'Base branch was modified. Review and try the merge again.');
  return { actor: actorNode(context, account), pullRequest: pullNode(context, pull) };
});

/** Takes the place of those who were asked, or joins them where `union` is true. */
const requestReviews = onPull('write', async (context, pull, input) => {
  const { accounts, teams } = context.world;
  const byId = (id: unknown): Account =>
    [...accounts.values()].find((one) => one.nodeId === id) ??
    refuseField('NOT_FOUND', `Could not resolve to User node with the global id of '${String(id)}'.`);
  const team = (id: unknown): Team =>
    teams.find((one) => `T_${one.id}` === id) ??
    refuseField('NOT_FOUND', `Could not resolve to Team node with the global id of '${String(id)}'.`);
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  const asked = { accounts: list(input['userIds']).map(byId), teams: list(input['teamIds']).map(team) };
  if (asked.accounts.includes(pull.author)) {
    refuseField('UNPROCESSABLE', 'Review cannot be requested from pull request author.');
  }
  if (input['union'] !== true) {
    pull.reviewers = [];
    pull.teams = [];
  }
  addReviewers(pull, asked);
  return { actor: actorNode(context, context.token.account), pullRequest: pullNode(context, pull) };
});

const comment = onPull(
  'read',
  async (context, pull, input) => {
    const made = addComment(context.world, pull, context.token.account, String(input['body']));
    const node = commentNode(context, pull, made);
    return { commentEdge: { node, cursor: String(made.id) }, subject: pullNode(context, pull) };
  },
  'subjectId',
);

export const pullMutations: Readonly<Record<string, Mutation>> = {
  enablePullRequestAutoMerge,
  disablePullRequestAutoMerge,
  enqueuePullRequest,
  dequeuePullRequest,
  markPullRequestReadyForReview,
  convertPullRequestToDraft,
  createPullRequest,
  updatePullRequest,
  closePullRequest: closePull,
  mergePullRequest,
  requestReviews,
  addComment: comment,
};
