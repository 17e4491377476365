// A GitHub to try the service on, with a repository: the bundled infra, and a new version of payments in dev.
// node try/forge.mjs    prints the variables that the service needs, and runs until it is ended
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startGitHub } from '@gitops/provider-testkit/fakes';

const infra = fileURLToPath(new URL('../../../infra', import.meta.url));
const identity = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com'];

/** A fake GitHub with `acme/gitops` in it. */
export async function startForge() {
  const fake = await startGitHub({ base: '/api/v3', repositories: [{ name: 'acme/gitops', private: true }] });
  const folder = mkdtempSync(join(tmpdir(), 'gitops-web-'));
  try {
    cpSync(infra, join(folder, 'infra'), { recursive: true, dereference: true });
    git(folder, 'init', '--quiet', '--initial-branch=main');
    change(folder, 'infra/apps/dev/payments/application.yaml', 'value: 1.7.0', 'value: 1.8.2');
    git(folder, 'push', '--quiet', fake.folder('acme/gitops'), 'HEAD:refs/heads/main');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const env = { GITHUB_SERVER_URL: fake.webUrl, GITHUB_TOKEN: fake.tokens.bob, GITOPS_REPO: 'acme/gitops' };
  return { fake, env, bare: fake.folder('acme/gitops'), close: () => fake.close() };
}

/** Somebody else changes a file of main. */
export function push(bare, file, before, after) {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-web-'));
  try {
    git(folder, 'clone', '--quiet', bare, '.');
    change(folder, file, before, after);
    git(folder, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function change(folder, file, before, after) {
  const text = readFileSync(join(folder, file), 'utf8');
  if (!text.includes(before)) throw new Error(`${file} does not hold ${before}`);
  writeFileSync(join(folder, file), text.replace(before, after));
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', `Change ${file}`);
}

export function git(folder, ...args) {
  return execFileSync('git', [...identity, '-C', folder, ...args], { encoding: 'utf8' });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { env, close } = await startForge();
  for (const [name, value] of Object.entries(env)) console.log(`export ${name}=${value}`);
  process.once('SIGTERM', close);
}
