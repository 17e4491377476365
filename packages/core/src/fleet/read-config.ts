import { namedChartFiles } from '../argocd/chart-files.js';
import {
  type Assignment,
  type Config,
  compileGlobs,
  defaultConfig,
  globOf,
  parseConfig,
} from '../environment/index.js';
import { type GitOpsError, problem } from '../errors/error.js';
import type { Snapshot } from '../model.js';
import { err, ok, type Result } from '../result.js';
import type { FleetReading, Place } from './fleet.js';
import { placesNamed } from './place.js';
import { versionGlobs } from './version-files.js';

/** The configuration; names in it are held against the environments that were discovered, once they are known. */
export function configOf(
  snapshot: Pick<Snapshot, 'files'>,
  options: FleetReading,
  discovered?: Assignment['environments'],
): Result<Config, GitOpsError> {
  const path = options.config ?? 'gitops.yaml';
  const text = snapshot.files[path];
  if (text === undefined && options.config != null) {
    return err(
      problem(
        'config-invalid',
        `There is no file ${path}.`,
        'Check the path that --config gives; it is relative to the repository.',
      ),
    );
  }
  const parsed =
    text === undefined ? ok(defaultConfig()) : parseConfig(text, path, discovered === undefined ? {} : { discovered });
  return parsed.map((config) =>
    options.root == null ? config : { ...config, root: options.root.replace(/^\.?\/|\/$/g, '') },
  );
}

const isReadAnyway = /\.(?:ya?ml|json|tpl|txt)$/;

/** Files that are read only since something in the repository names them. */
export interface NamedFiles {
  readonly globs: readonly string[];
  readonly matches: (path: string) => boolean;
}

/**
 * The files without an extension of YAML that a snapshot names: those of `versions` in its configuration, and those that
 * templates of its charts read with `.Files`. Null where there are none, as for most. Read them too before `fleetOf`.
 */
export function namedFiles(snapshot: Pick<Snapshot, 'files'>, options: FleetReading = {}): NamedFiles | null {
  const configured = configOf(snapshot, options).map(versionGlobs).unwrapOr([]);
  const globs = [...configured.filter((glob) => !isReadAnyway.test(glob)), ...filesOfCharts(snapshot)];
  if (globs.length === 0) return null;
  return compileGlobs(globs).match<NamedFiles | null>(
    (matches) => ({ globs, matches }),
    () => null,
  );
}

/** Globs of the files that templates of its charts read, those apart that are read anyway. */
export function filesOfCharts(snapshot: Pick<Snapshot, 'files'>): readonly string[] {
  return namedChartFiles(snapshot.files)
    .map(({ folder, glob }) => `${globOf(folder)}${glob}`)
    .filter((glob) => !isReadAnyway.test(glob));
}

/**
 * The places besides the one of this snapshot where environments live, as `gitops.yaml` says with `branch` and
 * `repository`: read each, and hand their files to `fleetOf` as `places`. Error: `config-invalid`.
 */
export function placesOf(
  snapshot: Pick<Snapshot, 'files'>,
  options: FleetReading = {},
): Result<readonly Place[], GitOpsError> {
  return configOf(snapshot, options).map(placesNamed);
}
