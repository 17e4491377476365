import { describe, expect, it } from 'vitest';
import { fleetOf, planPromotion, snapshotOf } from '../src/index.js';

// What Kustomize 5.8.1 makes of each case was seen by running it.

const now = '2026-11-27T10:00:00Z';
type Files = Readonly<Record<string, string>>;

const deployment = (image: string, name = 'web'): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, labels: { team: a } }
spec:
  template:
    spec:
      containers:
        - name: app
          image: ${image}
        - name: side
          image: ghcr.io/acme/side:1
`;

const configMap = (data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: versions }\ndata:\n  ${data}\n`;

const image = 'spec.template.spec.containers.[name=app].image';
const inTag = 'options: { delimiter: ":", index: 1 }';

const replacement = (source: string, target: string): string =>
  `replacements:\n  - source: ${source}\n    targets:\n      - ${target}\n`;

const fromMap = (key: string): string => `{ kind: ConfigMap, name: versions, fieldPath: data.${key} }`;

const application = (environment: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-${environment} }
spec:
  source: { repoURL: https://git.example/acme/gitops.git, path: ${environment} }
`;

/** Files of a folder for one environment. */
const inFolder = (environment: string, files: Files): Files => ({
  [`apps/${environment}.yaml`]: application(environment),
  ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`${environment}/${path}`, text])),
});

const read = (files: Files) => fleetOf(snapshotOf(files))._unsafeUnwrap();

/** The images of a folder, but for the one beside them all, with the places of their versions. */
function imagesOf(files: Files): readonly string[] {
  const [environment] = read(inFolder('dev', files)).environments;
  const found = environment?.instances.flatMap(({ images }) => images) ?? [];
  return found
    .filter((one) => one.image !== 'ghcr.io/acme/side')
    .map(({ image: name, version, pins }) => {
      const text = [name, version?.tag ?? version?.digest].join(' ');
      return `${text} ${pins.map((pin) => `${pin.file.slice('dev/'.length)}:${pin.at.line}`).join(' ')}`;
    });
}

const told = (files: Files): readonly string[] =>
  read(inFolder('dev', files)).notes.flatMap((one) => (one.kind.includes('not-follow') ? [one.message] : []));

const old = { 'web.yaml': deployment('ghcr.io/acme/web:1.0') };
const oldUntagged = { 'web.yaml': deployment('ghcr.io/acme/web') };
const oldName = { 'web.yaml': deployment('old') };
const whole = { 'map.yaml': configMap('image: ghcr.io/acme/web:1.8') };
const tag = { 'map.yaml': configMap('tag: "1.8"') };
const both = 'resources: [web.yaml, map.yaml]\n';
const toImage = `{ select: { kind: Deployment }, fieldPaths: ["${image}"] }`;
const toTag = `{ select: { name: web }, fieldPaths: ["${image}"], ${inTag} }`;

describe('a replacement that reaches an image', () => {
  const zeros = `sha256:${'0'.repeat(64)}`;
  const ones = `sha256:${'1'.repeat(64)}`;
  const webAt = 'ghcr.io/acme/web 1.8';
  const cases: Readonly<Record<string, readonly [Files, readonly string[]]>> = {
    'whole, from a ConfigMap': [
      { ...oldName, ...whole, 'kustomization.yaml': both + replacement(fromMap('image'), toImage) },
      [`${webAt} map.yaml:5`],
    ],
    'its tag': [
      { ...old, ...tag, 'kustomization.yaml': both + replacement(fromMap('tag'), toTag) },
      [`${webAt} map.yaml:5`],
    ],
    'a tag where there was none': [
      {
        ...oldUntagged,
        ...tag,
        'kustomization.yaml': both + replacement(fromMap('tag'), toTag.replace('index: 1', 'index: 9')),
      },
      [`${webAt} map.yaml:5`],
    ],
    'its digest': [
      {
        'web.yaml': deployment(`ghcr.io/acme/web@${zeros}`),
        'map.yaml': configMap(`digest: ${ones}`),
        'kustomization.yaml': both + replacement(fromMap('digest'), toTag.replace('":"', '"@"')),
      },
      [`ghcr.io/acme/web ${ones} map.yaml:5`],
    ],
    'its registry, and the version stays where it was': [
      {
        ...old,
        'map.yaml': configMap('registry: eu.gcr.io'),
        'kustomization.yaml':
          both + replacement(fromMap('registry'), toTag.replace(inTag, 'options: { delimiter: "/" }')),
      },
      ['eu.gcr.io/acme/web 1.0 web.yaml:9'],
    ],
    'in every container': [
      {
        ...oldName,
        ...whole,
        'kustomization.yaml': both + replacement(fromMap('image'), toImage.replace('[name=app]', '*')),
      },
      [`${webAt} map.yaml:5`],
    ],
    'after the entries of images': [
      {
        ...old,
        ...tag,
        'kustomization.yaml': `${both}images: [{ name: ghcr.io/acme/web, newTag: "9" }]\n${replacement(fromMap('tag'), toTag)}`,
      },
      [`${webAt} map.yaml:5`],
    ],
    'from another image, as images set it': [
      {
        ...old,
        'job.yaml': deployment('old', 'job'),
        'kustomization.yaml': `resources: [web.yaml, job.yaml]\nimages: [{ name: ghcr.io/acme/web, newTag: "9" }]\n${replacement(
          `{ kind: Deployment, name: web, fieldPath: "${image}" }`,
          `{ select: { name: job }, fieldPaths: ["${image}"] }`,
        )}`,
      },
      ['ghcr.io/acme/web 9 kustomization.yaml:2'],
    ],
    'from the tag of another image': [
      {
        ...old,
        'job.yaml': deployment('ghcr.io/acme/job:0', 'job'),
        'kustomization.yaml': `resources: [web.yaml, job.yaml]\nimages: [{ name: ghcr.io/acme/web, newTag: "9" }]\n${replacement(
          `{ kind: Deployment, name: web, fieldPath: "${image}", ${inTag} }`,
          `{ select: { name: job }, fieldPaths: ["${image}"], ${inTag} }`,
        )}`,
      },
      ['ghcr.io/acme/job 9 kustomization.yaml:2', 'ghcr.io/acme/web 9 kustomization.yaml:2'],
    ],
    'from a literal': [
      {
        ...old,
        'kustomization.yaml': `resources: [web.yaml]\nconfigMapGenerator:\n  - name: versions\n    literals: [TAG=1.8]\n${replacement(fromMap('TAG'), toTag)}`,
      },
      [`${webAt} kustomization.yaml:4`],
    ],
    'from a literal in quotes, which is not written': [
      {
        ...oldName,
        'kustomization.yaml': `resources: [web.yaml]\nconfigMapGenerator:\n  - name: versions\n    literals: ['IMAGE="ghcr.io/acme/web:1.8"']\n${replacement(fromMap('IMAGE'), toImage)}`,
      },
      [`${webAt} `],
    ],
    'from a file of variables, which is not written': [
      {
        ...old,
        'versions.env': '# versions\nTAG=1.8\n',
        'kustomization.yaml': `resources: [web.yaml]\nconfigMapGenerator: [{ name: versions, envs: [versions.env] }]\n${replacement(fromMap('TAG'), toTag)}`,
      },
      [`${webAt} `],
    ],
    'that stands in a file': [
      {
        ...oldName,
        ...whole,
        'kustomization.yaml': `${both}replacements: [{ path: replacements.yaml }]\n`,
        'replacements.yaml': `- source: ${fromMap('image')}\n  targets:\n    - ${toImage}\n`,
      },
      [`${webAt} map.yaml:5`],
    ],
    'but for those rejected': [
      {
        ...oldName,
        ...whole,
        'job.yaml': deployment('old:2', 'job'),
        'kustomization.yaml': `resources: [web.yaml, job.yaml, map.yaml]\n${replacement(fromMap('image'), toImage.replace('kind: Deployment }', 'kind: Deploy.* }, reject: [{ name: job }]'))}`,
      },
      [`${webAt} map.yaml:5`, 'old 2 job.yaml:9'],
    ],
    'by a label': [
      {
        ...oldName,
        ...whole,
        'kustomization.yaml':
          both + replacement(fromMap('image'), toImage.replace('kind: Deployment', 'labelSelector: "team=a"')),
      },
      [`${webAt} map.yaml:5`],
    ],
    'by names that they had before': [
      {
        ...oldName,
        ...whole,
        'kustomization.yaml': `namePrefix: p-\n${both}${replacement(fromMap('image'), toImage.replace('kind: Deployment', 'name: web'))}`,
      },
      [`${webAt} map.yaml:5`],
    ],
    'in a container that it makes': [
      {
        ...old,
        ...whole,
        'kustomization.yaml':
          both +
          replacement(
            fromMap('image'),
            toImage.replace('[name=app]', '[name=new]').replace(/ }$/, ', options: { create: true } }'),
          ),
      },
      [`${webAt} map.yaml:5`, 'ghcr.io/acme/web 1.0 web.yaml:9'],
    ],
    'of a component': [
      {
        ...oldName,
        ...whole,
        'kustomization.yaml': `${both}components: [component]\n`,
        'component/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n${replacement(fromMap('image'), toImage)}`,
      },
      [`${webAt} map.yaml:5`],
    ],
    'with a value of its own': [
      {
        ...oldName,
        'kustomization.yaml': `resources: [web.yaml]\nreplacements:\n  - sourceValue: ghcr.io/acme/web:1.8\n    targets:\n      - ${toImage}\n`,
      },
      [`${webAt} kustomization.yaml:3`],
    ],
  };

  it.each(Object.entries(cases))('%s', (_name, [files, expected]) => {
    expect([...imagesOf(files)].sort()).toEqual([...expected].sort());
    expect(told(files)).toEqual([]);
  });
});

