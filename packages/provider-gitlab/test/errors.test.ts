import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Clock, Forge, GitOpsError } from '@gitops/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitlab } from '../src/index.js';

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of the body that are sent before the connection ends. */
  readonly cut?: number;
}

const token = 'glpat-secret-secret';
const commit = 'a'.repeat(40);
const head = 'b'.repeat(40);

/** A clock on which waiting takes no time. */
function quickClock(): Clock {
  let now = Date.parse('2026-11-25T10:00:00Z');
  return {
    now: () => new Date(now).toISOString(),
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
}

let server: Server;
let asked: string[] = [];
let waits: string[] = [];
let replies: Reply[] = [];
let forge: Forge;

/** A server that gives one reply after another, the last one for ever. */
beforeEach(async () => {
  asked = [];
  waits = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`);
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    const { status = 500, body, type = 'application/json', headers = {}, cut } = reply ?? {};
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? { message: `${status}` });
    request.resume();
    request.on('end', () => {
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers });
      if (cut === undefined) response.end(text);
      else response.write(text.slice(0, cut), () => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  forge = gitlab({
    repository: `http://127.0.0.1:${port}/acme/gitops`,
    token,
    env: {},
    cache: false,
    clock: quickClock(),
    onWait: (wait) => waits.push(wait.why),
  });
});

afterEach(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
});

async function errorOf(call: () => Answer<unknown>, ...given: Reply[]): Promise<GitOpsError> {
  replies = given;
  return (await call()).match(
    (value): GitOpsError => {
      throw new Error(`expected an error, got ${JSON.stringify(value)}`);
    },
    (error) => {
      expect(error.message).toMatch(/\S.*\.$/s);
      expect(error.remedy).toMatch(/\S/);
      expect(JSON.stringify(error)).not.toContain('secret');
      return error;
    },
  );
}

const mergeRequest = {
  iid: 7,
  title: 'T',
  description: '',
  state: 'opened',
  created_at: '2026-11-25T09:00:00.000Z',
  source_branch: 'topic',
  target_branch: 'main',
  source_project_id: 1,
  target_project_id: 1,
  sha: head,
  merge_status: 'can_be_merged',
  detailed_merge_status: 'mergeable',
  author: { id: 1, username: 'ana' },
};

