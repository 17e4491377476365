import type { Account, Team } from '../state/accounts.js';
import type { Fields, GraphqlContext } from './context.js';

/** An account; a bot is told by its name alone here, without `[bot]`. */
export function actorNode(context: GraphqlContext, account: Account): Fields {
  const { web } = context.world.urls;
  const bot = account.type === 'Bot';
  const login = bot ? account.login.replace(/\[bot\]$/, '') : account.login;
  const path = bot ? `/apps/${login}` : `/${login}`;
  return {
    __typename: account.type,
    id: account.nodeId,
    databaseId: account.id,
    login,
    avatarUrl: `${web}/avatars/u/${account.id}`,
    resourcePath: path,
    url: `${web}${path}`,
    ...(bot ? {} : { name: account.name, email: '' }),
  };
}

/** Who asks: always told as a user, a bot with its whole login. */
export function viewerNode(context: GraphqlContext): Fields {
  const { account } = context.token;
  return {
    ...actorNode(context, account),
    __typename: 'User',
    login: account.login,
    name: account.type === 'Bot' ? null : account.name,
    email: account.type === 'User' ? account.email : '',
    isViewer: true,
  };
}

export function teamNode(context: GraphqlContext, team: Team): Fields {
  return {
    __typename: 'Team',
    id: `T_${team.id}`,
    databaseId: team.id,
    name: team.name,
    slug: team.slug,
    combinedSlug: `acme/${team.slug}`,
    url: `${context.world.urls.web}/orgs/acme/teams/${team.slug}`,
    resourcePath: `/orgs/acme/teams/${team.slug}`,
  };
}
