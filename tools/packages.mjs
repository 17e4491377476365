// The packages as they would be published: packed, checked, installed by the registry's client, loaded in both systems.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const pnpm = ['--yes', JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager];

/** Packs these packages (by folder name) into a folder; gives the tarballs by package name. */
export function pack(names, folder) {
  const tarballs = {};
  for (const name of names) {
    const cwd = join(root, 'packages', name);
    const before = new Set(readdirSync(folder));
    execFileSync('npx', [...pnpm, 'pack', '--pack-destination', folder], { cwd, stdio: 'pipe' });
    const made = readdirSync(folder).find((file) => !before.has(file));
    tarballs[JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')).name] = join(folder, made);
  }
  return tarballs;
}

/** A folder with these tarballs installed, as a user's project would have them: production only, no scripts. */
export function installPacked(tarballs, folder) {
  mkdirSync(folder, { recursive: true });
  const dependencies = Object.fromEntries(
    Object.entries(tarballs).map(([name, file]) => [name, pathToFileURL(file).href]),
  );
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies, overrides: dependencies }),
  );
  execFileSync(
    'npm',
    [
      'install',
      '--omit=dev',
      '--engine-strict',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--loglevel=error',
    ],
    { cwd: folder, stdio: 'pipe' },
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-pack-'));
  let failed = 0;
  const check = (name, work) => {
    try {
      work();
      console.log(`ok    ${name}`);
    } catch (error) {
      failed++;
      console.error(`FAIL  ${name}\n${error.stdout ?? ''}${error.stderr ?? ''}${error.message}`);
    }
  };
  try {
    const tarballs = pack(['core', 'provider-git', 'provider-testkit', 'cli'], folder);
    for (const [name, file] of Object.entries(tarballs)) {
      check(`publint ${name}`, () =>
        execFileSync('npx', [...pnpm, 'exec', 'publint', '--strict', file], { cwd: root, stdio: 'pipe' }),
      );
      if (name !== 'gitops') {
        check(`attw ${name}`, () =>
          execFileSync('npx', [...pnpm, 'exec', 'attw', '--profile', 'node16', file], { cwd: root, stdio: 'pipe' }),
        );
      }
    }
    const consumer = join(folder, 'consumer');
    check('production install of the tarballs', () => installPacked(tarballs, consumer));
    const use = (name, flags, file, source) =>
      check(name, () => {
        writeFileSync(join(consumer, file), source);
        const child = spawnSync(process.execPath, [...flags, file], { cwd: consumer, encoding: 'utf8' });
        if (child.status !== 0) throw new Error(child.stdout + child.stderr);
      });
    const body = `
      const edited = core.editYaml('tag: 1.9 # keep\\n', [{ at: { document: {}, path: ['tag'] }, set: '1.10' }]);
      if (core.orThrow(edited).text !== 'tag: "1.10" # keep\\n') throw new Error(core.orThrow(edited).text);
      if (typeof provider.git !== 'function') throw new Error('no git()');`;
    use(
      'import',
      [],
      'use.mjs',
      `import * as core from '@gitops/core'; import * as provider from '@gitops/provider-git';${body}`,
    );
    use(
      'require',
      [],
      'use.cjs',
      `const core = require('@gitops/core'); const provider = require('@gitops/provider-git');${body}`,
    );
    use(
      'require without require(esm)',
      ['--no-experimental-require-module'],
      'use-old.cjs',
      `const core = require('@gitops/core'); const provider = require('@gitops/provider-git');${body}`,
    );
    check('gitops --version', () =>
      execFileSync(process.execPath, [join(consumer, 'node_modules/gitops/dist/bin.js'), '--version'], {
        stdio: 'pipe',
      }),
    );
    check('third-party licences travel with the bundle', () =>
      readFileSync(join(consumer, 'node_modules/gitops/dist/THIRD-PARTY-LICENSES'), 'utf8'),
    );
    check('types without ambient types', () => {
      writeFileSync(
        join(consumer, 'use.ts'),
        `import { planPromotion, type Plan } from '@gitops/core';\nexport const f: (plan: Plan) => string = (plan) => plan.summary;\nexport { planPromotion };\n`,
      );
      writeFileSync(
        join(consumer, 'tsconfig.json'),
        JSON.stringify({
          compilerOptions: {
            strict: true,
            noEmit: true,
            module: 'nodenext',
            target: 'es2023',
            lib: ['es2023'],
            types: [],
            skipLibCheck: false,
          },
          files: ['use.ts'],
        }),
      );
      execFileSync('npx', [...pnpm, 'exec', 'tsc', '-p', join(consumer, 'tsconfig.json')], {
        cwd: root,
        stdio: 'pipe',
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit(failed === 0 ? 0 : 1);
}
