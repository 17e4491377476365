import type { CallOptions, CommitId, PullRequest, PullRequestPort } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { Run } from './api.js';
import { type Context, demandFullName, isFresh } from './context.js';
import * as schema from './schema.js';
import type { PullNode } from './schema-graphql.js';

/** What is asked of a pull request by GraphQL. Names of teams need the scope `read:org` of a classic token. */
export function pullFields(teams: boolean): string {
  return `
fragment pull on PullRequest {
  number id url state title body isDraft isCrossRepository createdAt headRefName baseRefName headRefOid
  author { __typename login }
  labels(first: 100) { nodes { name } }
  assignees(first: 20) { nodes { login } }
  milestone { title }
  reviewRequests(first: 100) {
    nodes { requestedReviewer { __typename ... on User { login } ... on Bot { login } ${teams ? '... on Team { combinedSlug }' : ''} } }
  }
  headRef { target { oid ... on Commit { tree { oid } parents(first: 3) { nodes { oid } } } } }
}`;
}

export function fromNode(node: PullNode): PullRequest {
  const reviewers = (node.reviewRequests?.nodes ?? []).flatMap((one) => {
    const who = one?.requestedReviewer;
    if (who === null || who === undefined) return [];
    const name = who.__typename === 'Bot' && who.login !== undefined ? withBot(who.login) : who.login;
    return [name ?? who.combinedSlug].filter((found) => found !== undefined);
  });
  const namesIn = (list: { readonly nodes: readonly ({ readonly name: string } | null)[] } | null | undefined) =>
    (list?.nodes ?? []).flatMap((one) => (one === null ? [] : [one.name]));
  return {
    id: String(node.number),
    url: node.url,
    state: node.state === 'OPEN' ? 'open' : node.state === 'MERGED' ? 'merged' : 'closed',
    title: node.title,
    description: node.body,
    source: node.headRefName,
    target: node.baseRefName,
    head: node.headRefOid,
    author: node.author,
    createdAt: node.createdAt,
    draft: node.isDraft,
    labels: namesIn(node.labels),
    reviewers,
    assignees: (node.assignees?.nodes ?? []).flatMap((one) => (one === null ? [] : [one.login])),
    milestone: node.milestone?.title ?? null,
    landed: null,
  };
}

function withBot(login: string): string {
  return login.endsWith('[bot]') ? login : `${login}[bot]`;
}

/** Users first, then teams, as GraphQL gives them too. `landed` is looked up by whoever needs it. */
export function fromPull(pull: schema.Pull): PullRequest {
  const owner = pull.base.repo?.full_name.split('/')[0] ?? '';
  return {
    id: String(pull.number),
    url: pull.html_url,
    state: pull.state === 'open' ? 'open' : isMerged(pull) ? 'merged' : 'closed',
    title: pull.title,
    description: pull.body ?? '',
    source: pull.head.ref,
    target: pull.base.ref,
    head: pull.head.sha,
    author: pull.user,
    createdAt: pull.created_at,
    draft: pull.draft,
    labels: pull.labels.map(({ name }) => name),
    reviewers: [
      ...(pull.requested_reviewers ?? []).map(({ login }) => login),
      ...(pull.requested_teams ?? []).map(({ slug }) => `${owner}/${slug}`),
    ],
    assignees: (pull.assignees ?? []).map(({ login }) => login),
    milestone: pull.milestone?.title ?? null,
    landed: null,
  };
}

export function isMerged(pull: schema.Pull): boolean {
  return pull.merged_at !== null && pull.merged_at !== undefined;
}

/** From a branch of this repository, not of a fork. */
export function isOwn(pull: schema.Pull, fullName: string): boolean {
  const is = (name: string | undefined): boolean => name?.toLowerCase() === fullName.toLowerCase();
  const base = pull.base.repo?.full_name;
  // a head without repository is of a fork that was deleted; a base that names another one is no answer to our question
  return (base === undefined || is(base)) && is(pull.head.repo?.full_name);
}

/**
 * The open pull request of two branches, the newest if a server ever had two. GitHub's `head` filter is particular
 * about letter case and takes what it does not know for no filter at all: the name is GitHub's own, and whatever comes
 * back is filtered again, page by page.
 */
export async function findOpen(
  context: Context,
  run: Run,
  { source, target }: { readonly source: string; readonly target: string },
  call?: CallOptions,
): Promise<PullRequest | null> {
  const { open } = context.seen;
  const isWanted = (one: PullRequest): boolean => one.source === source && one.target === target;
  if (open !== null && isFresh(open.at, call)) {
    const found = open.pulls.find(isWanted);
    if (found !== undefined || open.whole) return found ?? null;
  }
  const fullName = await demandFullName(context, run);
  const found = await context.api.pages(
    run,
    {
      ...asking,
      route: 'GET /repos/{owner}/{repo}/pulls',
      parameters: { state: 'open', head: `${fullName.split('/')[0]}:${source}`, base: target },
      schema: schema.pulls,
    },
    (pulls) => pulls.some((pull) => isOwn(pull, fullName) && isWanted(fromPull(pull))),
  );
  const pull = found.find((one) => one.state === 'open' && isOwn(one, fullName) && isWanted(fromPull(one)));
  return pull === undefined ? null : fromPull(pull);
}