describe('every status, for a call that reads', () => {
  const read = () => forge.pullRequests.get('7');

  it.each<[number, unknown, string]>([
    [400, { message: '400 Bad request' }, 'rejected'],
    [401, { message: '401 Unauthorized' }, 'unauthenticated'],
    [401, { error: 'invalid_token', error_description: 'Token was revoked.' }, 'unauthenticated'],
    [403, { message: '403 Forbidden' }, 'forbidden'],
    [403, { error: 'insufficient_scope', error_description: 'more', scope: 'api' }, 'forbidden'],
    [404, { message: '404 Project Not Found' }, 'not-found'],
    [404, { message: '404 Not found' }, 'not-found'],
    [405, { message: '405 Method Not Allowed' }, 'rejected'],
    [406, { message: '406 Not Acceptable' }, 'rejected'],
    [408, { message: 'Request Timeout' }, 'unavailable'],
    [409, { message: 'Conflict' }, 'stale-head'],
    [410, { message: 'Gone' }, 'not-found'],
    [412, { message: '412 Precondition Failed' }, 'rejected'],
    [413, '<html><body>Request Entity Too Large</body></html>', 'rejected'],
    [418, { message: 'teapot' }, 'response-invalid'],
    [422, { message: { base: ['is wrong'] } }, 'rejected'],
    [429, { message: 'Too many' }, 'rate-limited'],
    [500, { message: '500 Internal Server Error' }, 'unavailable'],
    [501, { message: 'Not Implemented' }, 'unavailable'],
    [502, '<html>Bad Gateway</html>', 'unavailable'],
    [503, '<html>GitLab is not responding</html>', 'unavailable'],
    [504, '', 'unavailable'],
  ])('%i %j is %s', async (status, body, kind) => {
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    const error = await errorOf(read, { status, body, type });
    expect(error.kind).toBe(kind);
    expect(error.message).not.toContain('<html');
  });

  it('names a missing scope, a missing project and the words of GitLab', async () => {
    const scope = await errorOf(read, {
      status: 403,
      body: {
        error: 'insufficient_scope',
        error_description: 'The request requires higher privileges.',
        scope: 'api read_api',
      },
    });
    expect(scope.details).toMatchObject({ missingScope: expect.stringContaining('api') });
    expect(scope.remedy).toContain('scope api');
    const project = await errorOf(read, { status: 404, body: { message: '404 Project Not Found' } });
    expect(project.message).toContain('acme/gitops');
    expect(project.details['what']).toBe('project');
    const words = await errorOf(read, { status: 400, body: { message: ['One thing', 'another'] } });
    expect(words.message).toContain('One thing, another');
  });

  it('calls what is not GitLab what it is', async () => {
    const page = await errorOf(read, { status: 200, body: '<!doctype html><title>Sign in</title>', type: 'text/html' });
    expect(page.kind).toBe('response-invalid');
    const field = await errorOf(read, { status: 200, body: { ...mergeRequest, state: 'half' } });
    expect(field).toMatchObject({ kind: 'response-invalid', details: { field: 'the field state' } });
    const list = await errorOf(() => forge.pullRequests.list({ state: 'open', limit: 1 }), { status: 200, body: {} });
    expect(list.kind).toBe('response-invalid');
  });

  it('tries again what was cut off or refused for a moment, and tells so', async () => {
    replies = [
      { status: 200, body: mergeRequest, cut: 20 },
      { status: 502, body: '' },
      { status: 429, body: {}, headers: { 'retry-after': '7' } },
      { status: 200, body: mergeRequest },
    ];
    expect((await read()).isOk()).toBe(true);
    expect(asked).toHaveLength(4);
    expect(waits.join()).toMatch(/broke off|reset/);
    expect(waits.join()).toContain('no more requests');
  });

  it('gives up in the end, and at once where the wait is longer than the call may take', async () => {
    expect((await errorOf(read, { status: 200, body: mergeRequest, cut: 20 })).kind).toBe('unavailable');
    expect(asked).toHaveLength(5);
    asked = [];
    const error = await errorOf(read, { status: 429, body: {}, headers: { 'retry-after': '3600' } });
    expect(error.kind).toBe('rate-limited');
    expect(asked).toHaveLength(1);
  });

  it('honours both kinds of rate limit', async () => {
    const reset = String(Date.parse('2026-11-25T10:02:00Z') / 1000);
    replies = [
      { status: 429, body: {}, headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': reset } },
      { status: 200, body: mergeRequest },
    ];
    expect((await read()).isOk()).toBe(true);
    expect(asked).toHaveLength(2);
  });
});

describe('a token of a CI job', () => {
  it.each([401, 403])('is told apart: %i', async (status) => {
    const { port } = server.address() as AddressInfo;
    const job = gitlab({
      repository: `http://127.0.0.1:${port}/acme/gitops`,
      env: { CI_JOB_TOKEN: 'secret', CI_SERVER_URL: `http://127.0.0.1:${port}`, PATH: '' },
      cache: false,
      clock: quickClock(),
    });
    const error = await errorOf(() => job.pullRequests.get('7'), {
      status,
      body: { message: `${status} Unauthorized` },
    });
    expect(error).toMatchObject({ kind: 'forbidden', remedy: expect.stringContaining('project access token') });
  });
});

describe('nobody', () => {
  it('is told how to sign in', async () => {
    const { port } = server.address() as AddressInfo;
    const anonymous = gitlab({
      repository: `http://127.0.0.1:${port}/acme/gitops`,
      env: { GITLAB_TOKEN: 'secret', PATH: '', HOME: '/nowhere' },
      cache: false,
      clock: quickClock(),
    });
    const error = await errorOf(() => anonymous.pullRequests.get('7'), { status: 401 });
    expect(error).toMatchObject({ kind: 'unauthenticated', remedy: expect.stringContaining('--allow-host') });
    expect((await anonymous.git.identity()).isErr() && asked.length).toBe(1);
  });
});

describe('opening a merge request', () => {
  const draft = { source: 'topic', target: 'main', title: 'T', description: '' };
  const open = () => forge.pullRequests.open(draft);
  const something = { status: 200, body: { commits: [{ id: head, parent_ids: [commit] }], diffs: [] } };

  it.each<[number, unknown, string]>([
    [409, { message: ['Another open merge request already exists for this source branch: !59'] }, 'already-exists'],
    [400, { message: { title: ['is too long'] } }, 'rejected'],
    [403, { message: '403 Forbidden' }, 'forbidden'],
    [422, { message: { base: ['something'] } }, 'rejected'],
  ])('%i %j is %s', async (status, body, kind) => {
    const branch = (name: string) => ({ status: 200, body: { name, commit: { id: head } } });
    const error = await errorOf(open, something, { status, body }, branch('topic'), branch('main'));
    expect(error.kind).toBe(kind);
    if (kind === 'already-exists') expect(error.details['found']).toBe('59');
  });

  it('is looked up before it is tried again', async () => {
    replies = [something, { status: 502, body: '' }, { status: 200, body: [mergeRequest] }];
    expect((await open()).isOk()).toBe(true);
    expect(asked.filter((one) => one.startsWith('POST'))).toHaveLength(1);
    asked = [];
    replies = [
      something,
      { status: 201, body: mergeRequest, cut: 10 },
      { status: 200, body: [] },
      { status: 201, body: mergeRequest },
    ];
    expect((await open()).isOk()).toBe(true);
    expect(asked.filter((one) => one.startsWith('POST'))).toHaveLength(2);
    expect(asked[2]).toContain('source_branch=topic');
  });
});

describe('merging', () => {
  const input = {
    method: 'merge',
    expectedHead: head,
    expectedTarget: null,
    message: { title: 'T', body: '' },
    approvals: 0,
    deleteSource: false,
  } as const;
  const merge = () => forge.pullRequests.merge('7', input);
  const project = { id: 1, merge_method: 'merge', squash_option: 'default_off' };
  /** Merge request, project, notes, approvals, versions, reviewers, checks. */
  const before = [mergeRequest, project, [], { approved_by: [] }, [], [], []].map((body) => ({ status: 200, body }));

  it.each<[number, unknown, string]>([
    [401, { message: '401 Unauthorized' }, 'forbidden'],
    [403, { message: '403 Forbidden' }, 'forbidden'],
    [409, { message: 'SHA does not match HEAD of source branch' }, 'stale-head'],
    [500, { message: 'x' }, 'unavailable'],
  ])('%i %j is %s', async (status, body, kind) => {
    const error = await errorOf(merge, ...before, { status, body }, { status: 200, body: mergeRequest });
    expect(error.kind).toBe(kind);
  });

  it('takes a merge that somebody else has made meanwhile', async () => {
    const merged = { ...mergeRequest, state: 'merged', merge_commit_sha: commit };
    replies = [...before, { status: 422, body: { message: 'Branch cannot be merged' } }, { status: 200, body: merged }];
    const answer = (await merge()).match(
      (value) => value,
      (error) => error,
    );
    expect(answer).toEqual({ kind: 'merged', landed: { first: commit, last: commit } });
  });
});

describe('options that cannot be understood', () => {
  it('make every call answer usage, without asking anybody', async () => {
    const broken = gitlab({ repository: 'nothing', env: {} });
    for (const call of [
      broken.git.head(null),
      broken.git.log({ from: commit, limit: 1 }),
      broken.pullRequests.get('1'),
      broken.pullRequests.comment('1', { text: 'x' }),
    ]) {
      expect((await call).isErr() && (await call)).toMatchObject({ error: { kind: 'usage' } });
    }
  });
});
