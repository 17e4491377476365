/** A small repository in the layout that the bundled tree has: two applications, two environments, one chart each. */
export interface ShopOptions {
  readonly dev?: Readonly<Record<string, string>>;
  readonly prod?: Readonly<Record<string, string>>;
  /** Versions that Image Updater wrote back for dev, in `.argocd-source-<app>-dev.yaml`. */
  readonly writtenBack?: Readonly<Record<string, string>>;
  readonly extra?: Readonly<Record<string, string>>;
}

export function application(name: string, environment: string, version: string): string {
  const annotations =
    environment === 'dev'
      ? `  annotations:
    argocd-image-updater.argoproj.io/image-list: ${name}=ghcr.io/acme/${name}:1.x
    argocd-image-updater.argoproj.io/${name}.update-strategy: semver # the 1.x line
    argocd-image-updater.argoproj.io/write-back-method: git
`
      : '';
  return `# ${name} in ${environment}
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}-${environment}
  namespace: argocd
${annotations}spec:
  project: default
  source:
    repoURL: https://git.example/acme/gitops.git
    targetRevision: HEAD
    path: charts/${name}
    helm:
      parameters:
        - name: image.name
          value: ghcr.io/acme/${name}
        - name: image.tag
          value: ${version}   # promoted
          forceString: true
  destination:
    server: https://kubernetes.default.svc
    namespace: ${environment}
`;
}

function chart(name: string): Record<string, string> {
  return {
    [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
    [`charts/${name}/values.yaml`]: 'image:\n  name: ""\n  tag: ""\n',
    [`charts/${name}/templates/deployment.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  template:
    spec:
      containers:
        - name: ${name}
          image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"
`,
  };
}

export function writeBack(name: string, version: string): string {
  return `helm:
  parameters:
  - name: image.name
    value: ghcr.io/acme/${name}
    forcestring: true
  - name: image.tag
    value: ${version}
    forcestring: true
`;
}

export function shop(options: ShopOptions = {}): Record<string, string> {
  const dev = options.dev ?? { payments: '1.7.0', users: '2.0.4' };
  const prod = options.prod ?? { payments: '1.7.0', users: '2.0.4' };
  const files: Record<string, string> = {};
  for (const name of new Set([...Object.keys(dev), ...Object.keys(prod)])) Object.assign(files, chart(name));
  for (const [name, version] of Object.entries(dev))
    files[`apps/dev/${name}/application.yaml`] = application(name, 'dev', version);
  for (const [name, version] of Object.entries(prod))
    files[`apps/prod/${name}/application.yaml`] = application(name, 'prod', version);
  for (const [name, version] of Object.entries(options.writtenBack ?? {})) {
    files[`charts/${name}/.argocd-source-${name}-dev.yaml`] = writeBack(name, version);
  }
  return { ...files, ...options.extra };
}
