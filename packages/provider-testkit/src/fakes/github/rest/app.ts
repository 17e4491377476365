import type { ApiCall, ApiHandler } from '../../description/api.js';
import { isoSeconds } from '../../host/clock.js';
import type { Json } from '../../host/request.js';
import { defaultBranchOf } from '../shapes/pull-request.js';
import { fullRepositoryShape } from '../shapes/repository.js';
import { userShape } from '../shapes/user.js';
import type { Permissions, Token } from '../state/accounts.js';
import { fullName } from '../state/repository.js';
import { addToken } from '../state/setup.js';
import { findRepository, type World } from '../state/world.js';
import { authenticate } from './authenticate.js';
import { bodyOf, type Routes, textsOf } from './call.js';
import { notFound, refuse } from './refuse.js';

/** An App, where it is installed, and tokens of its installation. */
export function appRoutes(world: World): Routes {
  const asApp = (call: ApiCall): Token => {
    const token = authenticate(world, call.request);
    if (token?.kind !== 'app') refuse(401, 'A JSON web token could not be decoded');
    return token;
  };
  const app: ApiHandler = async (call) => {
    asApp(call);
    return { status: 200, body: appShape(world) };
  };
  const installations: ApiHandler = async (call) => {
    asApp(call);
    return { status: 200, body: [installationShape(world)] };
  };
  const ofRepository: ApiHandler = async (call) => {
    asApp(call);
    const repository = findRepository(world, call.params['owner'] ?? '', call.params['repo'] ?? '');
    if (repository?.owner.login !== world.app.installation.account.login) notFound();
    return { status: 200, body: installationShape(world) };
  };
  return [
    { method: 'GET', template: '/app', handler: app },
    { method: 'GET', template: '/app/installations', handler: installations },
    { method: 'GET', template: '/repos/{owner}/{repo}/installation', handler: ofRepository },
    {
      method: 'POST',
      template: '/app/installations/{installation_id}/access_tokens',
      handler: async (call) => {
        asApp(call);
        return makeToken(world, call);
      },
    },
    {
      method: 'GET',
      template: '/installation/repositories',
      handler: async (call) => {
        const token = authenticate(world, call.request);
        if (token?.kind !== 'installation')
          refuse(
            403,
            'You must authenticate with an installation access token in order to list repositories for an installation.',
          );
        const repositories: Json[] = [];
        for (const repository of world.repositories.values()) {
          if (repository.owner.login !== world.app.installation.account.login) continue;
          if (token.repositories?.includes(fullName(repository).toLowerCase()) === false) continue;
          repositories.push(fullRepositoryShape(world, repository, await defaultBranchOf(repository), 'write'));
        }
        return { status: 200, body: { total_count: repositories.length, repositories } };
      },
    },
  ];
}

async function makeToken(world: World, call: ApiCall): ReturnType<ApiHandler> {
  const { app } = world;
  if (call.params['installation_id'] !== String(app.installation.id)) notFound();
  const body = bodyOf(call);
  const names = textsOf(body['repositories']);
  const repositories = names.map((name) => {
    const repository = findRepository(world, app.installation.account.login, name);
    if (repository === null) {
      refuse(
        422,
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    }
    return repository;
  });
  const wanted = (body['permissions'] ?? app.installation.permissions) as Permissions;
  for (const [name, level] of Object.entries(wanted)) {
    const own = app.installation.permissions[name as keyof Permissions];
    if (own === undefined || (own === 'read' && level === 'write')) {
      refuse(422, 'The permissions requested are not granted to this installation.');
    }
  }
  const expiresAt = world.clock.now() + 3_600_000;
  const token = addToken(world, {
    account: app.bot,
    kind: 'installation',
    permissions: { metadata: 'read', ...wanted },
    expiresAt,
    ...(names.length === 0 ? {} : { repositories: repositories.map(fullName) }),
  });
  return {
    status: 201,
    body: {
      token: token.secret,
      expires_at: isoSeconds(expiresAt),
      permissions: token.permissions,
      repository_selection: names.length === 0 ? 'all' : 'selected',
    },
  };
}

function appShape(world: World): Json {
  const { app } = world;
  return {
    id: app.id,
    slug: app.slug,
    node_id: `A_${app.id}`,
    client_id: app.clientId,
    owner: userShape(world, app.owner),
    name: app.name,
    description: '',
    external_url: 'https://example.com',
    html_url: `${world.urls.web}/apps/${app.slug}`,
    created_at: '2024-01-01T00:00:00Z',
    updated_at: '2024-01-01T00:00:00Z',
    permissions: app.installation.permissions,
    events: [],
    installations_count: 1,
  };
}

function installationShape(world: World): Json {
  const { app } = world;
  const { id, account, permissions } = app.installation;
  return {
    id,
    client_id: app.clientId,
    account: userShape(world, account),
    repository_selection: 'all',
    access_tokens_url: `${world.urls.api}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.urls.api}/installation/repositories`,
    html_url: `${world.urls.web}/organizations/${account.login}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions,
    events: [],
    created_at: '2024-01-01T00:00:00Z',
    updated_at: '2024-01-01T00:00:00Z',
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}
