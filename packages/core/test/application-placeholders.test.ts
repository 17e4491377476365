import { describe, expect, it } from 'vitest';
import { type Fleet, fleetOf, planFreeze, planPromotion, snapshotOf } from '../src/index.js';

const now = '2026-11-27T10:00:00Z';
type Files = Readonly<Record<string, string>>;

const application = (name: string, source: string, annotations = ''): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}${annotations}
spec:
  source:
    repoURL: https://git.example/acme/gitops.git
    targetRevision: __REVISION__
${source.replace(/^/gm, '    ')}
`;

const overlay = (tag: string): string =>
  `resources: [../../base]\nimages:\n  - name: ghcr.io/acme/web\n    newTag: "${tag}" # what runs\n`;

const overlays: Files = {
  'web/base/kustomization.yaml': 'resources: [web.yaml]\n',
  'web/base/web.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: web, image: ghcr.io/acme/web }] } } }\n',
  'web/overlays/dev/kustomization.yaml': overlay('1.8.0'),
  'web/overlays/prod/kustomization.yaml': overlay('1.7.0'),
  'web/overlays/shared/kustomization.yaml': overlay('0.1.0'),
};

const read = (files: Files): Fleet => fleetOf(snapshotOf(files))._unsafeUnwrap();
const versions = (fleet: Fleet) =>
  fleet.environments.map((one) => [
    one.name,
    one.instances.map((each) => `${each.application} ${each.images[0]?.version?.tag}`),
  ]);
const messages = (fleet: Fleet) =>
  fleet.notes.flatMap((one) => (one.kind === 'application-placeholders' ? [`${one.severity} ${one.message}`] : []));

describe('an Application whose placeholders a script fills in', () => {
  it.each(['__ENV__', '${ENV}', '<STAGE>', '%ENV_NAME%', '@ENV@'])(
    'is one for each environment here: %s',
    (written) => {
      const fleet = read({
        ...overlays,
        'apps/web.yaml': application(`"web-${written}"`, `path: "web/overlays/${written}"`),
      });
      expect(versions(fleet)).toEqual([
        ['dev', ['web 1.8.0']],
        ['prod', ['web 1.7.0']],
      ]);
      expect(messages(fleet)).toEqual([
        `info web-${written} is read once for each of dev, prod, which stand here for ${written}.`,
      ]);
    },
  );

  it.each(['values-__ENV__.yaml', '../../values/__ENV__.yaml', '/values/__ENV__.yaml'])(
    'is told by its value files, beside the chart or from the root: %s',
    (written) => {
      const chart = {
        'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
        'charts/web/templates/web.yaml':
          'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: "ghcr.io/acme/web:{{ .Values.image.tag }}"\n',
      };
      const place = (name: string): string =>
        written.startsWith('values-') ? `charts/web/values-${name}.yaml` : `values/${name}.yaml`;
      const fleet = read({
        ...chart,
        [place('dev')]: 'image: { tag: 1.8.0 }\n',
        [place('prod')]: 'image: { tag: 1.7.0 }\n',
        'apps/web.yaml': application('web', `path: charts/web\nhelm: { valueFiles: ["${written}"] }`),
      });
      expect(versions(fleet)).toEqual([
        ['dev', ['web 1.8.0']],
        ['prod', ['web 1.7.0']],
      ]);
    },
  );

  it('is promoted where its environments differ, and the file with the placeholders stays', () => {
    const files = { ...overlays, 'apps/web.yaml': application('web-__ENV__', 'path: web/overlays/__ENV__') };
    const plan = planPromotion(read(files), { from: 'dev', to: ['prod'], now })._unsafeUnwrap();
    expect(plan.changes.flatMap((one) => one.files)).toEqual([
      {
        path: 'web/overlays/prod/kustomization.yaml',
        before: overlay('1.7.0'),
        after: overlay('1.8.0'),
      },
    ]);
  });

  it('shares what stands in its own file, which no promotion moves', () => {
    const files = {
      ...overlays,
      'apps/web.yaml': application(
        'web-__ENV__',
        'path: web/overlays/__ENV__\nkustomize:\n  images: ["ghcr.io/acme/web:2.0.0"]',
      ),
    };
    expect(versions(read(files))).toEqual([
      ['dev', ['web 2.0.0']],
      ['prod', ['web 2.0.0']],
    ]);
    expect(planPromotion(read(files), { from: 'dev', to: ['prod'], now })._unsafeUnwrap().changes).toEqual([]);
  });

  it('cannot be frozen by annotations, which every environment has', () => {
    const annotations = `
  annotations:
    argocd-image-updater.argoproj.io/image-list: web=ghcr.io/acme/web`;
    const files = {
      ...overlays,
      'apps/web.yaml': application('web-__ENV__', 'path: web/overlays/__ENV__', annotations),
    };
    const error = planFreeze(read(files), { environment: 'dev', reason: 'QA', by: 'tester', now })._unsafeUnwrapErr();
    expect(error.kind).toBe('freeze-in-template');
    expect(error.message).toContain('web-dev is made of apps/web.yaml');
  });

  it('may be an app of apps: its chart is rendered for each, with the placeholder filled in', () => {
    const fleet = read({
      'init.yaml': application(
        'root',
        [
          'path: root',
          'helm:',
          '  values: |',
          '    environment: __ENVIRONMENT__',
          '  valueFiles:',
          '    - values-__ENVIRONMENT__.yaml',
          '    - values-__NAME__.yaml',
        ].join('\n'),
      ),
      'root/Chart.yaml': 'apiVersion: v2\nname: root\nversion: 0.1.0\n',
      'root/values.yaml': 'environment: none\nweb: {}\n',
      'root/values-dev.yaml': 'web: { tag: "1.8.0" }\n',
      'root/values-prod.yaml': 'web: { tag: "1.7.0" }\n',
      'root/values-blue.yaml': '',
      'root/templates/web.yaml': application('web', 'path: web/overlays/{{ .Values.environment }}').replace(
        '__REVISION__',
        'HEAD',
      ),
      ...overlays,
    });
    expect(versions(fleet)).toEqual([
      ['dev', ['web 1.8.0']],
      ['prod', ['web 1.7.0']],
    ]);
    expect(messages(fleet)).toEqual([
      'info root is read once for each of dev, prod, which stand here for __ENVIRONMENT__.',
      'warn The value file values-__NAME__.yaml of root is left out: nothing here tells its name.',
    ]);
  });
});

