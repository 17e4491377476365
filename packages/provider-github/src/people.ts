import type { GitOpsError, PullRequest, PullRequestPeople } from '@gitops/core';
import { Failure, fail } from '@gitops/provider-http';
import type { Run } from './api.js';
import { type Context, fullNameOf } from './context.js';
import { fromPull } from './find.js';
import type { Refusal } from './refusal.js';
import * as schema from './schema.js';

/** A pull request as GitHub has it after each step, and what did not work out. */
export interface Added {
  readonly pull: PullRequest;
  readonly problems: readonly GitOpsError[];
}

/** Adds labels, reviewers, assignees and the milestone that are not there yet, one request for each kind. */
export async function addPeople(
  context: Context,
  run: Run,
  pull: PullRequest,
  people: PullRequestPeople,
): Promise<Added> {
  const steps = [
    (now: PullRequest) => addLabels(context, run, now, missing(people.labels, now.labels)),
    (now: PullRequest) => askReviewers(context, run, now, people.reviewers ?? []),
    (now: PullRequest) => assign(context, run, now, missing(people.assignees?.map(plain), now.assignees)),
    (now: PullRequest) => setMilestone(context, run, now, people.milestone),
  ];
  let now = pull;
  const problems: GitOpsError[] = [];
  for (const step of steps) {
    try {
      const added = await step(now);
      now = added.pull;
      problems.push(...added.problems);
    } catch (error) {
      if (!(error instanceof Failure) || ['aborted', 'timed-out'].includes(error.problem.kind)) throw error;
      problems.push(error.problem);
    }
  }
  return { pull: now, problems };
}

function missing(wanted: readonly string[] | undefined, present: readonly string[]): readonly string[] {
  const there = new Set(present.map((name) => name.toLowerCase()));
  return [...new Set(wanted ?? [])].filter((name) => !there.has(name.toLowerCase()));
}

function plain(name: string): string {
  return name.trim().replace(/^@/, '');
}

/** GitHub makes labels that are not there. */
async function addLabels(context: Context, run: Run, pull: PullRequest, labels: readonly string[]): Promise<Added> {
  if (labels.length === 0) return { pull, problems: [] };
  const now = await context.api.request(run, {
    to: `add the labels ${labels.join(', ')}`,
    what: `the pull request ${pull.id}`,
    route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
    parameters: { issue_number: Number(pull.id), labels },
    schema: schema.labels,
    safe: true,
  });
  return { pull: { ...pull, labels: now.map(({ name }) => name) }, problems: [] };
}

interface Reviewers {
  readonly users: readonly string[];
  readonly teams: readonly string[];
}

/**
 * All in one request. GitHub refuses all where one cannot be asked: then each is asked alone, so that the others are,
 * and a name without organisation that is no account is tried as a team of the owner.
 */
async function askReviewers(context: Context, run: Run, pull: PullRequest, wanted: readonly string[]): Promise<Added> {
  // nobody reviews their own, and whoever is asked already is not asked again
  const names = missing(wanted.map(plain), [pull.author, ...pull.reviewers]).filter((name) => name !== '');
  if (names.length === 0) return { pull, problems: [] };
  const owner = fullNameOf(context).split('/')[0] ?? '';
  const foreign = names.filter(
    (name) => name.includes('/') && !name.toLowerCase().startsWith(`${owner.toLowerCase()}/`),
  );
  const own = names.filter((name) => !foreign.includes(name));
  const users = own.filter((name) => !name.includes('/'));
  const teams = own.filter((name) => name.includes('/')).map((name) => name.slice(name.indexOf('/') + 1));
  const problems: GitOpsError[] = foreign.map((name) => cannotAsk(name, `it is no team of ${owner}`));
  let reviewers = pull.reviewers;
  const isAsked = async (asked: Reviewers): Promise<boolean> => {
    const now = await ask(context, run, pull, asked);
    reviewers = now ?? reviewers;
    return now !== null;
  };
  if (own.length > 0 && !(await isAsked({ users, teams }))) {
    for (const user of users) {
      if (own.length > 1 && (await isAsked({ users: [user], teams: [] }))) continue;
      if (await isAsked({ users: [], teams: [user] })) continue;
      problems.push(cannotAsk(user, 'it is neither somebody with access to the repository nor a team with access'));
    }
    for (const team of teams) {
      if (own.length > 1 && (await isAsked({ users: [], teams: [team] }))) continue;
      problems.push(cannotAsk(`${owner}/${team}`, 'there is no such team with access to the repository'));
    }
  }
  return { pull: { ...pull, reviewers }, problems };
}

