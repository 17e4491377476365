import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../model.js';
import { readYaml } from '../yaml/read.js';
import { isFixedRevision } from './git-revisions.js';
import { readApplications, readImages } from './index.js';

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: web, image: "ghcr.io/acme/web:0.0.9" }] } } }
`;

function read(sources: string) {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-prod }
spec:
  project: default
  destination: { namespace: prod }
${sources}`;
  const [found] = readApplications(readYaml(text, 'web.yaml')._unsafeUnwrap()).applications;
  if (found === undefined) throw new Error('no Application');
  return readImages(found, snapshotOf({ 'web.yaml': text, 'web/deployment.yaml': manifest }));
}

const source = (revision: string, path = 'web'): string =>
  `  source: { repoURL: https://git.example.com/acme/gitops.git, path: ${path}, targetRevision: "${revision}" }\n`;

describe('isFixedRevision', () => {
  test.each(['v1.2.3', '1.2.3', '1.2', 'v1.2.3-rc.1', 'web-v1.2.3', 'web/1.2.3', 'refs/tags/v2.0.0', 'a'.repeat(40)])(
    '%s is a version',
    (targetRevision) => expect(isFixedRevision({ chart: '', targetRevision })).toBe(true),
  );
  test.each(['', 'HEAD', 'main', 'release/2024', 'feature-12', '1.*', 'refs/heads/v1', 'abc1234', '7'])(
    '%s is none',
    (targetRevision) => expect(isFixedRevision({ chart: '', targetRevision })).toBe(false),
  );
  test('that of a chart is the version of the chart', () =>
    expect(isFixedRevision({ chart: 'web', targetRevision: '1.2.3' })).toBe(false));
});

describe('a tag that an Application follows', () => {
  test('is its version; the images of that tag are not those that lie here', () => {
    const { images, notes } = read(source('v1.7.0'));
    expect(images).toMatchObject([
      { image: 'git.example.com/acme/gitops', what: 'revision', version: { tag: 'v1.7.0', digest: null } },
    ]);
    expect(images[0]?.pins).toMatchObject([{ kind: 'git-revision', part: 'tag', value: 'v1.7.0', at: { line: 7 } }]);
    expect(notes.map(({ message }) => message)).toEqual([
      'web-prod follows https://git.example.com/acme/gitops.git at v1.7.0; the images of that revision were not read.',
    ]);
  });

  test('a branch is none: what lies here is what runs', () => {
    const { images } = read(source('main'));
    expect(images).toMatchObject([{ image: 'ghcr.io/acme/web', version: { tag: '0.0.9' } }]);
    expect(images).toHaveLength(1);
  });

  test('sources of one repository move together where they are at one tag, and are told apart where not', () => {
    const two = (a: string, b: string): string => `  sources:
    - { repoURL: https://git.example.com/acme/deploy, path: api, targetRevision: ${a} }
    - { repoURL: git@git.example.com:acme/deploy.git, path: ui, targetRevision: ${b} }
`;
    expect(read(two('v1.0.0', 'v1.0.0')).images.map(({ image, pins }) => [image, pins.length])).toEqual([
      ['git.example.com/acme/deploy', 2],
    ]);
    expect(read(two('v1.0.0', 'v2.0.0')).images.map(({ image, version }) => [image, version?.tag])).toEqual([
      ['git.example.com/acme/deploy/api', 'v1.0.0'],
      ['git.example.com/acme/deploy/ui', 'v2.0.0'],
    ]);
  });
});