describe('an Application is left as it is', () => {
  const left = (source: string, name = 'web-dev'): readonly string[] => {
    const files = { ...overlays, 'apps/dev/web.yaml': application(name, source) };
    const fleet = read(files);
    expect(messages(fleet)).toEqual([]);
    return fleet.environments.flatMap((one) => one.instances.map((each) => `${each.application}@${one.name}`));
  };

  it.each([
    ['what Argo CD fills in itself', 'path: web/overlays/${ARGOCD_APP_NAME}'],
    ['where nothing here fits', 'path: web/elsewhere/__ENV__'],
    [
      'where two placeholders may be that of the environment',
      'path: __A__/overlays/dev\nhelm: { valueFiles: [__B__/x.yaml] }',
    ],
    ['where the placeholder is in no path', 'path: web/overlays/dev'],
  ])('%s', (_why, source) => {
    expect(left(source)).toEqual(['web@dev']);
  });
});

describe('an Application whose name nothing here fills in', () => {
  it.each([
    ['templates/dev.yaml', '__SERVICE__-dev', 'path: web/overlays/dev'],
    ['templates/web.yaml', '"${NAME}-__ENV__"', 'path: web/overlays/__ENV__'],
  ])('is a template, and left out: %s', (file, name, source) => {
    const others = {
      'apps/dev.yaml': application('web-dev', 'path: web/overlays/dev'),
      'apps/prod.yaml': application('web-prod', 'path: web/overlays/prod'),
    };
    const fleet = read({ ...overlays, ...others, [file]: application(name, source) });
    expect(fleet.applications).toEqual(['web']);
    expect(messages(fleet)).toEqual([
      expect.stringMatching(
        /^info .* is left out: it is a template of Applications, and nothing here fills in its name\.$/,
      ),
    ]);
  });
});
