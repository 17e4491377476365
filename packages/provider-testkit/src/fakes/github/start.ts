import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { movableClock } from '../host/clock.js';
import { faultList } from '../host/faults.js';
import { requestLog } from '../host/log.js';
import { startServer } from '../host/server.js';
import { gitService } from '../host/smart-http.js';
import { githubApi } from './api.js';
import { serveGitHttp } from './git-http.js';
import type { GitHubOptions } from './options.js';
import { rateLimits } from './rate.js';
import { serveArchive, type Ticket } from './rest/archive.js';
import type { Repository } from './state/repository.js';
import { addRepository, makeAccounts, makeApp } from './state/setup.js';
import type { World } from './state/world.js';
import { type FakeGitHub, testSide } from './test-side.js';

/**
 * Starts a GitHub on this machine: its REST and GraphQL API, Git over HTTP and archives on an origin of their own, on
 * real bare repositories in a temporary folder. It knows the organization `acme` and the people alice (admin), bob and
 * carol (write), rita (read) and oscar (nothing). Every request and every answer is held to GitHub's own description.
 */
export async function startGitHub(options: GitHubOptions = {}): Promise<FakeGitHub> {
  const root = await mkdtemp(join(tmpdir(), 'fake-github-'));
  const clock = movableClock(options.now);
  const violations: string[] = [];
  const log = requestLog();
  const faults = faultList();
  const tickets = new Map<string, Ticket>();
  const base = options.base ?? '';
  const { accounts, teams } = makeAccounts();
  const { app, privateKey } = makeApp(accounts);
  const urls = { api: '', web: '', codeload: '' };
  let last = 1000;
  const world: World = {
    clock,
    urls,
    accounts,
    teams,
    tokens: new Map(),
    repositories: new Map<string, Repository>(),
    moved: new Map(),
    app,
    asyncMergeability: options.asyncMergeability ?? 0,
    treeLimit: options.treeLimit ?? 100_000,
    nextId: () => ++last,
  };
  const limits = rateLimits(clock, options.rateLimit?.limit ?? 5000, options.rateLimit?.anonymous ?? 60);
  const api = githubApi({ world, limits, tickets, violations, base, ...choices(options) });
  const onDefect = (text: string): void => {
    violations.push(text);
  };
  const codeload = await startServer({
    handle: (request) => serveArchive(world, tickets, request),
    area: () => 'archive',
    onDefect,
    log,
    faults,
  });
  const server = await startServer({
    handle: (request) => {
      const service = gitService(request);
      return service === null ? api(request) : serveGitHttp(world, request, service);
    },
    area: (path) => (/\/(info\/refs|git-(?:upload|receive)-pack)$/.test(path) ? 'git' : 'api'),
    onDefect,
    log,
    faults,
  });
  urls.web = server.origin;
  urls.api = `${server.origin}${base}`;
  urls.codeload = codeload.origin;
  for (const one of options.repositories ?? [{ name: 'acme/gitops' }]) await addRepository(world, root, one);
  let closing: Promise<void> | null = null;
  return testSide({
    world,
    root,
    server,
    privateKey,
    violations,
    close: () => {
      closing ??= Promise.all([server.close(), codeload.close()]).then(() =>
        rm(root, { recursive: true, force: true }),
      );
      return closing;
    },
  });
}

function choices(options: GitHubOptions): { readonly graphql: boolean; readonly checkRequests: boolean } {
  return { graphql: options.graphql ?? true, checkRequests: options.checkRequests ?? true };
}
