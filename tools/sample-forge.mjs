// The command line as its user installs it, and a fake GitHub with repositories to run it on: for the checks of examples.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPacked, packed } from './packages.mjs';
import { run } from './run.mjs';

/** Installs the packed command line and the fakes. Gives the folder that PATH needs, and the fakes. */
export async function installCommandLine(folder) {
  const all = await packed();
  const names = ['gitops', '@gitops/provider-testkit', '@gitops/core'];
  installPacked(Object.fromEntries(names.map((name) => [name, all[name]])), folder);
  const module = join(folder, 'node_modules/@gitops/provider-testkit/dist/fakes.js');
  return { bin: join(folder, 'node_modules/.bin'), fakes: await import(pathToFileURL(module).href) };
}

const application = (environment, version) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop-${environment}
  namespace: argocd
spec:
  project: ${environment}
  source:
    repoURL: https://github.com/acme/gitops
    path: charts/shop
    targetRevision: main
    helm:
      parameters:
        - name: image.name
          value: ghcr.io/acme/shop
        - name: image.tag
          value: "${version}"
  destination:
    server: https://kubernetes.default.svc
    namespace: shop-${environment}
`;

/** What stands in a repository whose environments have these versions. */
export function filesOf(versions) {
  const files = Object.entries(versions).map(([environment, version]) => [
    `apps/${environment}/shop/application.yaml`,
    application(environment, version),
  ]);
  return {
    ...Object.fromEntries(files),
    'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'charts/shop/values.yaml': 'image:\n  name: ghcr.io/acme/shop\n  tag: "1.0.0"\n',
  };
}

/** A fake GitHub Enterprise Server. `repositories`: files by the repository's name. */
export async function startForge(fakes, repositories) {
  const fake = await fakes.startGitHub({
    base: '/api/v3',
    repositories: Object.keys(repositories).map((name) => ({ name, private: true })),
  });
  for (const [name, files] of Object.entries(repositories)) await push(fake.folder(name), files);
  return fake;
}

/** Commits these files to main of a bare repository. */
export async function push(bare, files) {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-sample-'));
  const git = (...args) =>
    run('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', '-C', folder, ...args]);
  try {
    await git('init', '--quiet', '--initial-branch=main');
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'What runs where');
    await git('push', '--quiet', bare, 'HEAD:refs/heads/main');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a job needs in its environment to ask as the App of this fake. */
export const appOf = (fake) => ({
  GITHUB_SERVER_URL: fake.webUrl,
  GITHUB_APP_ID: String(fake.app.id),
  GITHUB_APP_PRIVATE_KEY: fake.app.privateKey,
});
