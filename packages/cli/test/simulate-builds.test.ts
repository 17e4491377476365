import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startRegistry } from './registry-server.js';
import { askFor } from './simulate-protocol.js';
import { loginTo } from './simulate-registry.js';

const newest = { strategy: 'newest-build' } as const;
const at = (date: string): number => Date.parse(date) / 1000;

describe('dates of images', () => {
  it('are read of those that are wanted alone', async () => {
    const registry = await startRegistry();
    registry.push('acme/api', 'a', [
      { platform: 'linux/amd64', created: '2026-01-01T00:00:00.5Z' },
      { platform: 'linux/arm64', created: '2026-03-01T00:00:00Z' },
    ]);
    registry.push('acme/api', 'b', [{ platform: 'linux/arm/v7', created: '2026-02-01T00:00:00+01:00' }]);
    const asked = await askFor(`${registry.host}/acme/api`, { rules: [{ ...newest, platforms: ['linux/amd64'] }] });
    expect(asked.tags.map(({ name, builds }) => [name, builds])).toEqual([
      ['a', [{ platform: 'linux/amd64', unixDate: at('2026-01-01T00:00:00.5Z') }, { platform: 'linux/arm64' }]],
      ['b', [{ platform: 'linux/arm/v7' }]],
    ]);
    // the list, two tags, one image of the index, and two configurations
    expect(registry.requests).toHaveLength(6);
  });

  it('are read of all where several applications want several', async () => {
    const registry = await startRegistry();
    registry.push('acme/api', 'a', [
      { platform: 'linux/amd64', created: '2026-01-01T00:00:00Z' },
      { platform: 'linux/arm64', created: '2026-03-01T00:00:00Z' },
    ]);
    const rules = [
      { ...newest, platforms: ['linux/amd64'] },
      { ...newest, platforms: ['linux/arm64'] },
    ];
    const { tags } = await askFor(`${registry.host}/acme/api`, { rules });
    expect(tags[0]?.builds?.map((one) => one.unixDate)).toEqual([
      at('2026-01-01T00:00:00Z'),
      at('2026-03-01T00:00:00Z'),
    ]);
  });

  it('are asked for of no tag that is filtered out, and of none where names decide', async () => {
    const registry = await startRegistry();
    for (const tag of ['dev-1', 'rel-1', 'rel-2']) registry.push('acme/api', tag);
    const rules = [{ ...newest, allowTags: 'regexp:^rel-', ignoreTags: ['*-2'] }];
    const { tags } = await askFor(`${registry.host}/acme/api`, { rules });
    expect(tags.map(({ name, builds }) => [name, builds?.length ?? 0])).toEqual([
      ['dev-1', 0],
      ['rel-1', 1],
      ['rel-2', 0],
    ]);
    const plain = await askFor(`${registry.host}/acme/api`, { rules: [{ strategy: 'alphabetical' }, {}] });
    expect(plain.tags).toEqual([{ name: 'dev-1' }, { name: 'rel-1' }, { name: 'rel-2' }]);
  });

  const text = (value: object): string => JSON.stringify(value);
  const digestOf = (body: string): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const undated = text({ os: 'linux', architecture: 'amd64' });
  it.each([
    ['no JSON', ''],
    [text({ schemaVersion: 1, history: [] }), ''],
    [text({ manifests: [] }), ''],
    [text({ manifests: [{ platform: { os: 'linux', architecture: 'amd64' }, digest: '../x' }] }), ''],
    [text({ config: { digest: digestOf(undated) } }), undated],
    [text({ config: { digest: digestOf(undated) } }), text({ created: '2026-01-01T00:00:00Z' })],
    [text({ config: { digest: digestOf('{}') } }), '{}'],
  ])('that cannot be read of %j are no dates', async (manifest, blob) => {
    const registry = await startRegistry({
      instead: (request, response) => {
        if (request.url?.includes('/manifests/') !== true && request.url?.includes('/blobs/') !== true) return false;
        response.end(request.url.includes('/blobs/') ? blob : manifest);
        return true;
      },
    });
    registry.push('acme/api', 'a');
    const asked = await askFor(`${registry.host}/acme/api`, { rules: [newest] });
    expect(asked).toMatchObject({ problem: null, tags: [{ name: 'a', unreadable: true }] });
  });

  it('of a tag that is gone meanwhile are none; a registry that stops answering is a problem of all', async () => {
    const broken = (status: number) =>
      startRegistry({
        instead: (request, response) => {
          if (request.url?.endsWith('/manifests/b') !== true) return false;
          response.writeHead(status);
          response.end();
          return true;
        },
      });
    const gone = await broken(404);
    const limited = await broken(429);
    for (const registry of [gone, limited]) for (const tag of ['a', 'b']) registry.push('acme/api', tag);
    const some = await askFor(`${gone.host}/acme/api`, { rules: [newest] });
    expect(some).toMatchObject({ problem: null, tags: [{ name: 'a' }, { name: 'b', unreadable: true }] });
    const none = await askFor(`${limited.host}/acme/api`, { rules: [newest] });
    expect(none).toMatchObject({ problem: { kind: 'rate-limited' }, tags: [] });
  });

  it('are read at another host where the registry leads there, without credentials', async () => {
    const storage = await startRegistry();
    const registry = await startRegistry({
      auth: 'bearer',
      instead: (request, response) => {
        if (request.url?.includes('/blobs/') !== true || request.headers.authorization === undefined) return false;
        response.writeHead(307, { location: `http://${storage.host}${request.url}?X-Amz-Signature=abcdef` });
        response.end();
        return true;
      },
    });
    for (const one of [storage, registry]) one.push('acme/api', 'a');
    const login = loginTo(registry.host);
    const asked = await askFor(`${registry.host}/acme/api`, { rules: [newest], login });
    expect(asked.tags[0]?.builds).toEqual([{ platform: 'linux/amd64', unixDate: at('2026-01-01T00:00:00Z') }]);
    expect(storage.requests.map((one) => one.authorization)).toEqual([null]);
    expect(asked.err).not.toContain('abcdef');
  });

  it('of many tags are read with progress', async () => {
    const registry = await startRegistry();
    for (let index = 0; index < 120; index++) registry.push('acme/api', `t${index}`);
    const asked = await askFor(`${registry.host}/acme/api`, { rules: [newest] });
    expect(asked.tags.every((one) => one.builds?.length === 1)).toBe(true);
    expect(asked.err).toContain(`Reading 120 of the 120 tags of ${registry.host}/acme/api.`);
    expect(asked.err).toContain('Read 100 of 120 tags');
  });
});

