import { describe, expect, it } from 'vitest';
import { fleetOf, planFreeze, planPromotion, planRevert, snapshotOf } from '../src/index.js';

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

  it('is refused where Helm would refuse it, and told what cannot be followed', () => {
    const template = (text: string): Files => ({
      'charts/web/templates/deployment.yaml': `image: "acme/web:${text}"\n`,
    });
    const failing = read(made('', template('{{ .Values.no.tag }}'))).environments[0]?.instances[0];
    expect(failing?.problems).toMatchObject([{ at: { file: 'charts/web/templates/deployment.yaml', line: 1 } }]);
    const notes = read(made('', template('{{ randAlpha 5 }}'))).notes;
    expect(notes.map(({ kind }) => kind)).toContain('image-not-followed');
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

describe('a remote resource of a kustomization', () => {
  const overlay = (revision: string, tag: string): string => `resources:
  - https://github.com/acme/deploy/config/default?ref=${revision} # by the pipeline
  - https://github.com/acme/deploy/config/monitoring?ref=${revision}
  - deployment.yaml
images:
  - name: acme/web
    newTag: "${tag}"
`;
  const commit = (sign: string): string => sign.repeat(40);
  const deployment =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: w, image: acme/web }] } } }\n';
  const files = (dev: string, prod: string): Files =>
    repository(dev, prod, { 'overlays/dev/deployment.yaml': deployment, 'overlays/prod/deployment.yaml': deployment });

  it('is tracked by its repository, and its revision is promoted wherever it stands', () => {
    const tree = files(overlay(commit('a'), '2'), overlay(commit('b'), '1'));
    expect(versions(tree)[1]).toEqual(['prod', ['acme/web:1', `github.com/acme/deploy:${commit('b')}`]]);
    expect(promote(tree)).toEqual({ 'overlays/prod/kustomization.yaml': overlay(commit('a'), '2') });
  });

  it('is told apart by its path where revisions differ, and is none on a branch', () => {
    const two = overlay(commit('a'), '2').replace(`monitoring?ref=${commit('a')}`, 'monitoring?ref=v1.2.0');
    const old = two.replace('v1.2.0', 'v1.1.0');
    expect(promote(files(two, old))).toEqual({ 'overlays/prod/kustomization.yaml': two });
    expect(versions(files(overlay('main', '2'), overlay('main', '1')))[0]).toEqual(['dev', ['acme/web:2']]);
  });
});

describe('a version that several targets share', () => {
  const manifest = (image: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: w, image: "${image}" }] } } }\n`;
  const files: Files = {
    ...Object.fromEntries(['dev', 'prod-eu', 'prod-us'].map((one) => [`apps/${one}.yaml`, application(one)])),
    'overlays/dev/kustomization.yaml': 'resources: [deployment.yaml]\n',
    'overlays/dev/deployment.yaml': manifest('acme/web:2'),
    'overlays/prod-eu/kustomization.yaml': 'resources: [../../prod]\n',
    'overlays/prod-us/kustomization.yaml': 'resources: [../../prod]\n',
    'prod/kustomization.yaml': 'resources: [deployment.yaml]\n',
    'prod/deployment.yaml': manifest('acme/web:1'),
    'gitops.yaml': 'version: 1\nenvironments: { dev: {}, prod-eu: { from: dev }, prod-us: { from: dev } }\n',
  };
  const plan = (to: readonly string[], more: Files = {}) =>
    planPromotion(read({ ...files, ...more }), { from: 'dev', to, now, by: 'ana' });

  it('is promoted into all of them, and into none alone', () => {
    const changed = plan(['prod-eu', 'prod-us'])._unsafeUnwrap();
    expect(changed.changes.flatMap((one) => one.files)).toMatchObject([
      { path: 'prod/deployment.yaml', after: manifest('acme/web:2') },
    ]);
    expect(changed.versions.map((one) => one.environment)).toEqual(['prod-eu', 'prod-us']);
    expect(plan(['prod-eu'])._unsafeUnwrapErr()).toMatchObject({
      kind: 'shared-pin',
      remedy: expect.stringContaining('gitops promote dev prod-eu,prod-us'),
    });
  });

  it('is taken back in all of them, and in none alone', () => {
    const [file] = plan(['prod-eu', 'prod-us'])
      ._unsafeUnwrap()
      .changes.flatMap((one) => one.files);
    const after = read({ ...files, ...(file === undefined ? {} : { [file.path]: file.after ?? '' }) });
    const landed = { before: 'a'.repeat(40), last: 'b'.repeat(40) };
    const back = (environment: string | null) =>
      planRevert(after, { before: read(files), after, landed, environment, now, by: 'ben' });
    expect(
      back(null)
        ._unsafeUnwrap()
        .changes.flatMap((one) => one.files),
    ).toMatchObject([{ path: 'prod/deployment.yaml', after: manifest('acme/web:1') }]);
    expect(back('prod-eu')._unsafeUnwrapErr()).toMatchObject({ kind: 'shared-pin' });
  });

  it('stays where one of them is frozen for the application', () => {
    const frozen = planFreeze(read(files), {
      environment: 'prod-us',
      selection: { applications: ['web'] },
      reason: 'audit',
      now,
      by: 'ana',
    })._unsafeUnwrap();
    const records = frozen.changes.flatMap((one) => one.files.map(({ path, after }) => [path, after ?? '']));
    const refused = plan(['prod-eu', 'prod-us'], Object.fromEntries(records))._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: 'shared-pin', message: expect.stringContaining('of web in prod-us') });
    expect(refused.remedy).toContain('Move all of them to the same version');
  });
});
