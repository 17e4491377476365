import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../model.js';
import { readYaml } from '../yaml/read.js';
import { readApplications, readImages } from './index.js';

function read(source: string, files: Readonly<Record<string, string>> = {}) {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-prod }
spec:
  project: default
  destination: { namespace: prod }
${source}`;
  const [found] = readApplications(readYaml(text, 'web.yaml')._unsafeUnwrap()).applications;
  if (found === undefined) throw new Error('no Application');
  return readImages(found, snapshotOf({ ...files, 'web.yaml': text }), {
    updaterImages: [{ alias: null, image: 'ghcr.io/acme/web' }],
  });
}

describe('a source whose files are in another repository', () => {
  test('parameters of a chart there are pins', () => {
    const { images, problems, notes } = read(`  source:
    repoURL: https://git.example.com/acme/charts
    path: charts/web
    helm:
      parameters:
        - { name: image.tag, value: 1.7.0 }
`);
    expect(problems).toEqual([]);
    expect(images).toMatchObject([
      {
        image: 'ghcr.io/acme/web',
        version: { tag: '1.7.0' },
        pins: [{ kind: 'helm-parameter', part: 'version', at: { file: 'web.yaml', line: 12 } }],
      },
    ]);
    expect(notes).toMatchObject([{ kind: 'chart-elsewhere', message: expect.stringContaining('"charts/web"') }]);
  });

  test('values of a chart there are pins, and so is the tag that is followed', () => {
    const { images } = read(`  source:
    repoURL: https://git.example.com/acme/charts
    targetRevision: 1.2.3
    path: charts/web
    helm:
      valuesObject:
        image: { repository: ghcr.io/acme/web, tag: 1.7.0 }
`);
    expect(images).toMatchObject([
      { image: 'ghcr.io/acme/web', pins: [{ kind: 'helm-values' }] },
      {
        image: 'git.example.com/acme/charts',
        what: 'revision',
        version: { tag: '1.2.3' },
        pins: [{ kind: 'git-revision', at: { line: 9 } }],
      },
    ]);
  });

  test('value files beside the chart are there as well, whatever lies here under their name', () => {
    const own = { 'values-prod.yaml': 'image: { repository: ghcr.io/acme/web, tag: 0.0.1 }\n' };
    for (const where of ['chart: web', 'path: charts/web']) {
      const { images, problems, notes } = read(
        `  source:\n    repoURL: https://charts.example.com\n    targetRevision: 1.2.3\n    ${where}\n    helm: { valueFiles: [values-prod.yaml] }\n`,
        own,
      );
      expect(problems).toEqual([]);
      expect(images.filter((one) => one.what === undefined)).toEqual([]);
      expect(notes.map(({ kind }) => kind)).toEqual(['value-file-elsewhere', 'chart-elsewhere']);
    }
  });

  test('value files of this repository are read for a chart there', () => {
    const { images } = read(
      `  sources:
    - repoURL: https://git.example.com/acme/charts
      path: charts/web
      helm: { valueFiles: [$here/env/prod.yaml] }
    - { repoURL: https://git.example.com/acme/gitops, ref: here }
`,
      { 'env/prod.yaml': 'image: { repository: ghcr.io/acme/web, tag: 1.7.0 }\n' },
    );
    expect(images).toMatchObject([{ version: { tag: '1.7.0' }, pins: [{ file: 'env/prod.yaml' }] }]);
  });

  test('images that the Application sets of a kustomization there are pins', () => {
    const { images, notes } = read(`  source:
    repoURL: https://git.example.com/acme/manifests
    path: web/base
    kustomize:
      images:
        - ghcr.io/acme/web:1.7.0
        - side=ghcr.io/acme/side:2.0.0
`);
    expect(images).toMatchObject([
      { image: 'ghcr.io/acme/side', version: { tag: '2.0.0' } },
      { image: 'ghcr.io/acme/web', version: { tag: '1.7.0' }, pins: [{ kind: 'application-kustomize-image' }] },
    ]);
    expect(notes).toMatchObject([{ kind: 'kustomization-elsewhere' }]);
  });

  test('a source that sets nothing is said, not guessed', () => {
    const { images, notes } = read('  source: { repoURL: https://git.example.com/acme/manifests, path: web }\n');
    expect(images).toEqual([]);
    expect(notes).toMatchObject([{ kind: 'source-elsewhere' }]);
  });
});