const asking = { to: 'list pull requests', what: 'the pull requests of the repository' };

export async function list(
  context: Context,
  run: Run,
  query: Parameters<PullRequestPort['list']>[0],
  call?: CallOptions,
): Promise<readonly PullRequest[]> {
  const { state, sourcePrefix = '', limit } = query;
  if (limit <= 0) return [];
  const { open } = context.seen;
  if (state === 'open' && open !== null && isFresh(open.at, call)) {
    const found = open.pulls.filter((one) => one.source.startsWith(sourcePrefix));
    if (open.whole || found.length >= limit) return found.slice(0, limit);
  }
  const fullName = await demandFullName(context, run);
  const isWanted = (pull: schema.Pull): boolean => {
    const one = fromPull(pull);
    return isOwn(pull, fullName) && one.source.startsWith(sourcePrefix) && (state === 'all' || one.state === state);
  };
  const at = performance.now();
  const all = await context.api.pages(
    run,
    {
      ...asking,
      route: 'GET /repos/{owner}/{repo}/pulls',
      parameters: { state: state === 'merged' ? 'closed' : state, sort: 'created', direction: 'desc' },
      schema: schema.pulls,
    },
    (pulls) => pulls.filter(isWanted).length >= limit,
  );
  const wanted = all.filter(isWanted);
  if (state === 'open') {
    const pulls = all.filter((pull) => pull.state === 'open' && isOwn(pull, fullName)).map(fromPull);
    context.seen.open = { pulls: newestFirst(pulls), whole: wanted.length < limit, at };
  }
  const shown = newestFirst(wanted.map(fromPull)).slice(0, limit);
  const merged = new Map(wanted.filter(isMerged).map((pull) => [String(pull.number), pull]));
  const found: PullRequest[] = [];
  for (const one of shown) {
    const pull = merged.get(one.id);
    found.push(
      pull === undefined ? one : { ...one, landed: await landedOf(context, run, await whole(context, run, one.id)) },
    );
  }
  return found;
}

function newestFirst(pulls: readonly PullRequest[]): PullRequest[] {
  return [...pulls].sort((a, b) =>
    a.createdAt === b.createdAt ? Number(b.id) - Number(a.id) : a.createdAt < b.createdAt ? 1 : -1,
  );
}

export async function get(context: Context, run: Run, id: string): Promise<PullRequest> {
  const pull = await whole(context, run, id);
  return { ...fromPull(pull), landed: await landedOf(context, run, pull) };
}

/** Everything that REST tells of one pull request of this repository. */
export async function whole(context: Context, run: Run, id: string): Promise<schema.WholePull> {
  if (!/^[1-9]\d{0,14}$/.test(id)) return unknown(id);
  const pull = await context.api.find(run, {
    to: `show the pull request ${id}`,
    what: `the pull request ${id}`,
    route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    parameters: { pull_number: Number(id) },
    schema: schema.wholePull,
  });
  return pull === null || String(pull.number) !== id ? unknown(id) : pull;
}

function unknown(id: string): never {
  return fail(
    'not-found',
    `There is no pull request ${JSON.stringify(id)}.`,
    'See which there are with: gitops pr list. GitHub also says so where the token has no access.',
    { id },
  );
}

/**
 * What landed: the merge commit alone, of a merge or a squash; of a rebase as many commits as the pull request had. GitHub
 * does not say which it was: a rebase keeps the message and the author's time of each commit, a squash makes new ones.
 */
export async function landedOf(context: Context, run: Run, pull: schema.WholePull): Promise<PullRequest['landed']> {
  const last = isMerged(pull) || pull.merged === true ? (pull.merge_commit_sha ?? null) : null;
  if (last === null) return null;
  const count = pull.commits ?? 1;
  if (count <= 1) return { first: last, last };
  const landed = await commitsFrom(context, run, last, Math.min(count, 100));
  const [tip] = landed;
  if (tip === undefined || tip.parents.length > 1) return { first: last, last };
  const reviewed = await commitsFrom(context, run, pull.head.sha, Math.min(count, 100));
  let first: CommitId | null = null;
  let [next, own]: (CommitId | undefined)[] = [last, pull.head.sha];
  for (let index = 0; index < count; index++) {
    const [commit, before] = [landed.find((one) => one.sha === next), reviewed.find((one) => one.sha === own)];
    if (commit === undefined || before === undefined || commit.commit.message !== before.commit.message) {
      return { first: last, last };
    }
    first = commit.sha;
    [next, own] = [commit.parents[0]?.sha, before.parents[0]?.sha];
  }
  return { first: first ?? last, last };
}

/** A page of what is reachable from a commit; empty where that is gone. */
async function commitsFrom(
  context: Context,
  run: Run,
  sha: CommitId,
  count: number,
): Promise<readonly schema.Commit[]> {
  const found = await context.api.find(run, {
    to: 'list commits',
    what: `the commit ${sha.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/commits',
    parameters: { sha, per_page: count },
    schema: schema.commits,
  });
  return found ?? [];
}
