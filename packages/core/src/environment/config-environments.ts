import type { EnvironmentConfig } from './config.js';
import { branchCheck, nameCheck, repositoryCheck } from './config-checks.js';
import {
  type Cursor,
  entriesOf,
  fields,
  isEmpty,
  list,
  nodeOf,
  type Reader,
  record,
  report,
  text,
} from './config-reader.js';
import { didYouMean, joinWords } from './suggest.js';

/** A name that stands somewhere, with its place. */
interface Named {
  readonly cursor: Cursor;
  readonly name: string;
}

interface RawEnvironment extends Named {
  readonly aliases: readonly Named[];
  readonly from: readonly Named[];
  readonly branch: string | null;
  readonly repository: string | null;
}

/** The names that a configuration may refer to. */
export interface KnownNames {
  /** Null: nothing is known, so any name passes. */
  readonly environments: readonly { readonly name: string; readonly aliases: readonly string[] }[] | null;
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

const example = 'environments: { dev: {}, prod: { from: dev } }';

/** A name and where it stands. */
const named =
  (reader: Reader<string>): Reader<Named> =>
  (cursor) => {
    const name = reader(cursor);
    return name === undefined ? undefined : { cursor, name };
  };

/** `from: dev`, or `from: { all: [qa, perf] }`. */
const from: Reader<readonly Named[]> = (cursor) => {
  const one = named(text('from: dev'));
  const node = nodeOf(cursor);
  if (node?.type === 'list') {
    return report(cursor, 'A list does not say whether all of them are meant.', 'Write { all: [ … ] } for several.');
  }
  if (node?.type !== 'map') {
    const found = one(cursor);
    return found === undefined ? undefined : [found];
  }
  const read = fields<{ all: readonly Named[] }>(
    { all: list(one, 'from: { all: [qa, perf] }', { least: 1 }) },
    'from: { all: [qa, perf] }',
  )(cursor);
  // an empty map says nothing, and would make this the first environment
  return node.entries.length === 0
    ? report(cursor, '"all" must be given.', 'Name the environments: from: { all: [qa, perf] }')
    : read?.all;
};

const environmentFields = fields<{
  aliases: readonly Named[];
  from: readonly Named[];
  branch: string;
  repository: string;
}>(
  {
    aliases: list(named(text('aliases: [production]', nameCheck)), 'aliases: [production]'),
    from,
    branch: text('branch: release', branchCheck),
    repository: text('repository: https://github.com/acme/gitops-us', repositoryCheck),
  },
  'prod: { from: dev }',
);

/** Reads `environments`: names, aliases and what each comes from, with all that contradicts itself. */
export function readEnvironments(cursor: Cursor): readonly EnvironmentConfig[] {
  const raw: RawEnvironment[] = [];
  for (const { name, keyCursor, value } of entriesOf(cursor, example) ?? []) {
    const wrong = nameCheck(name);
    if (wrong !== null) report(keyCursor, wrong[0], wrong[1]);
    const read = isEmpty(value) ? {} : (environmentFields(value) ?? {});
    const { aliases = [], from: sources = [], branch = null, repository = null } = read;
    raw.push({ cursor: keyCursor, name, aliases, from: sources, branch, repository });
  }
  checkAliases(raw);
  const known: KnownNames = { environments: raw.map(plain), groups: {} };
  const environments = raw.map((one): EnvironmentConfig => {
    const sources = one.from.flatMap(({ cursor: at, name }) => resolveNames(at, name, known, 'environment'));
    return {
      name: one.name,
      aliases: one.aliases.map(({ name }) => name),
      from: [...new Set(sources)],
      branch: one.branch,
      repository: one.repository,
    };
  });
  reportCycle(raw, environments);
  return environments;
}

function plain({ name, aliases }: RawEnvironment): { readonly name: string; readonly aliases: readonly string[] } {
  return { name, aliases: aliases.map((one) => one.name) };
}

function checkAliases(environments: readonly RawEnvironment[]): void {
  const owners = new Map(environments.map((one) => [one.name, one.name]));
  for (const { name, aliases } of environments) {
    for (const alias of aliases) {
      const owner = owners.get(alias.name);
      if (owner === undefined) owners.set(alias.name, name);
      else {
        const of = owner === alias.name ? 'is the name of an environment' : `is an alias of ${owner} already`;
        report(
          alias.cursor,
          `${JSON.stringify(alias.name)} ${of}.`,
          'Each name and alias stands for one environment: remove one.',
        );
      }
    }
  }
}

/** Each cycle is reported once, at the `from` of its first environment in the file. */
function reportCycle(raw: readonly RawEnvironment[], environments: readonly EnvironmentConfig[]): void {
  const byName = new Map(environments.map((one) => [one.name, one]));
  const done = new Set<string>();
  for (const { name } of environments) {
    const cycle = findCycle(name, byName, done);
    if (cycle === null) continue;
    const first = raw.find((one) => cycle.includes(one.name));
    const start = cycle.indexOf(first?.name ?? '');
    const turned = [...cycle.slice(start), ...cycle.slice(0, start)];
    const at = first?.from[0]?.cursor ?? first?.cursor;
    if (at !== undefined) {
      report(
        at,
        `Environments come from each other in a circle: ${[...turned, turned[0]].join(' from ')}.`,
        'Remove "from" of the environment that versions reach first.',
      );
    }
  }
}

function findCycle(
  start: string,
  byName: ReadonlyMap<string, EnvironmentConfig>,
  done: Set<string>,
  path: readonly string[] = [],
): readonly string[] | null {
  const before = path.indexOf(start);
  if (before !== -1) return path.slice(before);
  if (done.has(start)) return null;
  for (const source of byName.get(start)?.from ?? []) {
    const cycle = findCycle(source, byName, done, [...path, start]);
    if (cycle !== null) {
      for (const name of cycle) done.add(name);
      return cycle;
    }
  }
  done.add(start);
  return null;
}

/** Reads `groups`: the members as names of environments. */
export function readGroups(cursor: Cursor, known: KnownNames): Readonly<Record<string, readonly string[]>> {
  const groupName = text('groups: { prod: [prod-eu, prod-us] }', (value) => {
    const taken = known.environments?.some((one) => one.name === value || one.aliases.includes(value));
    if (taken) return [`${JSON.stringify(value)} is an environment as well.`, 'Give the group a name of its own.'];
    return nameCheck(value);
  });
  const sample = 'groups: { prod: [prod-eu, prod-us] }';
  const members = list(named(text(sample)), sample, { least: 1 });
  const resolved: Reader<readonly string[]> = (at) => {
    const names = members(at)?.flatMap((one) => resolveNames(one.cursor, one.name, known, 'environment'));
    return names === undefined ? undefined : [...new Set(names)];
  };
  return Object.fromEntries(record(resolved, sample, groupName)(cursor) ?? []);
}

/**
 * The environments that a name stands for: itself, that of an alias, the members of a group. A name that is none is
 * reported, and stands for nothing.
 */
export function resolveNames(
  cursor: Cursor,
  name: string,
  known: KnownNames,
  kind: 'environment' | 'environment-or-group',
): readonly string[] {
  const members = Object.hasOwn(known.groups, name) ? known.groups[name] : undefined;
  if (members !== undefined && kind === 'environment-or-group') return members;
  if (known.environments === null) return [name];
  const found = known.environments.find((one) => one.name === name || one.aliases.includes(name));
  if (found !== undefined) return [found.name];
  if (members !== undefined) {
    report(
      cursor,
      `${name} is a group; only environments can stand here.`,
      `Name its members: ${joinWords(members, 'and')}.`,
    );
    return [];
  }
  const names = [
    ...known.environments.flatMap((one) => [one.name, ...one.aliases]),
    ...(kind === 'environment' ? [] : Object.keys(known.groups)),
  ];
  report(
    cursor,
    `There is no environment${kind === 'environment' ? '' : ' or group'} ${JSON.stringify(name)}.`,
    `${didYouMean(name, names)}${names.length === 0 ? 'None is known.' : `Known: ${names.join(', ')}.`}`,
  );
  return [];
}
