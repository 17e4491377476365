import { describe, expect, it } from 'vitest';
import { startRegistry } from './registry-server.js';
import { registryRepository, runSimulate } from './simulate-registry.js';

describe('simulate --registry', () => {
  it('asks the registry of each image, and says where the tags came from', async () => {
    const registry = await startRegistry();
    for (const tag of ['1.8.2', '1.9.0', '2.0.0']) registry.push('acme/payments', tag);
    const ran = await runSimulate(registryRepository(registry.host), []);
    expect(ran.exitCode, ran.err).toBe(0);
    expect(ran.answer.sources).toEqual([
      {
        image: `${registry.host}/acme/payments`,
        from: 'registry',
        registry: `${registry.host}/acme/payments`,
        tags: 3,
        cut: false,
        problem: null,
      },
    ]);
    expect(ran.answer.images[0]).toMatchObject({ decision: 'update', tags: { selected: '1.9.0' } });
    expect(registry.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v2/acme/payments/tags/list?n=1000',
    ]);
  });
});
