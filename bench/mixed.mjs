import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { identity, manifest } from './fleet.mjs';

const environments = ['dev', 'qa', 'prod'];

const deployment = (name, image) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels: { app.kubernetes.io/name: ${name} }
spec:
  replicas: 2
  selector:
    matchLabels: { app.kubernetes.io/name: ${name} }
  template:
    metadata:
      labels: { app.kubernetes.io/name: ${name} }
    spec:
      containers:
        - name: app
          image: ${image}
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /healthz, port: http } }
          resources:
            requests: { cpu: 100m, memory: 128Mi }
            limits: { memory: 256Mi }
`;

const service = (name) => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector: { app.kubernetes.io/name: ${name} }
  ports: [{ name: http, port: 80, targetPort: http }]
`;

/** A chart with values for each environment, and an Application for each: 9 files of YAML. */
function chartFiles(name, version) {
  const chart = `charts/${name}`;
  const inEnvironments = environments.flatMap((environment, index) => [
    [`${chart}/values-${environment}.yaml`, `replicas: ${index + 1}\nimage:\n  tag: 1.${version}.${9 - index}\n`],
    [
      `applications/${environment}/${name}.yaml`,
      manifest(name, environment, 'x')
        .replace('path: charts/app', `path: ${chart}`)
        .replace(/ {6}parameters:\n(?: {8}.*\n)+/, `      valueFiles: [values-${environment}.yaml]\n`),
    ],
  ]);
  return [
    [`${chart}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`],
    [`${chart}/values.yaml`, `replicas: 1\nimage:\n  repository: ghcr.io/acme/${name}\n  tag: ""\n`],
    [
      `${chart}/templates/deployment.yaml`,
      deployment('{{ .Release.Name }}', '"{{ .Values.image.repository }}:{{ .Values.image.tag }}"'),
    ],
    ...inEnvironments,
  ];
}

/** A base with an overlay for each environment, found by the folders of an ApplicationSet: 9 files of YAML. */
function kustomizeFiles(name, version) {
  const folder = `workloads/${name}`;
  const overlays = environments.flatMap((environment, index) => [
    [
      `${folder}/overlays/${environment}/kustomization.yaml`,
      `resources: [../../base]\npatches: [{ path: replicas.yaml }]\nimages:\n  - name: ghcr.io/acme/${name}\n    newTag: 1.${version}.${9 - index}\n`,
    ],
    [
      `${folder}/overlays/${environment}/replicas.yaml`,
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec: { replicas: ${index + 1} }\n`,
    ],
  ]);
  return [
    [`${folder}/base/kustomization.yaml`, 'resources: [deployment.yaml, service.yaml]\n'],
    [`${folder}/base/deployment.yaml`, deployment(name, `ghcr.io/acme/${name}`)],
    [`${folder}/base/service.yaml`, service(name)],
    ...overlays,
  ];
}

const applicationSet = (environment) => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: workloads-${environment}, namespace: argocd }
spec:
  goTemplate: true
  generators:
    - git:
        repoURL: https://git.example/acme/gitops.git
        revision: HEAD
        directories: [{ path: workloads/*/overlays/${environment} }]
  template:
    metadata: { name: '{{ index .path.segments 1 }}-${environment}' }
    spec:
      project: default
      source:
        repoURL: https://git.example/acme/gitops.git
        targetRevision: HEAD
        path: '{{ .path.path }}'
      destination: { server: https://kubernetes.default.svc, namespace: ${environment} }
`;

/** What stands beside: resources that no version stands in. */
const policy = (index) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: policy-${index}, namespace: shop }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: app-${index} } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: shop } } }] }]
`;

/**
 * A repository of so many files of YAML, committed: four in ten are charts with their Applications, four in ten Kustomize
 * by ApplicationSets, two in ten other resources; three environments.
 */
export function makeMixed(files) {
  const root = mkdtempSync(join(tmpdir(), 'gitops-bench-'));
  const write = ([path, text]) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const each = Math.floor((files * 0.4) / 9);
  for (let index = 0; index < each; index++) {
    const number = String(index).padStart(4, '0');
    for (const file of chartFiles(`shop-${number}`, index % 50)) write(file);
    for (const file of kustomizeFiles(`work-${number}`, index % 50)) write(file);
  }
  for (const environment of environments) write([`sets/${environment}.yaml`, applicationSet(environment)]);
  for (let index = each * 18 + 3; index < files; index++) write([`policies/policy-${index}.yaml`, policy(index)]);
  const git = (...args) => execFileSync('git', args, { cwd: root, env: { ...process.env, ...identity } });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'Manifests');
  return root;
}
