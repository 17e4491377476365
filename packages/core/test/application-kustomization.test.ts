import { describe, expect, it } from 'vitest';
import { type Fleet, fleetOf, planFreeze, planPromotion, snapshotOf } from '../src/index.js';
import { application, shop } from './shop.js';

const now = '2026-11-27T10:00:00Z';
type Files = Readonly<Record<string, string>>;

const base = application('payments', 'base', '1.7.0')
  .replaceAll('payments-base', 'payments')
  .replace('namespace: base', 'namespace: payments');
const charts = Object.fromEntries(
  Object.entries(shop({ dev: { payments: '1.7.0' }, prod: {} })).filter(([path]) => path.startsWith('charts/')),
);

/** A base with one Application, and an overlay for each environment with these lines. */
const overlays = (lines: Readonly<Record<string, string>>, more: Files = {}): Files => ({
  ...charts,
  'argocd/base/payments.yaml': base,
  'argocd/base/kustomization.yaml': 'resources: [payments.yaml]\n',
  ...Object.fromEntries(
    Object.entries(lines).map(([environment, text]) => [
      `argocd/${environment}/kustomization.yaml`,
      `resources: [../base]\n${text}`,
    ]),
  ),
  ...more,
});

const version = (tag: string): string => `patches:
  - target: { kind: Application, name: payments }
    patch: |
      - op: replace
        path: /spec/source/helm/parameters/1/value
        value: "${tag}" # what runs
`;

const read = (files: Files): Fleet => fleetOf(snapshotOf(files))._unsafeUnwrap();
const versions = (fleet: Fleet) =>
  fleet.environments.map((one) => [
    one.name,
    one.instances.map((each) => `${each.application} ${each.images[0]?.version?.tag}`),
  ]);

