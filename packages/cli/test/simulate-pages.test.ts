import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { registryImage } from '../src/simulate/image-name.js';
import { openRequests } from '../src/simulate/registry-request.js';
import { listTags } from '../src/simulate/registry-tags.js';
import { startRegistry } from './registry-server.js';
import { askFor, told } from './simulate-protocol.js';
import { loginTo } from './simulate-registry.js';

const names = (tags: readonly { readonly name: string }[]): readonly string[] => tags.map((one) => one.name);

/** A registry that says nothing but this. */
const saying = (status: number, body: string, headers: Record<string, string> = {}) =>
  startRegistry({
    instead: (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(status, headers);
      response.end(body);
      return true;
    },
  });

describe('a list of tags', () => {
  it('is read page by page, as Link leads', async () => {
    const registry = await startRegistry({ page: 2 });
    for (const tag of ['1', '2', '3', '4', '5']) registry.push('acme/api', tag);
    const asked = await askFor(`${registry.host}/acme/api`);
    expect(names(asked.tags)).toEqual(['1', '2', '3', '4', '5']);
    expect(asked.cut).toBe(false);
    expect(registry.requests.map((one) => one.url.split('?')[1])).toEqual(['n=1000', 'last=2&n=2', 'last=4&n=2']);
  });

  it.each([
    [2, ['1', '2'], true],
    [3, ['1', '2', '3'], true],
    [5, ['1', '2', '3', '4', '5'], false],
    [6, ['1', '2', '3', '4', '5'], false],
  ])('of at most %d tags ends there, and says whether there are more', async (limit, expected, cut) => {
    const registry = await startRegistry({ page: 2 });
    for (const tag of ['1', '2', '3', '4', '5']) registry.push('acme/api', tag);
    const asked = await askFor(`${registry.host}/acme/api`, { limit });
    expect([names(asked.tags), asked.cut]).toEqual([expected, cut]);
  });

  it('is cut where a registry gives more at once than it was asked for', async () => {
    const registry = await saying(200, '{"name":"acme/api","tags":["1","2","3"]}');
    const asked = await askFor(`${registry.host}/acme/api`, { limit: 2 });
    expect([names(asked.tags), asked.cut]).toEqual([['1', '2'], true]);
    expect(registry.requests.map((one) => one.url)).toEqual(['/v2/acme/api/tags/list?n=2']);
  });

  it('is asked for without a size where the registry does not take it', async () => {
    const registry = await startRegistry({
      instead: (request, response) => {
        if (request.url?.includes('n=1000') !== true) return false;
        response.writeHead(400);
        response.end('{"errors":[{"code":"PAGINATION_NUMBER_INVALID"}]}');
        return true;
      },
    });
    registry.push('acme/api', '1');
    expect(names((await askFor(`${registry.host}/acme/api`)).tags)).toEqual(['1']);
  });

  it('of nothing is empty', async () => {
    const registry = await saying(200, '{"name":"acme/api","tags":null}');
    expect(await askFor(`${registry.host}/acme/api`)).toMatchObject({ tags: [], cut: false, problem: null });
  });

  it('never leads to another host', async () => {
    const other = await startRegistry();
    const registry = await saying(200, '{"tags":["1"]}', { link: `<http://${other.host}/v2/x/tags/list>; rel="next"` });
    const asked = await askFor(`${registry.host}/acme/api`, { login: loginTo(registry.host) });
    expect(told(asked.problem)).toMatch(/^response-invalid: .* goes on at another host/);
    expect(other.requests).toEqual([]);
  });

  it('ends, however it is linked', async () => {
    const loop = await saying(200, '{"tags":["1"]}', { link: '</v2/acme/api/tags/list?n=1000>; rel="next"' });
    expect(told((await askFor(`${loop.host}/acme/api`)).problem)).toContain('leads back to itself');
    let page = 0;
    const endless = await startRegistry({
      instead: (_, response) => {
        response.writeHead(200, { link: `</v2/acme/api/tags/list?page=${page++}>; rel="next"` });
        response.end('{"tags":[]}');
        return true;
      },
    });
    expect(told((await askFor(`${endless.host}/acme/api`)).problem)).toContain('never ends');
    expect(page).toBeLessThan(100);
  });

  it.each([
    '',
    'no JSON',
    '[]',
    'null',
    '{}',
    '{"tags":"1"}',
    '{"tags":[1]}',
    '{"tags":["a/../b"]}',
    '{"tags":["\\n"]}',
  ])('is none in %j', async (body) => {
    const registry = await saying(200, body);
    const asked = await askFor(`${registry.host}/acme/api`);
    expect(asked.problem?.kind).toBe('response-invalid');
    expect(told(asked.problem)).toContain(registry.host);
  });

  it('may not be larger than what is read', async () => {
    const registry = await saying(200, `{"tags":["${'x'.repeat(17 * 1024 * 1024)}"]}`);
    expect(told((await askFor(`${registry.host}/acme/api`)).problem)).toContain(
      'a list of tags of more than 16777216 bytes',
    );
  });

  it('of many tags is read whole', async () => {
    const many = Array.from({ length: 5000 }, (_, index) => `1.0.${index}`);
    const registry = await saying(200, JSON.stringify({ tags: many }));
    expect((await askFor(`${registry.host}/acme/api`, { limit: 10_000 })).tags).toHaveLength(5000);
  });
});

