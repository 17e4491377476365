import { diffTrees } from '../../host/diff.js';
import { logCommits } from '../../host/history.js';
import { readCommit } from '../../host/objects.js';
import { listRefs } from '../../host/repository.js';
import { ofProject } from '../access.js';
import { accountOf, type Operation, type ProjectCall } from '../call.js';
import { commitDetail, commitEntities, diffEntity } from '../entities/commits.js';
import { mergeRequestBasic } from '../entities/merge-request.js';
import { forbidden, notFound } from '../failure.js';
import { readActions } from '../git/actions.js';
import { createCommit } from '../git/create-commit.js';
import { findCommit } from '../git/refs.js';
import { findMergeability } from '../merge-requests/mergeability.js';
import { keysetPaged, paged } from '../paginate.js';
import { canPush } from '../protection.js';

/** A commit by id, branch or tag; 404 names it. */
export async function commitOf(call: ProjectCall, parameter = 'sha'): Promise<string> {
  const name = call.params.text(parameter) ?? '';
  const oid = await findCommit(call.project.folder, name);
  if (oid === null) throw notFound('Commit');
  return oid;
}

async function list(call: ProjectCall) {
  const { instance, params, project } = call;
  const ref = params.text('ref_name') ?? project.defaultBranch;
  const all = params.boolean('all') === true;
  // a range is taken as one, as GitLab takes it
  const [not, end] = /^([^.]+)\.\.([^.]+)$/.exec(ref)?.slice(1) ?? [null, ref];
  const from = await findCommit(project.folder, end ?? ref);
  const excluded = not === null || not === undefined ? null : await findCommit(project.folder, not);
  if (from === null || (not !== null && excluded === null)) throw notFound('Commit');
  const tips = all ? [...(await listRefs(project.folder, 'refs/heads/')).values()] : [from];
  const path = params.text('path');
  const since = params.text('since');
  const until = params.text('until');
  const author = params.text('author');
  const query = {
    ...(excluded === null ? {} : { not: [excluded] }),
    ...(path === undefined ? {} : { path }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    firstParent: params.boolean('first_parent') === true,
  };
  const found = new Set<string>();
  for (const tip of tips) for (const oid of await logCommits(project.folder, { ...query, from: tip })) found.add(oid);
  const oids = author === undefined ? [...found] : await writtenBy(project.folder, [...found], author);
  const present = async (oid: string) =>
    params.boolean('with_stats') === true
      ? commitDetail(instance, project, await readCommit(project.folder, oid), true)
      : (await commitEntities(instance, project, [oid]))[0];
  if (instance.keyset && params.text('pagination') === 'keyset') return keysetPaged(call, oids, (oid) => oid, present);
  const reply = await paged(call, oids, present);
  // GitLab does not count commits
  const { 'x-total': _total, 'x-total-pages': _pages, ...headers } = reply.headers ?? {};
  return { ...reply, headers };
}

async function writtenBy(folder: string, oids: readonly string[], author: string): Promise<string[]> {
  const found: string[] = [];
  for (const oid of oids) {
    const commit = await readCommit(folder, oid);
    if (`${commit.author.name} <${commit.author.email}>`.includes(author)) found.push(oid);
  }
  return found;
}

async function get(call: ProjectCall) {
  const commit = await readCommit(call.project.folder, await commitOf(call));
  return { body: await commitDetail(call.instance, call.project, commit, call.params.boolean('stats') ?? true) };
}

async function diff(call: ProjectCall) {
  const commit = await readCommit(call.project.folder, await commitOf(call));
  const diffs = await diffTrees(call.project.folder, commit.parents[0] ?? null, commit.oid);
  const shown = diffs.slice(0, call.instance.diffLimits.files);
  return paged(call, shown, (one) => diffEntity(one, call.instance.diffLimits));
}

async function create(call: ProjectCall) {
  const { instance, params, project } = call;
  params.require('branch', 'commit_message', 'actions');
  const branch = params.text('branch') ?? '';
  const account = accountOf(call);
  if (!canPush(project, account, branch)) throw forbidden('You are not allowed to push into this branch');
  const oid = await createCommit(instance, project, account, {
    branch,
    message: params.text('commit_message') ?? '',
    actions: readActions(params.raw('actions')),
    startSha: params.text('start_sha'),
    startBranch: params.text('start_branch'),
    force: params.boolean('force') ?? false,
    authorName: params.text('author_name'),
    authorEmail: params.text('author_email'),
  });
  const commit = await readCommit(project.folder, oid);
  return { status: 201, body: await commitDetail(instance, project, commit, params.boolean('stats') ?? true) };
}

async function refs(call: ProjectCall) {
  const oid = await commitOf(call);
  const type = call.params.oneOf('type', ['branch', 'tag', 'all'] as const) ?? 'all';
  const found: { type: string; name: string }[] = [];
  for (const [kind, prefix] of [
    ['branch', 'refs/heads/'],
    ['tag', 'refs/tags/'],
  ] as const) {
    if (type !== 'all' && type !== kind) continue;
    for (const [ref, tip] of await listRefs(call.project.folder, prefix)) {
      if ((await logCommits(call.project.folder, { from: tip })).includes(oid)) {
        found.push({ type: kind, name: ref.slice(prefix.length) });
      }
    }
  }
  return paged(call, found, (one) => one);
}

async function mergeRequests(call: ProjectCall) {
  const oid = await commitOf(call);
  const { instance, project } = call;
  const found = [];
  for (const one of project.mergeRequests) {
    const own = [one.mergeCommit, one.squashCommit, ...one.versions.map(({ head }) => head)];
    if (!own.includes(oid)) continue;
    found.push(mergeRequestBasic(instance, one, await findMergeability(instance, one, false)));
  }
  return paged(call, found.reverse(), (one) => one);
}

const commits = '/projects/{id}/repository/commits';

export const commitOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: commits, handle: list }),
  ofProject({ method: 'POST', path: commits, role: 'developer', handle: create }),
  ofProject({ method: 'GET', path: `${commits}/{sha}`, jobToken: true, handle: get }),
  ofProject({ method: 'GET', path: `${commits}/{sha}/diff`, handle: diff }),
  ofProject({ method: 'GET', path: `${commits}/{sha}/refs`, handle: refs }),
  ofProject({ method: 'GET', path: `${commits}/{sha}/merge_requests`, jobToken: true, handle: mergeRequests }),
];
