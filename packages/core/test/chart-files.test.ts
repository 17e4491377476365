import { describe, expect, it } from 'vitest';
import { type Fleet, fleetOf, namedFiles, planPromotion, readFleet, snapshotOf } from '../src/index.js';
import { memoryForge } from './memory-forge.js';

const now = '2026-11-27T10:00:00Z';
type Files = Readonly<Record<string, string>>;

/** An app of apps whose templates read each version from a file without an extension. */
const template = `{{- range .Values.applications }}
{{- $name := .repository | default .name }}
{{- $version := $.Files.Get (printf "versions/%s/%s" $.Values.environment $name) | fromYaml }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: {{ .name }}-{{ $.Values.environment }} }
spec:
  project: default
  source:
    repoURL: https://git.example/acme/gitops.git
    path: charts/web
    helm:
      values: |
        {{- toYaml (omit $.Values "applications") | nindent 8 }}
        image:
          repository: ghcr.io/acme/{{ $name }}
          tag: {{ $version.tag }}
        {{- with .values }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  destination: { server: https://kubernetes.default.svc, namespace: {{ $.Values.environment }} }
{{- end }}
`;

const web: Files = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'charts/web/values.yaml': 'image: { repository: none, tag: "0.0.1" }\nproxy: { tag: "1.0" }\n',
  'charts/web/templates/deployment.yaml': `containers:
  - image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
  - image: "ghcr.io/acme/proxy:{{ .Values.proxy.tag }}"
`,
};

const values = (environment: string, proxy: string): string => `environment: ${environment}
proxy: { tag: "0.9" }
applications:
  - name: web
  - name: web-draft
    repository: web
    values:
      proxy:
        tag: "${proxy}" # of the draft alone
`;

const root = (made: string, more: Files = {}): Files => ({
  ...web,
  'root/Chart.yaml': 'apiVersion: v2\nname: root\nversion: 0.1.0\n',
  'root/templates/applications.yaml': made,
  'root/values-dev.yaml': values('dev', '1.2'),
  'root/values-prod.yaml': values('prod', '1.1'),
  'root/versions/dev/web': 'tag: v12\nautomatic: true\n',
  'root/versions/prod/web': 'tag: v11   # by the pipeline\nautomatic: false\n',
  ...more,
});

const read = (files: Files): Fleet => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();

const versions = (fleet: Fleet) =>
  fleet.environments.flatMap(({ name, instances }) =>
    instances.flatMap(({ application, images }) =>
      images.map(({ image, version }) => `${name} ${application} ${image}:${version?.tag ?? 'none'}`),
    ),
  );

