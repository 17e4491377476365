export interface Account {
  readonly id: number;
  readonly nodeId: string;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
  readonly name: string;
  /** What commits made on the forge are written with. */
  readonly email: string;
}

export interface Team {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly members: readonly string[];
}

export type Access = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

const order: readonly Access[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

export function reaches(access: Access, needed: Access): boolean {
  return order.indexOf(access) >= order.indexOf(needed);
}

/** Permissions of fine-grained tokens and Apps, as GitHub names them. */
export type Permission =
  | 'metadata'
  | 'contents'
  | 'pull_requests'
  | 'issues'
  | 'statuses'
  | 'checks'
  | 'administration'
  | 'workflows'
  | 'actions'
  | 'merge_queues';

export type Permissions = Readonly<Partial<Record<Permission, 'read' | 'write'>>>;

export interface Token {
  readonly secret: string;
  readonly account: Account;
  /** `actions` is the token that a workflow run has; `installation` one of an App; `app` an App's own JWT. */
  readonly kind: 'classic' | 'fine-grained' | 'installation' | 'actions' | 'app';
  /** Of a classic token. */
  readonly scopes: readonly string[];
  /** Of every other one. */
  readonly permissions: Permissions;
  /** Full names in lower case; null: every one that the account reaches. */
  readonly repositories: readonly string[] | null;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
}

const ranks = { read: 1, write: 2 } as const;

export function permits(token: Token, permission: Permission, level: 'read' | 'write'): boolean {
  const granted = permission === 'metadata' ? 'read' : token.permissions[permission];
  return granted !== undefined && ranks[granted] >= ranks[level];
}

/** GitHub's address for people who hide theirs. */
export function noreply(id: number, login: string): string {
  return `${id}+${login}@users.noreply.github.com`;
}
