import { archiveCommit } from '../../host/archive.js';
import { ofProject } from '../access.js';
import type { Operation, ProjectCall } from '../call.js';
import { ApiFailure, notFound } from '../failure.js';
import { findCommit } from '../git/refs.js';

const minute = 60_000;

/** GitLab allows five archives a minute for each user and project; one that is refused counts as well. */
function countArchive(call: ProjectCall): void {
  const { archives, archiveLimit, clock } = call.instance;
  const key = `${call.caller?.account.id ?? 'nobody'}:${call.project.id}`;
  const window = Math.floor(clock.now() / minute);
  const taken = [...(archives.get(key) ?? []).filter((one) => one === window), window];
  archives.set(key, taken);
  if (taken.length <= archiveLimit) return;
  const seconds = Math.max(1, Math.ceil(((window + 1) * minute - clock.now()) / 1000));
  const error = 'This endpoint has been requested too many times. Try again later.';
  throw new ApiFailure(429, { message: { error } }, { 'retry-after': String(seconds) });
}

async function archive(call: ProjectCall) {
  const { params, project } = call;
  countArchive(call);
  const ref = params.text('sha') ?? project.defaultBranch;
  const commit = await findCommit(project.folder, ref);
  const format = params.text('format') ?? 'tar.gz';
  if (commit === null) throw notFound('File');
  if (format !== 'tar.gz') throw new ApiFailure(406, { error: `The requested format '${format}' is not supported.` });
  const path = params.text('path');
  const name = project.path.split('/').at(-1) ?? '';
  const parts = [name, ref.replaceAll('/', '-'), commit, ...(path === undefined ? [] : [path.replaceAll('/', '-')])];
  const root = parts.join('-');
  return {
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${root}.tar.gz"`,
      'content-transfer-encoding': 'binary',
      etag: `W/"${commit}"`,
    },
    body: archiveCommit(project.folder, commit, root, path === undefined ? [] : [path]),
  };
}

export const archiveOperations: readonly Operation[] = [
  ofProject({
    method: 'GET',
    path: '/projects/{id}/repository/archive',
    scopes: ['read_repository'],
    handle: archive,
  }),
  ofProject({
    method: 'GET',
    path: '/projects/{id}/repository/archive.{format}',
    scopes: ['read_repository'],
    handle: archive,
  }),
];
