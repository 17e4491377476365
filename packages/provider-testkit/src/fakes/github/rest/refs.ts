import { isAncestor } from '../../host/history.js';
import { objectType } from '../../host/objects.js';
import { isRefName, listRefs, moveRefs, readRef } from '../../host/repository.js';
import type { Json } from '../../host/request.js';
import { landWaiting } from '../land/auto.js';
import { protectionRefuses } from '../land/ref-rules.js';
import { syncPullRequests } from '../land/sync.js';
import { repositoryUrl } from '../shapes/repository.js';
import type { World } from '../state/world.js';
import { bodyOf, type RepositoryCall, type Routes, repositoryRoute, textOf } from './call.js';
import { refuse } from './refuse.js';
import { isEmpty } from './repositories.js';

export function refRoutes(world: World): Routes {
  const read = { permission: 'contents', level: 'read' } as const;
  const write = { permission: 'contents', level: 'write' } as const;
  return [
    repositoryRoute(world, 'GET', '/git/ref/{ref}', read, async (call) => {
      await refuseEmpty(call);
      const ref = `refs/${call.params['ref']}`;
      const sha = await readRef(call.folder, ref);
      if (sha === null) refuse(404, 'Not Found');
      return { status: 200, body: await refShape(call, ref, sha) };
    }),
    repositoryRoute(world, 'GET', '/git/matching-refs/{ref}', read, async (call) => {
      await refuseEmpty(call);
      const prefix = `refs/${call.params['ref']}`;
      const refs = [...(await listRefs(call.folder, 'refs/'))].filter(([ref]) => ref.startsWith(prefix));
      const body: Json[] = [];
      for (const [ref, sha] of refs) body.push(await refShape(call, ref, sha));
      return { status: 200, body };
    }),
    repositoryRoute(world, 'POST', '/git/refs', write, createRef),
    repositoryRoute(world, 'PATCH', '/git/refs/{ref}', write, updateRef),
    repositoryRoute(world, 'DELETE', '/git/refs/{ref}', write, deleteRef),
  ];
}

export async function refuseEmpty(call: RepositoryCall): Promise<void> {
  if (await isEmpty(call.folder)) refuse(409, 'Git Repository is empty.');
}

async function refShape(call: RepositoryCall, ref: string, sha: string): Promise<Json> {
  const url = repositoryUrl(call.world, call.repository);
  const type = (await objectType(call.folder, sha)) ?? 'commit';
  return {
    ref,
    node_id: `REF_${call.repository.id}_${Buffer.from(ref).toString('base64url')}`,
    url: `${url}/git/${ref}`,
    object: { type, sha, url: `${url}/git/${type}s/${sha}` },
  };
}

async function createRef(call: RepositoryCall): ReturnType<Routes[number]['handler']> {
  await refuseEmpty(call);
  const body = bodyOf(call);
  const ref = textOf(body['ref']) ?? '';
  const sha = textOf(body['sha']) ?? '';
  if (!/^refs\/.+\/?.+/.test(ref) || !(await isRefName(call.folder, ref.replace(/^refs\/[^/]+\//, '')))) {
    refuse(422, `${ref} is not a valid ref name.`);
  }
  if (!/^[0-9a-f]{40}$/.test(sha))
    refuse(422, 'The sha parameter must be exactly 40 characters and contain only [0-9a-f].');
  const type = await objectType(call.folder, sha);
  if (type === null) refuse(422, 'Object does not exist');
  if (ref.startsWith('refs/heads/') && type !== 'commit') refuse(422, 'Reference update failed');
  if ((await readRef(call.folder, ref)) !== null) refuse(422, 'Reference already exists');
  const refused = await moveRefs(call.folder, [{ ref, to: sha, from: null }]);
  if (refused !== null) refuse(422, 'Reference update failed');
  await afterMove(call);
  return { status: 201, body: await refShape(call, ref, sha) };
}

async function updateRef(call: RepositoryCall): ReturnType<Routes[number]['handler']> {
  const body = bodyOf(call);
  const ref = `refs/${call.params['ref']}`;
  const sha = textOf(body['sha']) ?? '';
  const now = await readRef(call.folder, ref);
  if (now === null) refuse(422, 'Reference does not exist');
  if (!/^[0-9a-f]{40}$/.test(sha))
    refuse(422, 'The sha parameter must be exactly 40 characters and contain only [0-9a-f].');
  if ((await objectType(call.folder, sha)) !== 'commit') refuse(422, 'Object does not exist');
  await refuseProtected(call, ref, now, sha);
  if (body['force'] !== true && !(await isAncestor(call.folder, now, sha))) refuse(422, 'Update is not a fast forward');
  const refused = await moveRefs(call.folder, [{ ref, to: sha, from: now }]);
  if (refused !== null) refuse(422, 'Reference cannot be updated');
  await afterMove(call);
  return { status: 200, body: await refShape(call, ref, sha) };
}

async function deleteRef(call: RepositoryCall): ReturnType<Routes[number]['handler']> {
  const ref = `refs/${call.params['ref']}`;
  const now = await readRef(call.folder, ref);
  if (now === null) refuse(422, 'Reference does not exist');
  await refuseProtected(call, ref, now, null);
  const refused = await moveRefs(call.folder, [{ ref, to: null, from: now }]);
  if (refused !== null) refuse(422, 'Reference cannot be deleted');
  await afterMove(call);
  return { status: 204, body: null };
}

async function refuseProtected(call: RepositoryCall, ref: string, from: string, to: string | null): Promise<void> {
  if (!ref.startsWith('refs/heads/') || call.token === null) return;
  const move = { branch: ref.slice('refs/heads/'.length), from, to };
  const why = await protectionRefuses(call.world, call.repository, call.token, move);
  if (why !== null) refuse(422, why);
}

/** What follows from a branch that moved. */
export async function afterMove(call: RepositoryCall): Promise<void> {
  call.repository.pushedAt = call.world.clock.iso();
  await syncPullRequests(call.world, call.repository);
  await landWaiting(call.world, call.repository);
}
