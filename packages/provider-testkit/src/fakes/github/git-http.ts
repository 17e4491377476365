import { type FakeAnswer, type FakeRequest, Refusal } from '../host/request.js';
import { basicCredentials, type GitService, serveGit } from '../host/smart-http.js';
import { landWaiting } from './land/auto.js';
import { syncPullRequests } from './land/sync.js';
import { writePushRules } from './push-rules.js';
import { findToken } from './rest/authenticate.js';
import { permits, reaches, type Token } from './state/accounts.js';
import { findRepository, tokenAccess, type World } from './state/world.js';

function plain(status: number, text: string, headers: Record<string, string> = {}): FakeAnswer {
  return { status, headers: { 'content-type': 'text/plain', ...headers }, body: Buffer.from(`${text}\n`) };
}

/** Git's smart HTTP, with the same tokens as the API: the token is the password, the user name does not matter. */
export async function serveGitHttp(world: World, request: FakeRequest, service: GitService): Promise<FakeAnswer> {
  const [owner = '', name = ''] = service.repository.split('/');
  const token = tokenOf(world, request);
  const repository = findRepository(world, owner, name) ?? world.moved.get(`${owner}/${name}`.toLowerCase()) ?? null;
  const access = repository === null ? 'none' : tokenAccess(world, repository, token);
  const writes = service.service === 'receive-pack';
  if (repository === null || !reaches(access, 'read') || (writes && token === null)) {
    if (token === null) return plain(401, 'Repository not found.', { 'www-authenticate': 'Basic realm="GitHub"' });
    return plain(404, 'Repository not found.');
  }
  if (
    writes &&
    (!reaches(access, 'write') || (token !== null && token.kind !== 'classic' && !permits(token, 'contents', 'write')))
  ) {
    return plain(403, `Permission to ${owner}/${name}.git denied to ${token?.account.login}.`);
  }
  if (writes && repository.settings.archived) return plain(403, 'This repository was archived so it is read-only.');
  if (writes && token !== null) await writePushRules(world, repository, token);
  return serveGit(request, {
    folder: repository.folder,
    rest: service.rest,
    user: token?.account.login ?? null,
    onDone: async () => {
      if (!writes || service.rest === 'info/refs') return;
      await repository.exclusive(async () => {
        repository.pushedAt = world.clock.iso();
        await syncPullRequests(world, repository);
        await landWaiting(world, repository);
      });
    },
  });
}

function tokenOf(world: World, request: FakeRequest): Token | null {
  const credentials = basicCredentials(request);
  const secret = credentials?.password ?? /^bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  if (secret === undefined) return null;
  const token = findToken(world, secret);
  if (token === null)
    throw new Refusal(plain(401, 'Invalid username or token.', { 'www-authenticate': 'Basic realm="GitHub"' }));
  return token;
}
