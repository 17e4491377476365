import { describe, expect, it } from 'vitest';
import { readApplications } from '../argocd/application.js';
import { createReadCache } from '../argocd/files.js';
import { toPin } from '../argocd/origin.js';
import { snapshotOf } from '../model.js';
import { readYaml } from '../yaml/index.js';
import { expandApplicationSet } from './expand.js';

interface Written {
  readonly go?: boolean;
  readonly options?: string;
  readonly generators: string;
  readonly name: string;
  readonly path?: string;
  readonly parameters?: string;
  readonly more?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** Expands one ApplicationSet; `generators` and the like are YAML of flow style, so that they stand on one line. */
function expand({
  go = true,
  options = '',
  generators,
  name,
  path = 'apps',
  parameters = '[]',
  more = '',
  files = {},
}: Written) {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: shop, namespace: argocd }
spec:
  goTemplate: ${go}
${options}  generators: ${generators}
  template:
    metadata: { name: '${name}' }
    spec:
      project: default
      source:
        repoURL: https://git.example/acme/gitops.git
        path: '${path}'
        helm: { parameters: ${parameters} }
      destination: { namespace: default }
${more}`;
  const cache = createReadCache(snapshotOf({ ...files, 'set.yaml': text }));
  const [set] = readApplications(readYaml(text, 'set.yaml')._unsafeUnwrap()).applicationSets;
  if (set === undefined) throw new Error('no ApplicationSet');
  const expansion = expandApplicationSet(set, cache);
  return {
    ...expansion,
    names: expansion.applications.map((one) => one.name),
    paths: expansion.applications.map((one) => one.sources[0]?.path),
    problems: expansion.notes.filter((one) => one.kind === 'application-set-refused').map((one) => one.message),
  };
}

const tree = {
  'apps/dev/web/kustomization.yaml': '',
  'apps/prod/web/kustomization.yaml': '',
  'apps/prod/.hidden/x.yaml': '',
  'other/readme.yaml': '',
};

describe('a list', () => {
  it('makes an Application of each element, in both languages', () => {
    const generators = '[{ list: { elements: [{ env: dev }, { env: prod }] } }]';
    expect(expand({ generators, name: 'web-{{.env}}', path: 'apps/{{ .env }}' }).paths).toEqual([
      'apps/dev',
      'apps/prod',
    ]);
    expect(expand({ go: false, generators, name: 'web-{{env}}', path: 'apps/{{ env }}' }).names).toEqual([
      'web-dev',
      'web-prod',
    ]);
  });

  it('gives a text that is one parameter the place of the element, and none to a computed one', () => {
    const generators = '[{ list: { elements: [{ env: dev, tag: "1.7.0" }] } }]';
    const parameters = "[{ name: image.tag, value: '{{.tag}}' }, { name: label, value: 'v{{.tag}}' }]";
    const [application] = expand({ generators, name: 'web-{{.env}}', parameters }).applications;
    const [tag, label] = application?.sources[0]?.helm?.parameters ?? [];
    expect(tag?.value).toMatchObject({
      value: '1.7.0',
      origin: { kind: 'application-set', text: '1.7.0', writable: true },
    });
    const pin = tag?.value.origin == null ? null : toPin(tag.value.origin, 'tag');
    expect(pin?.pointer.path).toEqual(['spec', 'generators', 0, 'list', 'elements', 0, 'tag']);
    expect(label?.value).toMatchObject({ value: 'v1.7.0', origin: { writable: false } });
  });

  it('takes only texts without Go templates, as Argo CD does', () => {
    const generators = '[{ list: { elements: [{ env: dev, port: 80 }] } }]';
    expect(expand({ go: false, generators, name: '{{env}}' }).problems[0]).toMatch(/holds a value that is not text/);
    expect(expand({ generators, name: '{{.env}}-{{.port}}' }).names).toEqual(['dev-80']);
  });

  it('knows `values.…` without Go templates', () => {
    const generators = '[{ list: { elements: [{ env: dev, values: { region: eu } }] } }]';
    expect(expand({ go: false, generators, name: '{{env}}-{{values.region}}' }).names).toEqual(['dev-eu']);
  });

  it('reads elementsYaml', () => {
    const generators = "[{ list: { elementsYaml: '[{env: a}, {env: b}]' } }]";
    expect(expand({ generators, name: 'x-{{.env}}' }).names).toEqual(['x-a', 'x-b']);
    expect(expand({ generators: "[{ list: { elementsYaml: 'a: [' } }]", name: 'x' }).problems[0]).toMatch(
      /no list of YAML/,
    );
  });
});

describe('a parameter that is not there', () => {
  const generators = '[{ list: { elements: [{ env: dev }] } }]';
  it('stays as it stands without Go templates', () => {
    expect(expand({ go: false, generators, name: 'x', path: 'x-{{nope}}' }).paths).toEqual(['x-{{nope}}']);
    expect(expand({ go: false, generators, name: 'x-{{nope}}' }).problems[0]).toMatch(/no name that Kubernetes takes/);
  });
  it('is refused with missingkey=error', () => {
    const options = '  goTemplateOptions: ["missingkey=error"]\n';
    expect(expand({ options, generators, name: 'x-{{.nope}}' }).problems[0]).toMatch(/"nope" is not there/);
  });
});

describe('git directories', () => {
  it('take what the pattern takes, folder by folder, and never hidden ones', () => {
    const generators = '[{ git: { repoURL: x, directories: [{ path: apps/* }] } }]';
    const { paths } = expand({ generators, name: '{{.path.basename}}', path: '{{.path.path}}', files: tree });
    expect(paths).toEqual(['apps/dev', 'apps/prod']);
    const nested = '[{ git: { repoURL: x, directories: [{ path: apps/*/* }] } }]';
    const named = expand({ generators: nested, name: '{{index .path.segments 1}}-{{.path.basename}}', files: tree });
    expect(named.names).toEqual(['dev-web', 'prod-web']);
  });

  it('leave out what is excluded', () => {
    const generators = '[{ git: { repoURL: x, directories: [{ path: apps/* }, { path: apps/dev, exclude: true }] } }]';
    expect(expand({ generators, name: '{{.path.basename}}', files: tree }).names).toEqual(['prod']);
  });

  it('have their parameters in both languages, with a prefix and values', () => {
    const settings = 'repoURL: x, pathParamPrefix: at, directories: [{ path: apps/* }]';
    const plain = `[{ git: { ${settings}, values: { long: '{{at.path.basename}}.x' } } }]`;
    expect(expand({ go: false, generators: plain, name: '{{at.path[1]}}-{{values.long}}', files: tree }).names).toEqual(
      ['dev-dev.x', 'prod-prod.x'],
    );
    const go = `[{ git: { ${settings}, values: { long: '{{.at.path.basename}}.x' } } }]`;
    expect(
      expand({ generators: go, name: '{{.at.path.basename}}', path: '{{.at.path.path}}-{{.values.long}}', files: tree })
        .paths,
    ).toEqual(['apps/dev-dev.x', 'apps/prod-prod.x']);
  });

  it('that find nothing are said to read another repository', () => {
    const generators = '[{ git: { repoURL: https://git.example/other.git, directories: [{ path: none/* }] } }]';
    const { names, notes } = expand({ generators, name: '{{.path.basename}}', files: tree });
    expect(names).toEqual([]);
    expect(notes[0]?.message).toMatch(/decided elsewhere.*https:\/\/git\.example\/other\.git/);
  });
});

describe('git files', () => {
  const files = {
    'config/dev/app.yaml': 'env: dev\nimage: { tag: 1.7.0 }\n',
    'config/prod/app.json': '[{ "env": "prod", "image": { "tag": "1.6.0" } }]',
    'config/broken.txt': 'x',
  };
  const generators = "[{ git: { repoURL: x, files: [{ path: 'config/*/app.*' }] } }]";

  it('are read whole, and their values keep their places', () => {
    const parameters = "[{ name: image.tag, value: '{{.image.tag}}' }]";
    const { names, applications } = expand({ generators, name: 'web-{{.env}}-{{.path.basename}}', parameters, files });
    expect(names).toEqual(['web-dev-dev', 'web-prod-prod']);
    const origins = applications.map((one) => one.sources[0]?.helm?.parameters[0]?.value.origin);
    expect(origins.map((one) => [one?.kind, one?.file.path, one?.path, one?.text])).toEqual([
      ['application-set-file', 'config/dev/app.yaml', ['image', 'tag'], '1.7.0'],
      ['application-set-file', 'config/prod/app.json', [0, 'image', 'tag'], '1.6.0'],
    ]);
  });

  it('are laid flat without Go templates, every value a text', () => {
    const plain = expand({ go: false, generators, name: '{{env}}-{{image.tag}}-{{path.filename}}', files });
    expect(plain.names).toEqual(['dev-1.7.0-app.yaml', 'prod-1.6.0-app.json']);
  });

  it('cross folders with a star, as the pathspecs of Git do', () => {
    const all = "[{ git: { repoURL: x, files: [{ path: 'config/*.json' }] } }]";
    expect(expand({ generators: all, name: '{{.env}}', files }).names).toEqual(['prod']);
  });
});

describe('a matrix', () => {
  const environments = '{ list: { elements: [{ env: dev }, { env: prod }] } }';
  it('makes each with each, the second seeing the parameters of the first', () => {
    const generators = `[{ matrix: { generators: [${environments}, { git: { repoURL: x, directories: [{ path: 'apps/{{.env}}/*' }] } }] } }]`;
    const made = expand({ generators, name: '{{.path.basename}}-{{.env}}', path: '{{.path.path}}', files: tree });
    expect(made.names).toEqual(['web-dev', 'web-prod']);
    expect(made.paths).toEqual(['apps/dev/web', 'apps/prod/web']);
  });
  it('takes exactly two', () => {
    expect(expand({ generators: `[{ matrix: { generators: [${environments}] } }]`, name: 'x' }).problems[0]).toMatch(
      /exactly two/,
    );
  });
  it('of plain templates refuses one parameter with two texts', () => {
    const other = '{ list: { elements: [{ env: qa }] } }';
    const generators = `[{ matrix: { generators: [${environments}, ${other}] } }]`;
    expect(expand({ go: false, generators, name: '{{env}}' }).problems[0]).toMatch(/to different texts/);
  });
});

describe('a merge', () => {
  it('lets later generators add to the elements of the first that have the same keys', () => {
    const base = '{ list: { elements: [{ env: dev, tag: "1" }, { env: prod, tag: "1" }] } }';
    const over = '{ list: { elements: [{ env: prod, tag: "2" }, { env: qa, tag: "3" }] } }';
    for (const go of [true, false]) {
      const generators = `[{ merge: { mergeKeys: [env], generators: [${base}, ${over}] } }]`;
      const name = go ? '{{.env}}-{{.tag}}' : '{{env}}-{{tag}}';
      expect(expand({ go, generators, name }).names).toEqual(['dev-1', 'prod-2']);
    }
  });
});

describe('a selector', () => {
  it('leaves out the sets whose parameters do not have its labels', () => {
    const generators =
      '[{ list: { elements: [{ env: dev, tier: a }, { env: prod, tier: b }] }, selector: { matchLabels: { tier: b } } }]';
    expect(expand({ generators, name: '{{.env}}' }).names).toEqual(['prod']);
  });
});

describe('clusters', () => {
  it('stand for all that Argo CD knows, and that is said', () => {
    const made = expand({
      generators: '[{ clusters: { values: { env: prod } } }]',
      name: 'web-{{.values.env}}-{{.name}}',
    });
    expect(made.names).toEqual(['web-prod-*']);
    expect(made.notes[0]?.message).toMatch(/stands for several: which clusters/);
  });
  it.each(['scmProvider', 'pullRequest', 'plugin', 'clusterDecisionResource'])('%s is decided elsewhere', (kind) => {
    expect(expand({ generators: `[{ ${kind}: {} }]`, name: 'x' }).notes[0]?.message).toMatch(/decided elsewhere/);
  });
});

describe('a generator that is no map', () => {
  it.each([
    ['[{ list: [{ env: dev }] }]', /"list" of a generator is a map/],
    ['[{ git: main }]', /"git" of a generator is a map/],
    ['[{ directory: { path: x } }]', /names no generator that Argo CD knows/],
    ['[x]', /a generator is a map/],
  ])('%s is refused', (generators, message) => {
    expect(expand({ generators, name: 'x' })).toMatchObject({ names: [], problems: [expect.stringMatching(message)] });
  });

  it('is one without settings where nothing stands there', () => {
    expect(expand({ generators: '[{ clusters: }]', name: 'web-{{.name}}' }).problems).toEqual([]);
  });
});

describe('templates', () => {
  it('of a generator go before the shared one', () => {
    const template = "template: { metadata: { name: 'own-{{.env}}' } }";
    const generators = `[{ list: { elements: [{ env: dev }], ${template} } }]`;
    expect(expand({ generators, name: 'shared-{{.env}}', path: 'apps/{{.env}}' })).toMatchObject({
      names: ['own-dev'],
      paths: ['apps/dev'],
    });
  });

  it('may use the functions of Helm and of Argo CD', () => {
    const generators = '[{ list: { elements: [{ env: Dev }] } }]';
    expect(expand({ generators, name: '{{ .env | lower }}-{{ .size | default "s" }}' }).names).toEqual(['dev-s']);
  });

  it('that make two Applications of one name are refused', () => {
    const generators = '[{ list: { elements: [{ env: dev }, { env: prod }] } }]';
    expect(expand({ generators, name: 'web' })).toMatchObject({
      names: ['web'],
      problems: [expect.stringMatching(/two Applications/)],
    });
  });

  it('are patched, and a version in the patch keeps its place', () => {
    const generators = '[{ list: { elements: [{ env: dev, tag: 1.7.0 }, { env: prod }] } }]';
    const more = `  templatePatch: |
    {{- if .tag }}
    spec:
      source:
        helm:
          parameters:
            - name: image.tag
              value: "{{ .tag }}"
    {{- end }}
`;
    const { applications, problems } = expand({ generators, name: '{{.env}}', more });
    expect(problems).toEqual([]);
    const [dev, prod] = applications.map((one) => one.sources[0]?.helm?.parameters ?? []);
    expect(prod).toEqual([]);
    expect(dev?.[0]?.value).toMatchObject({
      value: '1.7.0',
      origin: { writable: true, text: '1.7.0', path: expect.arrayContaining(['elements', 'tag']) },
    });
  });
});
