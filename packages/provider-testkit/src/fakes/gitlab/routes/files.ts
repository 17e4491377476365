import { createHash } from 'node:crypto';
import { logCommits } from '../../host/history.js';
import { findEntry, readBlob } from '../../host/objects.js';
import { ofProject } from '../access.js';
import { accountOf, type Operation, type ProjectCall } from '../call.js';
import { forbidden, notFound } from '../failure.js';
import { readActions } from '../git/actions.js';
import { createCommit } from '../git/create-commit.js';
import { findCommit } from '../git/refs.js';
import { canPush } from '../protection.js';

async function find(call: ProjectCall) {
  const { params, project } = call;
  const path = params.text('file_path') ?? '';
  const ref = params.text('ref') ?? 'HEAD';
  const commit = await findCommit(project.folder, ref === 'HEAD' ? project.defaultBranch : ref);
  if (commit === null) throw notFound('Commit');
  const entry = await findEntry(project.folder, commit, path);
  if (entry?.type !== 'blob') throw notFound('File');
  const bytes = await readBlob(project.folder, entry.oid);
  const [last = commit] = await logCommits(project.folder, { from: commit, path, limit: 1 });
  return {
    bytes,
    facts: {
      file_name: path.split('/').at(-1) ?? '',
      file_path: path,
      size: bytes.length,
      encoding: 'base64',
      content_sha256: createHash('sha256').update(bytes).digest('hex'),
      ref,
      blob_id: entry.oid,
      commit_id: commit,
      last_commit_id: last,
      execute_filemode: entry.mode === '100755',
    },
  };
}

function headersOf(facts: Readonly<Record<string, string | number | boolean>>): Record<string, string> {
  const pairs = Object.entries(facts).map(([name, value]) => [`x-gitlab-${name.replaceAll('_', '-')}`, String(value)]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

async function get(call: ProjectCall) {
  call.params.require('ref');
  const { bytes, facts } = await find(call);
  return { headers: headersOf(facts), body: { ...facts, content: bytes.toString('base64') } };
}

async function head(call: ProjectCall) {
  return { headers: headersOf((await find(call)).facts) };
}

async function raw(call: ProjectCall) {
  const { bytes, facts } = await find(call);
  return { headers: { ...headersOf(facts), 'content-type': 'text/plain; charset=utf-8' }, body: bytes };
}

function write(action: 'create' | 'update' | 'delete') {
  return async (call: ProjectCall) => {
    const { instance, params, project } = call;
    params.require('branch', 'commit_message', ...(action === 'delete' ? [] : ['content']));
    const branch = params.text('branch') ?? '';
    const path = params.text('file_path') ?? '';
    if (!canPush(project, accountOf(call), branch)) throw forbidden('You are not allowed to push into this branch');
    const fields = {
      action,
      file_path: path,
      content: params.text('content'),
      encoding: params.text('encoding') ?? 'text',
      last_commit_id: params.text('last_commit_id'),
      execute_filemode: params.boolean('execute_filemode'),
    };
    await createCommit(instance, project, accountOf(call), {
      branch,
      message: params.text('commit_message') ?? '',
      actions: readActions([fields]),
      startSha: undefined,
      startBranch: params.text('start_branch'),
      force: false,
      authorName: params.text('author_name'),
      authorEmail: params.text('author_email'),
    });
    if (action === 'delete') return { status: 204 };
    return { status: action === 'create' ? 201 : 200, body: { file_path: path, branch } };
  };
}

const file = '/projects/{id}/repository/files/{file_path}';

export const fileOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: file, scopes: ['read_repository'], handle: get }),
  ofProject({ method: 'HEAD', path: file, scopes: ['read_repository'], handle: head }),
  ofProject({ method: 'GET', path: `${file}/raw`, scopes: ['read_repository'], jobToken: true, handle: raw }),
  ofProject({ method: 'POST', path: file, role: 'developer', handle: write('create') }),
  ofProject({ method: 'PUT', path: file, role: 'developer', handle: write('update') }),
  ofProject({ method: 'DELETE', path: file, role: 'developer', handle: write('delete') }),
];
