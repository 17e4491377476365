import type { ApiCall, ApiHandler } from '../../description/api.js';
import type { FakeAnswer, Json } from '../../host/request.js';
import { Refusal } from '../../host/request.js';
import type { Route } from '../../host/router.js';
import { syncPullRequests } from '../land/sync.js';
import { type Access, type Account, type Permission, permits, reaches, type Token } from '../state/accounts.js';
import type { PullRequest } from '../state/pull-request.js';
import type { Repository } from '../state/repository.js';
import { findRepository, tokenAccess, type World } from '../state/world.js';
import { authenticate } from './authenticate.js';
import { errorAnswer, notFound, refuse } from './refuse.js';

/** A request to one repository by somebody who may make it. */
export interface RepositoryCall extends ApiCall {
  readonly world: World;
  readonly repository: Repository;
  readonly folder: string;
  readonly token: Token | null;
  readonly access: Access;
}

export interface Needs {
  /** What a fine-grained token or an App must have been given; one of them is enough. */
  readonly permission: Permission | readonly Permission[];
  readonly level: 'read' | 'write';
  /** What the account must be; where left out: `read` to read, `write` to write. */
  readonly role?: Access;
}

export type RepositoryHandler = (call: RepositoryCall) => Promise<FakeAnswer>;

export type Routes = readonly Route<ApiHandler>[];

/** A route below `/repos/{owner}/{repo}`, behind its checks. Writes to one repository come one after the other. */
export function repositoryRoute(
  world: World,
  method: string,
  below: string,
  needs: Needs,
  handler: RepositoryHandler,
): Route<ApiHandler> {
  return {
    method,
    template: `/repos/{owner}/{repo}${below}`,
    handler: (call) => {
      const repository = locate(world, call);
      const token = authenticate(world, call.request);
      const access = tokenAccess(world, repository, token);
      if (!reaches(access, 'read')) notFound();
      demand(repository, token, access, needs);
      const whole: RepositoryCall = { ...call, world, repository, folder: repository.folder, token, access };
      return repository.exclusive(async () => {
        await syncPullRequests(world, repository);
        return handler(whole);
      });
    },
  };
}

function locate(world: World, call: ApiCall): Repository {
  const { owner = '', repo = '' } = call.params;
  const repository = findRepository(world, owner, repo);
  if (repository !== null) return repository;
  const moved = world.moved.get(`${owner}/${repo}`.toLowerCase());
  if (moved === undefined) notFound();
  const token = authenticate(world, call.request);
  if (!reaches(tokenAccess(world, moved, token), 'read')) notFound();
  const rest = call.request.path.slice(call.request.path.indexOf('/repos/')).split('/').slice(4).join('/');
  const query = call.query.toString();
  const url = `${world.urls.api}/repositories/${moved.id}${rest === '' ? '' : `/${rest}`}${query === '' ? '' : `?${query}`}`;
  const reading = call.request.method === 'GET' || call.request.method === 'HEAD';
  const body: Json = {
    message: reading ? 'Moved Permanently' : 'Temporary Redirect',
    url,
    documentation_url: 'https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects',
  };
  throw new Refusal({ status: reading ? 301 : 307, headers: { location: url }, body });
}

function demand(repository: Repository, token: Token | null, access: Access, needs: Needs): void {
  const { level } = needs;
  const permissions = typeof needs.permission === 'string' ? [needs.permission] : needs.permission;
  if (token === null) {
    // a public repository may be read by anybody
    if (level === 'write' || needs.role !== undefined) refuse(401, 'Requires authentication');
    return;
  }
  if (token.kind === 'app') refuse(403, 'Resource not accessible by integration');
  if (token.kind !== 'classic' && (level === 'write' || repository.settings.private || needs.role !== undefined)) {
    if (!permissions.some((permission) => permits(token, permission, level))) {
      const kind = token.kind === 'fine-grained' ? 'personal access token' : 'integration';
      const headers = { 'x-accepted-github-permissions': permissions.map((one) => `${one}=${level}`).join('; ') };
      throw new Refusal(errorAnswer(403, `Resource not accessible by ${kind}`, { headers }));
    }
  }
  const role = needs.role ?? (level === 'write' ? 'write' : 'read');
  // what an App may is said by its permissions alone
  const given = token.kind === 'installation' || token.kind === 'actions' ? 'admin' : access;
  if (!reaches(given, role)) {
    if (role === 'admin') refuse(403, 'Must have admin rights to Repository.');
    if (permissions.includes('contents')) notFound();
    refuse(403, 'Must have push access to repository');
  }
  if (level === 'write' && repository.settings.archived) refuse(403, 'Repository was archived so is read-only.');
}

/** The account behind a call that needs one. */
export function caller(call: RepositoryCall): Account {
  if (call.token === null) refuse(401, 'Requires authentication');
  return call.token.account;
}

export function findPull(call: RepositoryCall, name = 'pull_number'): PullRequest {
  const number = Number(call.params[name]);
  return call.repository.pulls.find((pull) => pull.number === number) ?? notFound();
}

/** The body as an object of unknown members. */
export function bodyOf(call: ApiCall): Readonly<Record<string, unknown>> {
  const { body } = call;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return {};
  return body as Readonly<Record<string, unknown>>;
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string') : [];
}
