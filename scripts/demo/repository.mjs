// The repository that the story begins with, made with Git as people make it.
import { execFileSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const cli = join(root, 'packages/cli/dist/bin.js');
export const apps = 'infra/apps';

export const ana = { name: 'Ana Dev', email: 'ana@example.com' };
export const ben = { name: 'Ben Ops', email: 'ben@example.com' };
const updater = { name: 'argocd-image-updater', email: 'noreply@argoproj.io' };

/** Nothing of this machine or of a CI system takes part: no identity, no configuration, no token, no settings of ours. */
export function cleanEnvironment(folder) {
  const foreign =
    /^(GIT_|GITOPS_|CI$|CI_|GH_|GITHUB_|GITLAB_|JENKINS_|HUDSON_|BUILD_|RUNNER_|TF_BUILD|TEAMCITY_|BUILDKITE|CIRCLE|CHANGE_|XDG_)/;
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  const config = join(folder, 'empty.gitconfig');
  writeFileSync(config, '');
  return {
    ...own,
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: '1',
    NO_COLOR: '1',
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
}

export function identity({ name, email }) {
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

export function gitIn(env) {
  return (where, args, who = ana) =>
    execFileSync('git', args, {
      cwd: where,
      env: { ...env, ...identity(who) },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trimEnd();
}

/** A working tree with payments and users in dev and prod, and two new versions written back for dev. */
export function makeClone(folder, git) {
  const clone = join(folder, 'clone');
  git(folder, ['init', '--quiet', '--initial-branch=main', clone]);
  cpSync(join(root, 'infra'), join(clone, 'infra'), { recursive: true });
  git(clone, ['add', '--all']);
  git(clone, ['commit', '--quiet', '--message', 'payments and users in dev and prod']);
  writeBack(clone, git, 'payments', '1.7.0', '1.8.2');
  writeBack(clone, git, 'users', '2.0.4', '2.1.0');
  return clone;
}

/** A new version as Image Updater writes it back: its file, its message, its author; one commit for each application. */
function writeBack(clone, git, name, from, to) {
  const file = `${apps}/helm-charts/${name}/.argocd-source-${name}-dev.yaml`;
  const parameter = (key, value) => `  - name: ${key}\n    value: ${value}\n    forcestring: true\n`;
  writeFileSync(
    join(clone, file),
    `helm:\n  parameters:\n${parameter('image.name', `ghcr.io/acme/${name}`)}${parameter('image.tag', to)}`,
  );
  git(clone, ['add', file]);
  const message = `build: automatic update of ${name}-dev\n\nupdates image acme/${name} tag '${from}' to '${to}'\n`;
  git(clone, ['commit', '--quiet', '--message', message], updater);
}
