// The packages as they would be published: packed, checked, installed by npm, loaded by both module systems.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packed } from './pack.mjs';

export { packed };

const root = fileURLToPath(new URL('..', import.meta.url));
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Runs a program and gives its output. Throws an error that holds all of the output. */
function run(program, args, cwd = root) {
  try {
    return execFileSync(program, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 26,
    });
  } catch (error) {
    const output = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim();
    throw new Error(`${program} ${args.join(' ')}\n${output === '' ? error.message : output}`);
  }
}

/** A tool of our own devDependencies. */
const tool = (name, args) => run(join(root, 'node_modules', '.bin', name), args);

/** Installs these tarballs as a user's project would: for production, with npm, running nobody's scripts. */
export function installPacked(tarballs, folder, manifest = {}) {
  mkdirSync(folder, { recursive: true });
  const ours = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, pathToFileURL(file).href]));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'consumer',
      version: '1.0.0',
      private: true,
      ...manifest,
      dependencies: { ...manifest.dependencies, ...ours },
      // what one tarball asks of another is that tarball as well
      overrides: ours,
    }),
  );
  const flags = ['--omit=dev', '--engine-strict', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  run('npm', ['install', ...flags, '--loglevel=error'], folder);
}

const usage = `
const edited = core.editYaml('tag: 1.9 # keep\\r\\n', [{ at: { document: {}, path: ['tag'] }, set: '1.10' }]);
const { text } = core.orThrow(edited);
if (!/^tag: (['"])1\\.10\\1 # keep\\r\\n$/.test(text)) throw new Error(JSON.stringify(text));
if (core.editYaml('a: [', [{ at: { document: {}, path: ['a'] }, set: 'b' }]).isOk()) throw new Error('no error');
if (typeof provider.git !== 'function') throw new Error('provider-git has no git()');
for (const forge of [hub.github({ repository: 'acme/gitops' }), lab.gitlab({ repository: 'acme/gitops' })]) {
  if (forge.capabilities.labels !== true) throw new Error(forge.id + ' has no labels');
}
`;
/** Name of the variable that the usage above knows a package by. */
const loaded = {
  core: '@gitops/core',
  provider: '@gitops/provider-git',
  hub: '@gitops/provider-github',
  lab: '@gitops/provider-gitlab',
};
const lines = (line) => Object.entries(loaded).map(line).join('\n');
const byImport = `${lines(([name, from]) => `import * as ${name} from '${from}';`)}\n${usage}`;
const byRequire = `${lines(([name, from]) => `const ${name} = require('${from}');`)}\n${usage}`;

/** The fakes run from the installed package, with their data, and without vitest. */
const byFakes = `import { startGitHub, startGitLab } from '@gitops/provider-testkit/fakes';
for (const start of [startGitHub, startGitLab]) {
  const fake = await start();
  const answer = await fetch(fake.apiUrl + (start === startGitHub ? '/meta' : '/version'));
  if (answer.status >= 500) throw new Error(await answer.text());
  await fake.close();
}
`;

/** Core's declarations, compiled as strictly as a user may: nothing is skipped, nothing ambient is at hand. */
const typedCore = `import * as core from '@gitops/core';
import type { Plan, Result, GitOpsError } from '@gitops/core';
export const summary = (plan: Result<Plan, GitOpsError>): string => plan.match((one) => one.summary, core.describeError);
`;
/** Those of the providers need what every platform has that can send a request: Response, AbortSignal, URL. */
const typedProviders = `${lines(([name, from]) => `import * as ${name} from '${from}';`)}
export type Everything = [typeof core, typeof provider, typeof hub, typeof lab];
`;
const strictest = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  target: 'es2023',
  types: [],
  skipLibCheck: false,
};

