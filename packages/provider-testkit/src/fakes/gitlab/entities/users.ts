import type { Account, Role, Token } from '../accounts.js';
import { accessLevels } from '../accounts.js';
import type { Instance } from '../instance.js';

/** The short form in which users stand in other answers. */
export function userBasic(instance: Instance, account: Account) {
  return {
    id: account.id,
    username: account.username,
    public_email: null,
    name: account.name,
    state: 'active',
    locked: false,
    avatar_url: null,
    web_url: `${instance.webUrl}/${account.username}`,
  };
}

export function userOrNull(instance: Instance, account: Account | null) {
  return account === null ? null : userBasic(instance, account);
}

/** What `GET /user` tells an account about itself. */
export function userSelf(instance: Instance, account: Account) {
  return {
    ...userBasic(instance, account),
    created_at: '2024-01-02T03:04:05.000Z',
    bio: '',
    location: null,
    linkedin: '',
    twitter: '',
    discord: '',
    website_url: '',
    github: '',
    job_title: '',
    pronouns: null,
    organization: null,
    bot: account.bot,
    work_information: null,
    local_time: null,
    last_sign_in_at: null,
    confirmed_at: '2024-01-02T03:04:05.000Z',
    last_activity_on: null,
    email: account.email,
    theme_id: 1,
    color_scheme_id: 1,
    projects_limit: 100_000,
    current_sign_in_at: null,
    identities: [],
    can_create_group: !account.bot,
    can_create_project: !account.bot,
    two_factor_enabled: false,
    external: false,
    private_profile: false,
    commit_email: account.email,
  };
}

export function memberOf(instance: Instance, account: Account, role: Role) {
  return {
    ...userBasic(instance, account),
    access_level: accessLevels[role],
    created_at: '2024-01-02T03:04:05.000Z',
    expires_at: null,
    membership_state: 'active',
  };
}

/** What `GET /personal_access_tokens/self` tells of a token; never its value. */
export function tokenSelf(instance: Instance, token: Token) {
  const expired = token.expiresAt !== null && Date.parse(token.expiresAt) <= instance.clock.now();
  return {
    id: token.id,
    name: token.name,
    revoked: token.revoked,
    created_at: token.createdAt,
    description: null,
    scopes: token.scopes,
    user_id: token.account.id,
    last_used_at: instance.now(),
    active: !token.revoked && !expired,
    expires_at: token.expiresAt,
  };
}