describe('a replacement of a name or a namespace', () => {
  const renaming = (field: 'name' | 'namespace') => ({
    'base/web.yaml': deployment('ghcr.io/acme/web:1.0'),
    'base/kustomization.yaml': `resources: [web.yaml]\n${replacement(
      '{ kind: Deployment, fieldPath: metadata.labels.team }',
      `{ select: { kind: Deployment }, fieldPaths: [metadata.${field}], options: { create: true } }`,
    )}`,
  });
  const patched = (field: 'name' | 'namespace', metadata: string) =>
    imagesOf({
      ...renaming(field),
      'kustomization.yaml': 'resources: [base]\npatches: [{ path: patch.yaml }]\n',
      'patch.yaml': deployment('ghcr.io/acme/web:2.0').replace('name: web', metadata),
    });

  it('leaves patches the new one alone', () => {
    expect(patched('name', 'name: a')).toEqual(['ghcr.io/acme/web 2.0 patch.yaml:9']);
    expect(patched('name', 'name: web')).toEqual([]);
    expect(patched('namespace', 'name: web, namespace: a')).toEqual(['ghcr.io/acme/web 2.0 patch.yaml:9']);
    expect(patched('namespace', 'name: web')).toEqual([]);
  });
});

describe('a replacement that cannot be applied', () => {
  const unchanged = ['ghcr.io/acme/web 1.0 web.yaml:9'];

  it.each([
    ['no object here fits its source', fromMap('image').replace('versions', 'nothing'), toImage],
    ['several objects fit its source', '{ version: v1, fieldPath: data.image }', toImage],
    ['its source has no data.none', fromMap('none'), toImage],
    ['its target has no spec.none.image', fromMap('image'), toImage.replace(image, 'spec.none.image')],
    [
      'data.image has not so many pieces',
      fromMap('image').replace(' }', ', options: { delimiter: ":", index: 7 } }'),
      toImage,
    ],
  ])('is told, and changes nothing: %s', (why, source, target) => {
    const files = { ...old, ...whole, 'kustomization.yaml': both + replacement(source, target) };
    expect(imagesOf(files)).toEqual(unchanged);
    expect(told(files)).toEqual([
      `A replacement is not followed: ${why}. Unless that is in another repository, Kustomize refuses it: correct it.`,
    ]);
  });

  it('is refused where its file is missing', () => {
    const files = { ...old, 'kustomization.yaml': 'resources: [web.yaml]\nreplacements: [{ path: none.yaml }]\n' };
    const [environment] = read(inFolder('dev', files)).environments;
    expect(environment?.instances[0]?.problems[0]?.message).toContain('There is no file "none.yaml"');
  });
});

