import { isAncestor } from '../../host/history.js';
import { listRefs } from '../../host/repository.js';
import { ofProject } from '../access.js';
import { accountOf, type Operation, type ProjectCall } from '../call.js';
import { userBasic } from '../entities/users.js';
import { badRequest, forbidden, notFound } from '../failure.js';
import { runAutoMerges } from '../merge-requests/auto-merge.js';
import { addPipeline, combined } from '../merge-requests/pipelines.js';
import { paged } from '../paginate.js';
import { canPush, protectionsOf } from '../protection.js';
import type { CommitStatus, Pipeline, PipelineStatus } from '../state.js';
import { commitOf } from './commits.js';

function statusEntity(call: ProjectCall, status: CommitStatus) {
  return {
    id: status.id,
    sha: status.sha,
    ref: status.ref,
    status: status.status,
    name: status.name,
    target_url: status.targetUrl,
    description: status.description,
    created_at: status.createdAt,
    started_at: status.startedAt,
    finished_at: status.finishedAt,
    allow_failure: false,
    coverage: status.coverage,
    pipeline_id: status.pipeline.id,
    author: userBasic(call.instance, status.author),
  };
}

async function list(call: ProjectCall) {
  const { params, project } = call;
  const sha = await commitOf(call);
  const all = params.boolean('all') === true;
  const ref = params.text('ref');
  const name = params.text('name');
  const pipeline = params.integer('pipeline_id');
  const found = project.statuses.filter(
    (status) =>
      status.sha === sha &&
      (all || !status.retried) &&
      (ref === undefined || status.ref === ref) &&
      (name === undefined || status.name === name) &&
      (pipeline === undefined || status.pipeline.id === pipeline),
  );
  return paged(call, found, (status) => statusEntity(call, status));
}

/** The branch that a report without `ref` belongs to: of the pipeline that is there, else the first that holds it. */
async function refOf(call: ProjectCall, sha: string): Promise<string> {
  const { folder, pipelines } = call.project;
  const known = pipelines.find((pipeline) => pipeline.sha === sha);
  if (known !== undefined) return known.ref;
  for (const [ref, tip] of await listRefs(folder, 'refs/heads/')) {
    if (await isAncestor(folder, sha, tip)) return ref.slice(11);
  }
  throw notFound('References for commit');
}

const events = {
  pending: 'enqueue',
  running: 'run',
  success: 'success',
  failed: 'drop',
  canceled: 'cancel',
  skipped: 'skip',
};
type Reported = keyof typeof events;
const reported = Object.keys(events) as Reported[];

/** What GitLab's state machine refuses: a job does not start twice, and does not go back to waiting. */
function refusesMove(from: PipelineStatus, to: Reported): boolean {
  if (to === 'pending') return from !== 'created' && from !== 'skipped' && from !== 'manual';
  return to === 'running' && from === 'running';
}

async function create(call: ProjectCall) {
  const { instance, params, project } = call;
  params.require('state');
  const state = params.oneOf('state', reported) ?? 'pending';
  const sha = await commitOf(call);
  const account = accountOf(call);
  const ref = (params.text('ref') ?? (await refOf(call, sha))).replace(/^refs\/heads\//, '');
  if (protectionsOf(project, ref).length > 0 && !canPush(project, account, ref)) throw forbidden();
  const wanted = params.integer('pipeline_id');
  const fits = (one: Pipeline) => one.sha === sha && one.ref === ref && (wanted === undefined || one.id === wanted);
  const standing = project.pipelines.filter(fits).at(-1);
  if (standing === undefined && wanted !== undefined) throw notFound('Pipeline');
  const name = params.text('name') ?? params.text('context') ?? 'default';
  const same = project.statuses.filter((one) => one.pipeline === standing && one.name === name && !one.retried);
  const before = same.at(-1);
  const going = before?.status === 'running' || before?.status === 'pending' || before?.status === 'created';
  if (before !== undefined && going && refusesMove(before.status, state)) {
    const event = events[state];
    const reason = `Status cannot transition via "${event}"`;
    throw badRequest(`Cannot transition status via :${event} from :${before.status} (Reason(s): ${reason})`);
  }
  const pipeline =
    standing ?? addPipeline(instance, project, { sha, ref, source: 'external', status: 'created', user: account });
  const now = instance.now();
  const status = before !== undefined && going ? before : newStatus(call, pipeline, name, now);
  if (before !== undefined && before !== status) before.retried = true;
  status.status = state;
  if (state === 'running') status.startedAt = now;
  if (state !== 'running' && state !== 'pending') status.finishedAt = now;
  if (params.has('target_url')) status.targetUrl = params.text('target_url') ?? null;
  if (params.has('description')) status.description = params.text('description') ?? null;
  if (params.has('coverage')) status.coverage = Number(params.text('coverage'));
  const current = project.statuses.filter((one) => one.pipeline === pipeline && !one.retried);
  pipeline.status = combined(current.map((one) => one.status));
  pipeline.updatedAt = now;
  await runAutoMerges(instance, project.mergeRequests);
  return { status: 201, body: statusEntity(call, status) };
}

function newStatus(call: ProjectCall, pipeline: Pipeline, name: string, now: string): CommitStatus {
  const status: CommitStatus = {
    id: call.instance.nextId(),
    sha: pipeline.sha,
    ref: pipeline.ref,
    name,
    pipeline,
    author: accountOf(call),
    status: 'created',
    targetUrl: null,
    description: null,
    coverage: null,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    retried: false,
  };
  call.project.statuses.push(status);
  return status;
}

export const statusOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: '/projects/{id}/repository/commits/{sha}/statuses', handle: list }),
  ofProject({ method: 'POST', path: '/projects/{id}/statuses/{sha}', role: 'developer', handle: create }),
];