describe('a registry that refuses', () => {
  it.each([
    [403, '{"errors":[{"code":"DENIED","message":"no"}]}', /^forbidden: .*\(status 403, DENIED\).*docker login/],
    [404, '{"errors":[{"code":"NAME_UNKNOWN"}]}', /^not-found: .*knows no image acme\/api.*slip in the name/],
    [429, '{"errors":[{"code":"TOOMANYREQUESTS"}]}', /^rate-limited: .*\(status 429, TOOMANYREQUESTS\).*Wait/],
    [429, 'a page', /^rate-limited: .*\(status 429\)/],
    [418, '{"errors":[{"code":"<b>evil</b>"}]}', /^response-invalid: .*\(?status 418\b(?!.*evil)/],
    [500, '', /^unavailable: .*status 500/],
  ])('with status %d is told with the way out', async (status, body, says) => {
    const registry = await saying(status, body);
    const asked = await askFor(`${registry.host}/acme/api`);
    expect(told(asked.problem)).toMatch(says);
    expect(registry.requests).toHaveLength(1);
  });

  it.each([
    [429, { 'retry-after': '7' }, [7000, 7000]],
    [503, {}, [expect.any(Number), expect.any(Number)]],
  ])('with status %d for a moment is asked again', async (status, headers, waits) => {
    let asked = 0;
    const registry = await startRegistry({
      instead: (_, response) => {
        if (++asked > 2) return false;
        response.writeHead(status, headers);
        response.end();
        return true;
      },
    });
    registry.push('acme/api', '1');
    const answer = await askFor(`${registry.host}/acme/api`);
    expect(names(answer.tags)).toEqual(['1']);
    expect(answer.waits).toEqual(waits);
  });

  it('for longer than a minute is not waited for', async () => {
    const registry = await saying(429, '', { 'retry-after': '3600' });
    const asked = await askFor(`${registry.host}/acme/api`);
    expect(told(asked.problem)).toMatch(/^rate-limited: .*2026-11-26T13:00:00Z/);
    expect(asked.waits).toEqual([]);
  });

  it('by saying nothing is given up', async () => {
    const registry = await startRegistry({ instead: () => true });
    const image = registryImage(`${registry.host}/acme/api`)._unsafeUnwrap();
    const requests = openRequests({
      image,
      found: { credential: null, problem: null },
      allowHosts: [],
      connection: { env: {}, idleMs: 50 },
      hide: () => undefined,
      clock: { now: () => '2026-11-26T12:00:00Z', sleep: async () => undefined },
      onWait: () => undefined,
    });
    const signal = new AbortController().signal;
    await expect(listTags(image, requests, 10, signal)).rejects.toMatchObject({ problem: { kind: 'unavailable' } });
    await requests.close();
  });

  it('by not being there is told', async () => {
    const asked = await askFor('127.0.0.1:1/acme/api');
    expect(asked.problem?.kind).toMatch(/^(unavailable|usage)$/);
  });
});

describe('a redirect to another host', () => {
  it('is followed without credentials, and who waits there gets none by asking', async () => {
    const other = await startRegistry({ auth: 'basic' });
    const registry = await startRegistry({
      auth: 'basic',
      instead: (request, response) => {
        if (request.headers.authorization === undefined) return false;
        response.writeHead(307, { location: `http://${other.host}${request.url}` });
        response.end();
        return true;
      },
    });
    const asked = await askFor(`${registry.host}/acme/api`, { login: loginTo(registry.host) });
    expect(asked.problem?.kind).toBe('unauthenticated');
    expect(other.requests.map((one) => one.authorization)).toEqual([null]);
  });
});
