import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../model.js';
import { readYaml } from '../yaml/read.js';
import { type EffectiveImages, type ReadImagesOptions, readApplications, readImages } from './index.js';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          image: reg.example/web:v1
`;

const chart = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'chart/values.yaml': 'image:\n  repository: reg.example/web\n  tag: v0\n',
  'chart/templates/web.yaml': 'image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"\n',
};

function read(
  files: Readonly<Record<string, string>>,
  source: string,
  options: ReadImagesOptions = {},
): EffectiveImages {
  const text = `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: web\nspec:\n${source}`;
  const { applications, problems } = readApplications(readYaml(text, 'app.yaml')._unsafeUnwrap());
  expect(problems).toEqual([]);
  const [application] = applications;
  if (application === undefined) throw new Error('no Application');
  return readImages(application, snapshotOf({ ...files, 'app.yaml': text }), options);
}

describe('the place that decides a version', () => {
  test('a string of values: the place inside, and the line in the file', () => {
    const { images } = read(
      chart,
      '  source:\n    path: chart\n    helm:\n      values: |\n        # by hand\n        image:\n          tag: v7\n',
    );
    expect(images[0]?.pins).toEqual([
      {
        kind: 'helm-values',
        part: 'version',
        file: 'app.yaml',
        at: { file: 'app.yaml', line: 12, column: 16 },
        pointer: { document: { kind: 'Application', name: 'web' }, path: ['spec', 'source', 'helm', 'values'] },
        inside: { document: {}, path: ['image', 'tag'] },
        value: 'v7',
      },
    ]);
  });

  test('a value file under the values of the Application: the nearer decides, the farther is masked', () => {
    const files = { ...chart, 'chart/prod.yaml': 'image:\n  tag: v5\n' };
    const source = '  source:\n    path: chart\n    helm:\n      valueFiles: [prod.yaml]\n';
    expect(read(files, source).images[0]).toMatchObject({
      pins: [{ kind: 'helm-value-file', file: 'chart/prod.yaml', at: { line: 2, column: 8 }, value: 'v5' }],
      masked: [],
    });
    expect(read(files, `${source}      valuesObject: { image: { tag: v6 } }\n`).images[0]).toMatchObject({
      version: { tag: 'v6' },
      pins: [{ kind: 'helm-values', file: 'app.yaml', value: 'v6' }],
      masked: [{ kind: 'helm-value-file', file: 'chart/prod.yaml', value: 'v5' }],
    });
  });

  test('a tag and a digest that stand apart are two pins', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const files = {
      ...chart,
      'chart/values.yaml': `image:\n  repository: reg.example/web\n  tag: v0\n  digest: ${digest}\n`,
      'chart/templates/web.yaml':
        'image: {{ .Values.image.repository }}:{{ .Values.image.tag }}@{{ .Values.image.digest }}\n',
    };
    const { images } = read(files, '  source: {path: chart}\n');
    expect(images[0]?.version).toEqual({ tag: 'v0', digest });
    expect(images[0]?.pins.map(({ part, value }) => [part, value])).toEqual([
      ['tag', 'v0'],
      ['digest', digest],
    ]);
  });

  test('a version of which only a part stands in Git has no pin, and a note', () => {
    const files = {
      ...chart,
      'chart/templates/web.yaml': 'image: {{ .Values.image.repository }}:{{ .Values.image.tag }}-alpine\n',
    };
    const { images, notes } = read(files, '  source: {path: chart}\n');
    expect(images).toMatchObject([{ version: { tag: 'v0-alpine' }, pins: [] }]);
    expect(notes).toMatchObject([{ kind: 'version-in-template' }]);
  });

  test('a parameter with a variable of the build has no pin', () => {
    const parameter = '- { name: image.tag, value: "$ARGOCD_APP_NAME-1" }';
    const { images, notes } = read(
      chart,
      `  source:\n    path: chart\n    helm:\n      parameters:\n        ${parameter}\n`,
    );
    expect(images).toMatchObject([{ version: { tag: 'web-1' }, pins: [] }]);
    expect(notes).toMatchObject([{ kind: 'version-computed' }]);
  });

  test('a kustomization: the entry of the overlay, the manifest where nothing overrides it', () => {
    const files = {
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': deployment,
      'prod/kustomization.yaml': 'resources: [../base]\nimages:\n  - name: reg.example/web\n    newTag: v2\n',
    };
    expect(read(files, '  source: {path: base}\n').images).toMatchObject([
      {
        pins: [
          {
            kind: 'manifest-image',
            part: 'reference',
            file: 'base/web.yaml',
            at: { line: 10, column: 18 },
            value: 'reg.example/web:v1',
          },
        ],
      },
    ]);
    expect(read(files, '  source: {path: prod}\n').images).toMatchObject([
      {
        image: 'reg.example/web',
        version: { tag: 'v2', digest: null },
        pins: [
          {
            kind: 'kustomization-image',
            part: 'tag',
            at: { file: 'prod/kustomization.yaml', line: 4, column: 13 },
            pointer: { document: {}, path: ['images', { where: { name: 'reg.example/web' } }, 'newTag'] },
          },
        ],
        masked: [],
      },
    ]);
    expect(
      read(files, '  source:\n    path: prod\n    kustomize:\n      images: ["reg.example/web:v3"]\n').images,
    ).toMatchObject([
      {
        version: { tag: 'v3' },
        pins: [{ kind: 'application-kustomize-image', part: 'reference', value: 'reg.example/web:v3' }],
        masked: [{ kind: 'kustomization-image', file: 'prod/kustomization.yaml', value: 'v2' }],
      },
    ]);
    const written = { ...files, 'prod/.argocd-source-web.yaml': 'kustomize:\n  images:\n    - reg.example/web:v4\n' };
    expect(
      read(written, '  source:\n    path: prod\n    kustomize:\n      images: ["reg.example/web:v3"]\n').images,
    ).toMatchObject([
      {
        version: { tag: 'v4' },
        pins: [{ kind: 'override-kustomize-image', file: 'prod/.argocd-source-web.yaml' }],
        masked: [{ kind: 'application-kustomize-image', value: 'reg.example/web:v3' }, { kind: 'kustomization-image' }],
      },
    ]);
  });

  test('a strategic merge patch and a patch inside a string', () => {
    const patch =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: reg.example/web:v8\n';
    const files = {
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': deployment,
      'qa/version.yaml': patch,
    };
    const byFile = { ...files, 'qa/kustomization.yaml': 'resources: [../base]\npatches:\n  - path: version.yaml\n' };
    expect(read(byFile, '  source: {path: qa}\n').images).toMatchObject([
      { version: { tag: 'v8' }, pins: [{ file: 'qa/version.yaml', at: { line: 9 } }] },
    ]);
    const inline =
      'resources: [../base]\npatches:\n  - target: {kind: Deployment}\n    patch: |-\n      - op: replace\n        path: /spec/template/spec/containers/0/image\n        value: reg.example/web:v9\n';
    expect(read({ ...files, 'qa/kustomization.yaml': inline }, '  source: {path: qa}\n').images).toMatchObject([
      {
        version: { tag: 'v9' },
        pins: [
          {
            at: { file: 'qa/kustomization.yaml', line: 7, column: 16 },
            pointer: { path: ['patches', 0, 'patch'] },
            inside: { path: [0, 'value'] },
          },
        ],
      },
    ]);
  });

  test('a lone tag takes the name of its image from Image Updater, else a note stands for it', () => {
    const source =
      '  source:\n    chart: web\n    repoURL: https://charts.example\n    helm:\n      parameters:\n        - {name: image.tag, value: v4}\n';
    expect(read({}, source).images).toEqual([]);
    expect(read({}, source).notes.map((note) => note.kind)).toEqual(['chart-elsewhere', 'image-without-name']);
    const { images } = read({}, source, { updaterImages: [{ alias: 'web', image: 'reg.example/web' }] });
    expect(images).toMatchObject([
      {
        image: 'reg.example/web',
        alias: 'web',
        version: { tag: 'v4' },
        pins: [{ kind: 'helm-parameter', part: 'version' }],
      },
    ]);
  });

  test('conventions tell the image where a helper library renders', () => {
    const files = {
      ...chart,
      'chart/values.yaml':
        'app:\n  image:\n    registry: reg.example\n    repository: web\n    tag: v3\njob:\n  image: reg.example/job:v2\n',
      'chart/templates/web.yaml': '{{ include "common.deployment" . }}\n',
    };
    const { images } = read(files, '  source: {path: chart}\n');
    expect(images.map(({ image, version, pins }) => [image, version?.tag, pins[0]?.part])).toEqual([
      ['reg.example/job', 'v2', 'reference'],
      ['reg.example/web', 'v3', 'version'],
    ]);
  });

  test('blocks whose condition is known are followed, both ways of the others', () => {
    const template =
      '{{- if .Values.enabled }}\nimage: reg.example/on:{{ .Values.tag }}\n{{- else }}\nimage: reg.example/off:{{ .Values.tag }}\n{{- end }}\n' +
      '{{- range $name, $job := .Values.jobs }}\nimage: "reg.example/{{ $name }}:{{ $job.tag }}"\n{{- end }}\n' +
      '{{- if .Capabilities.APIVersions.Has "x" }}\nimage: reg.example/yes:{{ .Values.tag }}\n{{- else }}\nimage: reg.example/no:{{ .Values.tag }}\n{{- end }}\n';
    const files = {
      ...chart,
      'chart/templates/web.yaml': template,
      'chart/values.yaml': 'enabled: true\ntag: v1\njobs:\n  a: {tag: j1}\n  b: {tag: j2}\n',
    };
    expect(read(files, '  source: {path: chart}\n').rendered).toEqual([
      'reg.example/a:j1',
      'reg.example/b:j2',
      'reg.example/no:v1',
      'reg.example/on:v1',
      'reg.example/yes:v1',
    ]);
  });
});
