import { describe, expect, it } from 'vitest';
import { type Fleet, fleetOf, planFreeze, planPromotion, planResume, snapshotOf } from '../src/index.js';

const now = '2026-11-27T10:00:00Z';
type Files = Readonly<Record<string, string>>;

const deployment = (image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: web, image: "${image}" }] } } }\n`;

const overlay = (tag: string): string =>
  `resources: [../../base]\nimages:\n  - name: ghcr.io/acme/web\n    newTag: "${tag}" # what runs\n`;

const overlays = (versions: Readonly<Record<string, string>>, folder = 'web/overlays', base = 'web/base'): Files => ({
  [`${base}/kustomization.yaml`]: 'resources: [web.yaml]\n',
  [`${base}/web.yaml`]: deployment('ghcr.io/acme/web'),
  ...Object.fromEntries(
    Object.entries(versions).map(([name, tag]) => [`${folder}/${name}/kustomization.yaml`, overlay(tag)]),
  ),
});

const chart: Files = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'charts/web/values.yaml': 'image: { repository: ghcr.io/acme/web, tag: "" }\n',
  'charts/web/templates/web.yaml': deployment('{{ .Values.image.repository }}:{{ .Values.image.tag }}').replace(
    /"({{.*}})"/,
    "'$1'",
  ),
};

