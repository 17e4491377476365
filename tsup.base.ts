import type { Options } from 'tsup';

interface LibraryOptions {
  readonly entry?: Record<string, string>;
  readonly formats?: readonly ('esm' | 'cjs')[];
  /** Dependencies that are ESM only: they go into the CommonJS build. */
  readonly bundleInCjs?: readonly RegExp[];
}

/** A library package: ESM and CommonJS with types, everything outside the package external. */
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
    ...(format === 'cjs' && options.bundleInCjs !== undefined ? { noExternal: [...options.bundleInCjs] } : {}),
  }));
}
