import { type Assignment, type Config, compileGlobs, defaultConfig, parseConfig } from '../environment/index.js';
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

/** Files that only the configuration names. */
export interface NamedFiles {
  readonly globs: readonly string[];
  readonly matches: (path: string) => boolean;
}

/**
 * The files that `versions` in a snapshot's configuration names and that are not read anyway, since they have no
 * extension of YAML. Null where there are none, as for most. Read them too before `fleetOf`.
 */
export function namedFiles(snapshot: Pick<Snapshot, 'files'>, options: FleetReading = {}): NamedFiles | null {
  const globs = configOf(snapshot, options).map(versionGlobs).unwrapOr([]);
  if (globs.length === 0) return null;
  return compileGlobs(globs).match<NamedFiles | null>(
    (matches) => ({ globs, matches }),
    () => null,
  );
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
