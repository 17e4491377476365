// Who may import whom: packages by the table in ARCHITECTURE.md, folders of core in one direction.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bare imports that each package's sources may name; `*` is any. */
export const packageRules = {
  core: ['yaml', 'neverthrow', 'picomatch', '@noble/hashes'],
  'provider-git': ['@gitops/core', 'isomorphic-git', 'picomatch', 'node-diff3', 'node:*'],
  'provider-testkit': ['@gitops/core', 'vitest', 'node:*'],
  cli: ['*'],
};

/** Imports of core that one place alone may name. */
export const soleImporters = { yaml: /^yaml\//, neverthrow: /^result\.ts$/ };

/** Folders of core, lowest first: values flow upwards only. Types may be shared. */
export const layers = [
  ['errors', ''],
  ['yaml', 'image'],
  ['image-updater', 'argocd', 'environment'],
  ['fleet', 'freeze', 'promotion', 'plan'],
  ['forge'],
];

const importPattern = /^\s*(import|export)\s+(type\s+)?([^'"]*?from\s+)?['"]([^'"]+)['"]/;

/** Imports of a source text: specifier, line, and whether only types come through. */
export function importsOf(text) {
  const found = [];
  const statements = text.replace(/\r/g, '').split('\n');
  for (let line = 0; line < statements.length; line++) {
    if (!/^\s*(import|export)\b/.test(statements[line])) continue;
    let statement = statements[line];
    let end = line;
    while (
      !/['"][^'"]+['"]\s*;?\s*$/.test(statement) &&
      /[{,]\s*$|^\s*(import|export)[^'"]*$/.test(statement) &&
      end + 1 < statements.length &&
      end - line < 60
    ) {
      statement += ` ${statements[++end].trim()}`;
    }
    const match = importPattern.exec(statement);
    if (match === null) continue;
    const names = (match[3] ?? '').replace(/from\s*$/, '').trim();
    const inside = /^\{(.*)\}$/.exec(names)?.[1];
    const onlyTypes =
      match[2] !== undefined ||
      (inside !== undefined && inside.split(',').every((one) => one.trim() === '' || one.trim().startsWith('type ')));
    found.push({ specifier: match[4], line: line + 1, onlyTypes });
  }
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    found.push({ specifier: match[1], line: text.slice(0, match.index).split('\n').length, onlyTypes: false });
  }
  return found;
}

/** The rules that one file breaks. `path` is relative to the package's `src`. */
export function violations(packageName, path, text) {
  const broken = [];
  const allowed = packageRules[packageName] ?? ['*'];
  for (const { specifier, line, onlyTypes } of importsOf(text)) {
    const say = (why) => broken.push({ line, why: `${specifier}: ${why}` });
    if (specifier.startsWith('.')) {
      const target = relative('/src', resolve('/src', dirname(path), specifier));
      if (target.startsWith('..')) say('leaves the package; import its public entry');
      else if (packageName === 'core' && !onlyTypes) {
        const [from, to] = [layerOf(path), layerOf(target)];
        if (to > from)
          say(`core's ${folderOf(path) || 'root'} must not use values of ${folderOf(target)}, which stands above it`);
      }
      continue;
    }
    const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0];
    const isAllowed = allowed.some(
      (one) => one === '*' || one === name || one === specifier || (one === 'node:*' && specifier.startsWith('node:')),
    );
    if (!isAllowed) say(`${packageName} may import only ${allowed.join(', ')}`);
    const sole = packageName === 'core' ? soleImporters[name] : undefined;
    if (sole !== undefined && !sole.test(path)) say(`only ${sole.source} of core imports it`);
    if (name.startsWith('@gitops/') && specifier !== name && specifier !== '@gitops/provider-testkit/contract')
      say('deep import; use the public entry');
  }
  return broken;
}

function folderOf(path) {
  const slash = path.indexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

function layerOf(path) {
  if (path === 'index.ts' || path === 'index.js') return layers.length;
  const index = layers.findIndex((layer) => layer.includes(folderOf(path)));
  return index === -1 ? layers.length : index;
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name) && !/\.test(-d)?\.ts$/.test(entry.name)) yield path;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let count = 0;
  let broken = 0;
  for (const packageName of readdirSync(join(root, 'packages'))) {
    const src = join(root, 'packages', packageName, 'src');
    for (const file of sources(src)) {
      count++;
      for (const { line, why } of violations(packageName, relative(src, file), readFileSync(file, 'utf8'))) {
        broken++;
        console.error(`${relative(root, file)}:${line}  ${why}`);
      }
    }
  }
  console.log(`${count} files, ${broken} broken boundaries`);
  process.exit(broken === 0 ? 0 : 1);
}
