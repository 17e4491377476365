import { describe, expect, it } from 'vitest';
import { startRegistry } from './registry-server.js';
import { gitops } from './repository.js';
import { loginTo, registryRepository, runSimulate, writeLogin } from './simulate-registry.js';

describe('simulate --registry', () => {
  it('asks the registry of each image, and says where the tags came from', async () => {
    const registry = await startRegistry({ auth: 'bearer' });
    for (const tag of ['1.8.2', '1.9.0', '2.0.0']) registry.push('acme/payments', tag);
    const folder = registryRepository(registry.host);
    const env = { DOCKER_CONFIG: writeLogin(loginTo(registry.host)) };
    const ran = await runSimulate(folder, ['--verbose'], env);
    expect(ran.exitCode, ran.err).toBe(0);
    const image = `${registry.host}/acme/payments`;
    expect(ran.answer.sources).toEqual([
      { image, from: 'registry', registry: image, tags: 3, cut: false, problem: null },
    ]);
    expect(ran.answer.images[0]).toMatchObject({ decision: 'update', tags: { selected: '1.9.0' } });
    expect(ran.out + ran.err).not.toContain('s3cret-password');
    expect(ran.err).not.toMatch(/token-[0-9a-f]{20}/);

    const text = await gitops(folder, ['simulate', '--registry', '--limit', '2'], { env });
    expect(text.out).toContain(`  2 tags of ${image}; there are more`);
    expect(text.out).toContain('1.8.2 → 1.9.0  would be updated');
    expect(text.err).toContain(`has more than 2 tags of ${image}`);
    expect(text.err).toContain('--limit 20');
  });

  it('chooses by date and by digest, for the platforms that count', async () => {
    const registry = await startRegistry();
    const images = (amd64: string, arm64: string) => [
      { platform: 'linux/amd64', created: `2026-${amd64}-01T00:00:00Z` },
      { platform: 'linux/arm64', created: `2026-${arm64}-01T00:00:00Z` },
    ];
    for (const name of ['usual', 'arm']) {
      registry.push(`acme/${name}`, 'x', images('01', '09'));
      registry.push(`acme/${name}`, 'y', images('02', '08'));
    }
    registry.push('acme/arm', 'z', [{ platform: 'windows/amd64', created: '2026-12-01T00:00:00Z' }]);
    const digest = registry.push('acme/same', 'main');
    const other = registry.push('acme/other', 'main');
    const tracking = { strategy: 'digest', constraint: ':main' };
    const folder = registryRepository(registry.host, {
      usual: { strategy: 'newest-build', constraint: '' },
      arm: { strategy: 'newest-build', constraint: '', platforms: 'linux/arm64' },
      same: { ...tracking, version: `main@${digest}` },
      other: { ...tracking, version: 'main' },
    });
    const ran = await runSimulate(folder, []);
    const decided = ran.answer.images.map((one) => [one.application, one.decision, one.tags?.selected, one.digest]);
    expect(Object.fromEntries(decided.map(([name, ...rest]) => [name, rest]))).toEqual({
      usual: ['update', 'y', null],
      arm: ['update', 'x', null],
      same: ['unchanged', 'main', digest],
      other: ['update', 'main', other],
    });
    const arm = ran.answer.images.find((one) => one.application === 'arm');
    expect(arm?.tags?.refused).toContainEqual({ tag: 'z', why: 'other-platform' });

    const onArm = await runSimulate(folder, ['--platform', 'linux/arm64', '--app', 'usual']);
    expect(onArm.answer.images[0]?.tags?.selected).toBe('x');
  });

  it('goes on where one of several registries does not answer, and fails all the same', async () => {
    const registry = await startRegistry();
    registry.push('acme/payments', '1.9.0');
    const folder = registryRepository(registry.host, { payments: {}, users: {} });
    const ran = await runSimulate(folder, []);
    expect(ran.exitCode).toBe(3);
    expect(ran.answer.images.map((one) => [one.application, one.decision])).toEqual([
      ['payments', 'update'],
      ['users', 'no-tags'],
    ]);
    expect(ran.answer.sources.map((one) => one.problem?.kind ?? null)).toEqual([null, 'not-found']);
    expect(ran.err).toContain('knows no image acme/users');
    const text = await gitops(folder, ['simulate', '--registry']);
    expect(text.out).toContain(`${registry.host}/acme/users: ${registry.host} knows no image acme/users`);
  });

  it('fails with what the registry said where none answers', async () => {
    const registry = await startRegistry();
    const ran = await runSimulate(registryRepository(registry.host, { payments: {}, users: {} }), []);
    expect(ran.exitCode).toBe(3);
    expect(ran.answer.error).toMatchObject({ kind: 'not-found', also: [{ kind: 'not-found' }] });
  });

  it('asks for no image that tags are given for, that is not selected, or without being told to', async () => {
    const registry = await startRegistry();
    registry.push('acme/payments', '1.9.0');
    const folder = registryRepository(registry.host, { payments: {}, users: {}, orders: {} });
    const ran = await runSimulate(folder, ['users=1.9.9', '--except', 'orders']);
    expect(ran.exitCode, ran.err).toBe(0);
    expect(ran.answer.sources.map((one) => [one.image, one.registry === null])).toEqual([
      ['users', true],
      [`${registry.host}/acme/payments`, false],
    ]);
    expect(registry.requests.every((one) => one.url.includes('/acme/payments/'))).toBe(true);
    const before = registry.requests.length;
    const quiet = await gitops(folder, ['simulate', 'users=1.9.9']);
    expect([quiet.exitCode, registry.requests.length]).toEqual([0, before]);
  });

  it.each([
    [['--registry', '--limit', '0'], {}, 'is no number of tags'],
    [['--registry', '--limit', 'many'], {}, 'is no number of tags'],
    [['payments=1.0.0', '--limit', '5'], {}, '--limit is for the tags that a registry is asked for'],
    [['--registry', '--platform', 'arm64'], {}, 'is no platform'],
    [['--registry'], { broken: true }, 'config.json cannot be read: it is no JSON object'],
  ])('refuses %j', async (args, { broken = false }: { broken?: boolean }, says) => {
    const env = broken ? { DOCKER_CONFIG: writeLogin('{') } : {};
    const ran = await gitops(registryRepository('127.0.0.1:1'), ['simulate', ...args], { env });
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain(says);
  });

  it('ends with Ctrl-C', async () => {
    const controller = new AbortController();
    const registry = await startRegistry({
      instead: () => {
        controller.abort();
        return true;
      },
    });
    const folder = registryRepository(registry.host);
    const ran = await gitops(folder, ['simulate', '--registry', '--output', 'json'], { signal: controller.signal });
    expect(JSON.parse(ran.out)).toMatchObject({ error: { kind: 'aborted' } });
  });
});
