import { defineConfig } from 'tsup';
import { writeLicences } from '../../tools/third-party-licenses.mjs';

/** One ESM bundle with everything inside; each command is a chunk of its own, loaded when it is asked for. */
export default defineConfig({
  entry: { bin: 'src/bin.ts' },
  format: 'esm',
  target: 'node20',
  platform: 'node',
  splitting: true,
  clean: true,
  noExternal: [/./],
  // names stay, so that a stack says where it broke
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  // from the sources of our packages, so that a chunk holds what its command needs and not whole packages
  esbuildOptions: (options) => {
    options.conditions = ['@gitops/source', 'module', 'import'];
  },
  // some dependencies are CommonJS and require Node's own modules
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
  onSuccess: async () => writeLicences('dist/metafile-esm.json', 'dist/THIRD-PARTY-LICENSES'),
});