function checkManifest(folder) {
  const manifest = readJson(join(folder, 'package.json'));
  const text = JSON.stringify(manifest);
  for (const trace of ['@gitops/source', 'workspace:', 'catalog:']) {
    if (text.includes(trace)) throw new Error(`its package.json says "${trace}"`);
  }
  if (existsSync(join(folder, 'src'))) throw new Error('it holds sources');
  if (readdirSync(join(folder, 'dist')).some((one) => one.startsWith('metafile')))
    throw new Error('it holds a metafile');
  if (!existsSync(join(folder, 'LICENSE'))) throw new Error('it holds no LICENSE');
  if (manifest.bin !== undefined && Object.keys(manifest.dependencies ?? {}).length > 0) {
    throw new Error(`a bundle has no dependencies: ${Object.keys(manifest.dependencies).join(', ')}`);
  }
}

function checkAll(folder, tarballs, check) {
  const consumer = join(folder, 'consumer');
  const node = (flags, file, text) => {
    writeFileSync(join(consumer, file), text);
    run(process.execPath, [...flags, file], consumer);
  };
  check('npm install --omit=dev --engine-strict --ignore-scripts', () => installPacked(tarballs, consumer));
  for (const [name, file] of Object.entries(tarballs)) {
    const installed = join(consumer, 'node_modules', name);
    check(`publint --strict ${name}`, () => tool('publint', ['--strict', file]));
    check(`manifest of ${name}`, () => checkManifest(installed));
    const { bin, main } = readJson(join(installed, 'package.json'));
    // a command has no types; a package without a main entry is ESM alone
    if (bin === undefined) {
      const profile = main === undefined ? 'esm-only' : 'node16';
      check(`attw --profile ${profile} ${name}`, () => tool('attw', ['--profile', profile, file]));
    }
  }
  check('import', () => node([], 'use.mjs', byImport));
  check('the fakes, as installed', () => node([], 'fakes.mjs', byFakes));
  check('require', () => node([], 'use.cjs', byRequire));
  const flag = '--no-experimental-require-module';
  const known = process.allowedNodeEnvironmentFlags.has(flag);
  check(`require with ${known ? flag : 'this Node.js'}`, () => node(known ? [flag] : [], 'use-old.cjs', byRequire));
  for (const [kind, module] of [
    ['mts', 'nodenext'],
    ['cts', 'nodenext'],
    ['ts', 'preserve'],
  ]) {
    const compile = (text, lib) => {
      writeFileSync(join(consumer, `use.${kind}`), text);
      const config = { compilerOptions: { ...strictest, lib, module }, files: [`use.${kind}`] };
      writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(config));
      tool('tsc', ['-p', consumer]);
    };
    const how = `strict (${kind}, ${module})`;
    check(`declarations of core, without ambient types, ${how}`, () => compile(typedCore, ['es2023']));
    check(`declarations of the providers, ${how}`, () => compile(typedProviders, ['es2023', 'dom']));
  }
  const gitops = (...args) => run(join(consumer, 'node_modules', '.bin', 'gitops'), args, consumer).trim();
  check('gitops --version, as installed', () => {
    const { version } = readJson(join(consumer, 'node_modules', 'gitops', 'package.json'));
    if (gitops('--version') !== version) throw new Error(`${gitops('--version')} is not ${version}`);
  });
  check('gitops --help, as installed', () => {
    if (!gitops('--help').includes('promote')) throw new Error(gitops('--help'));
  });
  check('licences of what the bundle holds', () => {
    const text = readFileSync(join(consumer, 'node_modules', 'gitops', 'dist', 'THIRD-PARTY-LICENSES'), 'utf8');
    for (const name of ['commander', 'yaml', 'isomorphic-git', 'neverthrow']) {
      if (!text.includes(`\n${name} `)) throw new Error(`${name} is not named`);
    }
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-packages-'));
  let passed = 0;
  let failed = 0;
  const check = (name, work) => {
    try {
      work();
      passed++;
      console.log(`ok    ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAIL  ${name}\n${error.message}`);
    }
  };
  try {
    checkAll(folder, await packed(), check);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`COUNT ${passed} ${failed} 0`);
  process.exitCode = failed === 0 ? 0 : 1;
}
