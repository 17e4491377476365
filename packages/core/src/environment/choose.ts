import { agreed, isSameEnvironment, type Reading } from './readings.js';

/** What the readings of one application come to. */
export type Choice =
  | {
      readonly kind: 'chosen';
      readonly reading: Reading;
      /** Readings that are not followed although they stand at a place where environments are named. */
      readonly against: readonly Reading[];
    }
  | { readonly kind: 'ambiguous'; readonly readings: readonly Reading[] }
  /** Words that may mean something else, or none at all. */
  | { readonly kind: 'open'; readonly readings: readonly Reading[] };

/**
 * The strongest readings decide, where they agree. In one name the last word counts (`test-api-dev` is in dev),
 * unless siblings confirm another one; folders of one path that disagree are told apart by the names.
 */
export function choose(readings: readonly Reading[]): Choice {
  const bySource = (['folder', 'name', 'file name'] as const).map((source) => lastStrongest(readings, source));
  const clear = bySource.flat().filter((one) => one.strength > 1);
  if (clear.length === 0) return { kind: 'open', readings };
  const strongest = Math.max(...clear.map((one) => one.strength));
  const deciding = clear.filter((one) => one.strength === strongest);
  const reading = agreed(deciding) ?? namedFolder(deciding, clear);
  if (reading === null) return { kind: 'ambiguous', readings: deciding };
  const fitting = clear.filter((one) => isSameEnvironment(one.word, reading.word));
  return {
    kind: 'chosen',
    reading: agreed(fitting) ?? reading,
    against: clear.filter((one) => !isSameEnvironment(one.word, reading.word)),
  };
}

/** Where folders of one path disagree: the one that the names speak for. */
function namedFolder(deciding: readonly Reading[], clear: readonly Reading[]): Reading | null {
  const named = agreed(clear.filter((one) => one.source !== 'folder'));
  if (named === null) return null;
  const isNamed = (one: Reading): boolean => isSameEnvironment(one.word, named.word);
  const folder = deciding.find((one) => one.source === 'folder' && isNamed(one));
  return folder !== undefined && deciding.every((one) => one.source === 'folder' || isNamed(one)) ? folder : null;
}

/** The strongest readings of a source: all folders of a path, but only the last word of a name. */
function lastStrongest(readings: readonly Reading[], source: Reading['source']): readonly Reading[] {
  const own = readings.filter((one) => one.source === source);
  const strongest = Math.max(...own.map((one) => one.strength));
  const best = own.filter((one) => one.strength === strongest);
  return source === 'folder' ? best : best.slice(-1);
}
