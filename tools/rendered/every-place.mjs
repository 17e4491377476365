// A repository in which a version stands in every kind of place that Argo CD renders: dev is one version ahead of prod.
const environments = { dev: '1.8.2', prod: '1.7.0' };
const repoURL = 'https://git.example/acme/gitops.git';
const indented = (text, by) => text.replace(/^(?=.)/gm, ' '.repeat(by));

const deployment = (image) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  replicas: 2
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec:
      containers:
        - name: app
          image: ${image}
          env: [{ name: LOG, value: info }]
`;

const application = (name, environment, source) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name}-${environment}, namespace: argocd }
spec:
  project: default
${indented(source, 2)}  destination: { server: https://kubernetes.default.svc, namespace: ${environment} }
`;

const chart = (path, values = 'image:\n  repository: ghcr.io/acme/app\n  tag: ""\n') => ({
  [`${path}/Chart.yaml`]: 'apiVersion: v2\nname: app\nversion: 0.1.0\n',
  [`${path}/values.yaml`]: values,
  [`${path}/templates/deployment.yaml`]: deployment('"{{ .Values.image.repository }}:{{ .Values.image.tag }}"'),
});

/** A source of one chart with these Helm settings. */
const helm = (path, settings) => `source:\n  repoURL: ${repoURL}\n  path: ${path}\n  helm:\n${indented(settings, 4)}`;
const plain = (path) => `source:\n  repoURL: ${repoURL}\n  path: ${path}\n`;

/** By the name of the application: the source of its Application, and the files of one environment. */
const places = {
  parameters: (_, version) => ({
    source: helm('charts/app', `parameters:\n  - name: image.tag\n    value: "${version}" # the one that runs\n`),
  }),
  'values-object': (_, version) => ({
    source: helm('charts/app', `valuesObject:\n  image: { tag: "${version}" }\n`),
  }),
  'values-text': (_, version) => ({
    source: helm('charts/app', `values: |\n  # YAML in YAML\n  image:\n    tag: ${version}\n`),
  }),
  'value-file': (environment, version) => ({
    source: helm('charts/app', `valueFiles: [envs/${environment}.yaml]\n`),
    files: { [`charts/app/envs/${environment}.yaml`]: `image:\n  tag: '${version}'\n` },
  }),
  'value-file-of-another-source': (environment, version) => ({
    source: `sources:
  - { repoURL: ${repoURL}, ref: values }
  - repoURL: ${repoURL}
    path: charts/app
    helm: { valueFiles: [$values/values/${environment}.yaml] }
`,
    files: { [`values/${environment}.yaml`]: `image: { tag: ${version} }\n` },
  }),
  override: (environment, version) => ({
    source: helm('charts/overridden', 'parameters: [{ name: image.tag, value: "0.1.0" }]\n'),
    files: {
      ...chart('charts/overridden'),
      [`charts/overridden/.argocd-source-override-${environment}.yaml`]: `helm:\n  parameters:\n    - name: image.tag\n      value: ${version}\n      forcestring: true\n`,
    },
  }),
  'kustomize-images': (environment, version) => ({
    source: plain(`overlays/${environment}`),
    files: {
      'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
      'base/deployment.yaml': deployment('ghcr.io/acme/app'),
      [`overlays/${environment}/kustomization.yaml`]: `resources: [../../base]\nimages:\n  - name: ghcr.io/acme/app\n    newTag: "${version}"\n`,
    },
  }),
  'kustomize-patch': (environment, version) => ({
    source: plain(`patched/${environment}`),
    files: {
      [`patched/${environment}/kustomization.yaml`]: `resources: [../../base]
patches:
  - target: { kind: Deployment }
    patch: |
      - op: replace
        path: /spec/template/spec/containers/0/image
        value: ghcr.io/acme/app:${version}
`,
    },
  }),
  'kustomize-chart': (environment, version) => ({
    source: plain(`inflated/${environment}`),
    files: {
      ...chart(`inflated/${environment}/charts/app`),
      [`inflated/${environment}/kustomization.yaml`]: `helmCharts:
  - name: app
    valuesInline:
      image: { tag: "${version}" } # of this environment
`,
    },
  }),
  'kustomize-replacement': (environment, version) => ({
    source: plain(`replaced/${environment}`),
    files: {
      [`replaced/${environment}/kustomization.yaml`]: `resources: [deployment.yaml]
generatorOptions: { disableNameSuffixHash: true }
configMapGenerator:
  - name: versions
    literals:
      - APP=${version} # of this environment
replacements:
  - source: { kind: ConfigMap, name: versions, fieldPath: data.APP }
    targets:
      - select: { kind: Deployment }
        fieldPaths: ["spec.template.spec.containers.[name=app].image"]
        options: { delimiter: ":", index: 1 }
`,
      [`replaced/${environment}/deployment.yaml`]: deployment('ghcr.io/acme/app:none'),
    },
  }),
  'kustomize-transformer': (environment, version) => ({
    source: plain(`transformed/${environment}`),
    files: {
      [`transformed/${environment}/kustomization.yaml`]: 'resources: [../../base]\ntransformers: [version.yaml]\n',
      [`transformed/${environment}/version.yaml`]: `apiVersion: builtin
kind: ImageTagTransformer
metadata: { name: version }
imageTag: { name: ghcr.io/acme/app, newTag: "${version}" }
`,
    },
  }),
  'application-images': (_, version) => ({
    source: `${plain('base')}  kustomize: { images: ["ghcr.io/acme/app:${version}"] }\n`,
  }),
  manifest: (environment, version) => ({
    source: plain(`manifests/${environment}`),
    files: { [`manifests/${environment}/deployment.yaml`]: deployment(`ghcr.io/acme/app:${version}`) },
  }),
};