describe('a transformer', () => {
  const transformed = (lines: string, more: Files = {}): Files => ({
    ...old,
    ...more,
    'kustomization.yaml': 'resources: [web.yaml]\ntransformers: [change.yaml]\n',
    'change.yaml': `apiVersion: builtin\nmetadata: { name: change }\n${lines}`,
  });

  it('is refused where a field of it is no text, or where it is in no file of the repository', () => {
    const problemsOf = (files: Files): readonly string[] =>
      read(inFolder('dev', files)).environments[0]?.instances[0]?.problems.map(({ message }) => message) ?? [];
    const broken = 'kind: ImageTagTransformer\nimageTag: { name: ghcr.io/acme/web, newTag: { a: b } }\n';
    expect(problemsOf(transformed(broken))).toEqual([expect.stringContaining('newTag')]);
    const outside = 'resources: [web.yaml]\ntransformers: [../../change.yaml]\n';
    expect(problemsOf({ ...old, 'kustomization.yaml': outside })).toEqual([
      'There is no file "../../change.yaml" beside the kustomization that names it.',
    ]);
  });

  it.each([
    [
      'ImageTagTransformer',
      transformed('kind: ImageTagTransformer\nimageTag: { name: ghcr.io/acme/web, newTag: "1.8" }\n'),
      'change.yaml:4',
    ],
    [
      'PatchTransformer',
      transformed(
        'kind: PatchTransformer\ntarget: { kind: Deployment }\npatch: |-\n  - op: replace\n    path: /spec/template/spec/containers/0/image\n    value: ghcr.io/acme/web:1.8\n',
      ),
      'change.yaml:8',
    ],
    [
      'PatchJson6902Transformer',
      transformed(
        'kind: PatchJson6902Transformer\ntarget: { group: apps, version: v1, kind: Deployment, name: web }\njsonOp: |-\n  [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "ghcr.io/acme/web:1.8"}]\n',
      ),
      'change.yaml:6',
    ],
    [
      'PatchStrategicMergeTransformer',
      transformed('kind: PatchStrategicMergeTransformer\npaths: [patch.yaml]\n', {
        'patch.yaml':
          'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: app, image: "ghcr.io/acme/web:1.8" }] } } }\n',
      }),
      'patch.yaml:4',
    ],
    [
      'ReplacementTransformer',
      {
        ...transformed(
          `kind: ReplacementTransformer\nreplacements:\n  - source: ${fromMap('image')}\n    targets:\n      - ${toImage}\n`,
          whole,
        ),
        'kustomization.yaml': `${both}transformers: [change.yaml]\n`,
      },
      'map.yaml:5',
    ],
  ])('is followed: %s', (_kind, files, place) => {
    expect(imagesOf(files)).toEqual([`ghcr.io/acme/web 1.8 ${place}`]);
    expect(told(files)).toEqual([]);
  });

  it('may stand in the kustomization itself, and changes nothing of images where it is one of labels', () => {
    const files = {
      ...old,
      'kustomization.yaml':
        'resources: [web.yaml]\ntransformers:\n  - |-\n    apiVersion: builtin\n    kind: LabelTransformer\n    metadata: { name: labels }\n    labels: { a: b }\n',
    };
    expect(imagesOf(files)).toEqual(['ghcr.io/acme/web 1.0 web.yaml:9']);
    expect(told(files)).toEqual([]);
  });

  it('of another kind is told', () => {
    expect(told(transformed('kind: SomethingElse\n'))).toEqual([
      'The kustomization uses the SomethingElse of "transformers", which is not followed: images that it makes or changes were not read.',
    ]);
  });
});

