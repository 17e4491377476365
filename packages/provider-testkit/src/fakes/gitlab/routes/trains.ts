import { ofProject } from '../access.js';
import { accountOf, type Operation, type ProjectCall } from '../call.js';
import { projectUrl } from '../entities/commits.js';
import { userBasic } from '../entities/users.js';
import { badRequest, conflict, forbidden, notFound } from '../failure.js';
import { arm, autoMergeStrategy, board } from '../merge-requests/auto-merge.js';
import { squashes } from '../merge-requests/facts.js';
import { findMergeability } from '../merge-requests/mergeability.js';
import { headOf } from '../merge-requests/versions.js';
import { paged } from '../paginate.js';
import type { AutoMerge, TrainCar } from '../state.js';
import { mergeRequestOf } from './merge-requests.js';

function carEntity(call: ProjectCall, car: TrainCar) {
  const { mergeRequest } = car;
  return {
    id: car.id,
    merge_request: {
      id: mergeRequest.id,
      iid: mergeRequest.iid,
      project_id: call.project.id,
      title: mergeRequest.title,
      description: mergeRequest.description,
      state: mergeRequest.state,
      created_at: mergeRequest.createdAt,
      updated_at: mergeRequest.updatedAt,
      web_url: `${projectUrl(call.instance, call.project)}/-/merge_requests/${mergeRequest.iid}`,
    },
    user: userBasic(call.instance, car.user),
    pipeline: null,
    created_at: car.createdAt,
    updated_at: car.updatedAt,
    target_branch: car.targetBranch,
    status: car.status,
    merged_at: car.mergedAt,
    duration: null,
  };
}

function trains(call: ProjectCall): readonly TrainCar[] {
  if (!call.instance.enterprise || !call.project.settings.merge_trains_enabled) throw forbidden();
  return call.project.train;
}

const active = (car: TrainCar) => car.status === 'idle' || car.status === 'fresh';

async function list(call: ProjectCall) {
  const scope = call.params.oneOf('scope', ['active', 'complete'] as const);
  const branch = call.params.text('target_branch');
  const found = trains(call).filter(
    (car) =>
      (scope === undefined || active(car) === (scope === 'active')) &&
      (branch === undefined || car.targetBranch === branch),
  );
  const ascending = call.params.text('sort') === 'asc';
  return paged(call, ascending ? found : [...found].reverse(), (car) => carEntity(call, car));
}

async function get(call: ProjectCall) {
  const iid = call.params.integer('merge_request_iid');
  const car = trains(call).findLast(({ mergeRequest }) => mergeRequest.iid === iid);
  if (car === undefined) throw notFound();
  return { body: carEntity(call, car) };
}

async function add(call: ProjectCall) {
  const { instance, params } = call;
  trains(call);
  const mergeRequest = await mergeRequestOf(call);
  const sha = params.text('sha');
  if (sha !== undefined && sha !== headOf(mergeRequest)) {
    throw conflict(`SHA does not match HEAD of source branch: ${headOf(mergeRequest)}`);
  }
  const found = await findMergeability(instance, mergeRequest, false);
  const strategy = autoMergeStrategy(instance, mergeRequest, found);
  if (mergeRequest.state !== 'opened' || strategy === null) throw badRequest('Merge request is not mergeable');
  const squash = params.boolean('squash') ?? squashes(mergeRequest);
  const removeSource = mergeRequest.removeSource ?? false;
  arm(instance, mergeRequest, accountOf(call), {
    strategy,
    wish: { squash, mergeMessage: null, squashMessage: null, removeSource },
  });
  const auto = mergeRequest.autoMerge as AutoMerge | null;
  if (found.detailed === 'mergeable' && auto !== null) {
    return { status: 201, body: [carEntity(call, board(instance, mergeRequest, auto))] };
  }
  return { status: 202, body: [] };
}

const all = '/projects/{id}/merge_trains';

export const trainOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: all, handle: list }),
  ofProject({ method: 'GET', path: `${all}/{target_branch}`, handle: list }),
  ofProject({ method: 'GET', path: `${all}/merge_requests/{merge_request_iid}`, handle: get }),
  ofProject({ method: 'POST', path: `${all}/merge_requests/{merge_request_iid}`, role: 'developer', handle: add }),
];
