// A small GitOps repository: payments in dev and prod, one version apart.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const identity = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com'];
const clean = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

export const git = (cwd, ...args) =>
  execFileSync('git', [...identity, ...args], { cwd, env: clean, encoding: 'utf8' }).trim();

const application = (environment, version) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: payments-${environment}
  namespace: argocd
spec:
  project: ${environment}
  destination:
    server: https://kubernetes.default.svc
    namespace: ${environment}
  source:
    repoURL: https://github.com/acme/gitops
    path: charts/payments
    targetRevision: main
    helm:
      parameters:
        - name: image.name
          value: ghcr.io/acme/payments
        - name: image.tag
          value: "${version}"
`;

const chart = 'apiVersion: v2\nname: payments\nversion: 1.0.0\n';
const values = 'image:\n  name: ghcr.io/acme/payments\n  tag: "1.0"\n';

const files = {
  'apps/dev/payments/application.yaml': application('dev', '1.10'),
  'apps/prod/payments/application.yaml': application('prod', '1.9'),
  'charts/payments/Chart.yaml': chart,
  'charts/payments/values.yaml': values,
};

/** Makes a working tree in a new folder. The caller removes it. */
export function makeRepository(more = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-repository-'));
  git(folder, 'init', '--quiet', '--initial-branch=main', '.');
  for (const [file, text] of Object.entries({ ...files, ...more })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'payments in dev and prod');
  return folder;
}

/** Puts it into the bare repository of a fake forge. */
export function pushInto(bare, more = {}) {
  const folder = makeRepository(more);
  git(folder, 'push', '--quiet', bare, 'main');
  rmSync(folder, { recursive: true, force: true });
}
