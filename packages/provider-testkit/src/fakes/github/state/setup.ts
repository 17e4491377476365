import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { taskQueue } from '../../host/lock.js';
import { initRepository } from '../../host/repository.js';
import type { RepositoryOptions } from '../options.js';
import { installPushHook } from '../push-rules.js';
import { type Account, noreply, type Permissions, type Team, type Token } from './accounts.js';
import type { Protection, Repository } from './repository.js';
import { type App, findAccount, findRepository, type World } from './world.js';

/** Logins of the people that every fake has, with what they may do where nothing else is said. */
export const people = { alice: 'admin', bob: 'write', carol: 'write', rita: 'read', oscar: 'none' } as const;

export function makeAccounts(): { readonly accounts: Map<string, Account>; readonly teams: readonly Team[] } {
  const accounts = new Map<string, Account>();
  const add = (id: number, login: string, type: Account['type'], name: string): void => {
    const prefix = type === 'User' ? 'U' : type === 'Bot' ? 'BOT' : 'O';
    const email = type === 'User' ? `${login}@example.com` : noreply(id, login);
    accounts.set(login.toLowerCase(), { id, nodeId: `${prefix}_${id}`, login, type, name, email });
  };
  add(1, 'acme', 'Organization', 'Acme');
  for (const [index, login] of Object.keys(people).entries()) {
    add(index + 2, login, 'User', `${login.slice(0, 1).toUpperCase()}${login.slice(1)} Example`);
  }
  add(41898282, 'github-actions[bot]', 'Bot', 'github-actions[bot]');
  add(41, 'promoter[bot]', 'Bot', 'promoter[bot]');
  return { accounts, teams: [{ id: 7, slug: 'platform', name: 'Platform', members: ['bob', 'carol'] }] };
}

export const appPermissions: Permissions = {
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  statuses: 'write',
  checks: 'write',
  administration: 'read',
  metadata: 'read',
};

let key: { readonly publicKey: string; readonly privateKey: string } | null = null;

/** One key for all fakes of a process: making one takes long, and it guards nothing. */
function appKey(): { readonly publicKey: string; readonly privateKey: string } {
  key ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return key;
}

/** An App, installed on the organization. */
export function makeApp(accounts: ReadonlyMap<string, Account>): { readonly app: App; readonly privateKey: string } {
  const owner = accounts.get('acme');
  const bot = accounts.get('promoter[bot]');
  if (owner === undefined || bot === undefined) throw new Error('the accounts of an App are missing');
  const { publicKey, privateKey } = appKey();
  const installation = { id: 9001, account: owner, permissions: appPermissions };
  const app = {
    id: 4242,
    clientId: 'Iv23liTestApp',
    slug: 'promoter',
    name: 'Promoter',
    owner,
    bot,
    publicKey,
    installation,
  };
  return { app, privateKey };
}

export interface TokenRequest {
  readonly account: Account;
  readonly kind: Token['kind'];
  readonly scopes?: readonly string[];
  readonly permissions?: Permissions;
  readonly repositories?: readonly string[];
  readonly expiresAt?: number;
}

const prefixes: Readonly<Record<Token['kind'], string>> = {
  classic: 'ghp_',
  'fine-grained': 'github_pat_',
  installation: 'ghs_',
  actions: 'ghs_',
  app: '',
};

/** A new token; its secret looks like a real one's and is worth nothing. */
export function addToken(world: World, request: TokenRequest): Token {
  const id = world.nextId();
  const token: Token = {
    secret: `${prefixes[request.kind]}Fake${String(id).padStart(32, '0')}`,
    account: request.account,
    kind: request.kind,
    scopes: request.scopes ?? (request.kind === 'classic' ? ['repo', 'read:org'] : []),
    permissions: request.permissions ?? appPermissions,
    repositories: request.repositories?.map((name) => name.toLowerCase()) ?? null,
    expiresAt: request.expiresAt ?? null,
  };
  world.tokens.set(token.secret, token);
  return token;
}

/** A branch without any rule but that it is told as protected. */
export const noRules: Protection = {
  requiredChecks: [],
  strict: false,
  requiredApprovals: 0,
  dismissStale: false,
  codeOwners: false,
  linearHistory: false,
  enforceAdmins: false,
  pullRequests: false,
  forcePushes: false,
  deletions: false,
  ruleset: false,
};

export async function addRepository(world: World, root: string, options: RepositoryOptions): Promise<Repository> {
  const [ownerLogin = '', name = ''] = options.name.split('/');
  const owner = findAccount(world, ownerLogin);
  if (owner === null) throw new Error(`no account ${ownerLogin}`);
  const id = world.nextId();
  const folder = join(root, `${id}.git`);
  await initRepository(folder, options.defaultBranch ?? 'main');
  await installPushHook(folder);
  const parent = options.forkOf === undefined ? null : findRepository(world, ...split(options.forkOf));
  const repository: Repository = {
    id,
    nodeId: `R_${id}`,
    owner,
    name,
    folder,
    parent,
    settings: {
      private: options.private ?? false,
      archived: options.archived ?? false,
      mergeMethods: options.mergeMethods ?? ['merge', 'squash', 'rebase'],
      allowAutoMerge: options.allowAutoMerge ?? false,
      deleteBranchOnMerge: options.deleteBranchOnMerge ?? false,
      actions: options.actions ?? true,
      actionsPullRequests: options.actionsPullRequests ?? true,
    },
    access: new Map(Object.entries(options.access ?? people)),
    protection: new Map(),
    queues: new Map(Object.entries(options.mergeQueue ?? {})),
    pulls: [],
    nextNumber: 1,
    labels: [],
    milestones: [],
    statuses: [],
    checkRuns: [],
    signed: new Set(),
    comments: [],
    createdAt: world.clock.iso(),
    pushedAt: world.clock.iso(),
    exclusive: taskQueue(),
  };
  for (const [branch, rules] of Object.entries(options.protection ?? {})) {
    repository.protection.set(branch, { ...noRules, ...rules });
  }
  world.repositories.set(options.name.toLowerCase(), repository);
  return repository;
}

function split(name: string): [string, string] {
  const [owner = '', repository = ''] = name.split('/');
  return [owner, repository];
}
