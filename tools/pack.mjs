// The packages as a registry would get them: packed into /tarballs under names that do not change with the version.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tarballs = join(root, 'tarballs');
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Folder names of the packages that are published. */
export function publishedPackages() {
  return readdirSync(join(root, 'packages')).filter((name) => {
    const manifest = join(root, 'packages', name, 'package.json');
    return existsSync(manifest) && readJson(manifest).private !== true;
  });
}

/** Packs one built package (by folder name) into a folder. Gives the tarball's path. */
export async function pack(name, folder) {
  const cwd = join(root, 'packages', name);
  if (!existsSync(join(cwd, 'dist'))) throw new Error(`packages/${name} is not built: npm run build`);
  const own = join(folder, `.${name}-${process.pid}`);
  mkdirSync(own, { recursive: true });
  await run('npx', ['--yes', readJson(join(root, 'package.json')).packageManager, 'pack', '--pack-destination', own], {
    cwd,
  });
  const [made] = readdirSync(own);
  const tarball = join(folder, `gitops-${name}.tgz`);
  renameSync(join(own, made), tarball);
  rmSync(own, { recursive: true });
  return tarball;
}

/** When the newest of the files was written that a package is packed from. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const packedFrom = ['dist', 'schemas', 'data', 'package.json', 'README.md'];

function isFresh(name) {
  const tarball = join(tarballs, `gitops-${name}.tgz`);
  const sources = packedFrom.map((part) => join(root, 'packages', name, part)).filter((path) => existsSync(path));
  return existsSync(tarball) && Math.max(...sources.map(newest)) < statSync(tarball).mtimeMs;
}

/** Every published package, packed where it changed since. Gives the tarballs by the package's name. */
export async function packed() {
  mkdirSync(tarballs, { recursive: true });
  const all = {};
  for (const name of publishedPackages()) {
    if (!isFresh(name)) await pack(name, tarballs);
    all[readJson(join(root, 'packages', name, 'package.json')).name] = join(tarballs, `gitops-${name}.tgz`);
  }
  return all;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of Object.values(await packed())) console.log(file.slice(root.length));
}
