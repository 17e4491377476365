import type { Account } from '../accounts.js';
import type { ProjectCall } from '../call.js';
import { badRequest } from '../failure.js';
import { atLeast } from '../instance.js';
import type { MergeRequest, Reviewer } from '../state.js';

/** Checks and takes over what people may say about a merge request when they open or change it. */
export function takeFields(call: ProjectCall, mergeRequest: MergeRequest): void {
  const { params } = call;
  const title = params.text('title');
  if (title !== undefined) mergeRequest.title = checkTitle(title);
  if (params.has('description')) mergeRequest.description = checkDescription(call, params.text('description') ?? null);
  if (params.has('squash')) mergeRequest.squash = params.boolean('squash') ?? false;
  if (params.has('remove_source_branch')) mergeRequest.removeSource = params.boolean('remove_source_branch') ?? false;
  takeLabels(call, mergeRequest);
  const assignee = params.integer('assignee_id');
  const assignees = params.integers('assignee_ids') ?? (assignee === undefined ? undefined : [assignee]);
  if (assignees !== undefined) mergeRequest.assignees = few(call, people(call, assignees));
  const reviewers = params.integers('reviewer_ids');
  if (reviewers !== undefined) {
    const now = call.instance.now();
    mergeRequest.reviewers = few(call, people(call, reviewers)).map(
      (account): Reviewer =>
        mergeRequest.reviewers.find((one) => one.account === account) ?? { account, since: now, state: 'unreviewed' },
    );
  }
  const milestone = params.integer('milestone_id');
  if (milestone !== undefined) {
    mergeRequest.milestone = call.project.milestones.find(({ id }) => id === milestone) ?? null;
  }
}

export function checkTitle(title: string): string {
  if (title.trim() === '') throw badRequest({ title: ["can't be blank"] });
  if ([...title].length > 255) throw badRequest({ title: ['is too long (maximum is 255 characters)'] });
  return title;
}

function checkDescription(call: ProjectCall, description: string | null): string | null {
  const { descriptionLimit } = call.instance;
  if (description !== null && [...description].length > descriptionLimit) {
    throw badRequest({ description: [`is too long (maximum is ${descriptionLimit} characters)`] });
  }
  return description;
}

/** Labels that are missing are made, by those who may. */
function takeLabels(call: ProjectCall, mergeRequest: MergeRequest): void {
  const { instance, params, project } = call;
  const all = params.texts('labels');
  const add = params.texts('add_labels') ?? [];
  const remove = params.texts('remove_labels') ?? [];
  if (all === undefined && add.length === 0 && remove.length === 0) return;
  const wanted = [...new Set([...(all ?? mergeRequest.labels), ...add])].filter((name) => !remove.includes(name));
  for (const name of wanted) {
    if (project.labels.some((label) => label.name === name) || !atLeast(call.level, 'reporter')) continue;
    project.labels.push({ id: instance.nextId(), name, color: '#428BCA', description: null });
  }
  mergeRequest.labels = wanted.filter((name) => project.labels.some((label) => label.name === name));
}

/** Unknown ids are passed over, as GitLab does; so are those who may not see the project. */
function people(call: ProjectCall, ids: readonly number[]): Account[] {
  return ids.flatMap((id) => {
    const account = call.instance.accounts.byId(id);
    return account === undefined || !call.project.members.has(account.id) ? [] : [account];
  });
}

/** The Community Edition keeps one assignee and one reviewer. */
function few(call: ProjectCall, accounts: readonly Account[]): Account[] {
  return call.instance.enterprise ? [...accounts] : accounts.slice(0, 1);
}
