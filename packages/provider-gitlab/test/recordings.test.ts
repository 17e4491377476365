import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ErrorKind } from '@gitops/core';
import { failureIn, makePatience, systemClock } from '@gitops/provider-http';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeContext } from '../src/context.js';
import type { Question } from '../src/errors.js';
import { gitlab } from '../src/index.js';
import * as schema from '../src/schema.js';
import { okOf } from './forge.js';

interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const file = new URL('recordings/gitlab.json', import.meta.url);
const { exchanges } = JSON.parse(readFileSync(file, 'utf8')) as { readonly exchanges: readonly Exchange[] };

let current: (method: string, path: string) => Exchange | undefined = () => undefined;
let server: Server;
let origin = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/api\/v4/, '').replace(/\?.*$/, '');
    const found = current(request.method ?? '', path);
    response.writeHead(found?.status ?? 599, found?.headers ?? { 'content-type': 'application/json' });
    response.end(JSON.stringify(found?.body ?? { message: 'not recorded' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

const optionsFor = (repository: string) => ({ repository, host: origin, token: 'x', env: {}, cache: false as const });

/** The shape of what an address answers; what this package never asks is only held to be told apart from a failure. */
const shapes: readonly (readonly [RegExp, v.GenericSchema])[] = [
  [/^GET \/user$/, schema.account],
  [/^GET \/users$/, schema.users],
  [/^(GET|PUT) \/projects\/[^/]+$/, schema.project],
  [/^GET \/projects\/[^/]+\/members\/all$/, schema.users],
  [/^GET \/projects\/[^/]+\/repository\/branches$/, v.array(schema.branch)],
  [/^GET \/projects\/[^/]+\/repository\/branches\/[^/]+$/, schema.branch],
  [/^GET \/projects\/[^/]+\/repository\/tree$/, schema.tree],
  [/^GET \/projects\/[^/]+\/repository\/commits$/, schema.commits],
  [/^GET \/projects\/[^/]+\/repository\/commits\/[^/]+$/, schema.commit],
  [/^GET \/projects\/[^/]+\/repository\/commits\/[^/]+\/statuses$/, schema.statuses],
  [/^POST \/projects\/[^/]+\/statuses\/[^/]+$/, schema.status],
  [/^GET \/projects\/[^/]+\/merge_requests$/, schema.mergeRequests],
  [/^POST \/projects\/[^/]+\/merge_requests$/, schema.mergeRequest],
  [/^(GET|PUT) \/projects\/[^/]+\/merge_requests\/\d+(\/merge)?$/, schema.mergeRequest],
  [/^GET \/projects\/[^/]+\/merge_requests\/\d+\/commits$/, schema.commits],
  [/^GET \/projects\/[^/]+\/merge_requests\/\d+\/merge_ref$/, schema.mergeRef],
  [/^GET \/projects\/[^/]+\/merge_requests\/\d+\/notes$/, schema.notes],
  [/^(GET|PUT|POST) \/projects\/[^/]+\/merge_requests\/\d+\/notes(\/\d+)?$/, schema.note],
];
const neverAsked = /\/(discussions|comments|files|members)(\/|$)/;

const kinds: Readonly<Record<number, ErrorKind>> = {
  400: 'rejected',
  401: 'unauthenticated',
  404: 'not-found',
  409: 'stale-head',
};

describe('an answer of gitlab.com, through the SDK', () => {
  it.each(exchanges.map((one, index) => [`${index} ${one.method} ${one.url} ${one.status}`, one] as const))(
    '%s',
    async (_, exchange) => {
      const path = exchange.url.replace(/\?.*$/, '');
      const shape = shapes.find(([address]) => address.test(`${exchange.method} ${path}`))?.[1] ?? null;
      if (shape === null) expect(path).toMatch(neverAsked);
      current = () => exchange;
      const context = makeContext(optionsFor('acme/gitops'));
      const question: Question = { call: 'say this', about: 'project' };
      const ask = { signal: new AbortController().signal, patience: makePatience({ clock: systemClock }) };
      const method = exchange.method.toLowerCase() as 'get' | 'post' | 'put';
      const asked = context.api.one(ask, question, shape ?? schema.anything, async (sdk) => {
        return (await sdk.projects.requester[method](path.slice(1), {})).body;
      });
      if (exchange.status < 300) {
        const value = await asked;
        if (shape !== null) expect(Array.isArray(value)).toBe(Array.isArray(exchange.body));
        return;
      }
      const failure = await asked.then(
        () => null,
        (error: unknown) => failureIn(error),
      );
      expect(failure?.problem.kind).toBe(kinds[exchange.status]);
    },
  );
});

describe('recorded answers, through the ports', () => {
  const serve = (fits: (one: Exchange, method: string, path: string) => boolean) => {
    current = (method, path) => exchanges.find((one) => one.method === method && fits(one, method, path));
  };
  const pathOf = (one: Exchange): string => one.url.replace(/\?.*$/, '');

  it('merge requests of before detailed_merge_status', async () => {
    serve((one, _, path) => pathOf(one) === path && one.status === 200 && JSON.stringify(one.body) !== '[]');
    const list = await okOf(gitlab(optionsFor('20772752')).pullRequests.list({ state: 'open', limit: 50 }));
    expect(list.length).toBeGreaterThan(0);
    for (const one of list) {
      expect(one).toMatchObject({ state: 'open', head: expect.stringMatching(/^[0-9a-f]{40}$/), landed: null });
      expect(one.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    }
    const one = await okOf(gitlab(optionsFor('14233409')).pullRequests.get('46'));
    expect(one.id).toBe('46');
    expect(one.url).toContain('46');
  });

  it('a second merge request of the same branches, whose words are a list', async () => {
    current = (method) =>
      method === 'POST'
        ? exchanges.find((one) => one.status === 409 && one.url.endsWith('/merge_requests'))
        : {
            method,
            url: '',
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: { commits: [{ id: 'a'.repeat(40) }], diffs: [] },
          };
    const error = (
      await gitlab(optionsFor('20772752')).pullRequests.open({ source: 'a', target: 'b', title: 'T', description: '' })
    )._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'already-exists', details: { found: '59' } });
  });

  it('a branch that is not there, and a project that may not be seen', async () => {
    serve((one, _, path) => pathOf(one) === path);
    expect(await okOf(gitlab(optionsFor('14233409')).git.head('non-existing'))).toBeNull();
    current = () => exchanges.find((one) => one.status === 404 && one.url.startsWith('/projects/mfocko'));
    const error = (await gitlab(optionsFor('mfocko/ogr-tests')).git.head('main'))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'not-found', details: { what: 'project' } });
  });

  it('who the token belongs to', async () => {
    current = () => exchanges.find((one) => one.url === '/user' && one.status === 200);
    expect((await okOf(gitlab(optionsFor('acme/gitops')).git.identity())).name).toBe('Someone');
  });
});
