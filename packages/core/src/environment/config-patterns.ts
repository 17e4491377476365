import type { GitOpsError } from '../errors/error.js';
import type { Result } from '../result.js';
import type { Config } from './config.js';
import { compileGlobs, compileLayout, type LayoutPattern } from './layout.js';

const ignored = new WeakMap<Config, (path: string) => boolean>();

/**
 * Whether a file is left out by `ignore`. The globs are relative to the project's folder; a file outside of it is not
 * left out by them.
 *
 * @param path from the repository's root.
 */
export function isIgnored(config: Config, path: string): boolean {
  const base = config.root === '' ? '' : `${config.root}/`;
  return path.startsWith(base) && ignoredBy(config)(path.slice(base.length));
}

/** The globs of `ignore` as one question about paths from the project's folder. */
export function ignoredBy(config: Config): (path: string) => boolean {
  const known = ignored.get(config);
  if (known !== undefined) return known;
  const matches = compiled(compileGlobs(config.ignore));
  ignored.set(config, matches);
  return matches;
}

/** The patterns of `layout`. */
export interface LayoutPatterns {
  /** `{environment}` is one of the configured names and aliases, where there are any. */
  readonly exact: readonly LayoutPattern[];
  /** `{environment}` is any name: to tell a wrong one from a path that is none of the layout's. */
  readonly loose: readonly LayoutPattern[];
}

export function patternsOf(config: Config): LayoutPatterns {
  const names = config.environments.flatMap((one) => [one.name, ...one.aliases]);
  return {
    exact: config.layout.map((pattern) => compiled(compileLayout(pattern, names))),
    loose: config.layout.map((pattern) => compiled(compileLayout(pattern))),
  };
}

/** Whether `layout` tells an environment by a path from the repository's root. */
export function isToldByLayout(config: Config): (path: string) => boolean {
  const base = config.root === '' ? '' : `${config.root}/`;
  const { exact, loose } = patternsOf(config);
  const matches = (path: string): boolean => [...exact, ...loose].some((pattern) => pattern.match(path) !== null);
  return (path) => path.startsWith(base) && matches(path.slice(base.length));
}

/** The patterns of `versions`, in its order. */
export function versionPatternsOf(config: Config): readonly LayoutPattern[] {
  const names = config.environments.flatMap((one) => [one.name, ...one.aliases]);
  return config.versions.map(({ files }) => compiled(compileLayout(files, names)));
}

function compiled<T>(result: Result<T, GitOpsError>): T {
  return result.match(
    (value) => value,
    (error) => {
      throw new Error(`the configuration was not checked by parseConfig: ${error.message}`);
    },
  );
}