describe('a generator', () => {
  it('of a ConfigMap is a source, and of a chart is inflated', () => {
    const files = {
      ...old,
      'kustomization.yaml': `resources: [web.yaml]\ngenerators: [map.yaml, chart.yaml]\n${replacement(fromMap('TAG'), toTag)}`,
      'map.yaml':
        'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: { name: versions }\nliterals:\n  - TAG=1.8\n',
      'chart.yaml':
        'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: { name: redis }\nname: redis\nrepo: https://charts.example.com\nversion: 20.1.0\n',
    };
    expect([...imagesOf(files)].sort()).toEqual([
      'charts.example.com/redis 20.1.0 chart.yaml:6',
      'ghcr.io/acme/web 1.8 map.yaml:5',
    ]);
  });
});

describe('variables of old', () => {
  const withVariables = (name: string): Files => ({
    'web.yaml': deployment(name),
    'kustomization.yaml':
      'resources: [web.yaml]\nvars: [{ name: TAG, objref: { kind: Deployment, name: web, apiVersion: apps/v1 } }]\n',
  });

  it('are told only where an image has one', () => {
    expect(told(withVariables('ghcr.io/acme/web:1.0'))).toEqual([]);
    expect(told(withVariables('ghcr.io/acme/web:$(TAG)'))).toHaveLength(1);
  });
});

describe('a promotion', () => {
  it.each([
    [
      'of a literal',
      (version: string): Files => ({
        ...old,
        'kustomization.yaml': `resources: [web.yaml]\nconfigMapGenerator:\n  - name: versions\n    literals:\n      - TAG=${version} # runs\n${replacement(fromMap('TAG'), toTag)}`,
      }),
      'kustomization.yaml',
    ],
    [
      'of a reference in a literal',
      (version: string): Files => ({
        ...oldName,
        'kustomization.yaml': `resources: [web.yaml]\nconfigMapGenerator:\n  - name: versions\n    literals: [ "IMAGE=ghcr.io/acme/web:${version}" ]\n${replacement(fromMap('IMAGE'), toImage)}`,
      }),
      'kustomization.yaml',
    ],
    [
      'of a ConfigMap',
      (version: string): Files => ({
        ...old,
        'map.yaml': configMap(`tag: '${version}' # runs`),
        'kustomization.yaml': both + replacement(fromMap('tag'), toTag),
      }),
      'map.yaml',
    ],
  ])('%s changes the version there', (_what, files, path) => {
    const fleet = read({ ...inFolder('dev', files('1.8')), ...inFolder('prod', files('1.7')) });
    const plan = planPromotion(fleet, { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
    expect(plan.changes.flatMap((one) => one.files)).toEqual([
      { path: `prod/${path}`, before: files('1.7')[path], after: files('1.8')[path] },
    ]);
  });
});
