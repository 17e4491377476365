import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { checkedAnswer, serveDescribed } from '../description/api.js';
import { type FakeAnswer, type FakeRequest, Refusal } from '../host/request.js';
import { router } from '../host/router.js';
import { githubDescription } from './description.js';
import { serveGraphql } from './graphql/serve.js';
import { budgetHeaders, type RateLimits, type Resource } from './rate.js';
import { appRoutes } from './rest/app.js';
import { archiveRoutes, type Ticket } from './rest/archive.js';
import { authenticate } from './rest/authenticate.js';
import { checkRoutes } from './rest/checks.js';
import { commitRoutes } from './rest/commits.js';
import { contentRoutes } from './rest/contents.js';
import { gitDataRoutes } from './rest/git-data.js';
import { issueRoutes } from './rest/issues.js';
import { labelRoutes } from './rest/labels.js';
import { mergeRoutes } from './rest/merging.js';
import { metaRoutes } from './rest/meta.js';
import { pullRoutes } from './rest/pulls.js';
import { refRoutes } from './rest/refs.js';
import { errorAnswer } from './rest/refuse.js';
import { repositoryRoutes } from './rest/repositories.js';
import { reviewRoutes } from './rest/reviews.js';
import type { Token } from './state/accounts.js';
import { fullName } from './state/repository.js';
import type { World } from './state/world.js';

export interface ApiOptions {
  readonly world: World;
  readonly limits: RateLimits;
  readonly tickets: Map<string, Ticket>;
  readonly violations: string[];
  readonly base: '' | '/api/v3';
  readonly graphql: boolean;
  readonly checkRequests: boolean;
}

/** Names in paths that may hold slashes. */
const spanning = ['ref', 'path', 'basehead', 'branch', 'tree_sha', 'sha'];

/** The API as one handler: credentials, limits, routes, and the headers that every answer has. */
export function githubApi(options: ApiOptions): (request: FakeRequest) => Promise<FakeAnswer> {
  const { world, limits, violations, base, checkRequests } = options;
  const routes = [
    ...metaRoutes(world, limits),
    ...appRoutes(world),
    ...repositoryRoutes(world),
    ...refRoutes(world),
    ...gitDataRoutes(world),
    ...commitRoutes(world),
    ...contentRoutes(world),
    ...archiveRoutes(world, options.tickets),
    ...pullRoutes(world),
    ...mergeRoutes(world),
    ...reviewRoutes(world),
    ...issueRoutes(world),
    ...labelRoutes(world),
    ...checkRoutes(world),
  ];
  const api = {
    router: router(routes, spanning),
    description: githubDescription(),
    violations,
    checkRequests,
    unknown: errorAnswer(404, 'Not Found'),
    notJson: errorAnswer(400, 'Problems parsing JSON'),
  };
  return async (request) => {
    const graphqlPath = base === '' ? '/graphql' : '/api/graphql';
    const resource: Resource = request.path === graphqlPath ? 'graphql' : 'core';
    let token: Token | null;
    try {
      token = authenticate(world, request);
    } catch (error) {
      if (error instanceof Refusal) return withHeaders(options, error.answer, null, resource);
      throw error;
    }
    const free = request.path === `${base}/rate_limit`;
    if (!free && !limits.take(token, resource)) {
      return withHeaders(options, limitExceeded(token, request, resource), token, resource);
    }
    const answer = resource === 'graphql' ? await serveQuery(request, token) : await serveRest(request);
    return conditional(request, withHeaders(options, answer, token, resource));
  };

  async function serveQuery(request: FakeRequest, token: Token | null): Promise<FakeAnswer> {
    if (!options.graphql) return errorAnswer(404, 'Not Found');
    return serveGraphql({ world, limits, violations }, request, token);
  }

  async function serveRest(request: FakeRequest): Promise<FakeAnswer> {
    if (!request.path.startsWith(`${base}/`) && request.path !== base) return errorAnswer(404, 'Not Found');
    const path = byName(world, request.path.slice(base.length) || '/');
    try {
      return await serveDescribed(api, request, path);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const matched = api.router(request.method === 'HEAD' ? 'GET' : request.method, path);
      if (matched === null || matched === 'wrong-method') return error.answer;
      return checkedAnswer(api, matched, error.answer);
    }
  }
}

/** `/repositories/{id}/…`, as redirects and links have it, by the repository's name. */
function byName(world: World, path: string): string {
  const match = /^\/repositories\/(\d+)(\/.*)?$/.exec(path);
  if (match === null) return path;
  for (const repository of world.repositories.values()) {
    if (String(repository.id) === match[1]) return `/repos/${fullName(repository)}${match[2] ?? ''}`;
  }
  return path;
}

/** GraphQL answers 200 all the same, with an error in the body. */
function limitExceeded(token: Token | null, request: FakeRequest, resource: Resource): FakeAnswer {
  const who = token === null ? `for ${request.stream.socket.remoteAddress}` : `for user ID ${token.account.id}`;
  const message = `API rate limit exceeded ${who}.`;
  if (resource === 'graphql') return { status: 200, body: { errors: [{ type: 'RATE_LIMITED', message }] } };
  return errorAnswer(403, message);
}

function withHeaders(options: ApiOptions, answer: FakeAnswer, token: Token | null, resource: Resource): FakeAnswer {
  const { limits, world, base } = options;
  const headers: Record<string, string> = {
    'x-github-api-version-selected': '2022-11-28',
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': `FAKE:${world.nextId().toString(16).toUpperCase()}`,
    date: new Date(world.clock.now()).toUTCString(),
    ...budgetHeaders(limits.budget(token, resource), resource),
    ...(base === '' ? {} : { 'x-github-enterprise-version': '3.19.0' }),
    ...(token?.kind === 'classic'
      ? { 'x-oauth-scopes': token.scopes.join(', '), 'x-accepted-oauth-scopes': 'repo' }
      : {}),
    ...answer.headers,
  };
  if (token?.kind === 'fine-grained' && token.expiresAt !== null) {
    const expires = new Date(token.expiresAt).toISOString().replace('T', ' ').slice(0, 19);
    headers['github-authentication-token-expiration'] = `${expires} UTC`;
  }
  return { ...answer, headers };
}

/** An entity tag on what was read; 304 where the reader has it already. */
function conditional(request: FakeRequest, answer: FakeAnswer): FakeAnswer {
  const { body } = answer;
  if (request.method !== 'GET' || answer.status !== 200 || body === null) return answer;
  if (Buffer.isBuffer(body) || body instanceof Readable) return answer;
  const etag = `W/"${createHash('sha256').update(JSON.stringify(body)).digest('hex')}"`;
  const headers = { ...answer.headers, etag };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: null };
  return { ...answer, headers };
}
