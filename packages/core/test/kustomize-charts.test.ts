import { describe, expect, it } from 'vitest';
import { fleetOf, planPromotion, snapshotOf } from '../src/index.js';

const now = '2026-11-27T10:00:00Z';
type Files = Readonly<Record<string, string>>;

const application = (environment: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-${environment} }
spec:
  source: { repoURL: https://git.example/acme/gitops.git, path: overlays/${environment} }
`;

const repository = (dev: string, prod: string, more: Files = {}): Files => ({
  'apps/dev.yaml': application('dev'),
  'apps/prod.yaml': application('prod'),
  'overlays/dev/kustomization.yaml': dev,
  'overlays/prod/kustomization.yaml': prod,
  ...more,
});

const read = (files: Files) => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();

const versions = (files: Files) =>
  read(files).environments.map(({ name, instances }) => [
    name,
    instances.flatMap(({ images }) => images.map(({ image, version }) => `${image}:${version?.tag ?? 'none'}`)),
  ]);

const promote = (files: Files) => {
  const plan = planPromotion(read(files), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
  return Object.fromEntries(plan.changes.flatMap(({ files: changed }) => changed.map((one) => [one.path, one.after])));
};

describe('a chart of a registry that a kustomization inflates', () => {
  const overlay = (version: string, tag: string): string => `helmCharts:
  - name: redis
    repo: https://charts.example.com/stable
    version: ${version} # the chart
    valuesInline:
      image: { repository: acme/redis, tag: "${tag}" }
`;

  it('is promoted with the images of its values', () => {
    const files = repository(overlay('20.1.0', '8.0'), overlay('19.6.4', '7.4'));
    expect(versions(files)).toEqual([
      ['dev', ['acme/redis:8.0', 'charts.example.com/stable/redis:20.1.0']],
      ['prod', ['acme/redis:7.4', 'charts.example.com/stable/redis:19.6.4']],
    ]);
    expect(promote(files)).toEqual({ 'overlays/prod/kustomization.yaml': overlay('20.1.0', '8.0') });
  });

  it('is no version where a registry decides it, and what is not there is no chart of a registry', () => {
    const range = overlay('20.x', '8.0');
    expect(versions(repository(range, range))[0]).toEqual(['dev', ['acme/redis:8.0']]);
    const nowhere = overlay('20.1.0', '8.0').replace(/ {4}repo:.*\n/, '');
    expect(versions(repository(nowhere, nowhere))[0]).toEqual(['dev', ['acme/redis:8.0']]);
  });

  it('of a base is shared, and an overlay sets images as anywhere', () => {
    const over = (tag: string): string =>
      `resources: [../../base]\nimages:\n  - name: acme/redis\n    newTag: "${tag}"\n`;
    const files = repository(over('8.1'), over('7.4'), { 'base/kustomization.yaml': overlay('20.1.0', '1.0') });
    expect(versions(files)[1]).toEqual(['prod', ['acme/redis:7.4', 'charts.example.com/stable/redis:20.1.0']]);
    expect(promote(files)).toEqual({ 'overlays/prod/kustomization.yaml': over('8.1') });
  });
});

describe('a chart of the repository that a kustomization inflates', () => {
  const chart: Files = {
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
    'charts/web/values.yaml': 'image: { name: acme/web, tag: "0.0.1" }\n',
    'charts/web/templates/deployment.yaml': 'image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"\n',
  };
  const overlay = (environment: string, lines: string): string => `helmGlobals: { chartHome: ../../charts }
helmCharts:
  - name: web
    valuesFile: values-${environment}.yaml
${lines}`;
  const file = (tag: string): string => `image:\n  tag: "${tag}"\n`;
  const made = (lines: string, more: Files = {}): Files =>
    repository(overlay('dev', lines), overlay('prod', lines), {
      ...chart,
      'overlays/dev/values-dev.yaml': file('1.2'),
      'overlays/prod/values-prod.yaml': file('1.1'),
      ...more,
    });

  it('is rendered with the values of its file, where the version is written', () => {
    expect(versions(made(''))).toEqual([
      ['dev', ['acme/web:1.2']],
      ['prod', ['acme/web:1.1']],
    ]);
    expect(promote(made(''))).toEqual({ 'overlays/prod/values-prod.yaml': file('1.2') });
  });

  it.each([
    ['inline values win', '    valuesInline: { image: { tag: inline } }\n', 'acme/web:inline'],
    [
      'unless they are merged',
      '    valuesInline: { image: { tag: inline } }\n    valuesMerge: merge\n',
      'acme/web:1.2',
    ],
    [
      'or take the place of the file',
      '    valuesInline: { image: { name: acme/x } }\n    valuesMerge: replace\n',
      'acme/x:0.0.1',
    ],
    ['further files win over both', '    additionalValuesFiles: [../../more.yaml]\n', 'acme/web:more'],
  ])('as Kustomize does: %s', (_, lines, image) => {
    expect(versions(made(lines, { 'more.yaml': file('more') }))[0]).toEqual(['dev', [image]]);
  });

  it('is refused where its values are not there', () => {
    const { 'overlays/prod/values-prod.yaml': gone, ...files } = made('');
    expect(gone).toBeDefined();
    const prod = read(files).environments[1]?.instances[0];
    expect(prod?.problems).toMatchObject([
      { kind: 'application-invalid', at: { file: 'overlays/prod/kustomization.yaml' } },
    ]);
  });
});
