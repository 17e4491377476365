import {
  editTree,
  listTree,
  objectType,
  readBlob,
  readCommit,
  type TreeChange,
  writeBlob,
  writeCommit,
} from '../../host/objects.js';
import { resolveCommit } from '../../host/repository.js';
import type { Json } from '../../host/request.js';
import { forgeItself, signForge } from '../land/signature.js';
import { gitCommitShape } from '../shapes/commit.js';
import { repositoryUrl } from '../shapes/repository.js';
import type { World } from '../state/world.js';
import { bodyOf, caller, type RepositoryCall, type Routes, repositoryRoute, textOf, textsOf } from './call.js';
import { refuseEmpty } from './refs.js';
import { refuse } from './refuse.js';

type Handler = Routes[number]['handler'];

/** Blobs, trees and commits. */
export function gitDataRoutes(world: World): Routes {
  const read = { permission: 'contents', level: 'read' } as const;
  const write = { permission: 'contents', level: 'write' } as const;
  return [
    repositoryRoute(world, 'GET', '/git/blobs/{file_sha}', read, getBlob),
    repositoryRoute(world, 'POST', '/git/blobs', write, createBlob),
    repositoryRoute(world, 'GET', '/git/trees/{tree_sha}', read, getTree),
    repositoryRoute(world, 'POST', '/git/trees', write, createTree),
    repositoryRoute(world, 'GET', '/git/commits/{commit_sha}', read, async (call) => {
      await refuseEmpty(call);
      const sha = call.params['commit_sha'] ?? '';
      if ((await objectType(call.folder, sha)) !== 'commit') refuse(404, 'Not Found');
      return { status: 200, body: gitCommitShape(world, call.repository, await readCommit(call.folder, sha)) };
    }),
    repositoryRoute(world, 'POST', '/git/commits', write, createCommit),
  ];
}

async function getBlob(call: RepositoryCall): ReturnType<Handler> {
  await refuseEmpty(call);
  const sha = call.params['file_sha'] ?? '';
  if (!/^[0-9a-f]{40}$/.test(sha))
    refuse(422, 'The sha parameter must be exactly 40 characters and contain only [0-9a-f].');
  if ((await objectType(call.folder, sha)) !== 'blob') refuse(404, 'Not Found');
  const bytes = await readBlob(call.folder, sha);
  if (/\braw\b/.test(call.request.headers['accept'] ?? '')) {
    return { status: 200, headers: { 'content-type': 'application/vnd.github.raw' }, body: bytes };
  }
  const content = bytes.toString('base64').replace(/.{60}/g, '$&\n');
  const url = `${repositoryUrl(call.world, call.repository)}/git/blobs/${sha}`;
  return { status: 200, body: { sha, node_id: `B_${sha}`, size: bytes.length, url, content, encoding: 'base64' } };
}

