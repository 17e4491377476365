import { describe, expect, it } from 'vitest';
import { fleetOf, namedFiles, planPromotion, snapshotOf } from '../src/index.js';
import { shop } from './shop.js';

const now = '2026-11-25T10:00:00Z';
type Files = Readonly<Record<string, string>>;

const fleet = (files: Files) => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();
const promote = (files: Files) => planPromotion(fleet(files), { from: 'staging', to: ['production'], now, by: 'ana' });

const govern: Files = {
  'gitops.yaml': `version: 1
versions:
  - files: image-tags/{environment}/{application}
    key: image_tag
    image: ghcr.io/acme/{application}
`,
  'image-tags/staging/account-api': 'image_tag: v738 # by the pipeline\npromote_deployment: true\n',
  'image-tags/production/account-api': 'image_tag: v737\npromote_deployment: true',
  'image-tags/production/search': 'image_tag: "12"\n',
};

describe('versions in files that gitops.yaml names', () => {
  it('are applications of their own where nothing of Argo CD is there', () => {
    const found = fleet(govern);
    expect(found.environments.map((one) => [one.name, one.from, one.instances.map((i) => i.application)])).toEqual([
      ['staging', [], ['account-api']],
      ['production', ['staging'], ['account-api', 'search']],
    ]);
    expect(found.environments[1]?.instances[1]).toMatchObject({
      resource: { kind: 'VersionFile', file: 'image-tags/production/search' },
      images: [
        { image: 'ghcr.io/acme/search', version: { tag: '12' }, pins: [{ kind: 'version-file', at: { line: 1 } }] },
      ],
    });
  });

  it('are promoted, and nothing else of the file changes', () => {
    expect(promote(govern)._unsafeUnwrap().changes[0]?.files).toMatchObject([
      { path: 'image-tags/production/account-api', after: 'image_tag: v738\npromote_deployment: true' },
    ]);
  });

  it('belong to the environments that gitops.yaml declares, by any of their names', () => {
    const declared = {
      ...govern,
      'gitops.yaml': `${govern['gitops.yaml']}environments:\n  staging: {}\n  live: { from: staging, aliases: [production] }\n`,
    };
    expect(fleet(declared).environments.map((one) => [one.name, one.instances.length])).toEqual([
      ['staging', 1],
      ['live', 2],
    ]);
  });

  it('may name the image themselves, and stand below other keys', () => {
    const files = {
      'gitops.yaml':
        'version: 1\nversions:\n  - { files: "env/{environment}.yaml", key: "services.web", image: ghcr.io/acme/web }\n',
      'env/dev.yaml': 'services:\n  web: registry.example.com/web:2\n',
      'env/prod.yaml': 'services:\n  web: registry.example.com/web:1\n',
    };
    const plan = planPromotion(fleet(files), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
    expect(plan.versions).toMatchObject([{ application: 'web', image: 'registry.example.com/web' }]);
    expect(plan.changes[0]?.files[0]?.after).toBe('services:\n  web: registry.example.com/web:2\n');
  });

  it('decide for an Application of that name', () => {
    const files = shop({
      dev: { users: '2.1.0' },
      prod: { users: '2.0.4' },
      extra: {
        'gitops.yaml':
          'version: 1\nversions:\n  - { files: "tags/{environment}/{application}.yaml", key: tag, image: "ghcr.io/acme/{application}" }\n',
        'tags/prod/users.yaml': 'tag: 1.0.0\n',
      },
    });
    const [image] = fleet(files).environments[1]?.instances[0]?.images ?? [];
    expect(image).toMatchObject({ version: { tag: '1.0.0' }, pins: [{ file: 'tags/prod/users.yaml' }] });
  });

  it.each([
    ['no such key', 'other: v1\n'],
    ['a list there', 'image_tag: [v1]\n'],
    ['nothing there', 'image_tag:\n'],
    ['no version there', 'image_tag: "a b"\n'],
    ['no YAML', 'image_tag: [\n'],
  ])('are told with their place where there is %s, and nothing is changed', (_, text) => {
    const files = { ...govern, 'image-tags/production/account-api': text };
    expect(fleet(files).unreadable).toMatchObject([{ at: { file: 'image-tags/production/account-api' } }]);
    expect(promote(files).isErr()).toBe(true);
  });
});

describe('namedFiles', () => {
  it('are those without an extension of YAML', () => {
    const named = namedFiles({ files: { 'gitops.yaml': govern['gitops.yaml'] ?? '' } });
    expect(named?.globs).toEqual(['image-tags/*/*']);
    expect(named?.matches('image-tags/staging/account-api')).toBe(true);
    expect(named?.matches('other/staging/account-api')).toBe(false);
    expect(namedFiles({ files: shop() })).toBeNull();
  });
});
