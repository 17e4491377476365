import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Failure, failureIn, openTransport, type RequestEvent, type TransportOptions } from '../src/index.js';
import { makeAuthority, serve, serveProxy, serveTls, temporaryFolder } from './loopback.js';

function open(options: Partial<TransportOptions> = {}) {
  const events: RequestEvent[] = [];
  const transport = openTransport({
    env: {},
    trustedOrigins: [],
    onRequest: (event) => events.push(event),
    ...options,
  });
  onTestFinished(() => transport.close());
  return { fetch: transport.fetch, close: transport.close, events };
}

async function failureOf(work: Promise<unknown>): Promise<Failure['problem']> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => failureIn(error),
  );
  expect(failure).toBeInstanceOf(Failure);
  return (failure as Failure).problem;
}

it('sends method, headers and body, and answers with the standard shape', async () => {
  const server = await serve((_, response) => {
    response.writeHead(201, { 'x-one': '1', 'content-type': 'application/json' });
    response.end('{"ok":true}');
  });
  const { fetch, events } = open({ trustedOrigins: [server.origin], userAgent: 'gitops/1.2.3' });
  const response = await fetch(`${server.origin}/x?private_token=s3cret&page=2`, {
    method: 'POST',
    headers: { authorization: 'Bearer abc' },
    body: JSON.stringify({ a: 'ü' }),
  });
  expect(response).toBeInstanceOf(globalThis.Response);
  expect([response.status, response.headers.get('x-one'), response.url]).toEqual([
    201,
    '1',
    `${server.origin}/x?private_token=s3cret&page=2`,
  ]);
  expect(await response.json()).toEqual({ ok: true });
  expect(server.seen[0]).toMatchObject({ method: 'POST', body: '{"a":"ü"}' });
  expect(server.seen[0]?.headers).toMatchObject({ authorization: 'Bearer abc', 'user-agent': 'gitops/1.2.3' });
  expect(events).toEqual([
    {
      method: 'POST',
      url: `${server.origin}/x?private_token=***&page=2`,
      status: 201,
      milliseconds: expect.any(Number),
      bytes: 11,
    },
  ]);
});

it('takes a Request object with a body', async () => {
  const server = await serve((_, response) => response.end());
  const { fetch } = open();
  await fetch(new Request(`${server.origin}/r`, { method: 'PUT', body: 'text', headers: { 'x-a': 'b' } }));
  expect(server.seen[0]).toMatchObject({ method: 'PUT', url: '/r', body: 'text', headers: { 'x-a': 'b' } });
});

it('tells of an answer that nobody read when it is closed', async () => {
  const server = await serve((_, response) => response.end('unread'));
  const { fetch, close, events } = open();
  await fetch(server.origin);
  expect(events).toEqual([]);
  await close();
  expect(events).toMatchObject([{ status: 200 }]);
});

it('unpacks gzip, and calls bytes that cannot be unpacked an invalid answer', async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end('this is not gzip');
  });
  const { fetch } = open();
  const response = await fetch(server.origin);
  expect((await failureOf(response.text())).kind).toBe('response-invalid');
});

it.each(['authorization', 'Private-Token', 'JOB-TOKEN', 'Cookie'])(
  'never sends %s to an origin that is not trusted',
  async (name) => {
    const server = await serve((_, response) => response.end());
    const { fetch } = open({ trustedOrigins: ['https://api.example.com'] });
    await expect(fetch(server.origin, { headers: { [name]: 'secret' } })).rejects.toThrow(
      /credentials may not be sent/,
    );
    await expect(fetch(`${server.origin}/?private_token=secret`)).rejects.toThrow(/credentials may not be sent/);
    expect(server.seen).toEqual([]);
  },
);

it('shows no password of an address that holds one', async () => {
  const { fetch } = open();
  await expect(fetch('http://ana:pa55@localhost:1/')).rejects.toSatisfy(
    (error) => error instanceof TypeError && !error.message.includes('pa55'),
  );
});

it.each([301, 302, 307, 308])(
  'follows %d on one origin with headers, and another origin gets no credentials',
  async (status) => {
    const other = await serve((_, response) => response.end('far'));
    const server = await serve((_, response, { url }) => {
      const to = url === '/a' ? '/b' : `${other.origin}/c?sig=xyz`;
      response.writeHead(status, { location: to });
      response.end('moved');
    });
    const { fetch, events } = open({ trustedOrigins: [server.origin, other.origin] });
    const headers = {
      authorization: 'Bearer abc',
      'private-token': 'p',
      'job-token': 'j',
      cookie: 'c=1',
      accept: 'text/plain',
    };
    const response = await fetch(`${server.origin}/a`, { headers });
    expect(await response.text()).toBe('far');
    expect(response.url).toBe(`${other.origin}/c?sig=xyz`);
    expect(server.seen.map((one) => [one.url, one.headers.authorization])).toEqual([
      ['/a', 'Bearer abc'],
      ['/b', 'Bearer abc'],
    ]);
    expect(other.seen[0]?.headers).toMatchObject({ accept: 'text/plain' });
    for (const name of ['authorization', 'private-token', 'job-token', 'cookie']) {
      expect(other.seen[0]?.headers).not.toHaveProperty(name);
    }
    expect(events.map((event) => [event.url, event.status])).toEqual([
      [`${server.origin}/a`, status],
      [`${server.origin}/b`, status],
      [`${other.origin}/c?sig=***`, 200],
    ]);
  },
);

