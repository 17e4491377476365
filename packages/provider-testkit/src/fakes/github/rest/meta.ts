import type { ApiHandler } from '../../description/api.js';
import type { Json } from '../../host/request.js';
import { budgetShape, type RateLimits } from '../rate.js';
import { publicUserShape } from '../shapes/user.js';
import { findAccount, type World } from '../state/world.js';
import { authenticate } from './authenticate.js';
import type { Routes } from './call.js';
import { notFound, refuse } from './refuse.js';

/** What belongs to no repository: the server, limits, accounts. */
export function metaRoutes(world: World, limits: RateLimits): Routes {
  const get = (template: string, handler: ApiHandler) => ({ method: 'GET', template, handler });
  return [
    get('/meta', async () => ({
      status: 200,
      body: {
        verifiable_password_authentication: false,
        ...(world.urls.api.endsWith('/api/v3') ? { installed_version: '3.19.0' } : {}),
      },
    })),
    get('/rate_limit', async ({ request }) => {
      const token = authenticate(world, request);
      const core = budgetShape(limits.budget(token, 'core'));
      const graphql = budgetShape(limits.budget(token, 'graphql'));
      return { status: 200, body: { resources: { core, graphql, search: core }, rate: core } };
    }),
    get('/user', async ({ request }) => {
      const token = authenticate(world, request);
      if (token === null) refuse(401, 'Requires authentication');
      if (token.account.type === 'Bot') refuse(403, 'Resource not accessible by integration');
      return { status: 200, body: publicUserShape(world, token.account) };
    }),
    get('/users/{username}', async ({ request, params }) => {
      authenticate(world, request);
      const account = findAccount(world, params['username'] ?? '') ?? notFound();
      return { status: 200, body: publicUserShape(world, account) };
    }),
    get('/', async () => ({ status: 200, body: rootShape(world) })),
  ];
}

function rootShape(world: World): Json {
  const { api } = world.urls;
  const names: Readonly<Record<string, string>> = {
    current_user_url: '/user',
    current_user_authorizations_html_url: '/settings/connections/applications{/client_id}',
    authorizations_url: '/authorizations',
    code_search_url: '/search/code?q={query}{&page,per_page,sort,order}',
    commit_search_url: '/search/commits?q={query}{&page,per_page,sort,order}',
    emails_url: '/user/emails',
    emojis_url: '/emojis',
    events_url: '/events',
    feeds_url: '/feeds',
    followers_url: '/user/followers',
    following_url: '/user/following{/target}',
    gists_url: '/gists{/gist_id}',
    hub_url: '/hub',
    issue_search_url: '/search/issues?q={query}{&page,per_page,sort,order}',
    issues_url: '/issues',
    keys_url: '/user/keys',
    label_search_url: '/search/labels?q={query}&repository_id={repository_id}{&page,per_page}',
    notifications_url: '/notifications',
    organization_url: '/orgs/{org}',
    organization_repositories_url: '/orgs/{org}/repos{?type,page,per_page,sort}',
    organization_teams_url: '/orgs/{org}/teams',
    public_gists_url: '/gists/public',
    rate_limit_url: '/rate_limit',
    repository_url: '/repos/{owner}/{repo}',
    repository_search_url: '/search/repositories?q={query}{&page,per_page,sort,order}',
    current_user_repositories_url: '/user/repos{?type,page,per_page,sort}',
    starred_url: '/user/starred{/owner}{/repo}',
    starred_gists_url: '/gists/starred',
    user_url: '/users/{user}',
    user_organizations_url: '/user/orgs',
    user_repositories_url: '/users/{user}/repos{?type,page,per_page,sort}',
    user_search_url: '/search/users?q={query}{&page,per_page,sort,order}',
  };
  return Object.fromEntries(Object.entries(names).map(([name, path]) => [name, `${api}${path}`]));
}