describe('Applications that kustomizations make of a base', () => {
  it('are those of the overlays, and the base is none', () => {
    const fleet = read(overlays({ dev: version('1.8.2'), prod: version('1.7.0') }));
    expect(versions(fleet)).toEqual([
      ['dev', ['payments 1.8.2']],
      ['prod', ['payments 1.7.0']],
    ]);
    expect(fleet.environments[1]?.instances[0]?.images[0]?.pins).toMatchObject([
      { file: 'argocd/prod/kustomization.yaml', at: { line: 7 }, value: '1.7.0' },
    ]);
  });

  it('are promoted in the patch that says the version', () => {
    const files = overlays({ dev: version('1.8.2'), prod: version('1.7.0') });
    const plan = planPromotion(read(files), { from: 'dev', to: ['prod'], now })._unsafeUnwrap();
    const path = 'argocd/prod/kustomization.yaml';
    expect(plan.changes[0]?.files).toEqual([
      { path, before: files[path], after: files[path]?.replace('1.7.0', '1.8.2') },
    ]);
  });

  it('share what the base says, which is not promoted', () => {
    const suffix = (one: string) => `nameSuffix: -${one}\n`;
    const fleet = read(overlays({ dev: suffix('dev'), prod: suffix('prod') }));
    expect(fleet.environments.map((one) => one.instances.map((each) => each.resource.name))).toEqual([
      ['payments-dev'],
      ['payments-prod'],
    ]);
    expect(fleet.environments[0]?.instances[0]?.images[0]?.pins[0]?.file).toBe('argocd/base/payments.yaml');
    const plan = planPromotion(fleet, { from: 'dev', to: ['prod'], now })._unsafeUnwrap();
    expect(plan.skipped).toMatchObject([{ reason: 'shared' }]);
  });

  it('may be patched by files, by what they deploy, and through another base', () => {
    const patch = (environment: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: payments, namespace: argocd }
spec: { source: { path: deploy/${environment}, helm: null } }
`;
    const lines = 'patches: [{ path: patch.yaml }]\n';
    const manifest = (tag: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: p, image: "ghcr.io/acme/payments:${tag}" }] }\n`;
    const fleet = read({
      ...overlays({ dev: lines, prod: lines.replace('patches', 'components: []\npatches') }),
      'argocd/common/kustomization.yaml': 'resources: [../base]\n',
      'argocd/prod/kustomization.yaml': 'resources: [../common]\npatches: [{ path: patch.yaml }]\n',
      'argocd/dev/patch.yaml': patch('dev'),
      'argocd/prod/patch.yaml': patch('prod'),
      'deploy/dev/pod.yaml': manifest('1.8.2'),
      'deploy/prod/pod.yaml': manifest('1.7.0'),
    });
    expect(versions(fleet)).toEqual([
      ['dev', ['payments 1.8.2']],
      ['prod', ['payments 1.7.0']],
    ]);
  });

  it('may be ApplicationSets whose elements an overlay gives', () => {
    const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: apps, namespace: argocd }
spec:
  generators: [{ list: { elements: [] } }]
  template:
    metadata: { name: 'payments-{{env}}' }
    spec:
      project: default
      source: { repoURL: https://git.example/acme/gitops.git, path: charts/payments, helm: { parameters: [{ name: image.name, value: ghcr.io/acme/payments }, { name: image.tag, value: '{{tag}}' }] } }
      destination: { namespace: '{{env}}' }
`;
    const elements =
      '- op: replace\n  path: /spec/generators/0/list/elements\n  value:\n    - { env: dev, tag: 1.8.2 }\n    - { env: prod, tag: 1.7.0 }\n';
    const files = {
      ...charts,
      'clusters/base/apps.yaml': set,
      'clusters/base/kustomization.yaml': 'resources: [apps.yaml]\n',
      'clusters/one/kustomization.yaml':
        'resources: [../base]\npatches: [{ path: elements.yaml, target: { kind: ApplicationSet } }]\n',
      'clusters/one/elements.yaml': elements,
    };
    expect(versions(read(files))).toEqual([
      ['dev', ['payments 1.8.2']],
      ['prod', ['payments 1.7.0']],
    ]);
    const plan = planPromotion(read(files), { from: 'dev', to: ['prod'], now })._unsafeUnwrap();
    expect(plan.changes[0]?.files).toMatchObject([
      { path: 'clusters/one/elements.yaml', after: elements.replace('1.7.0', '1.8.2') },
    ]);
  });

  it('are left where they stand by a kustomization that only lists them', () => {
    const files = {
      ...shop({ dev: { payments: '1.8.2' }, prod: { payments: '1.7.0' } }),
      'apps/kustomization.yaml': 'resources: [dev/payments/application.yaml, prod/payments/application.yaml]\n',
    };
    const [first] = read(files).environments[0]?.instances ?? [];
    expect(first?.resource.file).toBe('apps/dev/payments/application.yaml');
  });

  it('are left where they stand by clusters that tell no environment, and told apart by those that do', () => {
    const listed = 'resources: [../../apps/dev/payments/application.yaml]\n';
    const files = (one: string, other: string): Files => ({
      ...shop({ dev: { payments: '1.8.2' }, prod: { payments: '1.7.0' } }),
      [`clusters/${one}/kustomization.yaml`]: listed,
      [`clusters/${other}/kustomization.yaml`]: listed,
    });
    const east = read(files('east', 'west'));
    expect(east.ambiguous).toEqual([]);
    expect(east.environments[0]?.instances[0]?.resource.file).toBe('apps/dev/payments/application.yaml');
    const shared = overlays({ dev: '', prod: '' });
    expect(versions(read(shared))).toEqual([
      ['dev', ['payments 1.7.0']],
      ['prod', ['payments 1.7.0']],
    ]);
  });

  it('are those of the overlays of several environments, also where another kustomization lists them', () => {
    const files = overlays({ dev: '', prod: '' }, { 'kustomization.yaml': 'resources: [argocd/base]\n' });
    expect(versions(read(files))).toEqual([
      ['dev', ['payments 1.7.0']],
      ['prod', ['payments 1.7.0']],
    ]);
  });

  it('keep the folder of what is patched where one kustomization patches all', () => {
    const files = {
      ...shop({ dev: { payments: '1.8.2' }, prod: { payments: '1.7.0' } }),
      'kustomization.yaml':
        'resources: [apps/dev/payments/application.yaml, apps/prod/payments/application.yaml]\npatches:\n  - target: { kind: Application }\n    patch: |\n      - { op: add, path: /spec/revisionHistoryLimit, value: 3 }\n',
    };
    const fleet = read(files);
    expect(versions(fleet)).toEqual([
      ['dev', ['payments 1.8.2']],
      ['prod', ['payments 1.7.0']],
    ]);
    expect(fleet.environments[1]?.instances[0]).toMatchObject({
      evidence: 'folder',
      resource: { file: 'apps/prod/payments/application.yaml' },
    });
  });

  it('cannot be frozen in the base, which says so', () => {
    const annotated = base.replace(
      '  namespace: argocd\n',
      '  namespace: argocd\n  annotations: { argocd-image-updater.argoproj.io/image-list: payments=ghcr.io/acme/payments }\n',
    );
    const files = overlays(
      { dev: version('1.8.2'), prod: version('1.7.0') },
      { 'argocd/base/payments.yaml': annotated },
    );
    const refused = planFreeze(read(files), { environment: 'prod', reason: 'QA', by: 'ana', now })._unsafeUnwrapErr();
    expect(refused).toMatchObject({
      kind: 'freeze-in-template',
      message: expect.stringContaining('made of argocd/base/payments.yaml'),
    });
  });

  it('are read as the base has them where an overlay cannot be built, which is told', () => {
    const files = overlays({ dev: version('1.8.2'), prod: version('1.7.0').replace('/value\n', '/none/0\n') });
    const { notes } = read({ ...files, ...shop({ dev: { payments: '1.7.0' }, prod: { payments: '1.7.0' } }) });
    expect(notes).toContainEqual(expect.objectContaining({ kind: 'kustomization-of-applications', severity: 'warn' }));
  });
});
