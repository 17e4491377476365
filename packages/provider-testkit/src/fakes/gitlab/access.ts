import type { Scope } from './accounts.js';
import type { Call, Caller, Operation, ProjectOperation, Reply } from './call.js';
import { forbidden, insufficientScope, invalidToken, notAllowed, notFound, unauthorized } from './failure.js';
import { atLeast, findProject, type Instance, levelOf } from './instance.js';

type Headers = Readonly<Record<string, string | undefined>>;

function readToken(headers: Headers, query: URLSearchParams): { readonly value: string; readonly job: boolean } | null {
  const bearer = /^bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const value = headers['private-token'] ?? bearer ?? query.get('private_token') ?? query.get('access_token');
  if (value !== null && value !== undefined) return { value, job: false };
  const job = headers['job-token'] ?? query.get('job_token');
  return job === null || job === undefined ? null : { value: job, job: true };
}

/** Who a value belongs to; throws what GitLab answers to one that is wrong, expired or revoked. */
export function callerOf(instance: Instance, value: string, job: boolean): Caller {
  const token = instance.accounts.token(value);
  if (token === undefined || (token.kind === 'job') !== job) throw unauthorized();
  if (token.revoked) throw invalidToken('revoked');
  if (token.expiresAt !== null && Date.parse(token.expiresAt) <= instance.clock.now()) throw invalidToken('expired');
  return { account: token.account, token };
}

/** Who makes a request; null for nobody. A job token where none is allowed counts for nothing, as on GitLab. */
export function authenticate(
  instance: Instance,
  operation: Operation,
  headers: Headers,
  query: URLSearchParams,
): Caller | null {
  const given = readToken(headers, query);
  if (given === null) return null;
  const caller = callerOf(instance, given.value, given.job);
  if (given.job) return operation.jobToken === true ? caller : null;
  const general: readonly Scope[] =
    operation.method === 'GET' || operation.method === 'HEAD' ? ['api', 'read_api'] : ['api'];
  const enough = [...general, ...(operation.scopes ?? [])];
  if (!enough.some((scope) => caller.token.scopes.includes(scope))) throw insufficientScope(enough);
  return caller;
}

/** An operation of the instance that nobody unknown may call. */
export function known(operation: Operation): Operation {
  return {
    ...operation,
    handle: (call) => {
      if (call.caller === null) throw unauthorized();
      return operation.handle(call);
    },
  };
}

/**
 * An operation below `/projects/{id}`: finds the project by number, path or former path (301 for a GET, 405 for
 * others), hides it from those who may not see it (404), and asks for the role.
 */
export function ofProject(operation: ProjectOperation): Operation {
  const { role, handle, ...rest } = operation;
  return {
    ...rest,
    handle: (call: Call): Promise<Reply> => {
      const reads = call.method === 'GET' || call.method === 'HEAD';
      if (!reads && call.caller === null) throw unauthorized();
      const found = findProject(call.instance, call.params.text('id') ?? '');
      const account = call.caller?.account ?? null;
      const level = found === null ? 0 : levelOf(found.project, account);
      const open =
        found !== null &&
        (level > 0 ||
          found.project.visibility === 'public' ||
          (found.project.visibility === 'internal' && account !== null));
      const job = call.caller?.token.project ?? null;
      const foreignJob =
        job !== null && found !== null && job !== found.project.id && found.project.visibility !== 'public';
      if (found === null || !open || foreignJob) throw notFound('Project');
      if (found.moved) return Promise.resolve(movedReply(call, found.project.id));
      if (role !== undefined && !atLeast(level, role)) throw call.caller === null ? unauthorized() : forbidden();
      if (!reads && found.project.settings.archived) throw forbidden();
      return handle({ ...call, project: found.project, level });
    },
  };
}

function movedReply(call: Call, id: number): Reply {
  if (call.method !== 'GET') throw notAllowed('Non GET methods are not allowed for moved projects');
  const query = call.query.toString();
  const url = `${call.url.replace(/\/projects\/[^/]+/, `/projects/${id}`)}${query === '' ? '' : `?${query}`}`;
  return {
    status: 301,
    headers: { location: url, 'content-type': 'text/plain' },
    body: Buffer.from(`This resource has been moved permanently to ${url}`),
  };
}
