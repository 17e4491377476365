import { ofProject } from '../access.js';
import type { Operation, ProjectCall } from '../call.js';
import { projectLabelEntity } from '../entities/labels.js';
import { milestoneEntity } from '../entities/merge-request.js';
import { badRequest, conflict, notFound } from '../failure.js';
import { paged } from '../paginate.js';

async function list(call: ProjectCall) {
  const search = call.params.text('search')?.toLowerCase();
  const found = call.project.labels.filter(({ name }) => search === undefined || name.toLowerCase().includes(search));
  return paged(call, found, projectLabelEntity);
}

async function get(call: ProjectCall) {
  const name = call.params.text('name');
  const label = call.project.labels.find((one) => one.name === name || String(one.id) === name);
  if (label === undefined) throw notFound('Label');
  return { body: projectLabelEntity(label) };
}

async function create(call: ProjectCall) {
  const { instance, params, project } = call;
  params.require('name', 'color');
  const name = params.text('name') ?? '';
  const color = params.text('color') ?? '';
  if (project.labels.some((label) => label.name === name)) throw conflict('Label already exists');
  if (name.trim() === '' || name.includes(',')) throw badRequest({ title: ['is invalid'] });
  if (!/^(#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]+)$/i.test(color)) throw badRequest({ color: ['must be a valid color code'] });
  const label = { id: instance.nextId(), name, color, description: params.text('description') ?? null };
  project.labels.push(label);
  return { status: 201, body: projectLabelEntity(label) };
}

async function milestones(call: ProjectCall) {
  const { params, project } = call;
  const title = params.text('title');
  const state = params.oneOf('state', ['active', 'closed'] as const);
  const search = params.text('search')?.toLowerCase();
  const iids = params.integers('iids');
  const found = project.milestones.filter(
    (one) =>
      (title === undefined || one.title === title) &&
      (state === undefined || one.state === state) &&
      (search === undefined || one.title.toLowerCase().includes(search)) &&
      (iids === undefined || iids.includes(one.iid)),
  );
  return paged(call, found, (one) => milestoneEntity(call.instance, project, one));
}

export const labelOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: '/projects/{id}/labels', handle: list }),
  ofProject({ method: 'POST', path: '/projects/{id}/labels', role: 'reporter', handle: create }),
  ofProject({ method: 'GET', path: '/projects/{id}/labels/{name}', handle: get }),
  ofProject({ method: 'GET', path: '/projects/{id}/milestones', handle: milestones }),
];
