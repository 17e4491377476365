import { describe, expect, it } from 'vitest';
import { fleetOf, planPromotion, snapshotOf } from '../src/index.js';

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
