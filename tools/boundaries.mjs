// Who may import whom: packages by the table in ARCHITECTURE.md, folders of core in one direction.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the sources of each place may import from outside of it; `*` is whatever its package.json names. */
export const packageRules = {
  'packages/core': ['yaml', 'neverthrow', 'picomatch', '@noble/hashes'],
  'packages/provider-http': ['@gitops/core', 'picomatch', 'undici', 'valibot', 'node:*'],
  'packages/provider-github': [
    '@gitops/core',
    '@gitops/provider-http',
    '@octokit/*',
    'bottleneck',
    'valibot',
    'node:*',
  ],
  'packages/provider-gitlab': ['@gitops/core', '@gitops/provider-http', '@gitbeaker/*', 'valibot', 'node:*'],
  'packages/provider-git': [
    '@gitops/core',
    '@gitops/provider-http',
    'isomorphic-git',
    'node-diff3',
    'picomatch',
    'node:*',
  ],
  'packages/provider-testkit': ['@gitops/core', 'ajv', 'ajv-formats', 'graphql', 'vitest', 'node:*'],
  'packages/cli': ['*', 'node:*'],
  bench: ['*', 'node:*'],
  examples: ['*', 'node:*'],
};

/** Packages that one module alone may import, so that they can be replaced there. */
export const soleImporters = {
  yaml: /^(packages\/core\/src\/yaml|bench|examples)\//,
  neverthrow: /^packages\/core\/src\/result\.ts$/,
};

/** Entries of our own packages, beside the main one, that are public. */
const publicEntries = new Set(['@gitops/provider-testkit/contract', '@gitops/provider-testkit/fakes']);

/**
 * Core from the bottom to the top: values come from lower layers or the same folder, never from a neighbour or from
 * above. Types may come from anywhere, since they are gone when the program runs.
 */
export const layers = [
  ['errors'],
  ['model', 'result'],
  ['yaml', 'image'],
  ['image-updater', 'argocd', 'environment', 'freeze/read-record'],
  ['application-set'],
  ['application-chart', 'application-kustomization', 'application-placeholders'],
  ['application-sources'],
  ['fleet'],
  ['plan', 'simulate'],
  ['freeze'],
  ['promotion', 'lint', 'migrate'],
  ['forge'],
  ['index'],
];

