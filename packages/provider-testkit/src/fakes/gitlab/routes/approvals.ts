import { ofProject } from '../access.js';
import { accessLevels } from '../accounts.js';
import { accountOf, type Operation, type ProjectCall } from '../call.js';
import { userBasic } from '../entities/users.js';
import { notFound, unauthorized } from '../failure.js';
import { levelOf } from '../instance.js';
import { runAutoMerges } from '../merge-requests/auto-merge.js';
import { findMergeability } from '../merge-requests/mergeability.js';
import { addSystemNote } from '../merge-requests/notes.js';
import type { MergeRequest } from '../state.js';
import { mergeRequestOf } from './merge-requests.js';
import { checkSha } from './merging.js';

function mayApprove(call: ProjectCall, mergeRequest: MergeRequest): boolean {
  const account = call.caller?.account;
  if (account === undefined || mergeRequest.state !== 'opened') return false;
  if (levelOf(call.project, account) < accessLevels.developer) return false;
  const own = mergeRequest.author === account;
  if (own && call.instance.enterprise && !call.project.settings.merge_requests_author_approval) return false;
  return !mergeRequest.approvals.some((one) => one.account === account);
}

async function approvalsEntity(call: ProjectCall, mergeRequest: MergeRequest) {
  const { instance, project } = call;
  const given = mergeRequest.approvals;
  const mine = given.some(({ account }) => account === call.caller?.account);
  const required = instance.enterprise ? project.settings.approvals_required : 0;
  const basic = {
    user_has_approved: mine,
    user_can_approve: mayApprove(call, mergeRequest),
    approved: instance.enterprise ? given.length >= required : given.length > 0,
    approved_by: given.map(({ account, at }) => ({ user: userBasic(instance, account), approved_at: at })),
  };
  if (!instance.enterprise) return basic;
  const left = Math.max(0, required - given.length);
  return {
    id: mergeRequest.id,
    iid: mergeRequest.iid,
    project_id: project.id,
    title: mergeRequest.title,
    description: mergeRequest.description,
    state: mergeRequest.state,
    created_at: mergeRequest.createdAt,
    updated_at: mergeRequest.updatedAt,
    merge_status: (await findMergeability(instance, mergeRequest, false)).mergeStatus,
    approvals_required: required,
    approvals_left: left,
    require_password_to_approve: false,
    suggested_approvers: [],
    approvers: [],
    approver_groups: [],
    approval_rules_left: left === 0 ? [] : [{ id: project.id, name: 'All Members', rule_type: 'any_approver' }],
    has_approval_rules: required > 0,
    merge_request_approvers_available: true,
    multiple_approval_rules_available: true,
    invalid_approvers_rules: [],
    ...basic,
  };
}

async function approvals(call: ProjectCall) {
  return { body: await approvalsEntity(call, await mergeRequestOf(call)) };
}

async function approve(call: ProjectCall) {
  const { instance } = call;
  const mergeRequest = await mergeRequestOf(call);
  const account = accountOf(call);
  checkSha(call, mergeRequest);
  if (!mayApprove(call, mergeRequest)) throw unauthorized();
  mergeRequest.approvals.push({ account, at: instance.now() });
  for (const reviewer of mergeRequest.reviewers) if (reviewer.account === account) reviewer.state = 'approved';
  addSystemNote(instance, mergeRequest, account, 'approved this merge request');
  await runAutoMerges(instance, [mergeRequest]);
  return { status: 201, body: await approvalsEntity(call, mergeRequest) };
}

async function unapprove(call: ProjectCall) {
  const mergeRequest = await mergeRequestOf(call);
  const account = accountOf(call);
  const index = mergeRequest.approvals.findIndex((one) => one.account === account);
  if (index < 0) throw notFound();
  mergeRequest.approvals.splice(index, 1);
  addSystemNote(call.instance, mergeRequest, account, 'unapproved this merge request');
  return { status: 201, body: await approvalsEntity(call, mergeRequest) };
}

/** Enterprise Edition only: the rules, and which of them are met. */
async function approvalState(call: ProjectCall) {
  const { instance, project } = call;
  if (!instance.enterprise) throw notFound();
  const mergeRequest = await mergeRequestOf(call);
  const required = project.settings.approvals_required;
  const given = mergeRequest.approvals.map(({ account }) => userBasic(instance, account));
  const rule = {
    id: project.id,
    name: 'All Members',
    rule_type: 'any_approver',
    report_type: null,
    eligible_approvers: [],
    approvals_required: required,
    users: [],
    groups: [],
    contains_hidden_groups: false,
    section: null,
    source_rule: null,
    overridden: false,
    code_owner: false,
    approved_by: given,
    approved: given.length >= required,
  };
  return { body: { approval_rules_overwritten: false, rules: required > 0 ? [rule] : [] } };
}

const one = '/projects/{id}/merge_requests/{merge_request_iid}';

export const approvalOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: `${one}/approvals`, handle: approvals }),
  ofProject({ method: 'GET', path: `${one}/approval_state`, handle: approvalState }),
  ofProject({ method: 'POST', path: `${one}/approve`, handle: approve }),
  ofProject({ method: 'POST', path: `${one}/unapprove`, handle: unapprove }),
];
