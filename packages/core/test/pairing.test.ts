import { describe, expect, it } from 'vitest';
import { checkMergeResult } from '../src/forge/merge.js';
import { fleetOf, planPromotion, planRevert, proposeConfig, snapshotOf } from '../src/index.js';
import { movedBetween } from '../src/promotion/moved.js';

const now = '2026-11-25T10:00:00Z';

const chart = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'charts/web/values.yaml':
    'global: { tag: "" }\nregistry: ghcr.io/acme\nproxy: { enabled: false, tag: "9.9" }\nworker: { enabled: false }\n',
  'charts/web/templates/all.yaml': `a:
  image: "{{ .Values.registry }}/web:{{ .Values.global.tag }}"
{{- if .Values.worker.enabled }}
b:
  image: "{{ .Values.registry }}/worker:{{ .Values.global.tag }}"
{{- end }}
{{- if .Values.proxy.enabled }}
c:
  image: "ghcr.io/acme/proxy:{{ .Values.proxy.tag }}"
{{- end }}
`,
};

const application = (environment: string, tag: string, more: Readonly<Record<string, string>> = {}): string => {
  const parameters = Object.entries({ 'global.tag': tag, ...more });
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-${environment} }
spec:
  project: default
  source:
    repoURL: https://git.example/acme/gitops.git
    path: charts/web
    helm:
      parameters:
${parameters.map(([name, value]) => `        - { name: ${name}, value: "${value}" }\n`).join('')}  destination: { namespace: ${environment} }
`;
};

function promote(dev: string, prod: string, images: readonly string[] = []) {
  const files = { ...chart, 'apps/dev/web.yaml': dev, 'apps/prod/web.yaml': prod };
  const fleet = fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();
  return planPromotion(fleet, { from: 'dev', to: ['prod'], selection: { images }, now, by: 'ana' });
}

describe('an image that only the source runs', () => {
  it('is passed over where its version is a default that all share', () => {
    const plan = promote(
      application('dev', '2', { 'proxy.enabled': 'true' }),
      application('prod', '1'),
    )._unsafeUnwrap();
    expect(plan.versions.map((one) => one.image)).toEqual(['ghcr.io/acme/web']);
    expect(plan.skipped).toMatchObject([{ image: 'ghcr.io/acme/proxy', reason: 'only-in-source' }]);
  });

  it('is passed over where its version is that of an image that is promoted', () => {
    const plan = promote(
      application('dev', '2', { 'worker.enabled': 'true' }),
      application('prod', '1'),
    )._unsafeUnwrap();
    expect(plan.versions.map((one) => one.image)).toEqual(['ghcr.io/acme/web']);
    expect(plan.skipped).toMatchObject([{ image: 'ghcr.io/acme/worker', reason: 'only-in-source' }]);
  });

  it('is missed where its version is its own, or where it is asked for', () => {
    const own = application('dev', '2', { 'proxy.enabled': 'true', 'proxy.tag': '3' });
    expect(promote(own, application('prod', '1'))._unsafeUnwrapErr()).toMatchObject({ kind: 'missing-pin' });
    const asked = promote(application('dev', '2', { 'proxy.enabled': 'true' }), application('prod', '1'), ['proxy']);
    expect(asked._unsafeUnwrapErr()).toMatchObject({ kind: 'missing-pin' });
  });
});

describe('one image under two spellings', () => {
  it.each([
    ['docker.io/acme', 'acme'],
    ['index.docker.io/acme', 'docker.io/acme'],
  ])('%s is promoted to %s, which keeps its spelling', (from, to) => {
    const dev = application('dev', '2', { registry: from });
    const prod = application('prod', '1', { registry: to });
    const plan = promote(dev, prod)._unsafeUnwrap();
    expect(plan.changes[0]?.files[0]?.after).toBe(prod.replace('value: "1"', 'value: "2"'));
  });

  it('is not taken for another registry', () => {
    const dev = application('dev', '2', { registry: 'quay.io/acme' });
    expect(promote(dev, application('prod', '1', { registry: 'acme' })).isErr()).toBe(true);
  });
});

/** Plain manifests, each container with its image. */
const manifests = (environment: string, images: readonly string[]): Readonly<Record<string, string>> => ({
  [`apps/${environment}/web.yaml`]: `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-${environment} }
