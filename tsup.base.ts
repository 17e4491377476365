import type { Options } from 'tsup';
import { writeLicences } from './tools/third-party-licenses.mjs';

interface LibraryOptions {
  readonly entry?: Record<string, string>;
  readonly formats?: readonly ('esm' | 'cjs')[];
  /** The build holds packages of others (those of devDependencies): their licences go with it. */
  readonly holdsOthers?: boolean;
}

/** A library package: ESM and CommonJS with types, everything that package.json depends on external. */
export function library(options: LibraryOptions = {}): Options[] {
  const common: Options = {
    entry: options.entry ?? { index: 'src/index.ts' },
    target: 'node20',
    dts: { compilerOptions: { customConditions: [], skipLibCheck: true } },
    sourcemap: true,
    splitting: false,
    treeshake: true,
  };
  return (options.formats ?? ['esm', 'cjs']).map((format) => ({
    ...common,
    format,
    ...(options.holdsOthers === true
      ? {
          metafile: true,
          onSuccess: async () => writeLicences(`dist/metafile-${format}.json`, 'dist/THIRD-PARTY-LICENSES'),
        }
      : {}),
  }));
}
