import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FakeAnswer, FakeRequest } from '../host/request.js';
import { basicCredentials, type GitService, serveGit } from '../host/smart-http.js';
import { callerOf } from './access.js';
import type { Scope } from './accounts.js';
import type { Caller } from './call.js';
import { ApiFailure } from './failure.js';
import { atLeast, findProject, type Instance, levelOf } from './instance.js';
import { canForcePush, canPush } from './protection.js';
import type { Project } from './state.js';

const text = (status: number, body: string, headers: Record<string, string> = {}): FakeAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body: Buffer.from(body),
});

const denied = () =>
  text(401, 'HTTP Basic: Access denied. If a password was provided for Git authentication, it is wrong or expired.\n', {
    'www-authenticate': 'Basic realm="GitLab"',
  });

/** Git's smart HTTP: the token is the password, whatever the user name. */
export async function serveGitRequest(
  instance: Instance,
  request: FakeRequest,
  service: GitService,
): Promise<FakeAnswer> {
  const writes = service.service === 'receive-pack';
  const given = basicCredentials(request);
  let caller: Caller | null = null;
  try {
    const job = given?.user === 'gitlab-ci-token';
    caller = given === null ? null : callerOf(instance, given.password, job);
  } catch (error) {
    if (error instanceof ApiFailure) return denied();
    throw error;
  }
  const found = findProject(instance, decodeURIComponent(service.repository));
  const account = caller?.account ?? null;
  const level = found === null ? 0 : levelOf(found.project, account);
  const open = found !== null && found.project.visibility === 'public';
  if (caller === null && (writes || !open)) return denied();
  if (found === null || (!open && level === 0)) {
    const hint = "The project you were looking for could not be found or you don't have permission to view it.\n";
    return text(404, hint);
  }
  const { project } = found;
  if (caller !== null && !scopeAllows(project, caller, writes)) return text(403, 'You are not allowed to do this.\n');
  if (writes && !atLeast(level, 'developer')) {
    return text(403, 'You are not allowed to push code to this project.\n');
  }
  const user = account?.username ?? 'nobody';
  if (writes) await writeFile(join(project.folder, `refused-${user}`), refusals(project, caller));
  return serveGit(request, {
    folder: project.folder,
    rest: service.rest,
    user,
    onDone: () => Promise.resolve(),
  });
}

function scopeAllows(project: Project, { token }: Caller, writes: boolean): boolean {
  if (token.kind === 'job') {
    return token.project === project.id && (!writes || project.settings.ci_push_repository_for_job_token_allowed);
  }
  const enough: readonly Scope[] = writes
    ? ['api', 'write_repository']
    : ['api', 'read_api', 'read_repository', 'write_repository'];
  return enough.some((scope) => token.scopes.includes(scope));
}

/** The patterns of branches that somebody may not push to, or not replace. */
function refusals(project: Project, caller: Caller | null): string {
  return project.protectedBranches
    .map(({ name }) => {
      if (!canPush(project, caller?.account ?? null, name)) return `push refs/heads/${name}\n`;
      return canForcePush(project, name) ? '' : `force refs/heads/${name}\n`;
    })
    .join('');
}
