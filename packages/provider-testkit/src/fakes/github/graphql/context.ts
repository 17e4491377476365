import { type CommitObject, readCommits } from '../../host/objects.js';
import { syncPullRequests } from '../land/sync.js';
import { type Permission, permits, reaches, type Token } from '../state/accounts.js';
import type { PullRequest } from '../state/pull-request.js';
import type { Repository } from '../state/repository.js';
import { tokenAccess, type World } from '../state/world.js';
import { refuseField } from './failure.js';

/** What resolvers share during one request. */
export interface GraphqlContext {
  readonly world: World;
  readonly token: Token;
  /** A commit's object, read once; `prefetch` reads many by one process. */
  commit(repository: Repository, oid: string): Promise<CommitObject>;
  prefetch(repository: Repository, oids: readonly string[]): void;
}

/** A node: values, and functions of a field's arguments. Fields that are not there are not served. */
export type Fields = Readonly<Record<string, unknown>>;

export function graphqlContext(world: World, token: Token): GraphqlContext {
  const commits = new Map<string, Promise<CommitObject>>();
  const prefetch = (repository: Repository, oids: readonly string[]): void => {
    const missing = [...new Set(oids)].filter((oid) => !commits.has(oid));
    const read = readCommits(repository.folder, missing);
    for (const [index, oid] of missing.entries()) {
      const one = read.then((all) => {
        const commit = all[index];
        if (commit === undefined) throw new Error(`no commit ${oid}`);
        return commit;
      });
      // whoever asks for it meets the failure
      one.catch(() => undefined);
      commits.set(oid, one);
    }
  };
  return {
    world,
    token,
    prefetch,
    commit: (repository, oid) => {
      prefetch(repository, [oid]);
      return commits.get(oid) ?? Promise.reject(new Error(`no commit ${oid}`));
    },
  };
}

/** Brings a repository up to date and runs a task, with no other write in between. */
export function within<T>(context: GraphqlContext, repository: Repository, task: () => Promise<T>): Promise<T> {
  return repository.exclusive(async () => {
    await syncPullRequests(context.world, repository);
    return task();
  });
}

export function canRead(context: GraphqlContext, repository: Repository): boolean {
  return reaches(tokenAccess(context.world, repository, context.token), 'read');
}

/** Refuses a token without this permission, or an account that may not write. */
export function demandWrite(
  context: GraphqlContext,
  repository: Repository,
  permission: Permission,
  role: 'read' | 'write',
): void {
  const { token, world } = context;
  if (token.kind !== 'classic' && !permits(token, permission, 'write')) {
    const kind = token.kind === 'fine-grained' ? 'personal access token' : 'integration';
    refuseField('FORBIDDEN', `Resource not accessible by ${kind}`);
  }
  if (!reaches(tokenAccess(world, repository, token), role)) {
    refuseField('FORBIDDEN', `${token.account.login} does not have the correct permissions to execute this mutation`);
  }
  if (repository.settings.archived) refuseField('UNPROCESSABLE', 'Repository was archived so is read-only.');
}

export function demandRead(context: GraphqlContext, repository: Repository, permission: Permission): void {
  const { token } = context;
  if (token.kind === 'classic' || !repository.settings.private || permits(token, permission, 'read')) return;
  refuseField(
    'FORBIDDEN',
    `Resource not accessible by ${token.kind === 'fine-grained' ? 'personal access token' : 'integration'}`,
  );
}

export function repositoryById(context: GraphqlContext, id: string): Repository {
  for (const repository of context.world.repositories.values()) {
    if (repository.nodeId === id && canRead(context, repository)) return repository;
  }
  return refuseField('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

export function pullById(context: GraphqlContext, id: string): PullRequest {
  for (const repository of context.world.repositories.values()) {
    const pull = repository.pulls.find((one) => `PR_${one.id}` === id);
    if (pull !== undefined && canRead(context, repository)) return pull;
  }
  return refuseField('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

/** The repository and full name that a ref's id stands for. */
export function refById(
  context: GraphqlContext,
  id: string,
): { readonly repository: Repository; readonly ref: string } {
  const match = /^REF_(\d+)_(.+)$/.exec(id);
  for (const repository of context.world.repositories.values()) {
    if (match !== null && String(repository.id) === match[1] && canRead(context, repository)) {
      return { repository, ref: Buffer.from(match[2] ?? '', 'base64url').toString('utf8') };
    }
  }
  return refuseField('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}
