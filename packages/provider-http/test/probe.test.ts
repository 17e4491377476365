import type { ServerResponse } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { Failure, openTransport, whichForge } from '../src/index.js';
import { serve } from './loopback.js';

const { signal } = new AbortController();

type Routes = Readonly<Record<string, (response: ServerResponse) => void>>;

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

async function probe(routes: Routes, path?: string) {
  const server = await serve((_, response, { url }) => {
    const route = routes[url];
    if (route !== undefined) return route(response);
    response.writeHead(404, { 'content-type': 'text/html' });
    response.end('<html>nothing here</html>');
  });
  const transport = openTransport({ env: {}, trustedOrigins: [server.origin] });
  onTestFinished(() => transport.close());
  const found = await whichForge(server.origin, transport, signal, path);
  for (const { headers } of server.seen) {
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('private-token');
  }
  return {
    found: found === null ? null : `${found.forge} ${found.base.replace(server.origin, '')}`,
    asked: server.seen.map((one) => one.url),
  };
}

it.each<[string, Routes, string | undefined, string | null]>([
  [
    'GitLab, by what it answers without a token',
    { '/api/v4/version': json(401, { message: '401 Unauthorized' }) },
    undefined,
    'gitlab ',
  ],
  [
    'GitLab, by its header',
    { '/api/v4/version': json(403, {}, { 'x-gitlab-meta': '{"version":"1"}' }) },
    undefined,
    'gitlab ',
  ],
  ['GitLab, open', { '/api/v4/version': json(200, { version: '19.5.0', revision: 'abc' }) }, undefined, 'gitlab '],
  [
    'GitLab below a path',
    { '/git/lab/api/v4/version': json(401, { message: '401 Unauthorized' }) },
    'git/lab/acme/shop',
    'gitlab /git/lab',
  ],
  [
    'GitHub Enterprise Server, by its version',
    { '/api/v3/meta': json(200, { verifiable_password_authentication: false, installed_version: '3.15.0' }) },
    'acme/shop',
    'github ',
  ],
  [
    'GitHub Enterprise Server in private mode, by its headers',
    { '/api/v3/meta': json(401, { message: 'Must authenticate' }, { 'x-github-request-id': '1:2' }) },
    'acme/shop',
    'github ',
  ],
  ['another server with sign-in', { '/api/v4/version': json(401, { error: 'unauthorized' }) }, 'acme/shop', null],
  [
    'a server that answers everything with a page',
    { '/api/v4/version': json(200, ['x']), '/api/v3/meta': json(200, 'hi') },
    undefined,
    null,
  ],
  ['Gitea', { '/api/v1/version': json(200, { version: '1.22' }) }, 'acme/shop', null],
])('knows %s', async (_, routes, path, expected) => {
  expect((await probe(routes, path)).found).toBe(expected);
});

it('asks for a sub-path only where the repository’s path has one', async () => {
  expect((await probe({}, 'acme/shop')).asked).toEqual(['/api/v4/version', '/api/v3/meta']);
  expect((await probe({}, 'a/b/c/d/e')).asked).toEqual([
    '/api/v4/version',
    '/api/v3/meta',
    '/a/api/v4/version',
    '/a/b/api/v4/version',
  ]);
});

it('follows nobody, and reads no endless page', async () => {
  const routes: Routes = {
    '/api/v4/version': (response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:3/elsewhere' });
      response.end();
    },
    '/api/v3/meta': (response) => {
      response.writeHead(200);
      const more = (): void => void response.write('x'.repeat(10_000), (error) => error ?? setImmediate(more));
      more();
    },
  };
  expect((await probe(routes)).found).toBeNull();
});

it('does not guess where the host is down', async () => {
  for (const status of [500, 503]) {
    await expect(probe({ '/api/v4/version': json(status, {}) })).rejects.toMatchObject({
      problem: { kind: 'unavailable' },
    });
  }
  const transport = openTransport({ env: {}, trustedOrigins: [] });
  onTestFinished(() => transport.close());
  await expect(whichForge('http://127.0.0.1:3', transport, signal)).rejects.toBeInstanceOf(Failure);
});