function cannotAsk(name: string, why: string): GitOpsError {
  return {
    kind: 'rejected',
    at: null,
    message: `${name} cannot be asked for a review: ${why}.`,
    remedy: 'Give access to the repository, or name others: pullRequest.reviewers in gitops.yaml.',
    details: { reviewer: name },
    also: [],
  };
}

/** Who is asked then; null where GitHub refused because of who was named. */
async function ask(
  context: Context,
  run: Run,
  pull: PullRequest,
  { users, teams }: Reviewers,
): Promise<readonly string[] | null> {
  let refused = false;
  try {
    const now = await context.api.request(run, {
      to: 'ask for reviews',
      what: `the pull request ${pull.id}`,
      route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers',
      parameters: { pull_number: Number(pull.id), reviewers: users, team_reviewers: teams },
      schema: schema.pull,
      safe: true,
      means: ({ status }: Refusal) => {
        refused = status === 422 || status === 404;
        return undefined;
      },
    });
    return fromPull(now).reviewers;
  } catch (error) {
    if (refused) return null;
    throw error;
  }
}

/** GitHub passes over who cannot be assigned without a word: the answer tells who is. */
async function assign(context: Context, run: Run, pull: PullRequest, assignees: readonly string[]): Promise<Added> {
  const { id } = pull;
  if (assignees.length === 0) return { pull, problems: [] };
  const issue = await context.api.request(run, {
    to: `assign ${assignees.join(', ')}`,
    what: `the pull request ${id}`,
    route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/assignees',
    parameters: { issue_number: Number(id), assignees },
    schema: schema.assigned,
    safe: true,
  });
  const now = issue.assignees.map(({ login }) => login);
  const problems = missing(assignees, now).map(
    (name): GitOpsError => ({
      kind: 'rejected',
      at: null,
      message: `${name} cannot be assigned: it is nobody with access to the repository.`,
      remedy: 'Give access to the repository, or name somebody else.',
      details: { assignee: name },
      also: [],
    }),
  );
  return { pull: { ...pull, assignees: now }, problems };
}

async function setMilestone(context: Context, run: Run, pull: PullRequest, title: string | undefined): Promise<Added> {
  if (title === undefined || pull.milestone === title) return { pull, problems: [] };
  const milestones = await context.api.pages(
    run,
    {
      to: 'list milestones',
      what: 'the milestones of the repository',
      route: 'GET /repos/{owner}/{repo}/milestones',
      parameters: { state: 'all' },
      schema: schema.milestones,
    },
    (found) => found.some((one) => one.title === title),
  );
  const milestone = milestones.find((one) => one.title === title);
  if (milestone === undefined) {
    const known = milestones.map((one) => one.title);
    return fail(
      'rejected',
      `There is no milestone ${JSON.stringify(title)}.`,
      known.length === 0 ? 'Make it first.' : `Make it first, or name one of: ${known.slice(0, 10).join(', ')}.`,
      { milestone: title, known },
    );
  }
  await context.api.request(run, {
    to: `set the milestone ${title}`,
    what: `the pull request ${pull.id}`,
    route: 'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
    parameters: { issue_number: Number(pull.id), milestone: milestone.number },
    schema: schema.changedIssue,
    safe: true,
  });
  return { pull: { ...pull, milestone: title }, problems: [] };
}
