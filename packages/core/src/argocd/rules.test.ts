import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../model.js';
import { readYaml } from '../yaml/read.js';
import { type EffectiveImages, readApplications, readImages } from './index.js';

function read(files: Readonly<Record<string, string>>, source: string): EffectiveImages {
  const text = `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: web\n  namespace: argocd\nspec:\n${source}`;
  const [application] = readApplications(readYaml(text, 'app.yaml')._unsafeUnwrap()).applications;
  if (application === undefined) throw new Error('no Application');
  return readImages(application, snapshotOf({ ...files, 'app.yaml': text }));
}

const line = 'image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"\n';
const chart = {
  'c/Chart.yaml': 'name: web\nversion: 0.1.0\n',
  'c/values.yaml': 'image:\n  repository: r/web\n  tag: v0\n',
  'c/templates/web.yaml': line,
};

describe('override files', () => {
  const parameters = (...items: readonly string[]) =>
    `helm:\n  parameters:\n${items.map((item) => `    - ${item}\n`).join('')}`;
  const app = `  source:\n    path: c\n    helm:\n      parameters:\n        - {name: x, value: "1", forceString: true}\n        - {name: image.tag, value: v-app}\n`;

  test('an item that a shorter list hid shines through when the list grows again', () => {
    const files = {
      ...chart,
      'c/.argocd-source.yaml': parameters('{name: x, value: "2"}'),
      'c/.argocd-source-web.yaml': parameters('{name: x, value: "3"}', '{name: image.tag}'),
    };
    expect(read(files, app).rendered).toEqual(['r/web:v-app']);
  });

  test('an empty list in between takes the old items away', () => {
    const files = {
      ...chart,
      'c/.argocd-source.yaml': 'helm: {parameters: []}\n',
      'c/.argocd-source-web.yaml': parameters('{name: x, value: "3"}', '{name: image.tag}'),
    };
    expect(read(files, app).rendered).toEqual(['r/web:']);
  });

  test('names match without regard to case; null changes nothing', () => {
    const files = {
      ...chart,
      'c/.argocd-source.yaml': 'HELM:\n  Parameters:\n    - {NAME: image.tag, Value: v-file}\nkustomize: null\n',
    };
    expect(read(files, app).rendered).toEqual(['r/web:v-file']);
  });
});

