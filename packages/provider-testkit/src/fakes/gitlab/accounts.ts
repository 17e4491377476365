/** Levels of access to a project, as GitLab numbers them. */
export const accessLevels = { guest: 10, reporter: 20, developer: 30, maintainer: 40, owner: 50 } as const;
export type Role = keyof typeof accessLevels;

export interface Account {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  /** The account that GitLab makes for a project access token. */
  readonly bot: boolean;
}

export type Scope = 'api' | 'read_api' | 'read_user' | 'read_repository' | 'write_repository' | 'self_rotate';

export interface Token {
  readonly id: number;
  readonly name: string;
  readonly value: string;
  readonly kind: 'personal' | 'project' | 'job';
  readonly account: Account;
  readonly scopes: readonly Scope[];
  /** Day after which the token is refused, `YYYY-MM-DD`; null: never. */
  readonly expiresAt: string | null;
  readonly revoked: boolean;
  readonly createdAt: string;
  /** A job token's project. */
  readonly project: number | null;
}

/** What {@link FakeGitLab.newToken} makes. */
export interface TokenWish {
  /** Username. */
  readonly account: string;
  /** `['api']` where it is left out. */
  readonly scopes?: readonly Scope[];
  readonly expiresAt?: string | null;
  readonly revoked?: boolean;
  readonly name?: string;
}

const people: readonly (readonly [username: string, name: string])[] = [
  ['ana', 'Ana Maintainer'],
  ['ben', 'Ben Developer'],
  ['mia', 'Mia Maintainer'],
  ['rob', 'Rob Reporter'],
  ['olga', 'Olga Outsider'],
];

/** The roles that people have in a project for which nothing else is said. Olga is in none. */
export const usualMembers: Readonly<Record<string, Role>> = {
  ana: 'maintainer',
  ben: 'developer',
  mia: 'maintainer',
  rob: 'reporter',
};

/** Accounts and tokens of the fake. Every token's value is worthless elsewhere. */
export class Accounts {
  readonly #accounts: Account[] = [];
  readonly #tokens: Token[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    for (const [username, name] of people) this.add(username, name);
  }

  add(username: string, name: string, bot = false): Account {
    const account = { id: 101 + this.#accounts.length, username, name, email: `${username}@example.com`, bot };
    this.#accounts.push(account);
    return account;
  }

  byName(username: string): Account {
    const found = this.find(username);
    if (found === undefined) throw new Error(`the fake has no account "${username}"`);
    return found;
  }

  find(username: string): Account | undefined {
    return this.#accounts.find((one) => one.username.toLowerCase() === username.toLowerCase());
  }

  get all(): readonly Account[] {
    return this.#accounts;
  }

  byId(id: number): Account | undefined {
    return this.#accounts.find((one) => one.id === id);
  }

  mint(wish: TokenWish & { readonly kind?: Token['kind']; readonly project?: number }): Token {
    const account = this.byName(wish.account);
    const kind = wish.kind ?? 'personal';
    const id = 501 + this.#tokens.length;
    const token: Token = {
      id,
      name: wish.name ?? `${kind} token of ${account.username}`,
      value: `${kind === 'job' ? 'glcbt' : 'glpat'}-fake-${account.username}-${id}`,
      kind,
      account,
      scopes: wish.scopes ?? ['api'],
      expiresAt: wish.expiresAt ?? null,
      revoked: wish.revoked ?? false,
      createdAt: new Date(this.#now()).toISOString(),
      project: wish.project ?? null,
    };
    this.#tokens.push(token);
    return token;
  }

  token(value: string): Token | undefined {
    return this.#tokens.find((one) => one.value === value);
  }
}
