import { diffTrees, type FileDiff } from '../../host/diff.js';
import { type CommitObject, readCommits } from '../../host/objects.js';
import type { Instance } from '../instance.js';
import type { DiffLimits } from '../options.js';
import type { Project } from '../state.js';

/** `2026-11-25T10:00:00.000+00:00`, as GitLab writes Git's times. */
function gitTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+00:00');
}

export function projectUrl(instance: Instance, project: Project): string {
  return `${instance.webUrl}/${project.path}`;
}

/** The `Key: value` lines of a message's last paragraph, if it holds nothing else. */
function trailersOf(message: string): Record<string, string[]> {
  const paragraphs = message.trimEnd().split(/\n\n+/);
  const last = paragraphs.length > 1 ? (paragraphs.at(-1) ?? '').split('\n') : [];
  const pairs = last.map((line) => /^([A-Za-z][\w-]*): (.*)$/.exec(line));
  const trailers: Record<string, string[]> = {};
  for (const pair of pairs) {
    if (pair === null) return {};
    const [, key = '', value = ''] = pair;
    trailers[key] = [...(trailers[key] ?? []), value];
  }
  return trailers;
}

export function commitEntity(instance: Instance, project: Project, commit: CommitObject) {
  const extended = trailersOf(commit.message);
  return {
    id: commit.oid,
    short_id: commit.oid.slice(0, 8),
    created_at: gitTime(commit.committer.at),
    parent_ids: commit.parents,
    title: commit.message.split('\n')[0] ?? '',
    message: commit.message,
    author_name: commit.author.name,
    author_email: commit.author.email,
    authored_date: gitTime(commit.author.at),
    committer_name: commit.committer.name,
    committer_email: commit.committer.email,
    committed_date: gitTime(commit.committer.at),
    trailers: Object.fromEntries(Object.entries(extended).map(([key, values]) => [key, values.at(-1) ?? ''])),
    extended_trailers: extended,
    web_url: `${projectUrl(instance, project)}/-/commit/${commit.oid}`,
  };
}

export async function commitEntities(instance: Instance, project: Project, oids: readonly string[]) {
  return (await readCommits(project.folder, oids)).map((commit) => commitEntity(instance, project, commit));
}

/** A commit with its numbers and the state of its last pipeline. */
export async function commitDetail(instance: Instance, project: Project, commit: CommitObject, stats: boolean) {
  const pipeline = project.pipelines.filter((one) => one.sha === commit.oid).at(-1) ?? null;
  const diffs = stats ? await diffTrees(project.folder, commit.parents[0] ?? null, commit.oid) : [];
  const additions = diffs.reduce((sum, diff) => sum + (diff.additions ?? 0), 0);
  const deletions = diffs.reduce((sum, diff) => sum + (diff.deletions ?? 0), 0);
  return {
    ...commitEntity(instance, project, commit),
    ...(stats ? { stats: { additions, deletions, total: additions + deletions } } : {}),
    status: pipeline?.status ?? null,
    project_id: project.id,
    last_pipeline: pipeline === null ? null : pipelineBasic(instance, project, pipeline),
  };
}

export function pipelineBasic(instance: Instance, project: Project, pipeline: Project['pipelines'][number]) {
  return {
    id: pipeline.id,
    iid: pipeline.iid,
    project_id: project.id,
    sha: pipeline.sha,
    ref: pipeline.ref,
    status: pipeline.status,
    source: pipeline.source,
    created_at: pipeline.createdAt,
    updated_at: pipeline.updatedAt,
    web_url: `${projectUrl(instance, project)}/-/pipelines/${pipeline.id}`,
  };
}

/** One file's diff; large ones are empty and say so. */
export function diffEntity(diff: FileDiff, limits: DiffLimits) {
  const binary = diff.patch === null && diff.additions === null;
  const text = binary
    ? `Binary files ${diff.status === 'added' ? '/dev/null' : `a/${diff.oldPath}`} and ${
        diff.status === 'removed' ? '/dev/null' : `b/${diff.path}`
      } differ\n`
    : diff.patch === null
      ? ''
      : `${diff.patch}\n`;
  const bytes = Buffer.byteLength(text);
  const tooLarge = bytes > limits.fileBytes;
  const collapsed = !tooLarge && bytes > limits.collapseBytes;
  return {
    diff: tooLarge || collapsed ? '' : text,
    collapsed,
    too_large: tooLarge,
    new_path: diff.path,
    old_path: diff.oldPath,
    a_mode: diff.status === 'added' ? '0' : diff.oldMode,
    b_mode: diff.status === 'removed' ? '0' : diff.newMode,
    new_file: diff.status === 'added',
    renamed_file: diff.status === 'renamed',
    deleted_file: diff.status === 'removed',
    generated_file: false,
  };
}
