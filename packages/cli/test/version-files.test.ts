import { describe, expect, it } from 'vitest';
import { git, gitops, makeBare, makeRepository } from './repository.js';

const files = {
  'gitops.yaml':
    'version: 1\nversions:\n  - { files: "image-tags/{environment}/{application}", key: image_tag, image: "ghcr.io/acme/{application}" }\n',
  'image-tags/staging/account-api': 'image_tag: v738\n',
  'image-tags/production/account-api': 'image_tag: v737\n',
};

describe('versions in files without an extension', () => {
  it('are read of a working tree', async () => {
    const status = await gitops(makeRepository(files), ['status', '--explain']);
    expect(status.exitCode).toBe(0);
    expect(status.out).toMatch(/account-api\s+v738\s+v737/);
    expect(status.out).toContain('image-tags/production/account-api:1');
    const json = await gitops(makeRepository(files), ['status', '--output', 'json']);
    expect(json.exitCode).toBe(0);
  });

  it('are promoted in a repository without one', async () => {
    const bare = makeBare(files);
    const ran = await gitops('/', ['promote', 'staging', 'production', '--merge', '--repo', bare]);
    expect(ran.err).not.toContain('error');
    expect(ran.exitCode).toBe(0);
    expect(git(bare, 'show', 'main:image-tags/production/account-api')).toBe('image_tag: v738');
  });
});
