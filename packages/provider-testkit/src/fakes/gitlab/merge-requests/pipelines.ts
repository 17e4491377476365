import type { Account } from '../accounts.js';
import type { Instance } from '../instance.js';
import type { MergeRequest, Pipeline, PipelineStatus, Project } from '../state.js';
import { headOf } from './versions.js';

/** The latest pipeline of the merge request's head: one of the source branch, or of the merge request itself. */
export function headPipeline(mergeRequest: MergeRequest): Pipeline | null {
  const head = headOf(mergeRequest);
  return pipelinesOf(mergeRequest).find((pipeline) => pipeline.sha === head) ?? null;
}

/** Newest first. */
export function pipelinesOf(mergeRequest: MergeRequest): readonly Pipeline[] {
  const refs = [mergeRequest.sourceBranch, `refs/merge-requests/${mergeRequest.iid}/head`];
  const heads = new Set(mergeRequest.versions.map((version) => version.head));
  return mergeRequest.project.pipelines
    .filter((pipeline) => refs.includes(pipeline.ref) && heads.has(pipeline.sha))
    .reverse();
}

export function isRunning(status: PipelineStatus): boolean {
  return status === 'created' || status === 'pending' || status === 'running';
}

export function addPipeline(
  instance: Instance,
  project: Project,
  pipeline: Pick<Pipeline, 'sha' | 'ref' | 'source' | 'status'> & { readonly user: Account },
): Pipeline {
  const now = instance.now();
  const id = instance.nextId();
  const added = { ...pipeline, id, iid: project.pipelines.length + 1, createdAt: now, updatedAt: now };
  project.pipelines.push(added);
  return added;
}

/** What a pipeline is when its jobs are at this: the worst that has happened, else what still goes on. */
export function combined(statuses: readonly PipelineStatus[]): PipelineStatus {
  const has = (status: PipelineStatus) => statuses.includes(status);
  const done = statuses.filter((status) => status !== 'skipped');
  if (done.length === 0) return statuses.length === 0 ? 'created' : 'skipped';
  if (has('running') || (has('pending') && done.some((status) => status !== 'pending'))) return 'running';
  if (has('pending')) return 'pending';
  if (has('failed')) return 'failed';
  if (has('canceled')) return 'canceled';
  return 'success';
}
