import type { Identity } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { Run } from './api.js';
import type { Context } from './context.js';
import { isInstallation } from './credentials.js';
import { environmentOf } from './options.js';
import * as schema from './schema.js';
import { viewer } from './schema-graphql.js';

/** The account that acts. */
export async function viewerOf(
  context: Context,
  run: Run,
): Promise<{ readonly login: string; readonly name: string | null }> {
  const { api, seen } = context;
  if (seen.viewer !== null) return seen.viewer;
  const access = await api.access(run.signal);
  const ask = { to: 'say who acts', what: 'the account of the token' };
  const told = await api.graphql(run, {
    ...ask,
    query: 'query Viewer { viewer { login name } }',
    schema: viewer,
  });
  if (told?.data != null) seen.viewer = { login: told.data.viewer.login, name: told.data.viewer.name ?? null };
  else if (isInstallation(access)) seen.viewer = await botOf(context, run);
  else {
    const user = await api.request(run, { ...ask, route: 'GET /user', schema: schema.user });
    seen.viewer = { login: user.login, name: user.name ?? null };
  }
  return seen.viewer;
}

/** An installation is no user; its App's account is named after the App. */
async function botOf(context: Context, run: Run): Promise<{ readonly login: string; readonly name: string | null }> {
  const access = await context.api.access(run.signal);
  const ask = { to: 'say which App acts', what: 'the GitHub App' };
  if (access.kind === 'app') {
    const { slug } = await context.api.request(run, { ...ask, route: 'GET /app', schema: schema.app });
    return { login: `${slug}[bot]`, name: null };
  }
  const { GITHUB_ACTIONS: inActions } = environmentOf(context.options);
  if (inActions === 'true') return { login: 'github-actions[bot]', name: null };
  return fail(
    'identity-missing',
    'This server does not say which account an installation token belongs to.',
    'Give the GitHub App itself (id and private key) instead of one of its tokens.',
  );
}

/** Who commits: as GitHub shows it, the account's name, else its login. GitHub keeps the e-mail address to itself. */
export async function identityOf(context: Context, run: Run): Promise<Identity> {
  const { login, name } = await viewerOf(context, run);
  return { name: name === null || name === '' ? login : name, email: null };
}
