import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../model.js';
import { readYaml } from '../yaml/read.js';
import { readApplications, readImages } from './index.js';

const application = (sources: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-prod }
spec:
  project: default
${sources}
  destination: { namespace: prod }
`;

const chart = (folder: string) => ({
  [`${folder}charts/web/Chart.yaml`]: 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  [`${folder}charts/web/values.yaml`]: 'image: ghcr.io/acme/web:1.0.0\n',
  [`${folder}charts/web/templates/d.yaml`]: 'image: {{ .Values.image }}\n',
  [`${folder}env/prod.yaml`]: 'image: ghcr.io/acme/web:2.0.0\n',
});

function read(file: string, text: string, files: Readonly<Record<string, string>>) {
  const [found] = readApplications(readYaml(text, file)._unsafeUnwrap()).applications;
  if (found === undefined) throw new Error('no Application');
  return readImages(found, snapshotOf({ ...files, [file]: text }));
}

const single = application(
  '  source: { repoURL: https://x/y, path: charts/web, helm: { valueFiles: [/env/prod.yaml] } }',
);

describe('an Application whose paths lead nowhere from the root', () => {
  test('is read from the nearest folder above it from which they do, value files as well', () => {
    const { rendered, notes, images } = read('lessons/2/argocd/web.yaml', single, {
      ...chart('lessons/2/'),
      ...chart('lessons/1/'),
    });
    expect(rendered).toEqual(['ghcr.io/acme/web:2.0.0']);
    expect(images[0]?.pins[0]?.file).toBe('lessons/2/env/prod.yaml');
    expect(notes).toMatchObject([{ kind: 'tree-nested', message: expect.stringContaining('lessons/2') }]);
  });

  test('is so with a reference to another source of the same tree', () => {
    const sources = application(`  sources:
    - { repoURL: https://x/y, path: charts/web, helm: { valueFiles: [$values/env/prod.yaml] } }
    - { repoURL: https://x/y, ref: values }`);
    expect(read('nested/apps/web.yaml', sources, chart('nested/')).rendered).toEqual(['ghcr.io/acme/web:2.0.0']);
  });

  test('is elsewhere where no folder above it has them', () => {
    const { rendered, notes } = read('argocd/web.yaml', single, chart('other/'));
    expect(rendered).toEqual([]);
    expect(notes).toMatchObject([{ kind: 'value-file-elsewhere' }, { kind: 'chart-elsewhere' }]);
  });

  test('is read from the root where its paths are there', () => {
    const { images, notes } = read('nested/web.yaml', single, { ...chart(''), ...chart('nested/') });
    expect(images[0]?.pins[0]?.file).toBe('env/prod.yaml');
    expect(notes).toEqual([]);
  });
});
