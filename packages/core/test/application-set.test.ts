import { describe, expect, it } from 'vitest';
import { fleetOf, planFreeze, planPromotion, planResume, snapshotOf } from '../src/index.js';
import { application } from './shop.js';

const now = '2026-11-25T10:00:00Z';
type Files = Record<string, string>;

const chart: Files = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'charts/web/values.yaml': 'image:\n  tag: ""\n',
  'charts/web/templates/deployment.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - image: "ghcr.io/acme/web:{{ .Values.image.tag }}"\n',
};

const annotations = `      annotations:
        argocd-image-updater.argoproj.io/image-list: web=ghcr.io/acme/web
        argocd-image-updater.argoproj.io/write-back-method: git
`;

const set = (elements: string, more = ''): string => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: web
  namespace: argocd
spec:
  goTemplate: true
  generators:
    - list:
        elements: # one for each environment
${elements}
  template:
    metadata:
      name: 'web-{{.env}}'
${more}    spec:
      project: default
      source:
        repoURL: https://git.example/acme/gitops.git
        path: charts/web
        helm:
          parameters:
            - name: image.tag
              value: '{{.tag}}'
      destination:
        namespace: '{{.env}}'
`;

const both = "          - { env: dev, tag: 1.8.2 }\n          - { env: prod, tag: '1.7.0' } # promoted";
const files: Files = { ...chart, 'sets/web.yaml': set(both) };
const fleet = (given: Files) => fleetOf(snapshotOf(given, 'c'.repeat(40)))._unsafeUnwrap();
const after = (
  given: Files,
  changes: readonly { readonly files: readonly { path: string; after: string | null }[] }[],
) => {
  const next = { ...given };
  for (const file of changes.flatMap((one) => one.files)) {
    if (file.after === null) delete next[file.path];
    else next[file.path] = file.after;
  }
  return next;
};

describe('an ApplicationSet with an element for each environment', () => {
  it('is read as the Applications that it makes', () => {
    const found = fleet(files);
    expect(found.environments.map((one) => [one.name, one.instances.map((i) => i.application)])).toEqual([
      ['dev', ['web']],
      ['prod', ['web']],
    ]);
    const image = found.environments[1]?.instances[0]?.images[0];
    expect(image?.version?.tag).toBe('1.7.0');
    expect(image?.pins[0]).toMatchObject({
      kind: 'application-set',
      file: 'sets/web.yaml',
      value: '1.7.0',
      at: { line: 12 },
    });
  });

  it('is promoted by its elements, and nothing else changes', () => {
    const plan = planPromotion(fleet(files), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
    const next = after(files, plan.changes);
    expect(next['sets/web.yaml']).toBe(files['sets/web.yaml']?.replace("tag: '1.7.0'", "tag: '1.8.2'"));
    const again = planPromotion(fleet(next), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
    expect(again.changes).toEqual([]);
  });

  it('says that the parameter is nothing to write to where the version is computed', () => {
    const computed = { ...chart, 'sets/web.yaml': set(both).replace("value: '{{.tag}}'", "value: 'v{{.tag}}'") };
    const refused = planPromotion(fleet(computed), { from: 'dev', to: ['prod'], now, by: 'ana' });
    expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'missing-pin', at: { file: 'sets/web.yaml' } });
  });
});

describe('freezing what an ApplicationSet makes', () => {
  const one = (more: string): Files => ({
    ...chart,
    'sets/web.yaml': set('          - { env: dev, tag: 1.8.2 }', more),
  });

  it('edits the template where it makes nothing else, and resume takes that back', () => {
    const before = one(annotations);
    const options = { environment: 'dev', reason: 'QA', by: 'ana', now };
    const plan = planFreeze(fleet(before), options)._unsafeUnwrap();
    const frozen = after(before, plan.changes);
    expect(frozen['sets/web.yaml']).toContain("argocd-image-updater.argoproj.io/ignore-tags: '*'");
    expect(fleet(frozen).environments[0]?.freezes).toHaveLength(1);
    const resumed = planResume(fleet(frozen), { environment: 'dev', now, by: 'ana' })._unsafeUnwrap();
    expect(after(frozen, resumed.changes)).toEqual(before);
  });

  it('is refused where the template makes other environments as well', () => {
    const shared = { ...chart, 'sets/web.yaml': set(both, annotations) };
    const refused = planFreeze(fleet(shared), { environment: 'dev', reason: 'QA', by: 'ana', now });
    expect(refused._unsafeUnwrapErr().kind).toBe('freeze-in-template');
  });
});

describe('an application that two resources claim', () => {
  it('is no app of apps where the other one is a copy of it beside what both deploy', () => {
    const one = application('users', 'dev', '2.0.4').replace('path: charts/users', 'path: users');
    const files = {
      'users/application.yaml': one,
      'users/backup/application.yaml': one,
      'users/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: users }\nspec: {}\n',
    };
    const read = fleetOf(snapshotOf(files))._unsafeUnwrap();
    expect(read.ambiguous.map(({ kind, details }) => [kind, details.application])).toEqual([
      ['application-claimed-twice', 'users'],
    ]);
  });

  const single = (name: string): string => set('          - { env: dev, tag: 2.0.0 }').replaceAll('web-', `${name}-`);
  const claimed = { ...files, 'sets/copy.yaml': single('web'), 'sets/other.yaml': single('other') };
  const options = { from: 'dev', to: ['prod'], now, by: 'ana' };

  it('is no instance, and is told', () => {
    const found = fleet(claimed);
    expect(found.ambiguous).toMatchObject([{ kind: 'application-claimed-twice', details: { application: 'web' } }]);
    expect(found.environments[0]?.instances.map((one) => one.application)).toEqual(['other']);
  });

  it('refuses only what would change it', () => {
    const refused = planPromotion(fleet(claimed), options)._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: 'application-claimed-twice', at: { file: 'sets/web.yaml' } });
    const plan = planPromotion(fleet(claimed), { ...options, selection: { except: ['web'] } });
    expect(plan.isOk() || plan.error.kind).not.toBe('application-claimed-twice');
  });
});

describe('a file that cannot be read', () => {
  const broken = { ...files, 'apps/old.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: [\n' };

  it('is listed, and the rest is shown', () => {
    const found = fleet(broken);
    expect(found.unreadable).toMatchObject([{ kind: 'yaml-syntax', at: { file: 'apps/old.yaml' } }]);
    expect(found.notes[0]).toMatchObject({ kind: 'yaml-syntax', severity: 'warn' });
    expect(found.environments).toHaveLength(2);
  });

  it('keeps everything from being changed, until it is mended or left out', () => {
    const options = { from: 'dev', to: ['prod'], now, by: 'ana' };
    expect(planPromotion(fleet(broken), options)._unsafeUnwrapErr()).toMatchObject({ at: { file: 'apps/old.yaml' } });
    const ignored = { ...broken, 'gitops.yaml': 'version: 1\nignore: [apps/old.yaml]\n' };
    expect(planPromotion(fleet(ignored), options)._unsafeUnwrap().versions).toHaveLength(1);
  });
});
