import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiHandler, type DescribedApi, serveDescribed } from '../description/api.js';
import { movableClock } from '../host/clock.js';
import { taskQueue } from '../host/lock.js';
import type { FakeAnswer, FakeRequest } from '../host/request.js';
import { type Route, router } from '../host/router.js';
import { startServer } from '../host/server.js';
import { gitService } from '../host/smart-http.js';
import { authenticate } from './access.js';
import { Accounts } from './accounts.js';
import { answering, dress } from './answer.js';
import { gitlabDescription } from './description.js';
import { type FakeGitLab, handleOf } from './fake-gitlab.js';
import { serveGitRequest } from './git-http.js';
import { addProject, type Instance } from './instance.js';
import { operations } from './operations.js';
import { type FakeGitLabOptions, usualDiffLimits } from './options.js';
import { readParams } from './params.js';
import { rateLimit } from './rate-limit.js';

/**
 * Starts a GitLab that behaves, on a free port of 127.0.0.1: REST v4 and Git's smart HTTP on real repositories. Every
 * request and every answer is held to GitLab's published description; what does not fit is in `violations` and is
 * answered with 500. From the published package, which may not hold that description, nothing is (`described` says so).
 * `close` it when done.
 */
export async function startGitLab(options: FakeGitLabOptions = {}): Promise<FakeGitLab> {
  const instance = await newInstance(options);
  const base = (options.base ?? '').replace(/\/+$/, '');
  const violations: string[] = [];
  const description = gitlabDescription();
  const limit = rateLimit(instance.clock, options.rateLimit ?? null);
  const api: DescribedApi = {
    router: router(routesOf(instance), []),
    description,
    violations,
    checkRequests: options.checkRequests ?? true,
    unknown: { status: 404, body: { error: '404 Not Found' } },
    notJson: { status: 400, body: { error: 'message body does not match declared format' } },
  };

  async function handle(request: FakeRequest): Promise<FakeAnswer> {
    if (base !== '' && !request.path.startsWith(`${base}/`)) return nothingHere;
    const path = request.path.slice(base.length);
    if (path.startsWith('/api/v4/')) {
      const { headers, refused } = limit.take(request);
      const asked = { method: request.method, etag: request.headers['if-none-match'] };
      const answer = refused ?? (await serveDescribed(api, request, path));
      return dress({ ...answer, headers: { ...headers, ...answer.headers } }, asked);
    }
    const local = { ...request, path };
    const service = gitService(local);
    return service === null ? nothingHere : serveGitRequest(instance, local, service);
  }

  const server = await startServer({
    handle,
    area: (path) => (path.startsWith(`${base}/api/`) ? 'api' : /\.git\//.test(path) ? 'git' : 'web'),
    onDefect: (text) => {
      violations.push(`a defect of the fake: ${text}`);
    },
    latencyMs: options.latencyMs ?? 0,
  });
  instance.webUrl = `${server.origin}${base}`;
  for (const project of options.projects ?? [{ path: 'acme/gitops' }]) await addProject(instance, project);
  let closing: Promise<void> | null = null;
  return handleOf(instance, server, { violations, described: description !== null }, () => {
    closing ??= server.close().then(() => rm(instance.root, { recursive: true, force: true, maxRetries: 5 }));
    return closing;
  });
}

const nothingHere: FakeAnswer = {
  status: 404,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: Buffer.from('<!DOCTYPE html>\n<title>404 Not Found</title>\n'),
};

async function newInstance(options: FakeGitLabOptions): Promise<Instance> {
  const clock = movableClock(options.now);
  const edition = options.edition ?? 'ee';
  let lastId = 1000;
  return {
    clock,
    accounts: new Accounts(clock.now),
    projects: [],
    groups: [],
    enterprise: edition === 'ee',
    version: options.version ?? (edition === 'ee' ? '19.5.0-ee' : '19.5.0'),
    asyncReads: options.asyncMergeability ?? 0,
    archiveLimit: options.archiveLimit ?? 5,
    keyset: options.keysetPagination ?? true,
    diffLimits: { ...usualDiffLimits, ...options.diffLimits },
    descriptionLimit: options.descriptionLimit ?? 1_048_576,
    root: await mkdtemp(join(tmpdir(), 'fake-gitlab-')),
    webUrl: '',
    archives: new Map(),
    nextId: () => ++lastId,
    now: () => new Date(clock.now()).toISOString(),
  };
}

/** The routes, each answered when the one before is: a GitLab's writes do not cross each other. */
function routesOf(instance: Instance): readonly Route<ApiHandler>[] {
  const inTurn = taskQueue();
  return operations.map((operation) => ({
    method: operation.method,
    template: `/api/v4${operation.path}`,
    handler: (call) =>
      inTurn(() =>
        answering(async () => {
          const { request } = call;
          const caller = authenticate(instance, operation, request.headers, call.query);
          const url = `${new URL(instance.webUrl).origin}${request.path}`;
          return operation.handle({
            instance,
            method: operation.method,
            params: readParams(call.params, call.query, call.body),
            caller,
            headers: request.headers,
            url,
            query: call.query,
          });
        }),
      ),
  }));
}