describe('the digest of a tag', () => {
  const tracked = { strategy: 'digest', constraint: 'main' } as const;

  it('is asked for by HEAD, of the tracked tag alone', async () => {
    const registry = await startRegistry();
    const digest = registry.push('acme/api', 'main');
    registry.push('acme/api', 'other');
    const asked = await askFor(`${registry.host}/acme/api`, { rules: [tracked] });
    expect(asked.tags).toEqual([{ name: 'main', digest }, { name: 'other' }]);
    expect(registry.requests.map(({ method, url }) => `${method} ${url}`).slice(1)).toEqual([
      'HEAD /v2/acme/api/manifests/main',
    ]);
  });

  it('is computed where HEAD does not tell it', async () => {
    const registry = await startRegistry({
      instead: (request, response) => {
        if (request.method !== 'HEAD') return false;
        response.writeHead(200, { 'docker-content-digest': 'sha256:short' });
        response.end();
        return true;
      },
    });
    const digest = registry.push('acme/api', 'main');
    expect((await askFor(`${registry.host}/acme/api`, { rules: [tracked] })).tags).toEqual([{ name: 'main', digest }]);
  });

  it('comes with the platforms where those count', async () => {
    const registry = await startRegistry();
    const digest = registry.push('acme/api', 'main', [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }]);
    const rules = [{ ...tracked, platforms: ['linux/arm64'] }];
    expect((await askFor(`${registry.host}/acme/api`, { rules })).tags).toEqual([
      { name: 'main', digest, builds: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }] },
    ]);
    expect(registry.requests.map((one) => one.method)).toEqual(['GET', 'GET']);
  });

  it('is known of a tag beyond those that were listed', async () => {
    const registry = await startRegistry();
    for (const tag of ['a', 'b', 'c']) registry.push('acme/api', tag);
    const digest = registry.push('acme/api', 'main');
    const asked = await askFor(`${registry.host}/acme/api`, { rules: [tracked], limit: 2 });
    expect(asked).toMatchObject({ cut: true, tags: [{ name: 'a' }, { name: 'b' }, { name: 'main', digest }] });
    const absent = await askFor(`${registry.host}/acme/api`, { rules: [{ ...tracked, constraint: 'no' }], limit: 2 });
    expect(absent.tags.map((one) => one.name)).toEqual(['a', 'b']);
  });
});