it.each([307, 308])('repeats a request that writes after %d on one origin, with its body', async (status) => {
  const server = await serve((_, response, { url }) => {
    if (url === '/a') response.writeHead(status, { location: '/b' });
    response.end();
  });
  const { fetch } = open();
  await fetch(`${server.origin}/a`, { method: 'PATCH', body: 'x' });
  expect(server.seen.map((one) => [one.method, one.url, one.body])).toEqual([
    ['PATCH', '/a', 'x'],
    ['PATCH', '/b', 'x'],
  ]);
});

it.each([301, 302])('does not repeat a request that writes after %d', async (status) => {
  const server = await serve((_, response) => {
    response.writeHead(status, { location: '/b' });
    response.end();
  });
  const { fetch } = open();
  const problem = await failureOf(fetch(`${server.origin}/a`, { method: 'POST', body: 'x' }));
  expect(problem).toMatchObject({ kind: 'response-invalid', details: { found: `${server.origin}/b` } });
  expect(server.seen).toHaveLength(1);
});

it('writes nothing to another origin, even by 307', async () => {
  const other = await serve((_, response) => response.end());
  const server = await serve((_, response) => {
    response.writeHead(307, { location: other.origin });
    response.end();
  });
  const problem = await failureOf(open().fetch(server.origin, { method: 'POST', body: 'x' }));
  expect(problem.message).toContain('nothing is written to another host');
  expect(other.seen).toEqual([]);
});

it('stops after five redirects, and hands over a redirect where that was asked for', async () => {
  const server = await serve((_, response) => {
    response.writeHead(302, { location: '/again' });
    response.end();
  });
  const { fetch } = open();
  expect((await failureOf(fetch(server.origin))).message).toContain('more than 5 redirects');
  expect(server.seen).toHaveLength(6);
  expect((await fetch(server.origin, { redirect: 'manual' })).status).toBe(302);
});

it('never goes from https to http, nor to another protocol', async () => {
  const authority = makeAuthority();
  const plain = await serve((_, response) => response.end());
  const server = await serveTls(authority, (_, response, { url }) => {
    response.writeHead(302, { location: url === '/file' ? 'file:///etc/passwd' : plain.origin });
    response.end();
  });
  const { fetch } = open({ caFile: authority.file });
  expect((await failureOf(fetch(server.origin))).message).toContain('from https to http');
  expect((await failureOf(fetch(`${server.origin}/file`))).message).toContain('file:');
  expect(plain.seen).toEqual([]);
});

it('trusts an authority by --ca-file or NODE_EXTRA_CA_CERTS, and else says how', async () => {
  const authority = makeAuthority();
  const server = await serveTls(authority, (_, response) => response.end('ok'));
  expect(await (await open({ caFile: authority.file }).fetch(server.origin)).text()).toBe('ok');
  const env = { NODE_EXTRA_CA_CERTS: authority.file };
  expect(await (await open({ env }).fetch(server.origin)).text()).toBe('ok');
  const problem = await failureOf(open().fetch(server.origin));
  expect(problem.kind).toBe('unavailable');
  expect(problem.message).toContain(`localhost:${server.port}`);
  expect(problem.remedy).toMatch(/--ca-file.*NODE_EXTRA_CA_CERTS/);
  // the name is checked as well
  const wrong = await failureOf(open({ caFile: makeAuthority().file }).fetch(server.origin));
  expect(wrong.kind).toBe('unavailable');
});

it('does not take a certificate of another name', async () => {
  const authority = makeAuthority({ name: 'other.example.com' });
  const server = await serveTls(authority, (_, response) => response.end('ok'));
  const problem = await failureOf(open({ caFile: authority.file }).fetch(server.origin));
  expect(problem).toMatchObject({ kind: 'unavailable', details: { found: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
});

it('calls a certificate file that cannot be used wrong usage', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'empty.pem'), 'nothing');
  for (const caFile of [join(folder, 'none.pem'), join(folder, 'empty.pem')]) {
    expect(() => open({ caFile })).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ kind: 'usage' }) }),
    );
  }
});

