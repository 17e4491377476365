import type { PullRequestPeople } from '@gitops/core';
import { fail, failureIn } from '@gitops/provider-http';
import type { Ask } from './api.js';
import type { Context } from './context.js';
import * as schema from './schema.js';

export interface People {
  readonly reviewerIds: readonly number[];
  readonly assigneeIds: readonly number[];
  readonly milestoneId: number | null;
}

/** Numbers of those who are asked for, with those who are there already; empty where nobody is to be added. */
export async function peopleOf(
  context: Context,
  ask: Ask,
  wanted: PullRequestPeople,
  found: schema.MergeRequest | null = null,
): Promise<People> {
  const there = {
    reviewers: found?.reviewers ?? [],
    assignees: found?.assignees ?? (found?.assignee ? [found.assignee] : []),
  };
  const missing = (names: readonly string[] | undefined, known: readonly { readonly username: string }[]) =>
    [...new Set((names ?? []).map(plainName))].filter(
      (name) => name !== '' && !known.some((one) => isSame(one.username, name)),
    );
  const reviewers = missing(wanted.reviewers, there.reviewers);
  const assignees = missing(wanted.assignees, there.assignees);
  const accounts = await accountsOf(context, ask, [...new Set([...reviewers, ...assignees])]);
  const ids = (names: readonly string[], known: readonly { readonly id: number }[]): readonly number[] => {
    const added = names.flatMap((name) => accounts.get(name) ?? []).filter((id) => !known.some((one) => one.id === id));
    return added.length === 0 ? [] : [...new Set([...known.map((one) => one.id), ...added])];
  };
  const milestone =
    wanted.milestone !== undefined && wanted.milestone !== found?.milestone?.title ? wanted.milestone : null;
  return {
    reviewerIds: ids(reviewers, there.reviewers),
    assigneeIds: ids(assignees, there.assignees),
    milestoneId: milestone === null ? null : await milestoneOf(context, ask, milestone),
  };
}

function plainName(name: string): string {
  return name.trim().replace(/^@/, '');
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * Accounts by name: one alone is asked for, several are taken from the members of the project in one go. A name with a
 * slash is a group, and stands for its members; so does a plain name that no account has.
 */
async function accountsOf(
  context: Context,
  ask: Ask,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, readonly number[]>();
  const single = names.filter((name) => !name.includes('/'));
  if (single.length > 1) {
    const question = { call: `list the members of ${context.project.name}`, about: 'project' } as const;
    const members = await context.api.list(ask, question, schema.users, (sdk, page) =>
      sdk.members.all(context.id(), { includeInherited: true, ...page } as never),
    );
    for (const name of single) {
      const member = members.find((one) => isSame(one.username, name));
      if (member !== undefined) found.set(name, [member.id]);
    }
  }
  for (const name of single.filter((one) => !found.has(one))) {
    const question = { call: `look for the account ${name}`, about: 'account', subject: name } as const;
    const accounts = await context.api.one(ask, question, schema.users, (sdk) => sdk.users.all({ username: name }));
    const account = accounts.find((one) => isSame(one.username, name));
    if (account !== undefined) found.set(name, [account.id]);
  }
  for (const name of names.filter((one) => !found.has(one))) found.set(name, await groupOf(context, ask, name));
  return found;
}

async function groupOf(context: Context, ask: Ask, name: string): Promise<readonly number[]> {
  const question = { call: `list the members of the group ${name}`, about: 'group', subject: name } as const;
  try {
    const members = await context.api.list(ask, question, schema.users, (sdk, page) =>
      sdk.groupMembers.all(name, { ...page } as never),
    );
    return members.map((one) => one.id);
  } catch (error) {
    if (failureIn(error)?.problem.kind !== 'not-found') throw error;
    return fail(
      'not-found',
      `There is no ${name.includes('/') ? 'group' : 'account or group'} "${name}" on ${context.project.host}, or this account may not see it.`,
      'Look for a slip in the names of reviewers and assignees.',
      { what: name.includes('/') ? 'group' : 'account', subject: name },
    );
  }
}

async function milestoneOf(context: Context, ask: Ask, title: string): Promise<number> {
  const question = { call: `look for the milestone "${title}"`, about: 'project', subject: title } as const;
  const found = await context.api.one(ask, question, schema.milestones, (sdk) =>
    sdk.milestones.all(context.id(), { title, includeAncestors: true } as never),
  );
  const milestone = found.find((one) => one.title === title);
  if (milestone !== undefined) return milestone.id;
  return fail(
    'not-found',
    `There is no milestone "${title}" in ${context.project.name}.`,
    'Make it first, or look for a slip.',
    {
      what: 'milestone',
      subject: title,
    },
  );
}