const applicationSet = (name, generator) => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: ${name}, namespace: argocd }
spec:
  generators: [${generator}]
  template:
    metadata: { name: '${name}-{{env}}' }
    spec:
      project: default
${indented(helm('charts/app', "parameters: [{ name: image.tag, value: '{{tag}}' }]\n"), 6)}      destination: { server: https://kubernetes.default.svc, namespace: '{{env}}' }
`;

const elements = Object.entries(environments).map(([env, tag]) => `{ env: ${env}, tag: ${tag} }`);

/** What others make: an ApplicationSet of a list and of files, a chart, also from a file that it reads, a kustomization. */
const made = {
  'sets/list.yaml': applicationSet('element', `{ list: { elements: [${elements.join(', ')}] } }`),
  'sets/files.yaml': applicationSet(
    'element-file',
    `{ git: { repoURL: ${repoURL}, revision: HEAD, files: [{ path: elements/*.json }] } }`,
  ),
  'root/Chart.yaml': 'apiVersion: v2\nname: root\nversion: 0.1.0\n',
  'root/values.yaml': '{}\n',
  'root/templates/app.yaml': application(
    'of-a-chart',
    '{{ .Values.env }}',
    helm('charts/app', 'parameters: [{ name: image.tag, value: {{ .Values.tag | quote }} }]\n'),
  ),
  'root/templates/file.yaml': application(
    'of-a-chart-file',
    '{{ .Values.env }}',
    helm(
      'charts/app',
      'values: |\n  {{- toYaml .Values.more | nindent 10 }}\n    image:\n      tag: {{ (.Files.Get (printf "versions/%s" .Values.env) | fromYaml).version }}\n',
    ),
  ),
  'built/base/kustomization.yaml': 'resources: [app.yaml]\n',
  'built/base/app.yaml': application(
    'of-a-base',
    'none',
    helm('charts/app', 'parameters: [{ name: image.tag, value: x }]\n'),
  ).replaceAll('of-a-base-none', 'of-a-base'),
};

/** The files, by their paths. */
export function everyPlace() {
  const files = { ...chart('charts/app'), ...made };
  for (const [environment, version] of Object.entries(environments)) {
    for (const [name, place] of Object.entries(places)) {
      const { source, files: own = {} } = place(environment, version);
      Object.assign(files, own, {
        [`applications/${environment}/${name}.yaml`]: application(name, environment, source),
      });
    }
    files[`elements/${environment}.json`] = `${JSON.stringify({ env: environment, tag: version }, null, 2)}\n`;
    files[`root/values-${environment}.yaml`] =
      `env: ${environment}\ntag: ${version} # of the chart\nmore: { replicas: 2 }\n`;
    files[`root/versions/${environment}`] = `# by the pipeline\nversion: ${version}\n`;
    files[`built/${environment}/kustomization.yaml`] = `resources: [../base]
patches:
  - target: { kind: Application }
    patch: |
      - { op: replace, path: /spec/source/helm/parameters/0/value, value: "${version}" }
`;
  }
  return files;
}

/** The names of its applications. */
export const everyApplication = [
  ...Object.keys(places),
  'element',
  'element-file',
  'of-a-chart',
  'of-a-chart-file',
  'of-a-base',
].sort();