it('goes through the proxies of the environment, but not for NO_PROXY', async () => {
  const authority = makeAuthority();
  const secure = await serveTls(authority, (_, response) => response.end('secure'));
  const plain = await serve((_, response) => response.end('plain'));
  const proxy = await serveProxy({ credentials: 'ana:pa55' });
  const address = `ana:pa55@127.0.0.1:${proxy.port}`;
  const caFile = authority.file;
  const env = { HTTPS_PROXY: address, http_proxy: `http://${address}`, HTTP_PROXY: 'http://127.0.0.1:1' };
  const { fetch } = open({ caFile, env, trustedOrigins: [secure.origin] });
  expect(await (await fetch(secure.origin, { headers: { authorization: 'Bearer t' } })).text()).toBe('secure');
  expect(proxy.tunnels).toEqual([`localhost:${secure.port}`]);
  expect(secure.seen[0]?.headers).toMatchObject({ authorization: 'Bearer t' });
  expect(await (await fetch(`${plain.origin}/p`)).text()).toBe('plain');
  expect(proxy.seen.map((one) => one.url)).toEqual([`${plain.origin}/p`]);

  const direct = open({ caFile, env: { ...env, NO_PROXY: 'localhost, 127.0.0.1' } });
  expect(await (await direct.fetch(secure.origin)).text()).toBe('secure');
  expect(await (await direct.fetch(plain.origin)).text()).toBe('plain');
  expect([proxy.tunnels.length, proxy.seen.length]).toEqual([1, 1]);
});

it('says what a proxy refused, and what a proxy must look like', async () => {
  const demanding = await serveProxy({ credentials: 'ana:pa55' });
  const refusing = await serveProxy({ refuse: 403 });
  const through = (proxy: { origin: string }) =>
    open({ env: { HTTPS_PROXY: proxy.origin } }).fetch('https://localhost/');
  const first = await failureOf(through(demanding));
  expect([first.kind, first.message, first.remedy]).toEqual([
    'unavailable',
    'The proxy refused to connect to localhost (status 407).',
    expect.stringContaining('user:password'),
  ]);
  expect((await failureOf(through(refusing))).message).toContain('status 403');
  expect(() => open({ env: { https_proxy: 'ftp://proxy' } })).toThrow(/https_proxy names no proxy/);
});

it('looks at no variable of the process where an environment is given', async () => {
  const before = process.env['http_proxy'];
  process.env['http_proxy'] = 'http://127.0.0.1:1';
  onTestFinished(() => {
    if (before === undefined) delete process.env['http_proxy'];
    else process.env['http_proxy'] = before;
  });
  const server = await serve((_, response) => response.end('ok'));
  expect(await (await open().fetch(server.origin)).text()).toBe('ok');
  expect((await failureOf(open({ env: process.env }).fetch(server.origin))).kind).toBe('unavailable');
});

it('tells a refused connection, an unknown host, an answer that is not HTTP', async () => {
  const { fetch } = open();
  expect(await failureOf(fetch('http://127.0.0.1:11/'))).toMatchObject({ kind: 'usage' });
  expect(await failureOf(fetch('http://127.0.0.1:3/'))).toMatchObject({
    kind: 'unavailable',
    message: '127.0.0.1:3 refused the connection.',
  });
  expect(await failureOf(fetch('http://host.invalid/'))).toMatchObject({
    kind: 'unavailable',
    message: 'The host name of host.invalid could not be resolved.',
  });
  const rude = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void rude.close());
  const { port } = rude.address() as { port: number };
  expect((await failureOf(fetch(`http://127.0.0.1:${port}/`))).kind).toBe('response-invalid');
});

it.each(['length', 'chunks'])('fails where a body is cut off in the middle (%s)', async (how) => {
  const server = await serve((incoming, response) => {
    if (how === 'length') response.setHeader('content-length', '100');
    response.write('begin', () => incoming.socket.destroy());
  });
  const { fetch, events } = open();
  const response = await fetch(server.origin);
  const problem = await failureOf(response.text());
  expect(problem).toMatchObject({ kind: 'unavailable', details: { host: `127.0.0.1:${server.port}` } });
  expect(events).toMatchObject([{ status: 200, bytes: 5 }]);
});

it('ends a hanging request and a hanging body by the signal, as an abort', async () => {
  const controllers = [new AbortController(), new AbortController()];
  const server = await serve((_, response, { url }) => {
    if (url === '/body') response.write('begin');
    else controllers[0]?.abort();
  });
  const { fetch } = open();
  await expect(fetch(server.origin, { signal: controllers[0]?.signal as AbortSignal })).rejects.toMatchObject({
    name: 'AbortError',
  });
  const response = await fetch(`${server.origin}/body`, { signal: controllers[1]?.signal as AbortSignal });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('begin');
  controllers[1]?.abort();
  await expect(reader.read()).rejects.toMatchObject({ name: 'AbortError' });
});

it('gives a server up that falls silent', async () => {
  const server = await serve((_, response, { url }) => {
    if (url === '/body') response.write('begin');
  });
  const { fetch } = open({ idleMs: 50 });
  expect((await failureOf(fetch(server.origin))).message).toContain('fell silent');
  const response = await fetch(`${server.origin}/body`);
  expect((await failureOf(response.text())).message).toContain('fell silent');
});
