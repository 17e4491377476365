import { known } from '../access.js';
import type { Account } from '../accounts.js';
import { accountOf, type Call, type Operation } from '../call.js';
import { projectUrl } from '../entities/commits.js';
import { memberOf, tokenSelf, userBasic, userSelf } from '../entities/users.js';
import { notFound } from '../failure.js';
import type { Instance } from '../instance.js';
import { paged } from '../paginate.js';
import type { Group } from '../state.js';

async function version({ instance }: Call) {
  const kas = { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null };
  return { body: { version: instance.version, revision: '0f0f0f0f0f0', kas, enterprise: instance.enterprise } };
}

async function user(call: Call) {
  return { body: userSelf(call.instance, accountOf(call)) };
}

async function users(call: Call) {
  const username = call.params.text('username');
  const search = call.params.text('search')?.toLowerCase();
  const found = allAccounts(call.instance).filter(
    (account) =>
      (username === undefined || account.username.toLowerCase() === username.toLowerCase()) &&
      (search === undefined || `${account.username} ${account.name}`.toLowerCase().includes(search)),
  );
  return paged(call, found, (account) => userBasic(call.instance, account));
}

function allAccounts(instance: Instance): readonly Account[] {
  return instance.accounts.all;
}

async function self(call: Call) {
  if (call.caller === null || call.caller.token.kind === 'job') throw notFound();
  return { body: tokenSelf(call.instance, call.caller.token) };
}

/** The job that a job token belongs to; of any other token there is none. */
async function job({ caller, instance }: Call) {
  if (caller === null || caller.token.kind !== 'job') throw notFound('Job');
  const project = instance.projects.find(({ id }) => id === caller.token.project);
  if (project === undefined) throw notFound('Job');
  return {
    body: {
      id: caller.token.id,
      name: 'promote',
      stage: 'deploy',
      status: 'running',
      ref: project.defaultBranch,
      tag: false,
      allow_failure: false,
      created_at: caller.token.createdAt,
      started_at: caller.token.createdAt,
      finished_at: null,
      web_url: `${projectUrl(instance, project)}/-/jobs/${caller.token.id}`,
      user: userBasic(instance, caller.account),
      project: { ci_job_token_scope_enabled: false },
    },
  };
}

function groupOf(call: Call): Group {
  const id = call.params.text('id') ?? '';
  const group = call.instance.groups.find(
    (one) => String(one.id) === id || one.path.toLowerCase() === id.toLowerCase(),
  );
  if (group === undefined || membersOf(call.instance, group).length === 0) throw notFound('Group');
  const account = call.caller?.account;
  if (!membersOf(call.instance, group).some((member) => member.account === account)) throw notFound('Group');
  return group;
}

/** Who is in a project of a group stands for the group's own members here. */
function membersOf(instance: Instance, group: Group) {
  const projects = instance.projects.filter(({ path }) => path.startsWith(`${group.path}/`));
  return allAccounts(instance).flatMap((account) => {
    const role = projects.map(({ members }) => members.get(account.id)).find((one) => one !== undefined);
    return role === undefined ? [] : [{ account, role }];
  });
}

async function group(call: Call) {
  const { id, path, parent } = groupOf(call);
  const name = path.split('/').at(-1) ?? '';
  const web = `${call.instance.webUrl}/groups/${path}`;
  return {
    body: {
      id,
      name,
      path: name,
      full_path: path,
      full_name: path,
      parent_id: parent,
      visibility: 'private',
      web_url: web,
    },
  };
}

async function groupMembers(call: Call) {
  const members = membersOf(call.instance, groupOf(call));
  return paged(call, members, ({ account, role }) => memberOf(call.instance, account, role));
}

/** Operations that belong to no project. */
export const instanceOperations: readonly Operation[] = [
  known({ method: 'GET', path: '/version', scopes: ['read_user'], handle: version }),
  known({ method: 'GET', path: '/metadata', scopes: ['read_user'], handle: version }),
  known({ method: 'GET', path: '/user', scopes: ['read_user'], handle: user }),
  known({ method: 'GET', path: '/users', scopes: ['read_user'], handle: users }),
  known({
    method: 'GET',
    path: '/personal_access_tokens/self',
    scopes: ['read_user', 'read_repository', 'write_repository', 'self_rotate'],
    handle: self,
  }),
  known({ method: 'GET', path: '/job', jobToken: true, handle: job }),
  known({ method: 'GET', path: '/groups/{id}', handle: group }),
  known({ method: 'GET', path: '/groups/{id}/members', handle: groupMembers }),
  known({ method: 'GET', path: '/groups/{id}/members/all', handle: groupMembers }),
];
