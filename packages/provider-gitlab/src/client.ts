import { createRequesterFn, GitbeakerRequestError } from '@gitbeaker/requester-utils';
import {
  Branches,
  Commits,
  GroupMembers,
  Jobs,
  MergeRequestApprovals,
  MergeRequestNotes,
  MergeRequests,
  Metadata,
  PersonalAccessTokens,
  ProjectJobTokenScopes,
  ProjectMembers,
  ProjectMilestones,
  Projects,
  ProtectedBranches,
  Repositories,
  Users,
} from '@gitbeaker/rest';
import type { authOf } from './credentials.js';

/** What an answer is taken as. */
export type Form = 'json' | 'stream' | 'bytes';

/** What one request brought, beside the value that the SDK hands back. */
export interface Sink {
  response: Response | null;
}

/**
 * Stands in for the SDK's own way to send: that one tries a POST again after 429 and 502, up to ten times, follows the
 * server's page addresses and trusts its own clock (gitbeaker 43.8).
 */
export function requester(
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
  sink: Sink,
  form: Form,
  own: Readonly<Record<string, string>>,
) {
  return createRequesterFn(
    (_, request) => Promise.resolve(request),
    async (endpoint, settings = {}) => {
      const { method, headers, body, searchParams, prefixUrl } = settings as {
        readonly method: string;
        readonly headers: Record<string, string>;
        readonly body?: string;
        readonly searchParams?: string;
        readonly prefixUrl: string;
      };
      const url = new URL(endpoint, prefixUrl.endsWith('/') ? prefixUrl : `${prefixUrl}/`);
      url.search = searchParams ?? '';
      const isWrite = method === 'POST' || method === 'PUT' || method === 'PATCH';
      const { 'content-type': type, ...bare } = headers;
      const response = await fetch(url, {
        method,
        headers: {
          accept: form === 'json' ? 'application/json' : '*/*',
          ...own,
          ...(isWrite && type !== undefined ? { ...bare, 'content-type': type } : bare),
        },
        signal,
        ...(isWrite && body !== undefined ? { body } : {}),
      });
      sink.response = response;
      if (response.status < 200 || response.status >= 300) await refuse(new Request(url, { method }), response);
      const answer = { headers: {}, status: response.status };
      if (form === 'stream') return { ...answer, body: null };
      if (form === 'bytes') return { ...answer, body: new Uint8Array(await response.arrayBuffer()) as never };
      return { ...answer, body: jsonOf(await response.text(), response.status) };
    },
  );
}

async function refuse(request: Request, response: Response): Promise<never> {
  const text = (await response.text().catch(() => '')).slice(0, 10_000);
  const description = describe(text);
  throw new GitbeakerRequestError(description, { cause: { description, request, response } });
}

/** What a refusal says: `message`, or OAuth's `error` with its description and scope. */
function describe(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return text;
  const { message, error, error_description: longer, scope } = value as Record<string, unknown>;
  if (message !== undefined) return typeof message === 'string' ? message : JSON.stringify(message);
  if (error === undefined) return text;
  const words = [error, longer]
    .filter((one) => one !== undefined)
    .map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return `${words.join(': ')}${typeof scope === 'string' ? ` (scope: ${scope})` : ''}`;
}

/** Text that is no JSON stays text: no shape takes it, and the answer is called invalid. */
function jsonOf(text: string, status: number): Record<string, unknown> | string | null {
  if (status === 204 || text === '') return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return text;
  }
}

/** The resources of the SDK that are used, bound to one request and made when they are asked for. */
export interface Sdk {
  readonly approvals: InstanceType<typeof MergeRequestApprovals>;
  readonly branches: InstanceType<typeof Branches>;
  readonly commits: InstanceType<typeof Commits>;
  readonly groupMembers: InstanceType<typeof GroupMembers>;
  readonly jobs: InstanceType<typeof Jobs>;
  readonly jobTokenScopes: InstanceType<typeof ProjectJobTokenScopes>;
  readonly members: InstanceType<typeof ProjectMembers>;
  readonly mergeRequests: InstanceType<typeof MergeRequests>;
  readonly metadata: InstanceType<typeof Metadata>;
  readonly milestones: InstanceType<typeof ProjectMilestones>;
  readonly notes: InstanceType<typeof MergeRequestNotes>;
  readonly projects: InstanceType<typeof Projects>;
  readonly protectedBranches: InstanceType<typeof ProtectedBranches>;
  readonly repositories: InstanceType<typeof Repositories>;
  readonly tokens: InstanceType<typeof PersonalAccessTokens>;
  readonly users: InstanceType<typeof Users>;
}

const resources: { readonly [Name in keyof Sdk]: new (config: never) => Sdk[Name] } = {
  approvals: MergeRequestApprovals,
  branches: Branches,
  commits: Commits,
  groupMembers: GroupMembers,
  jobs: Jobs,
  jobTokenScopes: ProjectJobTokenScopes,
  members: ProjectMembers,
  mergeRequests: MergeRequests,
  metadata: Metadata,
  milestones: ProjectMilestones,
  notes: MergeRequestNotes,
  projects: Projects,
  protectedBranches: ProtectedBranches,
  repositories: Repositories,
  tokens: PersonalAccessTokens,
  users: Users,
};

export function sdkOn(
  host: string,
  auth: ReturnType<typeof authOf>,
  requesterFn: ReturnType<typeof createRequesterFn>,
): Sdk {
  // ours is the time limit, and ours is the rate limit
  const config = { host, ...auth, requesterFn, queryTimeout: null, rateLimits: {} };
  const sdk = {};
  for (const [name, Resource] of Object.entries(resources)) {
    Object.defineProperty(sdk, name, { get: () => new Resource(config as never) });
  }
  return sdk as Sdk;
}
