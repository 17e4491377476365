import { describe, expect, it } from 'vitest';
import { type Fleet, fleetOf, planFreeze, planPromotion, snapshotOf } from '../src/index.js';

const now = '2026-11-26T10:00:00Z';

const template = `{{- range $name, $app := .Values.apps }}
{{- if $app.enabled }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {{ $name }}{{ $.Values.suffix }}
  namespace: argocd
  {{- with $app.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  project: default
  source:
    repoURL: {{ $.Values.repository | quote }}
    targetRevision: HEAD
    path: charts/{{ $name }}
    helm:
      parameters:
        - name: image.tag
          value: {{ $app.tag | quote }}
  destination:
    server: https://kubernetes.default.svc
    namespace: {{ $.Values.namespace }}
  syncPolicy:
    {{- toYaml $.Values.syncPolicy | nindent 4 }}
{{- end }}
{{- end }}
`;

const values = (environment: string, suffix: string, payments: string, users: string): string => `# ${environment}
namespace: ${environment}
suffix: "${suffix}"
apps:
  payments:
    tag: ${payments} # the one that runs
  users:
    tag: "${users}"
  idle:
    enabled: false
`;

const chart = (name: string): Record<string, string> => ({
  [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
  [`charts/${name}/values.yaml`]: `image:\n  name: ghcr.io/acme/${name}\n  tag: ""\n`,
  [`charts/${name}/templates/deployment.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  template:
    spec:
      containers:
        - name: app
          image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"
`,
});

const shared = {
  'root/Chart.yaml': 'apiVersion: v2\nname: root\nversion: 0.1.0\n',
  'root/values.yaml':
    'repository: https://git.example/acme/gitops.git\nsyncPolicy: { automated: {} }\napps:\n  payments: { enabled: true }\n  users: { enabled: true }\n  idle: { enabled: true, tag: "1" }\n',
  'root/templates/applications.yaml': template,
  'root/values-dev.yaml': values('dev', '', '1.8.2', '2.1.0'),
  'root/values-prod.yaml': values('prod', '', '1.7.0', '2.0.4'),
  ...chart('payments'),
  ...chart('users'),
};

const parent = (environment: string): Record<string, string> => ({
  [`bootstrap/root-${environment}.yaml`]: `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: root-${environment}, namespace: argocd }
spec:
  project: default
  source:
    repoURL: https://git.example/acme/gitops.git
    path: root
    helm: { valueFiles: [values-${environment}.yaml] }
  destination: { server: https://kubernetes.default.svc, namespace: argocd }
`,
});

function versionsOf(fleet: Fleet): Record<string, readonly string[]> {
  return Object.fromEntries(
    fleet.environments.map((one) => [
      one.name,
      one.instances.map((each) => `${each.application} ${each.images[0]?.version?.tag}`),
    ]),
  );
}

const expected = { dev: ['payments 1.8.2', 'users 2.1.0'], prod: ['payments 1.7.0', 'users 2.0.4'] };

describe('a chart whose template writes an image inside a flow map', () => {
  it('is read by the usual shapes of values, and says so', () => {
    const files = {
      ...shared,
      'charts/users/templates/deployment.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: { name: users }\nspec: { containers: [{ name: app, image: "{{ .Values.image.name }}:{{ .Values.image.tag }}" }] }\n',
      'charts/users/values.yaml': 'image:\n  repository: ghcr.io/acme/users\n  tag: ""\n',
    };
    const fleet = fleetOf(snapshotOf(files))._unsafeUnwrap();
    expect(versionsOf(fleet)).toEqual(expected);
    expect(fleet.notes.map((one) => one.kind)).toContain('image-not-followed');
  });
});

describe('an app of apps that is a chart', () => {
  it.each([
    ['with the Applications that deploy it', { ...parent('dev'), ...parent('prod') }],
    ['with the files of values beside it, where nothing here deploys it', {}],
  ])('is read %s', (_, more) => {
    const fleet = fleetOf(snapshotOf({ ...shared, ...more }))._unsafeUnwrap();
    expect(versionsOf(fleet)).toEqual(expected);
    const [instance] = fleet.environments[1]?.instances ?? [];
    expect(instance?.images[0]?.pins).toMatchObject([
      { file: 'root/values-prod.yaml', at: { line: 6, column: 10 }, value: '1.7.0' },
    ]);
    expect(fleet.notes.filter((one) => one.kind === 'chart-of-applications')).toEqual([]);
  });

  it('is promoted in the values, never in the template', () => {
    const fleet = fleetOf(snapshotOf({ ...shared, ...parent('dev'), ...parent('prod') }))._unsafeUnwrap();
    const plan = planPromotion(fleet, { from: 'dev', to: ['prod'], now })._unsafeUnwrap();
    expect(plan.changes[0]?.files).toEqual([
      {
        path: 'root/values-prod.yaml',
        before: shared['root/values-prod.yaml'],
        after: values('prod', '', '1.8.2', '2.1.0'),
      },
    ]);
  });

  it('takes the environment from the names that the values give', () => {
    const files = {
      ...shared,
      'root/values-dev.yaml': values('shop', '-dev', '1.8.2', '2.1.0'),
      'root/values-prod.yaml': values('shop', '-prod', '1.7.0', '2.0.4'),
    };
    expect(versionsOf(fleetOf(snapshotOf(files))._unsafeUnwrap())).toEqual(expected);
  });

  it('is not guessed where files of values stand for other things, too', () => {
    const files = { ...shared, 'root/values-blue.yaml': 'namespace: blue\n' };
    const error = fleetOf(snapshotOf(files))._unsafeUnwrapErr();
    expect(error.kind).toBe('no-argocd-files');
    const plain = { ...files, ...parent('prod') };
    expect(versionsOf(fleetOf(snapshotOf(plain))._unsafeUnwrap())).toEqual({ prod: expected.prod });
  });

  it('is read for the environments that the configuration names, whatever they are called', () => {
    const { 'root/values-dev.yaml': dev, 'root/values-prod.yaml': prod, ...rest } = shared;
    const files = {
      ...rest,
      'root/values-summit.yaml': dev.replace('# dev\n', ''),
      'root/values-base.yaml': prod,
      'root/values-common.yaml': 'apps: {}\n',
    };
    const untold = fleetOf(snapshotOf(files))._unsafeUnwrapErr();
    expect(untold).toMatchObject({ kind: 'no-argocd-files', at: { file: 'root/Chart.yaml' } });
    expect(untold.remedy).toContain('environments: { base: {}, common: {}, summit: {} }');
    const named = { 'gitops.yaml': 'version: 1\nenvironments: { summit: {}, base: { from: summit } }\n' };
    expect(versionsOf(fleetOf(snapshotOf({ ...files, ...named }))._unsafeUnwrap())).toEqual({
      summit: expected.dev,
      base: expected.prod,
    });
    const layout = { 'gitops.yaml': 'version: 1\nlayout: ["root/values-{environment}.yaml"]\n' };
    const words = { ...shared, 'root/values-common.yaml': 'apps: {}\n', ...layout };
    expect(versionsOf(fleetOf(snapshotOf(words))._unsafeUnwrap())).toEqual(expected);
  });

  it('says what Helm would refuse', () => {
    const files = {
      ...shared,
      ...parent('dev'),
      ...parent('prod'),
      'root/values-prod.yaml': 'apps: { web: nothing }\n',
    };
    const fleet = fleetOf(snapshotOf(files))._unsafeUnwrap();
    expect(fleet.notes.find((one) => one.severity === 'warn' && one.kind === 'chart-of-applications')?.message).toMatch(
      /^The chart in root cannot be rendered with root\/values-prod\.yaml: /,
    );
  });

  it('is frozen for promotions, and refused where only an annotation in the template could hold Image Updater', () => {
    const plain = fleetOf(snapshotOf(shared))._unsafeUnwrap();
    const freeze = planFreeze(plain, { environment: 'prod', reason: 'audit', by: 'ana', now })._unsafeUnwrap();
    expect(freeze.changes[0]?.files.map((one) => one.path)).toEqual(['.gitops/freezes/prod.yaml']);
    const followed = {
      ...shared,
      'root/templates/applications.yaml': template.replace(
        '  {{- with $app.annotations }}',
        '  annotations:\n    argocd-image-updater.argoproj.io/image-list: {{ $name }}=ghcr.io/acme/{{ $name }}\n  {{- with $app.nothing }}',
      ),
    };
    const refused = planFreeze(fleetOf(snapshotOf(followed))._unsafeUnwrap(), {
      environment: 'prod',
      reason: 'audit',
      by: 'ana',
      now,
    })._unsafeUnwrapErr();
    expect(refused.kind).toBe('freeze-in-template');
    expect(refused.message).toContain('root/templates/applications.yaml');
  });
});

describe('what a template prints with toYaml', () => {
  const copied = template.replace(
    / {4}helm:\n[\s\S]*?\n {2}destination:/,
    '    helm:\n      {{- toYaml $app.helm | nindent 6 }}\n  destination:',
  );
  const withHelm = (environment: string, tag: string): string =>
    `namespace: ${environment}
suffix: ""
apps:
  users: { enabled: false }
  idle: { enabled: false }
  payments:
    annotations:
      "acme.example/on": "yes"
      note: |
        two
        lines
    helm:
      parameters:
        - { name: empty, value: "" }
        - name: image.tag
          value: ${tag}
`;
  const files = {
    ...shared,
    'root/templates/applications.yaml': copied,
    'root/values-dev.yaml': withHelm('dev', '1.8.2'),
    'root/values-prod.yaml': withHelm('prod', '1.7.0'),
  };

  it('is read as Helm would, and promoted where the value stands', () => {
    const fleet = fleetOf(snapshotOf(files))._unsafeUnwrap();
    expect(versionsOf(fleet)).toEqual({ dev: ['payments 1.8.2'], prod: ['payments 1.7.0'] });
    expect(fleet.environments[0]?.instances[0]?.resource.annotations).toEqual({
      'acme.example/on': 'yes',
      note: 'two\nlines\n',
    });
    const plan = planPromotion(fleet, { from: 'dev', to: ['prod'], now })._unsafeUnwrap();
    expect(plan.changes[0]?.files.map(({ path, after }) => [path, after])).toEqual([
      ['root/values-prod.yaml', withHelm('prod', '1.8.2')],
    ]);
  });
});

describe('a chart of Applications in a folder of an environment', () => {
  const inner = (environment: string): Record<string, string> => ({
    [`teams/web/${environment}/Chart.yaml`]: 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
    [`teams/web/${environment}/templates/application.yaml`]: `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop }
spec:
  source:
    repoURL: {{ .Values.repository }}
    path: charts/payments
    helm: { parameters: [{ name: image.tag, value: {{ .Values.tag | quote }} }] }
  destination: { server: https://kubernetes.default.svc, namespace: shop }
`,
  });
  const outer = (environment: string, tag: string): Record<string, string> => ({
    [`envs/${environment}/Chart.yaml`]: 'apiVersion: v2\nname: teams\nversion: 0.1.0\n',
    [`envs/${environment}/values.yaml`]: `repository: https://git.example/acme/gitops.git\ntag: ${tag}\n`,
    [`envs/${environment}/templates/web.yaml`]: `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web }
spec:
  source:
    repoURL: {{ .Values.repository }}
    path: teams/web/${environment}
    helm:
      values: |
        {{- toYaml .Values | nindent 8 }}
  destination: { server: https://kubernetes.default.svc, namespace: web }
`,
  });
  const files = {
    ...chart('payments'),
    ...inner('dev'),
    ...inner('prod'),
    ...outer('dev', '1.8.2'),
    ...outer('prod', '1.7.0'),
  };

  it('is read with its own values, and so is the chart that its Applications deploy', () => {
    const fleet = fleetOf(snapshotOf(files))._unsafeUnwrap();
    expect(versionsOf(fleet)).toEqual({ dev: ['shop 1.8.2'], prod: ['shop 1.7.0'] });
    expect(fleet.ambiguous).toEqual([]);
  });

  it('does not follow a chart inside itself', () => {
    const own = {
      ...files,
      'teams/web/dev/templates/self.yaml': files['envs/dev/templates/web.yaml'] ?? '',
    };
    expect(versionsOf(fleetOf(snapshotOf(own))._unsafeUnwrap())['dev']).toContain('shop 1.8.2');
  });
});