/** The imports of a source: what, on which line, and whether nothing but types comes through. */
export function importsOf(text, path = 'source.ts') {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (node, onlyTypes) => {
    if (node === undefined || !ts.isStringLiteralLike(node)) return;
    found.push({
      specifier: node.text,
      line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
      onlyTypes,
    });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const named = clause?.namedBindings;
      const eachIsType =
        clause !== undefined &&
        clause.name === undefined &&
        named !== undefined &&
        ts.isNamedImports(named) &&
        named.elements.every((one) => one.isTypeOnly);
      add(node.moduleSpecifier, clause?.isTypeOnly === true || eachIsType);
    } else if (ts.isExportDeclaration(node)) {
      const named = node.exportClause;
      const eachIsType =
        named !== undefined && ts.isNamedExports(named) && named.elements.every((one) => one.isTypeOnly);
      add(node.moduleSpecifier, node.isTypeOnly || eachIsType);
    } else if (ts.isImportTypeNode(node)) {
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    } else if (ts.isCallExpression(node)) {
      const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
      const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
      if (isImport || isRequire) add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The layer of a module of core, by the longest name that fits; null for one that no layer names. */
function layerOf(module) {
  let found = null;
  for (const [index, names] of layers.entries()) {
    for (const name of names) {
      if (module !== name && !module.startsWith(`${name}/`)) continue;
      if (found === null || name.length > found.name.length) found = { index, name };
    }
  }
  return found;
}

const coreSource = 'packages/core/src/';

function brokenLayer(path, target) {
  const [from, to] = [path, target].map((one) => one.slice(coreSource.length).replace(/\.[jt]s$/, ''));
  if (from.split('/')[0] === to.split('/')[0] && layerOf(from)?.index === layerOf(to)?.index) return null;
  const [own, other] = [layerOf(from), layerOf(to)];
  for (const [module, layer] of [
    [from, own],
    [to, other],
  ]) {
    if (layer === null) return `${module} stands in no layer: name it in tools/boundaries.mjs`;
  }
  if (other.index < own.index) return null;
  return `values of ${other.name} may not be used in ${own.name}, which stands ${other.index === own.index ? 'beside' : 'below'} it`;
}

/** The checks of an example, which may use `tools/`. */
const exampleTest = /^examples\/[^/]+\/(test\.mjs|test\/.*)$/;

/** `node:*` is Node's own, `*` all packages, `@octokit/*` those of one scope. */
function isAllowed(rule, name, isNode) {
  if (rule === 'node:*' || isNode) return rule === 'node:*' && isNode;
  return rule === '*' || rule === name || (rule.endsWith('/*') && name.startsWith(rule.slice(0, -1)));
}

/**
 * The rules that one file breaks. `path` is relative to the root; `named` are the packages that its package.json names
 * (left out: not checked).
 */
export function violations(path, text, named) {
  const home = Object.keys(packageRules).find((one) => path.startsWith(`${one}/`));
  if (home === undefined) return [];
  const broken = [];
  for (const { specifier, line, onlyTypes } of importsOf(text, path)) {
    const say = (rule) => broken.push({ line, rule: `"${specifier}": ${rule}` });
    if (specifier.startsWith('.')) {
      const target = posix.join(posix.dirname(path), specifier);
      const limit = home === 'examples' ? path.split('/').slice(0, 2).join('/') : home;
      // how an example is checked is ours, what a user copies of it is not
      const isOfHouse = exampleTest.test(path) && target.startsWith('tools/');
      if (isOfHouse) continue;
      if (!target.startsWith(`${limit}/`)) say(`leads out of ${limit}; import the public entry of the package`);
      else if (home === 'packages/core' && !onlyTypes) {
        const rule = brokenLayer(path, target);
        if (rule !== null) say(rule);
      }
      continue;
    }
    const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0];
    const isNode = specifier.startsWith('node:');
    const allowed = packageRules[home];
    if (!allowed.some((one) => isAllowed(one, name, isNode))) {
      say(`${home} may import only ${allowed.join(', ')}`);
    } else if (soleImporters[name]?.test(path) === false) say(`only ${soleImporters[name].source} imports it`);
    else if (name.startsWith('@gitops/') && specifier !== name && !publicEntries.has(specifier)) {
      say('reaches into a package; import its public entry');
    } else if (named !== undefined && !isNode && !named.has(name)) say('is not named in package.json');
  }
  return broken;
}

function namedBy(folder) {
  const manifest = JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'));
  // what a bundle holds is a devDependency of it
  const holdsOthers = manifest.bin !== undefined || folder === 'packages/provider-github';
  const bundled = holdsOthers ? manifest.devDependencies : {};
  return new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...bundled }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const globs = ['packages/*/src/**', 'bench/**', 'examples/**'].map((one) => `:(glob)${one}`);
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...globs], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const deleted = new Set(
    execFileSync('git', ['ls-files', '-z', '--deleted'], { cwd: root, encoding: 'utf8' }).split('\0'),
  );
  const files = listed
    .split('\0')
    .filter((one) => /\.[cm]?[jt]s$/.test(one) && !/\.test(-d)?\.ts$/.test(one) && !deleted.has(one));
  const manifests = new Map();
  let broken = 0;
  for (const file of files) {
    const home = file.startsWith('bench/') ? 'bench' : file.split('/').slice(0, 2).join('/');
    if (!file.startsWith('examples/') && !manifests.has(home)) manifests.set(home, namedBy(home));
    for (const { line, rule } of violations(file, readFileSync(root + file, 'utf8'), manifests.get(home))) {
      broken++;
      console.error(`${file}:${line}  ${rule}`);
    }
  }
  console.log(`${files.length} files, ${broken} broken boundaries`);
  process.exitCode = broken === 0 && files.length > 0 ? 0 : 1;
}
