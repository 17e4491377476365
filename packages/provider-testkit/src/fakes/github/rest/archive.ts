import { randomBytes } from 'node:crypto';
import { archiveCommit } from '../../host/archive.js';
import { resolveCommit } from '../../host/repository.js';
import type { FakeAnswer, FakeRequest } from '../../host/request.js';
import { defaultBranchOf } from '../shapes/pull-request.js';
import { fullName, type Repository } from '../state/repository.js';
import { findRepository, type World } from '../state/world.js';
import { type Routes, repositoryRoute } from './call.js';
import { notFound } from './refuse.js';

/** An address that was handed out: what it leads to. */
export interface Ticket {
  readonly repository: Repository;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** `GET …/tarball/{ref}`: an address on another origin, good for five minutes without any credentials. */
export function archiveRoutes(world: World, tickets: Map<string, Ticket>): Routes {
  return [
    repositoryRoute(world, 'GET', '/tarball/{ref}', { permission: 'contents', level: 'read' }, async (call) => {
      const name = call.params['ref'] ?? (await defaultBranchOf(call.repository));
      if ((await resolveCommit(call.folder, name)) === null) notFound();
      const ticket = randomBytes(16).toString('hex');
      tickets.set(ticket, { repository: call.repository, expiresAt: world.clock.now() + 300_000 });
      const what = /^[0-9a-f]{40}$/.test(name) ? name : `refs/heads/${encodeURIComponent(name)}`;
      const address = `${world.urls.codeload}/${fullName(call.repository)}/legacy.tar.gz/${what}`;
      // only what is private needs the token
      const location = call.repository.settings.private ? `${address}?token=${ticket}` : address;
      return { status: 302, headers: { location }, body: null };
    }),
  ];
}

/** The other origin. It takes no credentials: an address of a private repository carries what it needs. */
export async function serveArchive(
  world: World,
  tickets: ReadonlyMap<string, Ticket>,
  request: FakeRequest,
): Promise<FakeAnswer> {
  const missing = {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: Buffer.from('404: Not Found'),
  };
  const match = /^\/([^/]+)\/([^/]+)\/legacy\.tar\.gz\/(?:refs\/heads\/)?(.+)$/.exec(request.path);
  const repository = match === null ? null : findRepository(world, match[1] ?? '', match[2] ?? '');
  if (match === null || repository === null) return missing;
  const ticket = tickets.get(request.query.get('token') ?? '');
  const good = ticket?.repository === repository && ticket.expiresAt > world.clock.now();
  if (repository.settings.private && !good) return missing;
  const commit = await resolveCommit(repository.folder, decodeURIComponent(match[3] ?? ''));
  if (commit === null) return missing;
  const root = `${repository.owner.login}-${repository.name}-${commit.slice(0, 7)}`;
  return {
    status: 200,
    headers: {
      'content-type': 'application/x-gzip',
      'content-disposition': `attachment; filename=${root}.tar.gz`,
      etag: `W/"${commit}"`,
    },
    body: archiveCommit(repository.folder, commit, root),
  };
}
