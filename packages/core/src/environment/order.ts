import type { EnvironmentConfig } from './config.js';
import { commonWordOf, type EnvironmentWord } from './words.js';

/** An environment as discovery hands it on. */
export interface OrderedEnvironment {
  readonly name: string;
  /** Other spellings and names of it. */
  readonly aliases: readonly string[];
  /** Where versions come from; empty for the first. */
  readonly from: readonly string[];
}

/** How the order was found. `written`: as the configuration lists them; `unknown`: some names tell no order. */
export type OrderSource = 'from' | 'words' | 'written' | 'unknown';

interface Named {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Configured environments in order of promotion: what they come from, else the common order of the words, else as written. */
export function orderConfigured(environments: readonly EnvironmentConfig[]): {
  readonly environments: readonly OrderedEnvironment[];
  readonly source: OrderSource;
} {
  if (environments.length < 2 || environments.some((one) => one.from.length > 0)) {
    return { environments: sortByFrom(environments), source: 'from' };
  }
  const words = environments.map((one) => commonWordOf(one.name));
  if (words.every((word) => word !== null)) return { environments: chain(environments, words), source: 'words' };
  return {
    environments: environments.map(({ name, aliases }, index) => {
      const before = environments[index - 1];
      return { name, aliases, from: before === undefined ? [] : [before.name] };
    }),
    source: 'written',
  };
}

/** Discovered environments: those whose word is common in its order, each from the one before; then the others. */
export function orderDiscovered(found: readonly (Named & { readonly word: EnvironmentWord | null })[]): {
  readonly environments: readonly OrderedEnvironment[];
  readonly source: OrderSource;
} {
  const known = found.flatMap((one) => (one.word === null ? [] : [{ ...one, word: one.word }]));
  const others = found
    .filter((one) => one.word === null)
    .map(({ name, aliases }) => ({ name, aliases, from: [] }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    environments: [
      ...chain(
        known,
        known.map((one) => one.word),
      ),
      ...others,
    ],
    source: others.length > 0 && found.length > 1 ? 'unknown' : 'words',
  };
}

/** Stable: of those that may come next, the first as written. */
function sortByFrom(environments: readonly EnvironmentConfig[]): readonly OrderedEnvironment[] {
  const left = [...environments];
  const sorted: OrderedEnvironment[] = [];
  while (left.length > 0) {
    const ready = left.findIndex((one) => one.from.every((name) => sorted.some((done) => done.name === name)));
    const [next] = left.splice(Math.max(ready, 0), 1);
    if (next !== undefined) sorted.push({ name: next.name, aliases: next.aliases, from: next.from });
  }
  return sorted;
}

/**
 * Each class of words comes from the class before it: from the environment of the same region there, else from all of
 * that class.
 */
function chain(environments: readonly Named[], words: readonly EnvironmentWord[]): readonly OrderedEnvironment[] {
  const all = environments
    .map((one, index) => ({ ...one, word: words[index] }))
    .filter((one): one is Named & { word: EnvironmentWord } => one.word !== undefined)
    .sort(
      (a, b) => a.word.rank - b.word.rank || compareText(a.word.region, b.word.region) || compareText(a.name, b.name),
    );
  const ranks = [...new Set(all.map((one) => one.word.rank))];
  return all.map(({ name, aliases, word }) => {
    const rankBefore = ranks[ranks.indexOf(word.rank) - 1];
    const before = all.filter((one) => one.word.rank === rankBefore);
    const same = before.filter((one) => word.region !== '' && one.word.region === word.region);
    return { name, aliases, from: (same.length > 0 ? same : before).map((one) => one.name) };
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
