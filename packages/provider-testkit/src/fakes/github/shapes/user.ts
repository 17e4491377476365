import type { Json } from '../../host/request.js';
import type { Account, Team } from '../state/accounts.js';
import type { World } from '../state/world.js';

type Shape = { readonly [name: string]: Json | null | undefined };

/** GitHub's `simple-user`. */
export function userShape(world: World, account: Account): Shape {
  const url = `${world.urls.api}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    avatar_url: `${world.urls.web}/avatars/u/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${world.urls.web}/${account.login.replace(/^(.*)\[bot\]$/, 'apps/$1')}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** GitHub's `public-user`, as `GET /user` answers it for tokens that may not read private facts. */
export function publicUserShape(world: World, account: Account): Shape {
  return {
    ...userShape(world, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: account.type === 'User' ? account.email : null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: world.clock.iso(),
  };
}

export function teamShape(world: World, team: Team): Shape {
  const url = `${world.urls.api}/organizations/1/team/${team.id}`;
  return {
    id: team.id,
    node_id: `T_${team.id}`,
    url,
    html_url: `${world.urls.web}/orgs/acme/teams/${team.slug}`,
    name: team.name,
    slug: team.slug,
    description: '',
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    organization_id: 1,
    parent: null,
  };
}
