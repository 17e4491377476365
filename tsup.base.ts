import type { Options } from 'tsup';

/** One library package: ESM and CommonJS with types, everything outside the package external. */
export function library(options: { readonly entry?: Record<string, string>; readonly bundleInCjs?: readonly RegExp[] } = {}): Options[] {
  const entry = options.entry ?? { index: 'src/index.ts' };
  const common: Options = { entry, target: 'node20', dts: { compilerOptions: { customConditions: [] } }, sourcemap: true, clean: false, splitting: false, treeshake: true };
  return [
    { ...common, format: 'esm' },
    { ...common, format: 'cjs', ...(options.bundleInCjs ? { noExternal: [...options.bundleInCjs] } : {}) },
  ];
}