async function createBlob(call: RepositoryCall): ReturnType<Handler> {
  await refuseEmpty(call);
  const body = bodyOf(call);
  const content = textOf(body['content']) ?? '';
  const encoding = textOf(body['encoding']) ?? 'utf-8';
  const sha = await writeBlob(call.folder, Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'));
  return { status: 201, body: { sha, url: `${repositoryUrl(call.world, call.repository)}/git/blobs/${sha}` } };
}

async function getTree(call: RepositoryCall): ReturnType<Handler> {
  await refuseEmpty(call);
  const name = call.params['tree_sha'] ?? '';
  const type = await objectType(call.folder, name);
  const treeish = type === 'tree' || type === 'commit' ? name : await resolveCommit(call.folder, name);
  if (treeish === null || type === 'blob') refuse(404, 'Not Found');
  // a commit's id or a branch's name is answered with the tree's entries, under the id that was resolved
  const sha = type === 'tree' ? name : (await readCommit(call.folder, treeish)).tree;
  return { status: 200, body: await treeShape(call, sha, call.query.get('recursive') !== null) };
}

async function treeShape(call: RepositoryCall, sha: string, recursive: boolean): Promise<Json> {
  const url = repositoryUrl(call.world, call.repository);
  const all = await listTree(call.folder, sha, { recursive });
  const entries = all.slice(0, call.world.treeLimit).map(({ path, mode, type, oid, size }) => ({
    path,
    mode,
    type,
    sha: oid,
    ...(size === null ? {} : { size }),
    ...(type === 'commit' ? {} : { url: `${url}/git/${type}s/${oid}` }),
  }));
  return { sha, url: `${url}/git/trees/${sha}`, tree: entries, truncated: all.length > entries.length };
}

const modes: Readonly<Record<string, string>> = {
  '100644': 'blob',
  '100755': 'blob',
  '120000': 'blob',
  '040000': 'tree',
  '160000': 'commit',
};

async function createTree(call: RepositoryCall): ReturnType<Handler> {
  await refuseEmpty(call);
  const body = bodyOf(call);
  const base = textOf(body['base_tree']);
  if (base !== null && !['tree', 'commit'].includes((await objectType(call.folder, base)) ?? '')) {
    refuse(404, 'Not Found');
  }
  const changes: TreeChange[] = [];
  for (const entry of Array.isArray(body['tree']) ? body['tree'] : []) {
    changes.push(await treeChange(call, entry as Readonly<Record<string, unknown>>));
  }
  if (changes.length === 0) refuse(422, 'Invalid tree info');
  const removed = changes.filter((change) => change.oid === null);
  const there =
    base === null ? [] : (await listTree(call.folder, base, { recursive: true })).map((entry) => entry.path);
  if (removed.some((change) => !there.includes(change.path))) refuse(422, 'GitRPC::BadObjectState');
  const sha = await editTree(call.folder, base, changes);
  return { status: 201, body: await treeShape(call, sha, false) };
}

async function treeChange(call: RepositoryCall, entry: Readonly<Record<string, unknown>>): Promise<TreeChange> {
  const path = textOf(entry['path']) ?? '';
  const mode = textOf(entry['mode']) ?? '100644';
  if (modes[mode] === undefined) {
    refuse(422, 'Must supply a valid tree.mode: one of 100644, 100755, 040000, 160000 or 120000');
  }
  const parts = path.split('/');
  if (path === '' || parts.some((part) => ['', '.', '..', '.git'].includes(part))) {
    refuse(422, 'tree.path contains a malformed path component');
  }
  if (entry['sha'] === null) return { path, mode, oid: null };
  const content = textOf(entry['content']);
  const sha = textOf(entry['sha']);
  if (content !== null && sha !== null) refuse(422, 'tree.sha and tree.content cannot both be set');
  if (content !== null) return { path, mode, oid: await writeBlob(call.folder, Buffer.from(content, 'utf8')) };
  if (sha === null || !/^[0-9a-f]{40}$/.test(sha)) refuse(422, 'tree.sha or tree.content is required');
  if (mode !== '160000' && (await objectType(call.folder, sha)) !== modes[mode]) {
    refuse(422, `tree.sha ${sha} is not a valid ${modes[mode]}`);
  }
  return { path, mode, oid: sha };
}

async function createCommit(call: RepositoryCall): ReturnType<Handler> {
  await refuseEmpty(call);
  const { world, repository, folder } = call;
  const body = bodyOf(call);
  const tree = textOf(body['tree']) ?? '';
  if ((await objectType(folder, tree)) !== 'tree') refuse(422, 'Tree SHA does not exist');
  const parents = textsOf(body['parents']);
  for (const parent of parents) {
    if ((await objectType(folder, parent)) !== 'commit')
      refuse(422, 'Parent SHA does not exist or is not a commit object');
  }
  const account = caller(call);
  const now = world.clock.now();
  // a bot's commit without an author of its own is signed by the forge, and only that one
  const signs = account.type === 'Bot' && body['author'] === undefined && body['committer'] === undefined;
  const own = signForge(account, now);
  const author = personOf(body['author'], own);
  const committer =
    body['committer'] !== undefined ? personOf(body['committer'], own) : signs ? forgeItself(now) : author;
  const message = textOf(body['message']) ?? '';
  const sha = await writeCommit(folder, { tree, parents, author, committer, message });
  if (signs) repository.signed.add(sha);
  return { status: 201, body: gitCommitShape(world, repository, await readCommit(folder, sha)) };
}

function personOf(value: unknown, otherwise: ReturnType<typeof signForge>): ReturnType<typeof signForge> {
  if (typeof value !== 'object' || value === null) return otherwise;
  const { name, email, date } = value as Readonly<Record<string, unknown>>;
  const at = typeof date === 'string' ? Date.parse(date) : otherwise.at;
  return { name: textOf(name) ?? otherwise.name, email: textOf(email) ?? otherwise.email, at };
}
