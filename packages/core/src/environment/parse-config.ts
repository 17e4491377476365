import { type GitOpsError, severalProblems } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import type { YamlFile } from '../yaml/node.js';
import { readYaml } from '../yaml/read.js';
import type { Config } from './config.js';
import { globCheck, layoutCheck, nameCheck } from './config-checks.js';
import { type KnownNames, readEnvironments, readGroups } from './config-environments.js';
import {
  type Cursor,
  entriesOf,
  type FileReading,
  fields,
  isEmpty,
  list,
  nodeOf,
  type Reader,
  report,
  text,
} from './config-reader.js';
import {
  commitReader,
  freezeReader,
  imagesReader,
  lintReader,
  pullRequestReader,
  rulesReader,
  versionsReader,
} from './config-sections.js';
import { defaultConfig } from './default-config.js';

/** The version of the file's format that is read and written. */
const formatVersion = 1;

/** What a configuration can be checked against besides itself. */
export interface ParseConfigOptions {
  /**
   * The environments that were discovered. Names in `groups`, `into` and `for` are checked against those of
   * `environments`; a file without it is read twice: to discover, and then with what was found.
   */
  readonly discovered?: readonly { readonly name: string; readonly aliases: readonly string[] }[];
}

/**
 * Reads a `gitops.yaml`, with defaults for what it leaves out. Names of environments come back without aliases and
 * groups; the globs and patterns in it compile.
 *
 * @param path from the repository's root: its folder is the project's.
 * @returns the configuration; or `config-invalid` with position, key path (`details.key`) and remedy, all other
 *   problems in `also`, in the order of the file. A file that is no YAML has the error of its reader.
 */
export function parseConfig(
  source: string,
  path: string,
  options: ParseConfigOptions = {},
): Result<Config, GitOpsError> {
  return readYaml(source, path).andThen((file) => {
    const reading: FileReading = { path, text: source, problems: [] };
    const config = readConfig(reading, file, options);
    const ordered = [...reading.problems].sort((a, b) => a.offset - b.offset).map((one) => one.error);
    const failed = severalProblems(ordered);
    return failed === null ? ok(config) : err(failed);
  });
}

function readConfig(reading: FileReading, file: YamlFile, options: ParseConfigOptions): Config {
  const [first, second] = file.documents;
  const node = first?.root ?? null;
  const root: Cursor = { file: reading, node, offset: 0, key: '' };
  if (second !== undefined) {
    report(
      { ...root, node: null, offset: second.root?.start ?? 0 },
      'The file holds a second document.',
      'Remove it, with its "---".',
    );
  }
  const entries = isEmpty(root) ? [] : (entriesOf(root, 'version: 1') ?? null);
  if (entries === null) return defaultConfig();
  const valueOfKey = (key: string): Cursor | undefined => entries.find((one) => one.name === key)?.value;
  readVersion(root, valueOfKey('version'));
  const environmentsAt = valueOfKey('environments');
  const environments = environmentsAt === undefined ? [] : readEnvironments(environmentsAt);
  const declared = environments.length > 0 ? environments : (options.discovered ?? null);
  const groupsAt = valueOfKey('groups');
  const groups = groupsAt === undefined ? {} : readGroups(groupsAt, { environments: declared, groups: {} });
  const read = isEmpty(root) ? {} : (sectionsReader({ environments: declared, groups })(root) ?? {});
  const defaults = defaultConfig();
  const { for: pullRequestFor = {}, merge, ...pullRequest } = read.pullRequest ?? {};
  return {
    file: reading.path,
    root: reading.path.split('/').slice(0, -1).join('/'),
    name: read.name ?? null,
    layout: read.layout ?? [],
    ignore: read.ignore ?? [],
    environments,
    groups,
    versions: read.versions ?? [],
    images: read.images ?? [],
    rules: read.rules ?? [],
    lint: { ...defaults.lint, ...read.lint },
    freeze: { ...defaults.freeze, ...read.freeze },
    commit: { ...defaults.commit, ...read.commit },
    pullRequest: { ...defaults.pullRequest, ...pullRequest, merge: { ...defaults.pullRequest.merge, ...merge } },
    pullRequestFor,
  };
}

function readVersion(root: Cursor, version: Cursor | undefined): void {
  if (version === undefined) {
    report(
      { ...root, node: null, offset: root.node?.start ?? 0 },
      '"version" is missing.',
      `Add the line: version: ${formatVersion}`,
    );
    return;
  }
  const node = nodeOf(version);
  const value = node?.type === 'scalar' ? node.value : null;
  if (value === formatVersion) return;
  const isNewer = typeof value === 'number' && value > formatVersion;
  report(
    version,
    isNewer
      ? `The file is of version ${value}; this release reads version ${formatVersion}.`
      : `Its only value is the number ${formatVersion}.`,
    isNewer ? 'Use a newer release of the toolkit.' : `Write version: ${formatVersion}`,
  );
}

/** Everything but the version and the names, which were read before. */
function sectionsReader(known: KnownNames) {
  const before: Reader<never> = () => undefined;
  return fields<{
    version: never;
    name: string;
    layout: readonly string[];
    ignore: readonly string[];
    environments: never;
    groups: never;
    versions: Config['versions'];
    images: Config['images'];
    rules: Config['rules'];
    lint: Partial<Config['lint']>;
    freeze: Partial<Config['freeze']>;
    commit: Partial<Config['commit']>;
    pullRequest: NonNullable<ReturnType<ReturnType<typeof pullRequestReader>>>;
  }>(
    {
      version: before,
      name: text('name: shop', nameCheck),
      layout: list(
        text('layout: ["apps/{environment}/{application}/application.yaml"]', layoutCheck),
        'layout: ["apps/{environment}/{application}/application.yaml"]',
      ),
      ignore: list(text('ignore: [docs/**]', globCheck), 'ignore: [docs/**]'),
      environments: before,
      groups: before,
      versions: versionsReader,
      images: imagesReader(known),
      rules: rulesReader(known),
      lint: lintReader,
      freeze: freezeReader,
      commit: commitReader,
      pullRequest: pullRequestReader(known),
    },
    'version: 1',
  );
}
