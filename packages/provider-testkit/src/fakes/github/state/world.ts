import type { MovableClock } from '../../host/clock.js';
import type { Access, Account, Team, Token } from './accounts.js';
import { reaches } from './accounts.js';
import { fullName, type Repository } from './repository.js';

export interface App {
  readonly id: number;
  readonly clientId: string;
  readonly slug: string;
  readonly name: string;
  readonly owner: Account;
  readonly bot: Account;
  readonly publicKey: string;
  readonly installation: { readonly id: number; readonly account: Account; readonly permissions: Token['permissions'] };
}

/** All that the fake knows. */
export interface World {
  readonly clock: MovableClock;
  readonly urls: Urls;
  readonly accounts: Map<string, Account>;
  readonly teams: readonly Team[];
  readonly tokens: Map<string, Token>;
  /** By full name in lower case. */
  readonly repositories: Map<string, Repository>;
  /** Old full name in lower case to what is there now. */
  readonly moved: Map<string, Repository>;
  readonly app: App;
  /** How often a changed pull request is answered with `mergeable: null` first. */
  readonly asyncMergeability: number;
  /** The largest number of entries of a recursive listing. */
  readonly treeLimit: number;
  nextId(): number;
}

export interface Urls {
  /** `http://127.0.0.1:1/api/v3`. */
  readonly api: string;
  readonly web: string;
  /** Another origin, for archives. */
  readonly codeload: string;
}

export function findRepository(world: World, owner: string, name: string): Repository | null {
  return world.repositories.get(`${owner}/${name}`.toLowerCase()) ?? null;
}

export function findAccount(world: World, login: string): Account | null {
  return world.accounts.get(login.toLowerCase()) ?? null;
}

/** What an account may do in a repository, whatever its token allows. */
export function accessOf(world: World, repository: Repository, account: Account | null): Access {
  const open: Access = repository.settings.private ? 'none' : 'read';
  if (account === null) return open;
  if (account.login === repository.owner.login) return 'admin';
  const own = repository.access.get(account.login.toLowerCase());
  // an App's and a workflow's account have what their tokens are given
  if (account.type === 'Bot') return botReaches(world, repository, account) ? 'write' : open;
  return own !== undefined && reaches(own, open) ? own : open;
}

function botReaches(world: World, repository: Repository, account: Account): boolean {
  if (account.login !== world.app.bot.login) return true;
  return repository.owner.login === world.app.installation.account.login;
}

/** What a token reaches in a repository: its account's access, as far as the token itself is for that repository. */
export function tokenAccess(world: World, repository: Repository, token: Token | null): Access {
  const open: Access = repository.settings.private ? 'none' : 'read';
  if (token === null || token.kind === 'app') return open;
  if (token.repositories !== null && !token.repositories.includes(fullName(repository).toLowerCase())) return open;
  const access = accessOf(world, repository, token.account);
  if (token.kind !== 'classic') return access;
  if (token.scopes.includes('repo')) return access;
  // `public_repo` writes to public repositories, no scope at all only reads them
  if (repository.settings.private) return 'none';
  return token.scopes.includes('public_repo') ? access : 'read';
}
