// Makes the action as users get it: action.yml and one script that holds the command line. Nothing is installed when a
// job runs. `node build.mjs [folder]`; where no folder is given, `dist` beside this file.
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const { positionals } = parseArgs({ allowPositionals: true });
const folder = positionals[0] ?? join(here, 'dist');
const cli = dirname(createRequire(join(here, 'build.mjs')).resolve('gitops/package.json'));
const { version } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));

/** The script has no package.json beside it: the version of the command line goes inside. */
const commandLine = {
  name: 'command-line',
  setup({ onResolve, onLoad, onEnd }) {
    onResolve({ filter: /^gitops\/bin$/ }, () => ({ path: join(cli, 'dist/bin.js') }));
    const reading = /readFileSync\(new URL\("\.\.\/package\.json",\s*import\.meta\.url\),\s*"utf8"\)/;
    let replaced = 0;
    onLoad({ filter: /[\\/]gitops[\\/]dist[\\/][^\\/]+\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!reading.test(source)) return { contents: source, loader: 'js' };
      replaced++;
      return { contents: source.replace(reading, JSON.stringify(JSON.stringify({ version }))), loader: 'js' };
    });
    onEnd(() =>
      replaced === 1 ? {} : { errors: [{ text: `the version is read at ${replaced} places instead of one` }] },
    );
  },
};

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const { metafile } = await build({
  entryPoints: [join(here, 'src/main.mjs')],
  outfile: join(folder, 'index.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none', // all of them are in THIRD-PARTY-LICENSES
  plugins: [commandLine],
  metafile: true,
  logLevel: 'warning',
});

const foreign = Object.values(metafile.outputs)
  .flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path))
  .filter((path) => !path.startsWith('node:') && !builtinModules.includes(path));
if (foreign.length > 0) throw new Error(`The script asks for what it does not hold: ${foreign.join(', ')}`);

copyFileSync(join(here, 'action.yml'), join(folder, 'action.yml'));
for (const file of ['LICENSE', 'dist/THIRD-PARTY-LICENSES'])
  copyFileSync(join(cli, file), join(folder, basename(file)));
const size = Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`gitops ${version} as an action in ${folder}: ${(size / 1e6).toFixed(1)} MB`);
