import { defineConfig } from 'tsup';
import { thirdPartyLicenses } from '../../tools/third-party-licenses.mjs';

/** One bundle that installs without dependencies; each command stays a chunk of its own, loaded when it is called. */
export default defineConfig({
  entry: { bin: 'src/bin.ts' },
  format: 'esm',
  target: 'node20',
  platform: 'node',
  splitting: true,
  clean: true,
  minifySyntax: true,
  minifyWhitespace: true,
  noExternal: [/./],
  // some dependencies are CommonJS and require Node's own modules
  banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
  esbuildPlugins: [thirdPartyLicenses({ outfile: 'dist/THIRD-PARTY-LICENSES' })],
});
