import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../model.js';
import { readYaml } from '../yaml/read.js';
import {
  createReadCache,
  type EffectiveImages,
  type ReadImagesOptions,
  readApplications,
  readImages,
} from './index.js';

function application(environment: string, tag: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: payments-${environment}
  namespace: argocd
spec:
  project: default
  source:
    repoURL: https://github.com/acme/gitops.git
    path: apps/helm-charts/payments
    helm:
      parameters:
        - name: image.name
          value: ghcr.io/acme/payments
        - name: image.tag # by Image Updater
          value: "${tag}"
  destination: { server: https://kubernetes.default.svc, namespace: payments }
`;
}

const chart = {
  'apps/helm-charts/payments/Chart.yaml': 'apiVersion: v2\nname: payments\nversion: 0.1.0\nappVersion: "0.0.1"\n',
  'apps/helm-charts/payments/values.yaml': 'image:\n  name: ghcr.io/acme/payments\n  tag: ""\n',
  'apps/helm-charts/payments/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      containers:
        - name: payments
          image: {{ include "payments.image" . }}
`,
  'apps/helm-charts/payments/templates/_helpers.tpl': `{{/* The image. */}}
{{- define "payments.image" -}}
{{- printf "%s:%s" .Values.image.name (default .Chart.AppVersion .Values.image.tag) | quote -}}
{{- end -}}
`,
};

const devFile = 'apps/dev/payments/application.yaml';
const prodFile = 'apps/prod/payments/application.yaml';
const writeBack = 'apps/helm-charts/payments/.argocd-source-payments-dev.yaml';

const files = {
  ...chart,
  [devFile]: application('dev', '1.7.0'),
  [prodFile]: application('prod', '1.7.0'),
  [writeBack]: `helm:
  parameters:
  - name: image.name
    value: ghcr.io/acme/payments
    forcestring: true
  - name: image.tag
    value: 1.8.2
    forcestring: true
`,
};

function read(all: Readonly<Record<string, string>>, file: string, options: ReadImagesOptions = {}): EffectiveImages {
  const { applications, problems } = readApplications(readYaml(all[file] ?? '', file)._unsafeUnwrap());
  expect(problems).toEqual([]);
  const [first] = applications;
  if (first === undefined) throw new Error(`no Application in ${file}`);
  return readImages(first, snapshotOf(all), options);
}

describe('a chart that environments share', () => {
  test('the write-back file decides the version of dev, and the parameter of the Application is masked', () => {
    const { images, problems, notes, overrides } = read(files, devFile, {
      updaterImages: [
        { alias: 'payments', image: 'ghcr.io/acme/payments', helm: { name: 'image.name', tag: 'image.tag' } },
      ],
    });
    expect(problems).toEqual([]);
    expect(notes).toEqual([]);
    expect(overrides).toEqual([writeBack]);
    expect(images).toEqual([
      {
        image: 'ghcr.io/acme/payments',
        alias: 'payments',
        version: { tag: '1.8.2', digest: null },
        pins: [
          {
            kind: 'override-parameter',
            part: 'version',
            file: writeBack,
            at: { file: writeBack, line: 7, column: 12 },
            pointer: { document: {}, path: ['helm', 'parameters', { where: { name: 'image.tag' } }, 'value'] },
            inside: null,
            value: '1.8.2',
          },
        ],
        masked: [
          {
            kind: 'helm-parameter',
            part: 'version',
            file: devFile,
            at: { file: devFile, line: 16, column: 18 },
            pointer: {
              document: { kind: 'Application', name: 'payments-dev' },
              path: ['spec', 'source', 'helm', 'parameters', { where: { name: 'image.tag' } }, 'value'],
            },
            inside: null,
            value: '1.7.0',
          },
        ],
      },
    ]);
  });

  test('the parameter of the Application decides the version of prod', () => {
    const { images } = read(files, prodFile);
    expect(images).toHaveLength(1);
    expect(images[0]?.version).toEqual({ tag: '1.7.0', digest: null });
    expect(images[0]?.pins).toMatchObject([
      { kind: 'helm-parameter', file: prodFile, at: { line: 16 }, value: '1.7.0' },
    ]);
    expect(images[0]?.masked).toEqual([]);
  });

  test('without a parameter the version is the chart default, of values.yaml or of Chart.yaml', () => {
    const bare = { ...files, [prodFile]: application('prod', '').replace(/ {4}helm:[\s\S]*?(?= {2}destination)/, '') };
    expect(read(bare, prodFile).images).toMatchObject([
      {
        version: { tag: '0.0.1' },
        pins: [{ kind: 'chart-default', file: 'apps/helm-charts/payments/Chart.yaml', at: { line: 4 } }],
      },
    ]);
    const set = {
      ...bare,
      'apps/helm-charts/payments/values.yaml': 'image:\n  name: ghcr.io/acme/payments\n  tag: 1.2.0\n',
    };
    expect(read(set, prodFile).images).toMatchObject([
      {
        version: { tag: '1.2.0' },
        pins: [
          {
            kind: 'chart-default',
            file: 'apps/helm-charts/payments/values.yaml',
            at: { line: 3, column: 8 },
            value: '1.2.0',
          },
        ],
      },
    ]);
  });

  test('a version that is no text is printed as Go prints it, and told where no runtime would take it', () => {
    const number = {
      ...files,
      'apps/helm-charts/payments/values.yaml': 'image:\n  name: ghcr.io/acme/payments\n  tag: 1.10\n',
    };
    const bare = { ...number, [prodFile]: application('prod', '').replace(/ {4}helm:[\s\S]*?(?= {2}destination)/, '') };
    const { images, rendered, notes } = read(bare, prodFile);
    expect(images).toEqual([]);
    expect(rendered).toEqual(['ghcr.io/acme/payments:%!s(float64=1.1)']);
    expect(notes).toMatchObject([{ kind: 'image-invalid', severity: 'warn' }]);
  });

  test('the write-back of an Application elsewhere is read under its prefixed name only', () => {
    const moved = {
      ...files,
      [devFile]: application('dev', '1.7.0').replace('namespace: argocd', 'namespace: team-a'),
    };
    expect(read(moved, devFile).images[0]?.version?.tag).toBe('1.7.0');
    expect(read(moved, devFile, { controllerNamespace: 'team-a' }).images[0]?.version?.tag).toBe('1.8.2');
  });

  test('a value that the write-back leaves out is the Application parameter of its position', () => {
    const leaking = {
      ...files,
      [writeBack]: 'helm:\n  parameters:\n  - name: image.name\n  - name: image.tag\n    forcestring: true\n',
    };
    expect(read(leaking, devFile).images).toMatchObject([
      { version: { tag: '1.7.0' }, pins: [{ kind: 'helm-parameter', file: devFile, at: { line: 16 } }], masked: [] },
    ]);
  });

  test('one chart is read once for a thousand Applications', () => {
    const many: Record<string, string> = { ...chart };
    for (let at = 0; at < 1000; at++) many[`apps/${at}/application.yaml`] = application(String(at), `1.0.${at}`);
    const snapshot = snapshotOf(many);
    const cache = createReadCache(snapshot);
    for (let at = 0; at < 1000; at++) {
      const file = `apps/${at}/application.yaml`;
      const [first] = readApplications(readYaml(many[file] ?? '', file)._unsafeUnwrap()).applications;
      if (first === undefined) throw new Error(file);
      expect(readImages(first, snapshot, { cache }).rendered).toEqual([`ghcr.io/acme/payments:1.0.${at}`]);
    }
    expect([...cache.charts.keys()]).toEqual(['apps/helm-charts/payments']);
    expect([...cache.parsed.keys()].sort()).toEqual([
      'apps/helm-charts/payments/Chart.yaml',
      'apps/helm-charts/payments/values.yaml',
    ]);
  });
});
