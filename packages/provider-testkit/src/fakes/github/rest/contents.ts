import {
  editTree,
  findEntry,
  listTree,
  readBlob,
  readCommit,
  type TreeEntry,
  writeBlob,
  writeCommit,
} from '../../host/objects.js';
import { moveRefs, resolveCommit } from '../../host/repository.js';
import type { Json } from '../../host/request.js';
import { protectionRefuses } from '../land/ref-rules.js';
import { forgeItself, signForge } from '../land/signature.js';
import { gitCommitShape } from '../shapes/commit.js';
import { defaultBranchOf } from '../shapes/pull-request.js';
import { repositoryUrl, webUrl } from '../shapes/repository.js';
import type { World } from '../state/world.js';
import { bodyOf, caller, type RepositoryCall, type Routes, repositoryRoute, textOf } from './call.js';
import { afterMove } from './refs.js';
import { notFound, refuse } from './refuse.js';
import { isEmpty } from './repositories.js';

type Handler = Routes[number]['handler'];

/** Single files by path, with a commit for each change. */
export function contentRoutes(world: World): Routes {
  const read = { permission: 'contents', level: 'read' } as const;
  const write = { permission: 'contents', level: 'write' } as const;
  return [
    repositoryRoute(world, 'GET', '/contents/{path}', read, getContents),
    repositoryRoute(world, 'PUT', '/contents/{path}', write, (call) => changeFile(call, false)),
    repositoryRoute(world, 'DELETE', '/contents/{path}', write, (call) => changeFile(call, true)),
  ];
}

async function getContents(call: RepositoryCall): ReturnType<Handler> {
  const { folder, params, query } = call;
  if (await isEmpty(folder)) refuse(404, 'This repository is empty.');
  const name = query.get('ref') ?? (await defaultBranchOf(call.repository));
  const commit = await resolveCommit(folder, name);
  if (commit === null) refuse(404, `No commit found for the ref ${name}`);
  const path = (params['path'] ?? '').replace(/^\/+|\/+$/g, '');
  const entry = await findEntry(folder, commit, path);
  if (entry === null) notFound();
  if (entry.type === 'tree') {
    const entries = await listTree(folder, commit, { path });
    return { status: 200, body: entries.map((one) => entryShape(call, name, { ...one, path: `${path}/${one.path}` })) };
  }
  if (entry.type === 'commit')
    return { status: 200, body: { ...entryShape(call, name, entry), submodule_git_url: null } };
  const bytes = await readBlob(folder, entry.oid);
  if (/\braw\b/.test(call.request.headers['accept'] ?? '')) {
    return { status: 200, headers: { 'content-type': 'application/vnd.github.raw' }, body: bytes };
  }
  // above 1 MB the content is left out
  const large = bytes.length > 1_048_576;
  const content = large ? '' : bytes.toString('base64').replace(/.{60}/g, '$&\n');
  const link = entry.mode === '120000' ? { target: bytes.toString('utf8') } : {};
  return {
    status: 200,
    body: { ...entryShape(call, name, entry), content, encoding: large ? 'none' : 'base64', ...link },
  };
}

function entryShape(call: RepositoryCall, ref: string, entry: TreeEntry): { readonly [name: string]: Json | null } {
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  const url = `${repositoryUrl(call.world, call.repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const web = webUrl(call.world, call.repository);
  const kind =
    entry.type === 'tree'
      ? 'dir'
      : entry.type === 'commit'
        ? 'submodule'
        : entry.mode === '120000'
          ? 'symlink'
          : 'file';
  const git = `${repositoryUrl(call.world, call.repository)}/git/${entry.type}s/${entry.oid}`;
  const html = `${web}/${entry.type === 'tree' ? 'tree' : 'blob'}/${ref}/${path}`;
  return {
    name: entry.path.split('/').at(-1) ?? '',
    path: entry.path,
    sha: entry.oid,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: git,
    download_url: kind === 'file' || kind === 'symlink' ? `${web}/raw/${ref}/${path}` : null,
    type: kind,
    _links: { self: url, git, html },
  };
}

async function changeFile(call: RepositoryCall, removes: boolean): ReturnType<Handler> {
  const { world, repository, folder } = call;
  const body = removes && call.body === undefined ? Object.fromEntries(call.query) : bodyOf(call);
  const path = call.params['path'] ?? '';
  if (path.split('/').some((part) => ['', '.', '..', '.git'].includes(part))) {
    refuse(422, 'path contains a malformed path component');
  }
  const branch = textOf(body['branch']) ?? (await defaultBranchOf(repository));
  const head = await resolveCommit(folder, branch);
  const empty = await isEmpty(folder);
  if (head === null && !empty) refuse(404, `Branch ${branch} not found`);
  const entry = head === null ? null : await findEntry(folder, head, path);
  const sha = textOf(body['sha']);
  if (removes && entry === null) notFound();
  if (entry !== null && sha === null) refuse(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (sha !== null && sha !== entry?.oid) refuse(409, `${path} does not match ${sha}`);
  const bytes = Buffer.from(textOf(body['content']) ?? '', 'base64');
  const oid = removes ? null : await writeBlob(folder, bytes);
  const mode = entry?.mode ?? '100644';
  const tree = await editTree(folder, head, [{ path, mode, oid }]);
  const account = caller(call);
  const at = world.clock.now();
  const message = textOf(body['message']) ?? '';
  const made = await writeCommit(folder, {
    tree,
    parents: head === null ? [] : [head],
    author: signForge(account, at),
    committer: forgeItself(at),
    message,
  });
  if (head !== null && call.token !== null) {
    const why = await protectionRefuses(world, repository, call.token, { branch, from: head, to: made });
    if (why !== null) refuse(409, why);
  }
  const refused = await moveRefs(folder, [{ ref: `refs/heads/${branch}`, to: made, from: head }]);
  if (refused !== null) refuse(409, `is at ${head} but expected ${made}`);
  repository.signed.add(made);
  await afterMove(call);
  const { node_id, ...commit } = gitCommitShape(world, repository, await readCommit(folder, made));
  const content =
    removes || oid === null ? null : entryShape(call, branch, { mode, type: 'blob', oid, size: bytes.length, path });
  return { status: entry === null ? 201 : 200, body: { content, commit: { ...commit, node_id } } };
}