spec:
  source: { repoURL: https://git.example/acme/gitops.git, path: manifests/${environment} }
`,
  [`manifests/${environment}/deployment.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      containers:
${images.map((image, index) => `        - { name: c${index}, image: ${image} }\n`).join('')}`,
});

const planOf = (dev: readonly string[], prod: readonly string[], config?: string) => {
  const files = { ...manifests('dev', dev), ...manifests('prod', prod) };
  const fleet = fleetOf(
    snapshotOf(config === undefined ? files : { ...files, 'gitops.yaml': config }, 'c'.repeat(40)),
  )._unsafeUnwrap();
  const plan = planPromotion(fleet, { from: 'dev', to: ['prod'], now, by: 'ana' });
  return { fleet, plan };
};

describe('one image that runs at several versions', () => {
  it('is told apart by where each stands', () => {
    const { plan } = planOf(['acme/web:3', 'acme/web:2'], ['acme/web:2', 'acme/web:1']);
    expect(plan._unsafeUnwrap().changes[0]?.files[0]?.after).toContain(
      '{ name: c0, image: acme/web:3 }\n        - { name: c1, image: acme/web:2 }\n',
    );
  });

  it('is ambiguous where the places differ', () => {
    const { plan } = planOf(['acme/proxy:1', 'acme/web:3'], ['acme/web:2', 'acme/proxy:1', 'acme/web:1']);
    expect(plan._unsafeUnwrapErr()).toMatchObject({ kind: 'ambiguous-image' });
  });
});

describe('an image without a version in Git', () => {
  it('in both environments is passed over', () => {
    const plan = planOf(['acme/tool', 'acme/web:2'], ['acme/tool', 'acme/web:1']).plan._unsafeUnwrap();
    expect(plan.versions.map((one) => one.image)).toEqual(['acme/web']);
    expect(plan.skipped).toMatchObject([{ image: 'acme/tool', reason: 'untracked' }]);
  });

  it('in the source alone is missed', () => {
    expect(planOf(['acme/tool'], ['acme/tool:1']).plan._unsafeUnwrapErr()).toMatchObject({ kind: 'missing-version' });
  });
});

describe('images that are probably the same under two names', () => {
  const dev = ['dev.example.com/team/web:2', 'acme/proxy:1'];
  const prod = ['prod.example.com/web-prod:1', 'acme/proxy:1'];

  it('are never promoted for that, and what would say so is given', () => {
    const { fleet, plan } = planOf(dev, prod);
    const line = '{ from: "dev.example.com/team/web", to: "prod.example.com/web-prod", into: [prod] }';
    expect(plan._unsafeUnwrapErr()).toMatchObject({ kind: 'missing-pin', remedy: expect.stringContaining(line) });
    expect(fleet.notes).toContainEqual(expect.objectContaining({ kind: 'images-named-apart', severity: 'warn' }));
    expect(proposeConfig(fleet)._unsafeUnwrap()).toContain(`# images:\n#   - ${line}\n`);
    const said = planOf(dev, prod, `version: 1\nimages:\n  - ${line}\n`);
    expect(said.plan._unsafeUnwrap().versions.map((one) => [one.image, one.to.tag])).toEqual([
      ['prod.example.com/web-prod', '2'],
    ]);
    expect(said.fleet.notes.map(({ kind }) => kind)).not.toContain('images-named-apart');
  });

  it('share the end of their names', () => {
    const { fleet } = planOf(['a.example/x/web:2', 'a.example/x/api:2'], ['b.example/api:1', 'b.example/web:1']);
    const [note, ...others] = fleet.notes.filter(({ kind }) => kind === 'images-named-apart');
    expect(note?.message).toContain('{ from: "a.example/x/{path}", to: "b.example/{path}", into: [prod] }');
    expect(others).toEqual([]);
  });
});

describe('an image whose text is no reference', () => {
  const kustomize = 'resources: [deployment.yaml]\n';
  const promoted = (dev: string, prod: string) => {
    const files = {
      ...manifests('dev', [`"\${REGISTRY}/web:${dev}"`, 'acme/api:2']),
      ...manifests('prod', [`"\${REGISTRY}/web:${prod}"`, 'acme/api:1']),
      'manifests/dev/kustomization.yaml': kustomize,
      'manifests/prod/kustomization.yaml': kustomize,
    };
    const fleet = fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();
    return planPromotion(fleet, { from: 'dev', to: ['prod'], now, by: 'ana' });
  };

  it('is passed over where both environments have the same', () => {
    expect(
      promoted('latest', 'latest')
        ._unsafeUnwrap()
        .versions.map((one) => one.image),
    ).toEqual(['acme/api']);
    expect(promoted('2', '1')._unsafeUnwrapErr()).toMatchObject({ kind: 'missing-version' });
  });
});

describe('a change of one image that runs at several versions', () => {
  const tree = (dev: readonly string[], prod: readonly string[]) => ({
    ...manifests('dev', dev),
    ...manifests('prod', prod),
  });
  const read = (files: Readonly<Record<string, string>>) => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();
  const before = read(tree(['acme/web:3', 'acme/web:2'], ['acme/web:2', 'acme/web:1']));
  const after = read(tree(['acme/web:3', 'acme/web:2'], ['acme/web:3', 'acme/web:1']));

  it('is that of the one alone, is what a merge lands, and is taken back', () => {
    expect(movedBetween(before, after).map((one) => [one.environment, one.before?.tag, one.after.tag])).toEqual([
      ['prod', '2', '3'],
    ]);
    const check = { before, after, target: before, isRevert: false, now };
    expect(checkMergeResult({ ...check, result: after })).toEqual([]);
    expect(checkMergeResult({ ...check, result: before })).toMatchObject([{ kind: 'masked-pin' }]);
    const back = planRevert(after, { before, after, landed: { before: 'a'.repeat(40), last: 'b'.repeat(40) }, now });
    const [file] = back._unsafeUnwrap().changes.flatMap((one) => one.files);
    expect(file?.after).toBe(manifests('prod', ['acme/web:2', 'acme/web:1'])['manifests/prod/deployment.yaml']);
  });
});
