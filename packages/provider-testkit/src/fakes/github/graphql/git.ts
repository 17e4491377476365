import { diffTrees } from '../../host/diff.js';
import { logCommits } from '../../host/history.js';
import {
  findEntry,
  listTree,
  objectType,
  type Person,
  readBlob,
  type TreeEntry,
  writtenAt,
} from '../../host/objects.js';
import { resolveCommit } from '../../host/repository.js';
import { webUrl } from '../shapes/repository.js';
import { fullName, type Repository } from '../state/repository.js';
import { actorNode } from './actor.js';
import { rollupNode } from './checks.js';
import { type Arguments, connection } from './connection.js';
import type { Fields, GraphqlContext } from './context.js';
import { repositoryNode } from './repository.js';

function personNode(context: GraphqlContext, person: Person): Fields {
  const account = [...context.world.accounts.values()].find(
    (one) => one.email.toLowerCase() === person.email.toLowerCase(),
  );
  return {
    __typename: 'GitActor',
    name: person.name,
    email: person.email,
    date: writtenAt(person),
    user: account?.type === 'User' ? actorNode(context, account) : null,
  };
}

/** A commit, its object read when a field asks for it. */
export function commitNode(context: GraphqlContext, repository: Repository, oid: string): Fields {
  const read = () => context.commit(repository, oid);
  const { folder } = repository;
  const web = `${webUrl(context.world, repository)}/commit/${oid}`;
  const changes = async () => diffTrees(folder, (await read()).parents[0] ?? null, oid);
  return {
    __typename: 'Commit',
    id: `C_${repository.id}_${oid}`,
    oid,
    abbreviatedOid: oid.slice(0, 7),
    url: web,
    commitUrl: web,
    commitResourcePath: `/${fullName(repository)}/commit/${oid}`,
    resourcePath: `/${fullName(repository)}/commit/${oid}`,
    tarballUrl: `${context.world.urls.codeload}/${fullName(repository)}/legacy.tar.gz/${oid}`,
    repository: () => repositoryNode(context, repository),
    tree: async () => treeNode(context, repository, (await read()).tree),
    parents: async (args: Arguments) =>
      connection('parents', args, (await read()).parents, (parent) => commitNode(context, repository, parent)),
    message: async () => (await read()).message.replace(/\n$/, ''),
    messageHeadline: async () => (await read()).message.split('\n')[0] ?? '',
    messageBody: async () => (await read()).message.split('\n').slice(1).join('\n').trim(),
    author: async () => personNode(context, (await read()).author),
    committer: async () => personNode(context, (await read()).committer),
    authoredDate: async () => writtenAt((await read()).author),
    committedDate: async () => writtenAt((await read()).committer),
    committedViaWeb: async () => (await read()).committer.email === 'noreply@github.com',
    signature: async () => (repository.signed.has(oid) ? signatureNode(writtenAt((await read()).committer)) : null),
    additions: async () => (await changes()).reduce((sum, file) => sum + (file.additions ?? 0), 0),
    deletions: async () => (await changes()).reduce((sum, file) => sum + (file.deletions ?? 0), 0),
    changedFilesIfAvailable: async () => (await changes()).length,
    history: async (args: Arguments) => {
      const path = typeof args['path'] === 'string' ? { path: args['path'] } : {};
      const oids = await logCommits(folder, { from: oid, ...path });
      context.prefetch(repository, oids.slice(0, 100));
      return connection('history', args, oids, (one) => commitNode(context, repository, one));
    },
    file: async (args: Arguments) => {
      const entry = await findEntry(folder, oid, String(args['path']));
      return entry === null ? null : entryNode(context, repository, entry);
    },
    statusCheckRollup: () => rollupNode(context, repository, oid),
  };
}

function signatureNode(at: string): Fields {
  return {
    __typename: 'GpgSignature',
    email: 'noreply@github.com',
    isValid: true,
    payload: '',
    signature: '',
    signer: null,
    state: 'VALID',
    verifiedAt: at,
    wasSignedByGitHub: true,
  };
}

function objectFields(context: GraphqlContext, repository: Repository, oid: string): Fields {
  return {
    id: `O_${repository.id}_${oid}`,
    oid,
    abbreviatedOid: oid.slice(0, 7),
    commitUrl: `${webUrl(context.world, repository)}/commit/${oid}`,
    commitResourcePath: `/${fullName(repository)}/commit/${oid}`,
    repository: () => repositoryNode(context, repository),
  };
}

function treeNode(context: GraphqlContext, repository: Repository, oid: string): Fields {
  return {
    __typename: 'Tree',
    ...objectFields(context, repository, oid),
    entries: async () => (await listTree(repository.folder, oid)).map((entry) => entryNode(context, repository, entry)),
  };
}

function entryNode(context: GraphqlContext, repository: Repository, entry: TreeEntry): Fields {
  const name = entry.path.split('/').at(-1) ?? '';
  return {
    __typename: 'TreeEntry',
    name,
    path: entry.path,
    mode: Number.parseInt(entry.mode, 8),
    oid: entry.oid,
    size: entry.size ?? 0,
    type: entry.type,
    extension: /\.[^.]*$/.exec(name)?.[0] ?? '',
    object: () => (entry.type === 'commit' ? null : objectNode(context, repository, entry.oid)),
    repository: () => repositoryNode(context, repository),
  };
}

/** The largest text that comes whole. */
const textLimit = 512_000;

function blobNode(context: GraphqlContext, repository: Repository, oid: string): Fields {
  let bytes: Promise<Buffer> | null = null;
  const read = (): Promise<Buffer> => {
    bytes ??= readBlob(repository.folder, oid);
    return bytes;
  };
  const binary = async (): Promise<boolean> => (await read()).subarray(0, 8000).includes(0);
  return {
    __typename: 'Blob',
    ...objectFields(context, repository, oid),
    byteSize: async () => (await read()).length,
    isBinary: binary,
    isTruncated: async () => (await read()).length > textLimit,
    text: async () => ((await binary()) ? null : (await read()).subarray(0, textLimit).toString('utf8')),
  };
}

/** Any object by its id; null where there is none. */
export async function objectNode(context: GraphqlContext, repository: Repository, oid: string): Promise<Fields | null> {
  const type = await objectType(repository.folder, oid);
  if (type === 'commit') return commitNode(context, repository, oid);
  if (type === 'tree') return treeNode(context, repository, oid);
  return type === 'blob' ? blobNode(context, repository, oid) : null;
}

/** `main`, `main:path`, `<oid>:path` as `git rev-parse` reads them; null where nothing is there. */
export async function expressionNode(
  context: GraphqlContext,
  repository: Repository,
  text: string,
): Promise<Fields | null> {
  const { folder } = repository;
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const named = await objectType(folder, name);
  const commit = named === null ? await resolveCommit(folder, name) : name;
  if (commit === null) return null;
  const path = text.slice(colon + 1);
  if (colon < 0) return objectNode(context, repository, commit);
  if (path === '') return treeNode(context, repository, (await context.commit(repository, commit)).tree);
  const entry = await findEntry(folder, commit, path);
  return entry === null ? null : objectNode(context, repository, entry.oid);
}
