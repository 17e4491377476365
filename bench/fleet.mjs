import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An Application as people write it: 43 lines with comments, Helm parameters, Image Updater annotations on dev. */
export function manifest(application, environment, version) {
  const annotations =
    environment === 'dev'
      ? `  annotations:
    # Image Updater follows the 1.x line here
    argocd-image-updater.argoproj.io/image-list: app=ghcr.io/acme/${application}:1.x
    argocd-image-updater.argoproj.io/app.update-strategy: semver
    argocd-image-updater.argoproj.io/write-back-method: git
`
      : '';
  return `# ${application} in ${environment}
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${application}-${environment}
  namespace: argocd
  labels:
    app.kubernetes.io/part-of: shop
${annotations}  finalizers:
    - resources-finalizer.argocd.argoproj.io
spec:
  project: default
  source:
    repoURL: https://git.example/acme/gitops.git
    targetRevision: HEAD
    path: charts/app
    helm:
      releaseName: ${application}
      parameters:
        - name: image.name # the repository, without a version
          value: ghcr.io/acme/${application}
        - name: image.tag
          value: ${version}
          forceString: true
        - name: replicas
          value: "2"
  destination:
    server: https://kubernetes.default.svc
    namespace: ${environment}
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
    syncOptions:
      - CreateNamespace=true
      - ServerSideApply=true
    retry:
      limit: 5
      backoff:
        duration: 5s
        factor: 2
        maxDuration: 3m
`;
}

const chart = {
  'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\n',
  'charts/app/values.yaml': 'image:\n  name: ""\n  tag: ""\nreplicas: 1\n',
  'charts/app/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      containers:
        - name: app
          image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"
`,
};

/** A repository of this many applications in dev and prod, committed; dev is one version ahead. */
export function makeFleet(applications) {
  const root = mkdtempSync(join(tmpdir(), 'gitops-bench-'));
  const write = (path, text) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(chart)) write(path, text);
  for (let index = 0; index < applications; index++) {
    const name = `app-${String(index).padStart(4, '0')}`;
    write(`apps/dev/${name}/application.yaml`, manifest(name, 'dev', `1.${index % 50}.1`));
    write(`apps/prod/${name}/application.yaml`, manifest(name, 'prod', `1.${index % 50}.0`));
  }
  const git = (...args) => execFileSync('git', args, { cwd: root, env: { ...process.env, ...identity } });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'Manifests');
  return root;
}

export const identity = {
  GIT_AUTHOR_NAME: 'Bench',
  GIT_AUTHOR_EMAIL: 'bench@example.com',
  GIT_COMMITTER_NAME: 'Bench',
  GIT_COMMITTER_EMAIL: 'bench@example.com',
};