const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: api-dev }
spec: { source: { repoURL: https://git.example/acme/gitops.git, path: api } }
`;

const read = (files: Files): Fleet => fleetOf(snapshotOf(files))._unsafeUnwrap();
const versions = (fleet: Fleet) =>
  fleet.environments.map((one) => [
    one.name,
    one.instances.map((each) => `${each.application} ${each.images[0]?.version?.tag}`),
  ]);
const told = (fleet: Fleet): readonly string[] =>
  fleet.notes.flatMap((one) => (one.kind === 'sources-without-application' ? [one.message] : []));

describe('manifests whose Applications are elsewhere', () => {
  it('are read by their overlays', () => {
    const fleet = read(overlays({ dev: '1.8.0', prod: '1.7.0' }));
    expect(versions(fleet)).toEqual([
      ['dev', ['web 1.8.0']],
      ['prod', ['web 1.7.0']],
    ]);
    expect(fleet.environments[0]?.instances[0]?.resource).toMatchObject({
      kind: 'Source',
      file: 'web/overlays/dev/kustomization.yaml',
    });
    expect(told(fleet)).toEqual([
      'No Argo CD Application is here: 2 folders and value files are read as if an Application deployed each. What Image Updater changes there is not known.',
    ]);
  });

  it('are read by charts with a value file for each environment, beside it or in folders', () => {
    const beside = {
      ...chart,
      'charts/web/values-dev.yaml': 'image: { tag: "1.8.0" }\n',
      'charts/web/values-prod.yaml': 'image: { tag: "1.7.0" }\n',
      'charts/web/values-extra.yaml': 'image: { tag: "0.0.1" }\n',
    };
    const inFolders = {
      ...chart,
      'charts/web/envs/dev/values.yaml': 'image: { tag: "1.8.0" }\n',
      'charts/web/envs/prod.yaml': 'image: { tag: "1.7.0" }\n',
    };
    for (const files of [beside, inFolders]) {
      expect(versions(read(files))).toEqual([
        ['dev', ['web 1.8.0']],
        ['prod', ['web 1.7.0']],
      ]);
    }
  });

  it('are read by folders of workloads, one application each', () => {
    const fleet = read({
      'dev/web/web.yaml': deployment('ghcr.io/acme/web:1.8.0'),
      'dev/web/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n',
      'dev/api/api.yaml': deployment('ghcr.io/acme/api:3.0.0'),
      'prod/web/web.yaml': deployment('ghcr.io/acme/web:1.7.0'),
    });
    expect(versions(fleet)).toEqual([
      ['dev', ['api 3.0.0', 'web 1.8.0']],
      ['prod', ['web 1.7.0']],
    ]);
  });

  it('have the name of the project where no folder names them, and environments beside others need no known word', () => {
    const files = overlays({ qa: '3', 'prod-eu': '2', 'load-gpu': '1' }, 'envs', 'base');
    const expected = (name: string) => [
      ['qa', [`${name} 3`]],
      ['prod-eu', [`${name} 2`]],
      ['load-gpu', [`${name} 1`]],
    ];
    expect(versions(read(files))).toEqual(expected('app'));
    expect(versions(read({ ...files, 'gitops.yaml': 'version: 1\nname: shop\n' }))).toEqual(expected('shop'));
  });

  it('may be in environments that no word tells in a folder further down', () => {
    const fleet = read(
      overlays({ qa: '1.8.0', 'load-gpu': '1.6.0', prod: '1.7.0' }, 'deploy/web/envs', 'deploy/web/base'),
    );
    expect(versions(fleet).map(([name]) => name)).toEqual(['qa', 'prod', 'load-gpu']);
  });

  it('are none that are left over where they tell no environment', () => {
    const files = {
      ...overlays({ dev: '1.8.0', prod: '1.7.0' }),
      ...overlays({ 'with-mesh': '1', 'with-cache': '2', plain: '3' }, 'web/variants'),
    };
    const fleet = read(files);
    expect(versions(fleet).map(([name]) => name)).toEqual(['dev', 'prod']);
    expect(fleet.notes.map((one) => one.kind)).not.toContain('applications-unassigned');
  });

  it('are promoted as any other', () => {
    const files = overlays({ dev: '1.8.0', prod: '1.7.0' });
    const plan = planPromotion(read(files), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
    expect(plan.changes.flatMap((one) => one.files)).toEqual([
      { path: 'web/overlays/prod/kustomization.yaml', before: overlay('1.7.0'), after: overlay('1.8.0') },
    ]);
  });

  it('are frozen for promotions, and it is said that Image Updater is not kept from them', () => {
    const files = overlays({ dev: '1.8.0', prod: '1.7.0' });
    const plan = planFreeze(read(files), { environment: 'prod', reason: 'QA', by: 'ana', now })._unsafeUnwrap();
    expect(plan.findings.map((one) => one.message)).toEqual([
      'Image Updater is not kept from web: its Application is not in this repository. Promotions into it are.',
    ]);
    const changed = plan.changes.flatMap((one) => one.files);
    expect(changed.map((one) => one.path)).toEqual(['.gitops/freezes/prod.yaml']);
    const frozen = { ...files, ...Object.fromEntries(changed.map((one) => [one.path, one.after ?? ''])) };
    const refused = planPromotion(read(frozen), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrapErr();
    expect(refused.kind).toBe('environment-frozen');
    const resumed = planResume(read(frozen), { environment: 'prod', now })._unsafeUnwrap();
    expect(resumed.changes.flatMap((one) => one.files).map((one) => one.after)).toEqual([null]);
  });
});

describe('folders are no sources', () => {
  const refused = (files: Files): string => fleetOf(snapshotOf(files))._unsafeUnwrapErr().kind;

  it('where one environment alone is named, or none', () => {
    expect(refused(overlays({ prod: '1.7.0' }))).toBe('no-argocd-files');
    expect(refused({ 'a/web.yaml': deployment('web:1'), 'b/web.yaml': deployment('web:2') })).toBe('no-argocd-files');
  });

  it('where an Application is here, unless layout names their files', () => {
    const files = { ...overlays({ dev: '1.8.0', prod: '1.7.0' }), 'apps/api.yaml': application };
    expect(versions(read(files))).toEqual([['dev', ['api undefined']]]);
    const layout = 'version: 1\nlayout: ["{application}/overlays/{environment}/kustomization.yaml"]\n';
    const fleet = read({ ...files, 'gitops.yaml': layout });
    expect(versions(fleet)).toEqual([
      ['dev', ['web 1.8.0']],
      ['prod', ['web 1.7.0']],
    ]);
    expect(told(fleet)).toEqual([
      'Of what "layout" names, 2 folders and value files are read as if an Application deployed each. What Image Updater changes there is not known.',
    ]);
  });

  it('where ignore leaves them out, or where they are no value files', () => {
    const ignore = { 'gitops.yaml': 'version: 1\nignore: ["web/overlays/dev/**"]\n' };
    expect(refused({ ...overlays({ dev: '1.8.0', prod: '1.7.0' }), ...ignore })).toBe('no-argocd-files');
    const atRoot = Object.fromEntries(
      Object.entries(chart).map(([path, text]) => [path.slice('charts/web/'.length), text]),
    );
    const others = {
      '.github/workflows/dev.yaml': 'on: push\njobs: {}\n',
      '.github/workflows/prod.yaml': 'on: push\njobs: {}\n',
      'tests/dev.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n',
    };
    expect(refused({ ...atRoot, ...others })).toBe('no-argocd-files');
    const files = { ...atRoot, ...others, 'values-dev.yaml': 'a: 1\n', 'values-prod.yaml': 'a: 1\n' };
    expect(read(files).environments.flatMap((one) => one.instances.map(({ resource }) => resource.file))).toEqual([
      'values-dev.yaml',
      'values-prod.yaml',
    ]);
  });

  it('where they are bases, components, parts of other charts, or templates', () => {
    const fleet = read({
      ...overlays({ dev: '1.8.0', prod: '1.7.0' }),
      'web/dev/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [x.yaml]\n',
      'web/dev/x.yaml': deployment('ghcr.io/acme/x:1'),
      'web/overlays/dev/charts/web/Chart.yaml': 'apiVersion: v2\nname: outer\nversion: 0.1.0\n',
    });
    expect(versions(fleet)[1]).toEqual(['prod', ['web 1.7.0']]);
    expect(fleet.environments[0]?.instances.map((one) => one.resource.file)).toEqual([
      'web/overlays/dev/kustomization.yaml',
    ]);
  });
});

describe('what no Application here deploys', () => {
  const single = { 'apps/api.yaml': application.replace('api-dev', 'api') };
  const line = 'layout: ["{application}/overlays/{environment}/kustomization.yaml"]';

  it('is told where nothing tells an environment, with the line that reads it', () => {
    const files = { ...overlays({ dev: '1.8.0', prod: '1.7.0' }), ...single };
    const error = fleetOf(snapshotOf(files))._unsafeUnwrapErr();
    expect(error.kind).toBe('no-environments');
    expect(error.remedy).toContain(`write ${line} in gitops.yaml`);
    const fleet = read({ ...files, 'gitops.yaml': `version: 1\n${line}\n` });
    expect(versions(fleet)).toEqual([
      ['dev', ['web 1.8.0']],
      ['prod', ['web 1.7.0']],
    ]);
  });

  it('is a note beside one environment, and none where Applications deploy it, or beside several', () => {
    const notes = (files: Files): readonly string[] =>
      read(files).notes.flatMap((one) => (one.kind === 'sources-unread' ? [one.message] : []));
    const files = { ...overlays({ dev: '1.8.0', prod: '1.7.0' }), 'apps/api.yaml': application };
    expect(notes(files)).toEqual([
      `No Application here deploys what stands in files of several environments. To read it as if one did, write ${line} in gitops.yaml.`,
    ]);
    expect(notes({ ...files, 'apps/api.yaml': application.replace('path: api', 'path: web') })).toEqual([]);
    const beside = { 'apps/prod.yaml': application.replace('api-dev', 'api-prod') };
    expect(notes({ ...files, ...beside })).toEqual([]);
    const one = { ...overlays({ prod: '1.7.0', plain: '1' }), 'apps/api.yaml': application };
    expect(notes(one)).toEqual([]);
  });

  it('is named by value files and folders of workloads, too', () => {
    const remedyOf = (files: Files): string => fleetOf(snapshotOf({ ...files, ...single }))._unsafeUnwrapErr().remedy;
    const beside = { 'charts/web/values-dev.yaml': 'a: 1\n', 'charts/web/values-prod.yaml': 'a: 1\n' };
    expect(remedyOf({ ...chart, ...beside })).toContain('layout: ["charts/{application}/values-{environment}.yaml"]');
    const inFolder = { 'charts/web/envs/values_dev.yaml': 'a: 1\n', 'charts/web/envs/values_prod.yaml': 'a: 1\n' };
    expect(remedyOf({ ...chart, ...inFolder })).toContain(
      'layout: ["charts/{application}/envs/values_{environment}.yaml"]',
    );
    const named = { 'charts/web/envs/dev.yaml': 'a: 1\n', 'charts/web/envs/prod.yaml': 'a: 1\n' };
    expect(remedyOf({ ...chart, ...named })).toContain('layout: ["charts/{application}/envs/{environment}.yaml"]');
    const folders = { 'web/dev/web.yaml': deployment('web:1'), 'web/prod/web.yaml': deployment('web:2') };
    expect(remedyOf(folders)).toContain('layout: ["{application}/{environment}/web.yaml"]');
  });
});
