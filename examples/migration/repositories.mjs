// Repositories with the same commits on a fake GitHub: one for the script, one for gitops.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const infra = fileURLToPath(new URL('../../infra', import.meta.url));

/** Git without any setting of the user of this machine. */
export function git(folder, ...args) {
  const env = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const who = ['-c', 'user.name=Image Updater', '-c', 'user.email=updater@example.com'];
  return execFileSync('git', [...who, '-C', folder, ...args], { env, encoding: 'utf8' });
}

/** One more commit on main of a bare repository. `change` gets the folder of a clone. */
export function commitTo(bare, message, change) {
  const folder = mkdtempSync(join(tmpdir(), 'migration-'));
  try {
    git(folder, 'init', '--quiet', '--initial-branch=main');
    const isEmpty = git(bare, 'for-each-ref', 'refs/heads/main') === '';
    if (!isEmpty) git(folder, 'pull', '--quiet', bare, 'main');
    change(folder);
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '--message', message);
    git(folder, 'push', '--quiet', bare, 'HEAD:refs/heads/main');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Replaces a text that is there exactly once in a file of a clone. */
export function replaceIn(folder, path, from, to) {
  const text = readFileSync(join(folder, path), 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${path} does not hold this once: ${from}`);
  writeFileSync(join(folder, path), text.replace(from, to));
}

export const applicationOf = (environment, name) => `infra/apps/${environment}/${name}/application.yaml`;

/** A version of an application in dev, as Image Updater finds a new one. */
export function release(folder, name, from, to) {
  replaceIn(folder, applicationOf('dev', name), `value: ${from}`, `value: ${to}`);
}

/** Fills a bare repository: what Argo CD reads of the bundled infra, then two new versions in dev. */
export function fill(bare) {
  commitTo(bare, 'What runs where', (folder) => {
    for (const part of ['apps', 'argocd']) cpSync(join(infra, part), join(folder, 'infra', part), { recursive: true });
  });
  commitTo(bare, 'New versions in dev', (folder) => {
    release(folder, 'payments', '1.7.0', '1.8.2');
    release(folder, 'users', "'2.0.4'", "'2.1.0'");
  });
}

/** A GitHub with these repositories, all with the same commits. */
export async function startGitHub(fakes, ...names) {
  const repositories = names.map((name) => ({ name, private: true }));
  const fake = await fakes.startGitHub({ base: '/api/v3', repositories });
  const [first, ...others] = names.map(fake.folder);
  fill(first);
  for (const other of others) git(first, 'push', '--quiet', other, 'main');
  return fake;
}