describe('values of charts that depend on each other', () => {
  const umbrella = {
    ...chart,
    'u/Chart.yaml':
      'name: u\nversion: 0.1.0\ndependencies:\n  - {name: web, alias: front, repository: "file://../c", condition: front.enabled}\n',
  };

  test('an alias names the values, a condition decides, globals are handed down', () => {
    const on = { ...umbrella, 'u/values.yaml': 'front:\n  image: {tag: v1}\n' };
    expect(read(on, '  source: {path: u}\n').rendered).toEqual(['r/web:v1']);
    const off = { ...umbrella, 'u/values.yaml': 'front: {enabled: false}\n' };
    expect(read(off, '  source: {path: u}\n').rendered).toEqual([]);
    const global = {
      ...umbrella,
      'u/values.yaml': 'global: {tag: v9}\n',
      'c/templates/web.yaml':
        'image: {{ .Values.image.repository }}:{{ .Values.global.tag | default .Values.image.tag }}\n',
    };
    expect(read(global, '  source: {path: u}\n').rendered).toEqual(['r/web:v9']);
    expect(read(global, '  source: {path: c}\n').problems).toMatchObject([
      { kind: 'application-invalid', at: { file: 'c/templates/web.yaml', line: 1 } },
    ]);
  });

  test('a global of the parent stays the default of its dependency even where a null takes it from the parent', () => {
    const files = {
      ...umbrella,
      'u/values.yaml': 'global: {m: {tag: from-parent}}\n',
      'c/values.yaml': 'image: {repository: r/web}\nglobal: {m: {tag: from-child}}\n',
      'c/templates/web.yaml': 'image: {{ .Values.image.repository }}:{{ .Values.global.m.tag }}\n',
    };
    const source = '  source:\n    path: u\n    helm: {valuesObject: {global: {m: {tag: null}}}}\n';
    expect(read(files, source).rendered).toEqual(['r/web:from-parent']);
  });

  test('a template that renders no image is believed; a bare key is read as YAML 1.1 reads it', () => {
    const files = {
      ...chart,
      'c/templates/web.yaml': `{{- if .Values.on }}\n${line}{{- end }}\n`,
      'c/values.yaml': 'on: true\nimage: {repository: r/web, tag: v1}\n',
    };
    expect(read(files, '  source: {path: c}\n').rendered).toEqual([]);
    const quoted = { ...files, 'c/values.yaml': '"on": true\nimage: {repository: r/web, tag: v1}\n' };
    expect(read(quoted, '  source: {path: c}\n').rendered).toEqual(['r/web:v1']);
  });

  test('a null item of a range has no fields', () => {
    const range = '{{ range $name, $job := .Values.jobs }}\nimage: "r/{{ $name }}:{{ $job.tag }}"\n{{ end }}\n';
    const files = {
      ...chart,
      'c/templates/web.yaml': range,
      'c/values.yaml': 'jobs: {a: {tag: v1}}\n',
      'c/x.yaml': 'jobs: {b: null}\n',
    };
    expect(read(files, '  source: {path: c}\n').rendered).toEqual(['r/a:v1']);
    expect(read(files, '  source: {path: c, helm: {valueFiles: [x.yaml]}}\n').problems).toMatchObject([
      { at: { line: 2 } },
    ]);
  });

  test('a null takes a default away, and a template that goes through it fails', () => {
    const source = (values: string) => `  source:\n    path: c\n    helm:\n      valuesObject: ${values}\n`;
    expect(read(chart, source('{image: {tag: null}}')).rendered).toEqual(['r/web:']);
    expect(read(chart, source('{image: null}')).problems).toMatchObject([{ kind: 'application-invalid' }]);
  });
});

