import { diffTrees } from '../../host/diff.js';
import { logCommits, mergeBase } from '../../host/history.js';
import { findEntry, listTree, objectType, readBlob, readCommit, type TreeEntry } from '../../host/objects.js';
import { ofProject } from '../access.js';
import type { Operation, ProjectCall } from '../call.js';
import { commitEntities, commitEntity, diffEntity, projectUrl } from '../entities/commits.js';
import { badRequest, notFound } from '../failure.js';
import { findCommit } from '../git/refs.js';
import { keysetPaged, paged } from '../paginate.js';

async function tree(call: ProjectCall) {
  const { params, project } = call;
  const ref = params.text('ref') ?? project.defaultBranch;
  const path = (params.text('path') ?? '').replace(/^\/+|\/+$/g, '');
  const commit = await findCommit(project.folder, ref);
  if (commit === null) throw notFound('Tree');
  if (path !== '' && (await findEntry(project.folder, commit, path))?.type !== 'tree') {
    throw notFound('invalid revision or path');
  }
  const recursive = params.boolean('recursive') === true;
  const listed = await listTree(project.folder, commit, { recursive, path });
  const entries = [...listed].sort((one, other) => Number(other.type === 'tree') - Number(one.type === 'tree'));
  const present = (entry: TreeEntry) => {
    const full = path === '' ? entry.path : `${path}/${entry.path}`;
    return { id: entry.oid, name: full.split('/').at(-1) ?? '', type: entry.type, path: full, mode: entry.mode };
  };
  // the token names the last path: an id would not do, two files of the same content share it. An id is taken as well
  const keyOf = (entry: TreeEntry) => Buffer.from(JSON.stringify({ file_name: entry.path })).toString('base64');
  if (call.instance.keyset && params.text('pagination') === 'keyset') {
    return keysetPaged(call, entries, keyOf, present, ({ oid }) => oid);
  }
  return paged(call, entries, present);
}

async function blobOf(call: ProjectCall) {
  const oid = call.params.text('sha') ?? '';
  if ((await objectType(call.project.folder, oid)) !== 'blob') throw notFound('Blob');
  return { oid, bytes: await readBlob(call.project.folder, oid) };
}

async function blob(call: ProjectCall) {
  const { oid, bytes } = await blobOf(call);
  return { body: { size: bytes.length, encoding: 'base64', content: bytes.toString('base64'), sha: oid } };
}

async function rawBlob(call: ProjectCall) {
  const { bytes } = await blobOf(call);
  return { headers: { 'content-type': 'application/octet-stream' }, body: bytes };
}

async function compare(call: ProjectCall) {
  const { instance, params, project } = call;
  params.require('from', 'to');
  const from = await findCommit(project.folder, params.text('from') ?? '');
  const to = await findCommit(project.folder, params.text('to') ?? '');
  if (from === null || to === null) throw notFound('Ref');
  const base = params.boolean('straight') === true ? from : await mergeBase(project.folder, from, to);
  if (base === null) throw notFound('Merge Base');
  const own = await logCommits(project.folder, { from: to, not: [from], reverse: true });
  const commits = await commitEntities(instance, project, own);
  const diffs = await diffTrees(project.folder, base, to);
  const limits = instance.diffLimits;
  const url = `${projectUrl(instance, project)}/-/compare/${params.text('from')}...${params.text('to')}`;
  return {
    body: {
      commit: commits.at(-1) ?? null,
      commits,
      diffs: diffs.slice(0, limits.files).map((diff) => diffEntity(diff, limits)),
      // true where files are left out, and nothing else tells
      compare_timeout: diffs.length > limits.files,
      compare_same_ref: from === to,
      web_url: url,
    },
  };
}

async function commonAncestor(call: ProjectCall) {
  const { instance, params, project } = call;
  const refs = params.texts('refs') ?? [];
  if (refs.length < 2) throw badRequest('Provide at least 2 refs');
  const oids: string[] = [];
  for (const ref of refs) {
    const oid = await findCommit(project.folder, ref);
    if (oid === null) throw badRequest(`Could not find ref: ${ref}`);
    oids.push(oid);
  }
  let base: string | null = oids[0] ?? null;
  for (const oid of oids.slice(1)) base = base === null ? null : await mergeBase(project.folder, base, oid);
  if (base === null) throw notFound('Merge Base');
  return { body: commitEntity(instance, project, await readCommit(project.folder, base)) };
}

const repository = '/projects/{id}/repository';

export const treeOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: `${repository}/tree`, handle: tree }),
  ofProject({ method: 'GET', path: `${repository}/blobs/{sha}`, handle: blob }),
  ofProject({ method: 'GET', path: `${repository}/blobs/{sha}/raw`, handle: rawBlob }),
  ofProject({ method: 'GET', path: `${repository}/compare`, handle: compare }),
  ofProject({ method: 'GET', path: `${repository}/merge_base`, handle: commonAncestor }),
];
