import { describe, expect, it } from 'vitest';
import { type Fleet, fleetOf, planFreeze, planPromotion, snapshotOf } from '../src/index.js';

const now = '2026-11-27T10:00:00Z';
const environments = ['dev', 'prod'];

const set = (generators: string, helm: string): string => `{{- if .Values.enabled }}
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: payments
  namespace: argocd
spec:
  goTemplate: true
  generators:
${generators}
  template:
    metadata:
      name: 'payments-{{\`{{ .env }}\`}}'
    spec:
      project: default
      source:
        repoURL: {{ .Values.repository }}
        targetRevision: {{ .Values.revision | default "HEAD" }}
        path: charts/payments
        helm:
${helm}
      destination:
        server: https://kubernetes.default.svc
        namespace: 'payments-{{\`{{ .env }}\`}}'
{{- end }}
`;

const byValueFiles = "          valueFiles: ['values-{{`{{ .env }}`}}.yaml']";
const byTag = "          parameters: [{ name: image.tag, value: '{{`{{ .tag }}`}}' }]";
const written = `    - list:
        elements:
          - env: dev
          - env: prod`;
const fromValues = `    - list:
        elements:
          {{- range .Values.environments }}
          - env: {{ .name }}
            tag: {{ .tag | quote }}
          {{- end }}`;
const fromYaml = `    - list:
        elements:
          {{- toYaml .Values.elements | nindent 10 }}`;
const fromFolders = `    - git:
        repoURL: {{ .Values.repository }}
        revision: HEAD
        directories: [{ path: environments/* }]`;

const root = (template: string, values = ''): Record<string, string> => ({
  'bootstrap/root.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: root, namespace: argocd }
spec:
  project: default
  source: { repoURL: https://git.example/acme/gitops.git, path: root }
  destination: { server: https://kubernetes.default.svc, namespace: argocd }
`,
  'root/Chart.yaml': 'apiVersion: v2\nname: root\nversion: 0.1.0\n',
  'root/values.yaml': `enabled: true\nrepository: https://git.example/acme/gitops.git\n${values}`,
  'root/templates/payments.yaml': template,
  'charts/payments/Chart.yaml': 'apiVersion: v2\nname: payments\nversion: 0.1.0\n',
  'charts/payments/values.yaml': 'image:\n  name: ghcr.io/acme/payments\n  tag: ""\n',
  'charts/payments/values-dev.yaml': 'image:\n  tag: 1.8.2\n',
  'charts/payments/values-prod.yaml': 'image:\n  tag: 1.7.0 # since May\n',
  'charts/payments/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: payments }
spec:
  template:
    spec:
      containers:
        - name: app
          image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"
`,
});

const read = (files: Record<string, string>): Fleet => fleetOf(snapshotOf(files))._unsafeUnwrap();
const versions = (fleet: Fleet) =>
  fleet.environments.map((one) => [one.name, one.instances.map((each) => each.images[0]?.version?.tag)]);
const both = [
  ['dev', ['1.8.2']],
  ['prod', ['1.7.0']],
];

describe('an ApplicationSet inside a chart', () => {
  const rows = 'environments:\n  - name: dev\n    tag: 1.8.2\n  - name: prod\n    tag: 1.7.0 # since May\n';
  const elements = 'elements:\n  - env: dev\n    tag: 1.8.2\n  - env: prod\n    tag: 1.7.0 # since May\n';

  it.each([
    ['whose elements the template writes', root(set(written, byValueFiles)), 'charts/payments/values-prod.yaml', 2],
    ['whose elements are made of values', root(set(fromValues, byTag), rows), 'root/values.yaml', 7],
    ['whose elements are values', root(set(fromYaml, byTag), elements), 'root/values.yaml', 7],
  ])('%s is read, and promoted where its version stands', (_, files, file, line) => {
    const fleet = read(files);
    expect(versions(fleet)).toEqual(both);
    expect(fleet.environments[1]?.instances[0]?.images[0]?.pins).toMatchObject([{ file, at: { line } }]);
    expect(fleet.environments[1]?.instances[0]?.resource).toMatchObject({
      kind: 'ApplicationSet',
      name: 'payments-prod',
    });
    const plan = planPromotion(fleet, { from: 'dev', to: ['prod'], now })._unsafeUnwrap();
    expect(plan.changes[0]?.files).toEqual([
      { path: file, before: files[file], after: files[file]?.replace('1.7.0', '1.8.2') },
    ]);
  });

  it('whose generator looks for folders is read', () => {
    const folders = Object.fromEntries(
      environments.map((one) => [`environments/${one}/namespace.yaml`, 'kind: Namespace\n']),
    );
    const template = set(fromFolders, byValueFiles).replaceAll('.env', '.path.basename');
    expect(versions(read({ ...root(template), ...folders }))).toEqual(both);
  });

  it('makes nothing where its values turn it off', () => {
    const files: Record<string, string> = {
      ...root(set(written, byValueFiles)),
      'apps/dev/app.yaml': lone('dev'),
      'apps/prod/app.yaml': lone('prod'),
    };
    expect(read(files).applications).toEqual(['lone', 'payments']);
    const off = {
      ...files,
      'root/values.yaml': (files['root/values.yaml'] ?? '').replace('enabled: true', 'enabled: false'),
    };
    expect(read(off).applications).toEqual(['lone']);
  });

  it('says what Argo CD would refuse, and what is decided in the cluster', () => {
    const files: Record<string, string> = {
      ...root(set(written, byValueFiles)),
      'apps/dev/app.yaml': lone('dev'),
      'apps/prod/app.yaml': lone('prod'),
    };
    const twice = (files['root/templates/payments.yaml'] ?? '').replace('- env: prod', '- env: dev');
    const notes = (template: string) => read({ ...files, 'root/templates/payments.yaml': template }).notes;
    expect(notes(twice)).toContainEqual(
      expect.objectContaining({
        kind: 'application-set-refused',
        message:
          'Argo CD refuses a part of the ApplicationSet payments: it makes two Applications of the name "payments-dev".',
      }),
    );
    const requests = twice.replace(
      / {4}- list:\n(?: {8}.*\n){3}/,
      '    - pullRequest: { github: { owner: a, repo: b } }\n',
    );
    expect(notes(requests)).toContainEqual(expect.objectContaining({ kind: 'application-set-elsewhere' }));
  });

  it('is not frozen in the template, and says so', () => {
    const annotated = set(written, byValueFiles).replace(
      "      name: 'payments",
      "      annotations: { argocd-image-updater.argoproj.io/image-list: payments=ghcr.io/acme/payments }\n      name: 'payments",
    );
    const refused = planFreeze(read(root(annotated)), {
      environment: 'prod',
      reason: 'audit',
      by: 'ana',
      now,
    })._unsafeUnwrapErr();
    expect(refused.kind).toBe('freeze-in-template');
    expect(refused.message).toContain('made of root/templates/payments.yaml, a template of a chart');
  });
});

function lone(environment: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: lone-${environment}, namespace: argocd }
spec:
  project: default
  source: { repoURL: https://git.example/acme/gitops.git, path: charts/payments, helm: { parameters: [{ name: image.tag, value: "3" }] } }
  destination: { server: https://kubernetes.default.svc, namespace: ${environment} }
`;
}
