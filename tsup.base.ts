import type { Options } from 'tsup';

export type LibraryOptions = {
  readonly entry?: Record<string, string>;
  /** ESM alone, for a package whose peer cannot be required either. */
  readonly formats?: readonly ('esm' | 'cjs')[];
};

/** One library package: ESM and CommonJS with types; whatever is outside of the package stays outside. */
export function library({ entry = { index: 'src/index.ts' }, formats = ['esm', 'cjs'] }: LibraryOptions = {}): Options {
  return {
    entry,
    format: [...formats],
    target: 'node20',
    // types are built from what dependencies publish, not from their sources
    dts: { compilerOptions: { customConditions: [] } },
    sourcemap: true,
    clean: true,
    splitting: false,
  };
}
