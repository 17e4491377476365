import { runGit } from '../../host/git-run.js';
import { readCommit } from '../../host/objects.js';
import { listRefs, readRef } from '../../host/repository.js';
import type { Json } from '../../host/request.js';
import { commitShape } from '../shapes/commit.js';
import { branchProtectionShape, protectionShape, rulesShape } from '../shapes/protection.js';
import { defaultBranchOf } from '../shapes/pull-request.js';
import { fullRepositoryShape, repositoryUrl, webUrl } from '../shapes/repository.js';
import { userShape } from '../shapes/user.js';
import { type Access, reaches } from '../state/accounts.js';
import { accessOf, findAccount, type World } from '../state/world.js';
import { type RepositoryCall, type Routes, repositoryRoute } from './call.js';
import { paged, pageOf } from './paging.js';
import { notFound, refuse } from './refuse.js';

/** The repository itself, its branches and their rules, who may do what. */
export function repositoryRoutes(world: World): Routes {
  const metadata = { permission: 'metadata', level: 'read' } as const;
  const contents = { permission: 'contents', level: 'read' } as const;
  const administration = { permission: 'administration', level: 'read', role: 'admin' } as const;
  const get = (
    below: string,
    needs: Parameters<typeof repositoryRoute>[3],
    handler: Parameters<typeof repositoryRoute>[4],
  ) => repositoryRoute(world, 'GET', below, needs, handler);
  return [
    get('', metadata, async (call) => {
      const { repository, token, access } = call;
      const branch = await defaultBranchOf(repository);
      const told = token === null ? null : token.kind === 'classic' || token.kind === 'fine-grained' ? access : 'write';
      return { status: 200, body: fullRepositoryShape(world, repository, branch, told) };
    }),
    get('/branches', contents, async (call) => {
      const refs = [...(await listRefs(call.folder, 'refs/heads/'))].map(([ref, sha]) => ({
        branch: ref.slice(11),
        sha,
      }));
      const only = call.query.get('protected');
      const kept = refs.filter(
        ({ branch }) => only === null || call.repository.protection.has(branch) === (only === 'true'),
      );
      return paged(call, kept, ({ branch, sha }) => shortBranchShape(call, branch, sha));
    }),
    get('/branches/{branch}', contents, async (call) => {
      const branch = call.params['branch'] ?? '';
      const sha = await readRef(call.folder, `refs/heads/${branch}`);
      if (sha === null) refuse(404, 'Branch not found');
      const url = `${repositoryUrl(world, call.repository)}/branches/${branch}`;
      return {
        status: 200,
        body: {
          ...shortBranchShape(call, branch, sha),
          commit: commitShape(world, call.repository, await readCommit(call.folder, sha)),
          _links: { self: url, html: `${webUrl(world, call.repository)}/tree/${branch}` },
          protection: protectionShape(call.repository.protection.get(branch) ?? null),
          protection_url: `${url}/protection`,
        },
      };
    }),
    get('/branches/{branch}/protection', administration, async (call) => {
      const branch = call.params['branch'] ?? '';
      if ((await readRef(call.folder, `refs/heads/${branch}`)) === null) refuse(404, 'Branch not found');
      const rules = call.repository.protection.get(branch);
      if (rules === undefined || rules.ruleset) refuse(404, 'Branch not protected');
      const url = `${repositoryUrl(world, call.repository)}/branches/${branch}/protection`;
      return { status: 200, body: branchProtectionShape(url, rules) };
    }),
    get('/rules/branches/{branch}', metadata, async (call) => {
      const rules = call.repository.protection.get(call.params['branch'] ?? '');
      const queue = call.repository.queues.get(call.params['branch'] ?? '');
      const all = rulesShape(call.repository, rules?.ruleset === true ? rules : null, queue ?? null);
      const { number, size } = pageOf(call.query);
      return { status: 200, body: all.slice((number - 1) * size, number * size) };
    }),
    get('/collaborators', { ...metadata, role: 'write' }, async (call) => {
      const people = [...call.repository.access].filter(([, access]) => access !== 'none');
      return paged(call, people, ([login]) => collaboratorShape(call, login));
    }),
    get('/collaborators/{username}', { ...metadata, role: 'write' }, async (call) => {
      const account = findAccount(world, call.params['username'] ?? '') ?? notFound();
      const own = call.repository.access.get(account.login.toLowerCase()) ?? 'none';
      if (own === 'none') notFound();
      return { status: 204, body: null };
    }),
    get('/collaborators/{username}/permission', { ...metadata, role: 'write' }, async (call) => {
      const account = findAccount(world, call.params['username'] ?? '') ?? notFound();
      const access = accessOf(world, call.repository, account);
      const permission = {
        none: 'none',
        read: 'read',
        triage: 'read',
        write: 'write',
        maintain: 'write',
        admin: 'admin',
      };
      const user: Json = { ...userShape(world, account), permissions: flags(access), role_name: access };
      return { status: 200, body: { permission: permission[access], user, role_name: access } };
    }),
    get('/assignees', metadata, async (call) => {
      const people = [...call.repository.access].filter(([, access]) => reaches(access, 'read'));
      return paged(call, people, ([login]) => userShape(world, findAccount(world, login) ?? notFound()));
    }),
    get('/actions/permissions', administration, async (call) =>
      call.repository.settings.actions
        ? { status: 200, body: { enabled: true, allowed_actions: 'all' } }
        : { status: 200, body: { enabled: false } },
    ),
  ];
}

function shortBranchShape(call: RepositoryCall, branch: string, sha: string): { readonly [name: string]: Json } {
  const url = repositoryUrl(call.world, call.repository);
  return {
    name: branch,
    commit: { sha, url: `${url}/commits/${sha}` },
    protected: call.repository.protection.has(branch),
  };
}

function flags(access: Access): Json {
  const names = { pull: 'read', triage: 'triage', push: 'write', maintain: 'maintain', admin: 'admin' } as const;
  return Object.fromEntries(Object.entries(names).map(([name, needed]) => [name, reaches(access, needed)]));
}

function collaboratorShape(call: RepositoryCall, login: string): Json {
  const account = findAccount(call.world, login) ?? notFound();
  const access = accessOf(call.world, call.repository, account);
  return { ...userShape(call.world, account), permissions: flags(access), role_name: access };
}

/** Whether a repository has no commit at all: GitHub answers many requests differently then. */
export async function isEmpty(folder: string): Promise<boolean> {
  return (await runGit(folder, ['for-each-ref', '--count=1', 'refs/heads/'])).stdout.length === 0;
}