describe('kustomizations', () => {
  const pod = (image: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - {name: a, image: "${image}"}\n`;
  const base = { 'b/kustomization.yaml': 'resources: [pod.yaml]\n', 'b/pod.yaml': pod('reg/web:v1') };

  test('setting an image sorts the entries and keeps the first of two of one name', () => {
    const files = {
      ...base,
      'o/kustomization.yaml':
        'resources: [../b]\nimages:\n  - {name: reg/web, newTag: first}\n  - {name: reg/web, newTag: last}\n',
    };
    expect(read(files, '  source: {path: o}\n').rendered).toEqual(['reg/web:last']);
    const set = '  source:\n    path: o\n    kustomize: {images: ["reg/other:v1"]}\n';
    expect(read(files, set).rendered).toEqual(['reg/web:first']);
  });

  test('a star keeps what the kustomization has', () => {
    const files = {
      ...base,
      'o/kustomization.yaml': 'resources: [../b]\nimages:\n  - {name: reg/web, newName: mirror/web, newTag: v2}\n',
    };
    const set = (image: string) => `  source:\n    path: o\n    kustomize: {images: ["${image}"]}\n`;
    expect(read(files, set('reg/web=*:v3')).rendered).toEqual(['mirror/web:v3']);
    expect(read(files, set('reg/web=new/web:*')).rendered).toEqual(['new/web:v2']);
    expect(read(files, set('reg/web')).problems).toMatchObject([{ kind: 'application-invalid', at: { line: 9 } }]);
  });

  test('a circle, a missing resource, two kustomization files', () => {
    const circle = { 'a/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../a]\n' };
    expect(read(circle, '  source: {path: a}\n').problems).toMatchObject([
      { at: { file: 'b/kustomization.yaml', line: 1, column: 13 } },
    ]);
    expect(
      read({ 'a/kustomization.yaml': 'resources:\n  - gone.yaml\n' }, '  source: {path: a}\n').problems,
    ).toMatchObject([{ at: { line: 2, column: 5 } }]);
    const two = { ...base, 'b/kustomization.yml': 'resources: []\n' };
    expect(read(two, '  source: {path: b}\n').problems).toMatchObject([{ at: { file: 'b/kustomization.yml' } }]);
  });

  test('a patch puts the containers that it names first; what it deletes is gone', () => {
    const pair =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - {name: a, image: "r/a:1"}\n    - {name: b, image: "r/b:1"}\n    - {name: c, image: "r/c:1"}\n';
    const merge =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - {name: b, image: "r/b:2"}\n    - {name: c, $patch: delete}\n';
    const first = '[{"op": "replace", "path": "/spec/containers/0/image", "value": "r/first:3"}]';
    const files = {
      'b/pod.yaml': pair,
      'b/merge.yaml': merge,
      'b/kustomization.yaml': `resources: [pod.yaml]\npatches:\n  - path: merge.yaml\n  - {target: {name: p}, patch: '${first}'}\n`,
    };
    expect(read(files, '  source: {path: b}\n').rendered).toEqual(['r/a:1', 'r/first:3']);
  });

  describe('a patch without a target', () => {
    const deployment = (tag: string, { namespace = '', version = 'apps/v1', name = 'web' } = {}): string =>
      `apiVersion: ${version}\nkind: Deployment\nmetadata: { name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`} }\nspec: { template: { spec: { containers: [{ name: web, image: "r/web:${tag}" }] } } }\n`;
    const built = (
      object: string,
      patch: string,
      { below = '', above = '', entry = '{ path: patch.yaml }', more = '' }: Readonly<Record<string, string>> = {},
    ) =>
      read(
        {
          'b/deployment.yaml': object,
          'b/kustomization.yaml': `resources: [deployment.yaml${more}]\n${below}`,
          'o/patch.yaml': patch,
          'o/kustomization.yaml': `resources: [../b]\n${above}patches: [${entry}]\n`,
        },
        '  source: {path: o}\n',
      );
    type Lines = Readonly<Record<string, string>>;
    const own = deployment('1');
    const transformer = 'apiVersion: builtin\n    kind: NamespaceTransformer\n    metadata: { name: ns, namespace: b }';

    test.each<readonly [string, string, string, Lines]>([
      ['without a namespace, as the object', own, deployment('2'), {}],
      ['of the namespace of the object', deployment('1', { namespace: 'a' }), deployment('2', { namespace: 'a' }), {}],
      ['of the default namespace, by its name', own, deployment('2', { namespace: 'default' }), {}],
      ['of the namespace before the base gave another', own, deployment('2'), { below: 'namespace: b\n' }],
      ['of the namespace that the base gave', own, deployment('2', { namespace: 'b' }), { below: 'namespace: b\n' }],
      [
        'of the namespace that a transformer gave',
        own,
        deployment('2', { namespace: 'b' }),
        { below: `transformers:\n  - |-\n    ${transformer}\n` },
      ],
      ['before its own kustomization gives another', own, deployment('2'), { above: 'namespace: c\n' }],
      [
        'for an item of a list',
        `apiVersion: v1\nkind: List\nitems:\n  - ${own.trimEnd().replaceAll('\n', '\n    ')}\n`,
        deployment('2'),
        {},
      ],
    ])('is applied %s', (_what, object, patch, more) => {
      const found = built(object, patch, more);
      expect(found.problems).toEqual([]);
      expect(found.rendered).toEqual(['r/web:2']);
    });

    test.each<readonly [string, string, string, Lines]>([
      ['namespace a', own, deployment('2', { namespace: 'a' }), {}],
      ['namespace default', deployment('1', { namespace: 'a' }), deployment('2'), {}],
      ['namespace c', own, deployment('2', { namespace: 'c' }), { above: 'namespace: c\n' }],
      ['Deployment web of apps/v1beta1', own, deployment('2', { version: 'apps/v1beta1' }), {}],
      ['Deployment api of apps/v1', own, deployment('2', { name: 'api' }), {}],
    ])('is refused where nothing is its object: %s', (what, object, patch, more) => {
      const { problems } = built(object, patch, more);
      expect(problems).toMatchObject([{ kind: 'application-invalid', at: { file: 'o/kustomization.yaml' } }]);
      expect(problems[0]?.message).toContain(what);
    });

    test('whose target asks for what is not known is not applied, and told', () => {
      const asking = (field: string) =>
        built(own, deployment('2'), { entry: `{ path: patch.yaml, target: { ${field} } }` });
      expect(asking('labelSelector: "a=b"').rendered).toEqual(['r/web:1']);
      expect(asking('name: "("').rendered).toEqual(['r/web:1']);
      const noted = own.replace('name: web }', 'name: web, labels: { a: c }, annotations: { a: b } }');
      const chosenBy = (field: string) =>
        built(noted, deployment('2'), { entry: `{ path: patch.yaml, target: { ${field}: "a=b" } }` }).rendered;
      expect([chosenBy('annotationSelector'), chosenBy('labelSelector')]).toEqual([['r/web:2'], ['r/web:1']]);
      expect(asking('labelSelector: "!a"').notes.map(({ kind }) => kind)).not.toContain('patch-target-not-followed');
      const unknown = asking('labels: "a=b"');
      expect(unknown.rendered).toEqual(['r/web:1']);
      expect(unknown.notes.map(({ kind }) => kind)).toEqual(['patch-target-not-followed']);
    });

    test('passes where its object may be elsewhere, or a target chooses', () => {
      const other = deployment('2', { name: 'api' });
      const remote = built(own, other, { more: ', https://git.example/acme/other//base' });
      const chosen = built(own, other, { entry: '{ path: patch.yaml, target: { kind: StatefulSet } }' });
      const secret = built(own, 'apiVersion: v1\nkind: Secret\nmetadata: { name: keys }\n');
      expect([remote, chosen, secret].map((one) => [one.problems, one.rendered])).toEqual([
        [[], ['r/web:1']],
        [[], ['r/web:1']],
        [[], ['r/web:1']],
      ]);
    });
  });

  test.each([
    ['[{op: replace, path: /spec/containers/0/image, value: "r/first:3"}]', 0],
    ['# as YAML\n[{op: replace, path: /spec/containers/0/image, value: "r/first:3"}]', 1],
    ['[{"op": "replace", "path": "/spec/containers/0/image", "value": "r/first:3"}]', 1],
  ])('a patch that begins like JSON has to be JSON, in the kustomization and in a file: %s', (patch, taken) => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: "r/a:1"}]}\n';
    const inline = patch.replace(/\n/g, '\n      ');
    for (const [entry, more] of [
      ['path: patch.yaml', { 'b/patch.yaml': `${patch}\n` }],
      [`patch: |-\n      ${inline}`, {}],
    ] as const) {
      const kustomization = `resources: [pod.yaml]\npatches:\n  - target: {name: p}\n    ${entry}\n`;
      const files = { 'b/pod.yaml': pod, 'b/kustomization.yaml': kustomization, ...more };
      const found = read(files, '  source: {path: b}\n');
      expect(found.rendered).toEqual(taken === 1 ? ['r/first:3'] : []);
      expect(found.problems).toHaveLength(1 - taken);
    }
  });

  test('an empty kustomization is refused', () => {
    const empty = { 'b/kustomization.yaml': 'kind: Kustomization\n' };
    expect(read(empty, '  source: {path: b}\n').problems).toMatchObject([{ at: { file: 'b/kustomization.yaml' } }]);
  });

  test('a remote base is said, and what is here still read', () => {
    const files = { ...base, 'o/kustomization.yaml': 'resources:\n  - ../b\n  - https://git.example/x//base?ref=v1\n' };
    expect(read(files, '  source: {path: o}\n')).toMatchObject({
      rendered: ['reg/web:v1'],
      problems: [],
      notes: [{ kind: 'base-elsewhere', at: { line: 3 } }],
    });
  });
});
