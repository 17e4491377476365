import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig } from 'tsup';

/** Licence texts of everything that the bundle holds: they must travel with it. */
function writeLicences(metafile: string): void {
  const { inputs } = JSON.parse(readFileSync(metafile, 'utf8')) as { inputs: Record<string, unknown> };
  const folders = new Map<string, string>();
  for (const input of Object.keys(inputs)) {
    const match = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(input);
    if (match?.[1] !== undefined && match[2] !== undefined && match[2] !== '.pnpm') folders.set(match[2], match[1]);
  }
  const texts = [...folders].sort().map(([name, folder]) => {
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      version: string;
      license?: string;
    };
    const file = readdirSync(folder).find((one) => /^(licen[sc]e|copying)(\.|$)/i.test(one));
    const text =
      file === undefined ? `(${license ?? 'no licence stated'})` : readFileSync(join(folder, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  writeFileSync(join(dirname(metafile), 'THIRD-PARTY-LICENSES'), texts.join(`\n${'-'.repeat(72)}\n\n`));
}

/** One ESM bundle with everything inside; each command is a chunk of its own, loaded when it is asked for. */
export default defineConfig({
  entry: { bin: 'src/bin.ts' },
  format: 'esm',
  target: 'node20',
  platform: 'node',
  splitting: true,
  noExternal: [/.*/],
  clean: true,
  minify: true,
  keepNames: true,
  treeshake: false,
  metafile: true,
  sourcemap: false,
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  onSuccess: async () => {
    const metafile = 'dist/metafile-esm.json';
    if (existsSync(metafile)) writeLicences(metafile);
  },
});
