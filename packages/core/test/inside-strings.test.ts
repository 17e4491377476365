import { describe, expect, it } from 'vitest';
import { fleetOf, planPromotion, snapshotOf } from '../src/index.js';
import { shop } from './shop.js';

const now = '2026-11-25T10:00:00Z';
type Files = Record<string, string>;

const chart = Object.fromEntries(Object.entries(shop()).filter(([path]) => path.startsWith('charts/users/')));

/** An Application whose version stands in `helm.values`, in the style given. */
const withValues = (environment: string, values: string, after = ''): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: users-${environment}
spec:
  project: default
  source:
    repoURL: https://git.example/acme/gitops.git
    path: charts/users
    helm:
      values: ${values}
  destination: { namespace: ${environment} }
${after}`;

const block = (tag: string, blank = ''): string => `|
        image:
          name: ghcr.io/acme/users # ours
${blank}
          tag: "${tag}"   # a specific version
        replicas: 2`;

function promoted(dev: string, prod: string): string | undefined {
  const files: Files = { ...chart, 'apps/dev/users.yaml': dev, 'apps/prod/users.yaml': prod };
  const fleet = fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();
  const plan = planPromotion(fleet, { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
  expect(plan.changes.flatMap((one) => one.files.map((file) => file.path))).toEqual(['apps/prod/users.yaml']);
  expect(plan.changes[0]?.edits[0]?.where).toMatch(/values > .*image\.tag/);
  return plan.changes[0]?.files[0]?.after ?? undefined;
}

describe('a version in YAML that is itself a string', () => {
  it('is changed inside the block, every other byte the same', () => {
    const dev = withValues('dev', block('1.10'));
    const prod = withValues('prod', block('1.9', '            '), '# the end\n');
    expect(promoted(dev, prod)).toBe(prod.replace('"1.9"', '"1.10"'));
  });

  it('keeps the line ends of a file with CRLF', () => {
    const prod = withValues('prod', block('1.9')).replaceAll('\n', '\r\n');
    expect(promoted(withValues('dev', block('2.0.0')), prod)).toBe(prod.replace('"1.9"', '"2.0.0"'));
  });

  it.each([
    ['stripped', '|-\n        image: { name: ghcr.io/acme/users, tag: 1.0.0 }'],
    ['kept', '|+\n        image: { name: ghcr.io/acme/users, tag: 1.0.0 }\n\n'],
    ['with an indentation of its own', '|2\n        image:\n          name: ghcr.io/acme/users\n          tag: 1.0.0'],
    ['in double quotes', '"image: { name: ghcr.io/acme/users, tag: 1.0.0 }\\n"'],
    ['in single quotes', "'image: { name: ghcr.io/acme/users, tag: 1.0.0 }'"],
  ])('is changed in a string that is %s', (_, values) => {
    const prod = withValues('prod', values);
    expect(promoted(withValues('dev', block('2.0.0')), prod)).toBe(prod.replace('1.0.0', '2.0.0'));
  });
});

describe('a version in a patch of a kustomization', () => {
  const manifest =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: ghcr.io/acme/web:0.0.0\n';
  const application = (environment: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-${environment} }
spec:
  project: default
  source: { repoURL: https://git.example/acme/gitops.git, path: web/overlays/${environment} }
  destination: { namespace: ${environment} }
`;
  const overlay = (tag: string): string => `resources:
  - ../../base
patches:
  - target: { kind: Deployment, name: web }
    patch: |-
      - op: replace
        path: /spec/template/spec/containers/0/image
        value: ghcr.io/acme/web:${tag}
`;

  it('is changed inside the patch', () => {
    const files: Files = {
      'apps/dev/web.yaml': application('dev'),
      'apps/prod/web.yaml': application('prod'),
      'web/base/kustomization.yaml': 'resources: [web.yaml]\n',
      'web/base/web.yaml': manifest,
      'web/overlays/dev/kustomization.yaml': overlay('1.8.2'),
      'web/overlays/prod/kustomization.yaml': overlay('1.7.0'),
    };
    const fleet = fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();
    const plan = planPromotion(fleet, { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
    expect(plan.changes[0]?.files).toMatchObject([
      { path: 'web/overlays/prod/kustomization.yaml', after: overlay('1.8.2') },
    ]);
  });
});
