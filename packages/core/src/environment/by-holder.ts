import { type Discovery, factsOf, place } from './placing.js';
import { type EvidenceSource, splitPath, stepsOf } from './readings.js';
import { type EnvironmentWord, readFolder } from './words.js';

/** Folders whose folders are one environment each, whatever those are called. */
const ofEnvironments = new Set(['env', 'environment', 'environments', 'envs']);
const holders = new Set(['cluster', 'clusters', ...ofEnvironments]);

/** Folders that no environment is called by: what several have in common. */
const common = new Set([
  '_base',
  'all',
  'base',
  'bases',
  'common',
  'default',
  'defaults',
  'global',
  'shared',
  'template',
]);

/** An application in a folder of such a folder: `clusters/blue/…` is in `blue`. */
interface Held {
  readonly index: number;
  readonly source: EvidenceSource;
  /** Path of the folder that holds those of environments. */
  readonly holder: string;
  readonly environment: string;
  readonly application: string;
}

/**
 * Where no word tells any environment: the folders of `clusters/`, `environments/` and the like are environments, if two
 * of them hold the same application. Where words tell some of `environments/`, so are those beside them that hold the
 * same application (`envs/load-gpu` beside `envs/qa`).
 */
export function placeByHolder(discovery: Discovery, indexes: readonly number[]): void {
  if (discovery.declared.length > 0) return;
  const held = indexes.flatMap((index) => heldBy(discovery, index));
  const isFirst = discovery.placed.size === 0;
  const beside = isFirst ? new Set<string>() : placesOf(discovery);
  const isBeside = (one: Held): boolean =>
    beside.has(placeOf(one)) && readFolder(one.environment, discovery.vocabulary) === null;
  for (const holder of new Set(held.map((one) => one.holder))) {
    const all = held.filter((one) => one.holder === holder && (isFirst || isBeside(one)));
    if (all.length === 0 || (isFirst && !isShared(all))) continue;
    for (const { index, environment, application, source } of all) {
      const word = wordOf(environment);
      discovery.unassigned.delete(index);
      place(
        discovery,
        index,
        { source, word, rest: null, position: null, strength: 2, family: holder },
        [],
        source,
        application,
      );
    }
    const names = [...new Set(all.map((one) => one.environment))].sort().join(', ');
    discovery.notes.push({
      kind: 'environment-concluded',
      severity: 'info',
      message: isFirst
        ? `Nothing here is named like an environment. The folders of ${holder} are taken to be environments: ${names}.`
        : `Folders of ${holder} are taken to be environments, as others there are: ${names}.`,
      at: null,
    });
  }
}

/** The applications of folders of environments, as far as words told them. */
function placesOf(discovery: Discovery): ReadonlySet<string> {
  return new Set(
    [...discovery.placed.values()].flatMap(({ index, application }) =>
      heldBy(discovery, index)
        .filter(({ holder }) => ofEnvironments.has(holder.split('/').at(-1)?.toLowerCase() ?? ''))
        .map(({ holder }) => placeOf({ holder, application })),
    ),
  );
}

function placeOf({ holder, application }: Pick<Held, 'holder' | 'application'>): string {
  return JSON.stringify([holder, application]);
}

function heldBy(discovery: Discovery, index: number): readonly Held[] {
  const facts = factsOf(discovery, index);
  const paths = [
    ['folder', splitPath(discovery.pathOf(facts)).folders],
    ['source path', stepsOf(facts.path ?? '')],
    ...facts.valueFiles.map((file) => ['value file', splitPath(file).folders] as const),
  ] as const;
  for (const [source, folders] of paths) {
    const at = folders.findIndex((folder) => holders.has(folder.toLowerCase()));
    const environment = folders[at + 1];
    if (at < 0 || environment === undefined || common.has(environment.toLowerCase())) continue;
    const application = nameWithout(facts.name, environment);
    // `$values/clusters` of several sources is the folder clusters of one of them
    const holder = folders
      .slice(0, at + 1)
      .join('/')
      .replace(/^\$[^/]*\//, '');
    return [{ index, source, holder, environment, application }];
  }
  return [];
}

/** Whether an application is in two environments. */
function isShared(held: readonly Held[]): boolean {
  const seen = new Map<string, string>();
  return held.some(({ application, environment }) => {
    const before = seen.get(application);
    seen.set(application, environment);
    return before !== undefined && before !== environment;
  });
}

/** `payments` for `blue-payments` and `payments-blue` in blue; any other name as it is. */
function nameWithout(name: string, environment: string): string {
  for (const divider of ['-', '_', '.']) {
    if (name.startsWith(environment + divider)) return name.slice(environment.length + 1);
    if (name.endsWith(divider + environment)) return name.slice(0, -environment.length - 1);
  }
  return name;
}

function wordOf(text: string): EnvironmentWord {
  return { text, id: text, class: text, region: '', rank: Number.MAX_SAFE_INTEGER, isWeak: false };
}
