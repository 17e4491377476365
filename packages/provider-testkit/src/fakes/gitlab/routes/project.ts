import { ofProject } from '../access.js';
import { accessLevels, type Role } from '../accounts.js';
import type { Operation, ProjectCall } from '../call.js';
import { projectEntity } from '../entities/project.js';
import { memberOf } from '../entities/users.js';
import { notFound } from '../failure.js';
import type { ProtectedBranch } from '../options.js';
import { paged } from '../paginate.js';

async function project(call: ProjectCall) {
  return { body: await projectEntity(call.instance, call.project, call.caller) };
}

function members(call: ProjectCall) {
  return [...call.project.members].flatMap(([id, role]) => {
    const account = call.instance.accounts.byId(id);
    return account === undefined ? [] : [{ account, role }];
  });
}

async function listMembers(call: ProjectCall) {
  const query = call.params.text('query')?.toLowerCase();
  const found = members(call).filter(({ account }) => query === undefined || account.username.includes(query));
  return paged(call, found, ({ account, role }) => memberOf(call.instance, account, role));
}

async function member(call: ProjectCall) {
  const id = call.params.integer('user_id');
  const found = members(call).find(({ account }) => account.id === id);
  if (found === undefined) throw notFound();
  return { body: memberOf(call.instance, found.account, found.role) };
}

function accessOf(call: ProjectCall, role: Role | null | undefined) {
  const level = role === null || role === undefined ? 0 : accessLevels[role];
  const names: Readonly<Record<number, string>> = { 0: 'No one', 30: 'Developers + Maintainers', 40: 'Maintainers' };
  return [
    {
      id: call.project.id * 100 + level,
      access_level: level,
      access_level_description: names[level] ?? 'Maintainers',
      ...(call.instance.enterprise ? { user_id: null, group_id: null } : {}),
      deploy_key_id: null,
    },
  ];
}

function protectionEntity(call: ProjectCall, rule: ProtectedBranch) {
  const { deploy_key_id: _none, ...merge } = accessOf(call, rule.merge)[0] ?? {};
  return {
    id: call.project.id * 10 + call.project.protectedBranches.indexOf(rule) + 1,
    name: rule.name,
    push_access_levels: accessOf(call, rule.push),
    merge_access_levels: [merge],
    allow_force_push: rule.allowForcePush ?? false,
    ...(call.instance.enterprise
      ? {
          unprotect_access_levels: [],
          code_owner_approval_required: rule.codeOwnerApproval ?? false,
          inherited: false,
        }
      : {}),
  };
}

async function listProtections(call: ProjectCall) {
  return paged(call, call.project.protectedBranches, (rule) => protectionEntity(call, rule));
}

async function protection(call: ProjectCall) {
  const rule = call.project.protectedBranches.find(({ name }) => name === call.params.text('name'));
  if (rule === undefined) throw notFound();
  return { body: protectionEntity(call, rule) };
}

/** Enterprise Edition only. */
async function approvalSettings({ instance, project }: ProjectCall) {
  if (!instance.enterprise) throw notFound();
  const { approvals_required, merge_requests_author_approval, reset_approvals_on_push } = project.settings;
  return {
    body: {
      approvers: [],
      approver_groups: [],
      approvals_before_merge: approvals_required,
      reset_approvals_on_push,
      selective_code_owner_removals: false,
      disable_overriding_approvers_per_merge_request: false,
      merge_requests_author_approval,
      merge_requests_disable_committers_approval: false,
      require_reauthentication_to_approve: false,
      require_password_to_approve: false,
    },
  };
}

async function jobTokenScope() {
  return { body: { inbound_enabled: true, outbound_enabled: false } };
}

/** The project itself, its people and its protected branches. */
export const projectOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: '/projects/{id}', handle: project }),
  ofProject({ method: 'GET', path: '/projects/{id}/members', handle: listMembers }),
  ofProject({ method: 'GET', path: '/projects/{id}/members/all', handle: listMembers }),
  ofProject({ method: 'GET', path: '/projects/{id}/members/{user_id}', handle: member }),
  ofProject({ method: 'GET', path: '/projects/{id}/members/all/{user_id}', handle: member }),
  ofProject({ method: 'GET', path: '/projects/{id}/protected_branches', role: 'developer', handle: listProtections }),
  ofProject({ method: 'GET', path: '/projects/{id}/protected_branches/{name}', role: 'developer', handle: protection }),
  ofProject({ method: 'GET', path: '/projects/{id}/approvals', role: 'developer', handle: approvalSettings }),
  ofProject({ method: 'GET', path: '/projects/{id}/job_token_scope', role: 'maintainer', handle: jobTokenScope }),
];
