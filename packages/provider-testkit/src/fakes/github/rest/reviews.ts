import { objectType } from '../../host/objects.js';
import { landWaiting } from '../land/auto.js';
import { reviewShape, simplePullShape } from '../shapes/pull-request.js';
import { teamShape, userShape } from '../shapes/user.js';
import { type Account, reaches, type Team } from '../state/accounts.js';
import type { PullRequest, Review } from '../state/pull-request.js';
import type { Repository } from '../state/repository.js';
import { accessOf, findAccount, type World } from '../state/world.js';
import {
  bodyOf,
  caller,
  findPull,
  type RepositoryCall,
  type Routes,
  repositoryRoute,
  textOf,
  textsOf,
} from './call.js';
import { paged } from './paging.js';
import { refuseStranger } from './pulls.js';
import { notFound, refuse } from './refuse.js';

type Handler = Routes[number]['handler'];

/** Reviews, and who is asked for one. */
export function reviewRoutes(world: World): Routes {
  const read = { permission: 'pull_requests', level: 'read' } as const;
  const write = { permission: 'pull_requests', level: 'write', role: 'read' } as const;
  const requested = '/pulls/{pull_number}/requested_reviewers';
  return [
    repositoryRoute(world, 'GET', '/pulls/{pull_number}/reviews', read, async (call) => {
      const pull = findPull(call);
      return paged(call, pull.reviews, (review) => reviewShape(world, pull, review));
    }),
    repositoryRoute(world, 'POST', '/pulls/{pull_number}/reviews', write, createReview),
    repositoryRoute(
      world,
      'PUT',
      '/pulls/{pull_number}/reviews/{review_id}/dismissals',
      { ...write, role: 'write' },
      async (call) => {
        const pull = findPull(call);
        const review = pull.reviews.find(({ id }) => String(id) === call.params['review_id']) ?? notFound();
        if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
          refuse(422, 'Validation Failed', [`Can not dismiss a ${review.state.toLowerCase()} pull request review`]);
        }
        review.state = 'DISMISSED';
        return { status: 200, body: reviewShape(world, pull, review) };
      },
    ),
    repositoryRoute(world, 'GET', requested, read, async (call) => {
      const pull = findPull(call);
      const users = pull.reviewers.map((account) => userShape(world, account));
      return { status: 200, body: { users, teams: pull.teams.map((team) => teamShape(world, team)) } };
    }),
    repositoryRoute(world, 'POST', requested, write, requestReviewers),
    repositoryRoute(world, 'DELETE', requested, write, async (call) => {
      const pull = findPull(call);
      refuseStranger(call, pull);
      const logins = textsOf(bodyOf(call)['reviewers']).map((login) => login.toLowerCase());
      const slugs = textsOf(bodyOf(call)['team_reviewers']);
      pull.reviewers = pull.reviewers.filter((account) => !logins.includes(account.login.toLowerCase()));
      pull.teams = pull.teams.filter((team) => !slugs.includes(team.slug));
      return { status: 200, body: await simplePullShape(world, pull) };
    }),
  ];
}

const events = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

async function createReview(call: RepositoryCall): ReturnType<Handler> {
  const { world } = call;
  const pull = findPull(call);
  const body = bodyOf(call);
  const author = caller(call);
  const event = textOf(body['event']);
  const text = textOf(body['body']) ?? '';
  const commit = textOf(body['commit_id']) ?? pull.head.sha;
  if (call.token?.kind === 'actions' && event === 'APPROVE' && !call.repository.settings.actionsPullRequests) {
    refuse(422, 'Unprocessable Entity', ['GitHub Actions is not permitted to approve pull requests.']);
  }
  if (event === 'APPROVE' && author === pull.author) {
    refuse(422, 'Unprocessable Entity', ['Review Can not approve your own pull request']);
  }
  if (event === 'REQUEST_CHANGES' && author === pull.author) {
    refuse(422, 'Unprocessable Entity', ['Review Can not request changes on your own pull request']);
  }
  if (event !== 'APPROVE' && event !== null && text === '')
    refuse(422, 'Unprocessable Entity', ['Body can not be blank']);
  if ((await objectType(call.folder, commit)) !== 'commit') {
    refuse(422, 'Unprocessable Entity', ['Commit is not part of the pull request']);
  }
  const state = event === null ? 'PENDING' : events[event as keyof typeof events];
  const review = addReview(world, pull, { author, state, body: text, commit });
  await landWaiting(world, call.repository);
  return { status: 200, body: reviewShape(world, pull, review) };
}

/** Records a review; one who was asked for it has answered then. */
export function addReview(
  world: World,
  pull: PullRequest,
  input: Pick<Review, 'author' | 'state' | 'body' | 'commit'>,
): Review {
  const review: Review = { id: world.nextId(), ...input, at: world.clock.iso() };
  pull.reviews.push(review);
  pull.reviewers = pull.reviewers.filter((account) => account !== input.author);
  pull.updatedAt = review.at;
  return review;
}

async function requestReviewers(call: RepositoryCall): ReturnType<Handler> {
  const pull = findPull(call);
  refuseStranger(call, pull);
  const body = bodyOf(call);
  const asked = findReviewers(
    call.world,
    call.repository,
    pull,
    textsOf(body['reviewers']),
    textsOf(body['team_reviewers']),
  );
  if (typeof asked === 'string') refuse(422, asked);
  addReviewers(pull, asked);
  return { status: 201, body: await simplePullShape(call.world, pull) };
}

export interface Asked {
  readonly accounts: readonly Account[];
  readonly teams: readonly Team[];
}

/** The people and teams by name; a sentence where one of them cannot be asked. */
export function findReviewers(
  world: World,
  repository: Repository,
  pull: PullRequest,
  logins: readonly string[],
  slugs: readonly string[],
): Asked | string {
  const outsiders =
    'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the';
  const accounts: Account[] = [];
  for (const login of logins) {
    const account = findAccount(world, login);
    const own =
      account === null
        ? 'none'
        : (repository.access.get(account.login.toLowerCase()) ?? accessOf(world, repository, account));
    const member = account !== null && repository.access.has(account.login.toLowerCase());
    if (account === null || !member || !reaches(own, 'read')) {
      return `${outsiders} ${repository.owner.login}/${repository.name} repository.`;
    }
    if (account === pull.author) return 'Review cannot be requested from pull request author.';
    accounts.push(account);
  }
  const teams: Team[] = [];
  for (const slug of slugs) {
    const team = world.teams.find((one) => one.slug === slug.toLowerCase());
    if (team === undefined || repository.owner.type !== 'Organization') {
      return `${outsiders} ${repository.owner.login}/${repository.name} repository.`;
    }
    teams.push(team);
  }
  return { accounts, teams };
}

export function addReviewers(pull: PullRequest, asked: Asked): void {
  pull.reviewers = [...new Set([...pull.reviewers, ...asked.accounts])];
  pull.teams = [...new Set([...pull.teams, ...asked.teams])];
}