const promote = (files: Files) => {
  const plan = planPromotion(read(files), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
  return Object.fromEntries(plan.changes.flatMap(({ files: changed }) => changed.map((one) => [one.path, one.after])));
};

describe('a version in a file that templates of a chart read', () => {
  it('is that of the Applications which the chart makes, in the values that it hands them', () => {
    const fleet = read(root(template));
    expect(versions(fleet)).toEqual([
      'dev web ghcr.io/acme/proxy:0.9',
      'dev web ghcr.io/acme/web:v12',
      'dev web-draft ghcr.io/acme/proxy:1.2',
      'dev web-draft ghcr.io/acme/web:v12',
      'prod web ghcr.io/acme/proxy:0.9',
      'prod web ghcr.io/acme/web:v11',
      'prod web-draft ghcr.io/acme/proxy:1.1',
      'prod web-draft ghcr.io/acme/web:v11',
    ]);
    const pins = fleet.environments[1]?.instances.flatMap(({ images }) => images.flatMap((one) => one.pins));
    expect(pins?.map(({ kind, file, at }) => [kind, file, at.line])).toEqual([
      ['helm-value-file', 'root/values-prod.yaml', 2],
      ['chart-file', 'root/versions/prod/web', 1],
      ['helm-value-file', 'root/values-prod.yaml', 9],
      ['chart-file', 'root/versions/prod/web', 1],
    ]);
  });

  it('is promoted there, once for all that read it, with nothing else of the file', () => {
    expect(promote(root(template))).toEqual({
      'root/versions/prod/web': 'tag: v12   # by the pipeline\nautomatic: false\n',
      'root/values-prod.yaml': values('prod', '1.2'),
    });
  });

  it('may be all that the file holds', () => {
    const made = template
      .replace(/\{\{- \$version.*\n/, '')
      .replace('{{ $version.tag }}', '{{ $.Files.Get (printf "%s.version" $.Values.environment) | trim | quote }}');
    const files = root(made, { 'root/dev.version': 'v12\n', 'root/prod.version': 'v11\n' });
    expect(promote(files)).toMatchObject({ 'root/prod.version': 'v12\n' });
  });

  it('is found in the files of a glob', () => {
    const made = `{{- range $path, $content := .Files.Glob (printf "apps/%s/*" .Values.environment) }}
{{- $app := $content | toString | fromYaml }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: {{ $app.name }}-{{ $.Values.environment }} }
spec:
  source:
    path: charts/web
    helm: { parameters: [{ name: image.tag, value: {{ $app.tag | quote }} }, { name: image.repository, value: ghcr.io/acme/x }] }
{{- end }}
`;
    const app = (tag: string): string => `name: web\ntag: ${tag}\n`;
    const files = root(made, { 'root/apps/dev/one': app('v2'), 'root/apps/prod/one': app('v1') });
    expect(versions(read(files)).filter((one) => one.includes('/x:'))).toEqual([
      'dev web ghcr.io/acme/x:v2',
      'prod web ghcr.io/acme/x:v1',
    ]);
    expect(promote(files)).toEqual({ 'root/apps/prod/one': app('v2') });
  });

  it('is not guessed where the file was not read, nor taken from the defaults of the chart', () => {
    const { 'root/versions/prod/web': _, ...others } = root(template);
    const fleet = read(others);
    expect(versions(fleet).filter((one) => one.startsWith('prod'))).toEqual([
      'prod web ghcr.io/acme/proxy:0.9',
      'prod web-draft ghcr.io/acme/proxy:1.1',
    ]);
    expect(fleet.notes.map(({ kind }) => kind)).toContain('image-not-followed');
    expect(fleet.unreadable).toEqual([]);
  });
});

describe('what a template makes in a way that is not followed', () => {
  it.each([
    ['the tag', '{{ $version.tag }}', '{{ randAlphaNum 5 }}'],
    ['a part of it', '{{ $version.tag }}', 'v{{ randAlphaNum 5 }}'],
    ['the name of the key', 'image:\n          repository', '{{ randAlphaNum 5 }}:\n          repository'],
    ['the key above', '        image:\n', '        {{ env "KEY" }}:\n'],
  ])('leaves what is not known alone: %s', (_, before, after) => {
    const fleet = read(root(template.replace(before, after)));
    expect(versions(fleet).filter((one) => one.includes('acme/web'))).toEqual([]);
    expect(fleet.notes.map(({ kind }) => kind)).toContain('chart-of-applications');
  });
});

describe('maps that templates merge', () => {
  const merged = (call: string): string => `{{- $given := dict "tag" "" "name" "web" }}
{{- $merged := ${call} }}
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: {{ $merged.name }}-{{ .Values.environment }} }
spec:
  source:
    path: charts/web
    helm: { parameters: [{ name: image.repository, value: ghcr.io/acme/x }, { name: image.tag, value: {{ print $given.tag $merged.tag | quote }} }] }
`;
  const of = (call: string) =>
    versions(
      read(root(merged(call), { 'root/values-dev.yaml': 'environment: dev\nmore: { tag: v9, name: other }\n' })),
    ).filter((one) => one.startsWith('dev') && one.includes('/x:'));

  it('have what the first has, and of the second what it has not', () => {
    expect(of('merge (deepCopy $given) .Values.more')).toEqual(['dev web ghcr.io/acme/x:v9']);
    expect(of('mergeOverwrite (deepCopy $given) .Values.more')).toEqual(['dev other ghcr.io/acme/x:v9']);
  });

  it('change what they are merged into', () => {
    expect(of('merge $given .Values.more')).toEqual(['dev web ghcr.io/acme/x:v9v9']);
    expect(of('merge .Values.more $given')).toEqual(['dev other ghcr.io/acme/x:v9']);
  });
});

describe('values that a template changes', () => {
  const deployed = (lines: string): Files => ({
    ...root(template),
    'charts/web/templates/deployment.yaml': `${lines}
{{- if .Values.image }}
containers:
  - image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
{{- end }}
`,
  });
  const dev = (lines: string): readonly string[] =>
    versions(read(deployed(lines))).filter((one) => one.startsWith('dev web '));

  it('are what it renders, and no other Application sees them', () => {
    expect(dev('{{- $_ := set .Values.image "tag" "v0" }}')).toEqual(['dev web ghcr.io/acme/web:v0']);
    expect(dev('{{- $_ := unset .Values "image" }}')).toEqual([]);
    const files = deployed('{{- if eq .Values.environment "dev" }}{{ $_ := set .Values.image "tag" "v0" }}{{ end }}');
    expect(versions(read(files)).filter((one) => one.startsWith('prod web '))).toEqual([
      'prod web ghcr.io/acme/web:v11',
    ]);
  });

  it('are not those of a file that another Application reads as well', () => {
    const application = (environment: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-${environment} }
spec: { source: { path: charts/web, helm: { valueFiles: [extra.yaml] } } }
`;
    const files: Files = {
      ...web,
      'apps/dev.yaml': application('dev'),
      'apps/prod.yaml': application('prod'),
      'charts/web/extra.yaml': 'extra: { tag: v1 }\n',
      'charts/web/templates/deployment.yaml': `{{ $_ := set .Values.extra "tag" (printf "%s-x" .Values.extra.tag) }}
image: "ghcr.io/acme/web:{{ .Values.extra.tag }}"
`,
    };
    expect(versions(read(files))).toEqual(['dev web ghcr.io/acme/web:v1-x', 'prod web ghcr.io/acme/web:v1-x']);
  });

  it('are seen by the templates that Helm renders afterwards', () => {
    const image = (name: string): string =>
      `{{- if .Values.last }}\nimage: "ghcr.io/acme/${name}:{{ .Values.last }}"\n{{- end }}\n`;
    const files: Files = {
      ...root(template),
      'charts/web/templates/a.yaml': image('a'),
      'charts/web/templates/b.yaml': `${image('b')}{{ $_ := set .Values "last" "b" }}\n`,
      'charts/web/templates/c.yaml': image('c'),
      'charts/web/templates/below/a.yaml': `{{ $_ := set .Values "last" "below" }}\n`,
    };
    expect(versions(read(files)).filter((one) => /^dev web ghcr\S*\/[abc]:/.test(one))).toEqual([
      'dev web ghcr.io/acme/a:b',
      'dev web ghcr.io/acme/b:below',
      'dev web ghcr.io/acme/c:below',
    ]);
  });

  it('are not known where nobody knows whether it does, or which', () => {
    expect(dev('{{- if .Capabilities.x }}{{ $_ := set .Values.image "tag" "v0" }}{{ end }}')).toEqual([]);
    expect(dev('{{- $_ := set .Values.image (env "X") "v0" }}')).toEqual([]);
    expect(dev('{{- $_ := mergeOverwrite .Values.image (.Values | first) }}')).toEqual([]);
  });
});

describe('files that templates of charts read', () => {
  it('are named, so that they can be read', async () => {
    const files = root(template, { 'root/other/file': 'x\n' });
    const named = namedFiles({ files });
    expect(named?.globs).toEqual(['root/versions/**']);
    expect(named?.matches('root/versions/prod/web')).toBe(true);
    expect(named?.matches('root/other/file')).toBe(false);
    const fleet = (await readFleet(memoryForge(files).forge))._unsafeUnwrap();
    expect(versions(fleet)).toContain('prod web ghcr.io/acme/web:v11');
  });

  it.each([
    ['one by its name', '{{ .Files.Get "VERSION" }}', ['a[1]/VERSION']],
    ['those that a printf leaves open', '{{ .Files.Get (printf "%s.version" .x) | trim }}', ['a[1]/*.version']],
    ['several by a glob', '{{ range .Files.Glob "apps/*/**" }}{{ end }}', ['a[1]/apps/*/**']],
    ['any where the name is computed, and what is read is data', '{{ .Files.Get .x | fromYaml }}', ['a[1]/**']],
    ['none where it is computed, and not', '{{ .Files.Get .x | b64enc }}', []],
    ['none with an extension that is read anyway', '{{ .Files.Get "x.yaml" }}', []],
  ])('are %s', (_, text, globs) => {
    const files = { 'a[1]/Chart.yaml': 'name: a\n', 'a[1]/templates/x.yaml': text };
    const named = namedFiles({ files });
    expect(named?.globs ?? []).toEqual(globs.map((one) => one.replace('a[1]', 'a?1?')));
    for (const glob of globs) expect(named?.matches(glob.replaceAll('*', 'x'))).toBe(true);
  });
});
