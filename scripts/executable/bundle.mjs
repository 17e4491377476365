// The whole command line as one CommonJS script, which is what Node.js can hold inside itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A single executable has no package.json beside it: the version goes into the script. */
function versionInside(cli) {
  const reading = "readFileSync(new URL('../package.json', import.meta.url), 'utf8')";
  const { version } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));
  return {
    name: 'version-inside',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]packages[\\/]cli[\\/]src[\\/]version\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        if (!source.includes(reading)) throw new Error(`${path} does not read the version as this script knows it`);
        const contents = source
          .replace(reading, JSON.stringify(JSON.stringify({ version })))
          .replace(/^import .* from 'node:fs';$/m, '');
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** Inside of an executable only Node's own modules can be required. */
function checkExternals(metafile) {
  const foreign = Object.values(metafile.outputs)
    .flatMap((one) => one.imports.filter(({ external }) => external))
    .map(({ path }) => path)
    .filter((path) => !path.startsWith('node:') && !builtinModules.includes(path));
  if (foreign.length > 0) throw new Error(`The bundle asks for what it does not hold: ${foreign.join(', ')}`);
}

/**
 * Bundles the command line from its sources. What each command needs is still evaluated only when it is asked for.
 *
 * @param {string} root The root of the project.
 * @param {string} folder Where the script goes.
 * @returns {Promise<{ script: string, metafile: string }>} The paths of the script and of esbuild's list of its parts.
 */
export async function bundle(root, folder) {
  const cli = join(root, 'packages', 'cli');
  const script = join(folder, 'gitops.cjs');
  const { warnings, metafile } = await build({
    stdin: {
      contents: "import { runProcess } from './src/process.ts';\nvoid runProcess(process.argv.slice(2));\n",
      resolveDir: cli,
      sourcefile: 'executable.ts',
      loader: 'ts',
    },
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: `node${process.versions.node}`,
    // from the sources, as the published bundle is
    conditions: ['@gitops/source', 'module', 'import'],
    // names stay, so that a stack says where it broke
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [versionInside(cli)],
    outfile: script,
    metafile: true,
    logLevel: 'silent',
  });
  if (warnings.length > 0)
    throw new Error(warnings.map(({ text, location }) => `${location?.file}: ${text}`).join('\n'));
  checkExternals(metafile);
  const list = join(folder, 'metafile.json');
  writeFileSync(list, JSON.stringify(metafile));
  return { script, metafile: list };
}
