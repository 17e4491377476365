import type { Note } from '../fleet/fleet.js';
import type { EnvironmentConfig } from './config.js';
import { type OrderedEnvironment, type OrderSource, orderDiscovered } from './order.js';
import type { Placed } from './placing.js';
import { commonWordOf, type EnvironmentWord } from './words.js';

interface NamedEnvironments {
  readonly environments: readonly OrderedEnvironment[];
  readonly nameOf: (word: EnvironmentWord) => string;
  readonly notes: readonly Note[];
}

/** Gives each environment that was found its name and its place in the order of promotion. */
export function nameEnvironments(
  placed: readonly Placed[],
  declared: readonly EnvironmentConfig[],
  ordered: { readonly environments: readonly OrderedEnvironment[]; readonly source: OrderSource } | null,
): NamedEnvironments {
  if (ordered !== null) {
    return {
      environments: ordered.environments,
      nameOf: (word) => word.id,
      notes: declared.length < 2 ? [] : orderNotes(ordered),
    };
  }
  const spellings = new Map<string, Placed[]>();
  for (const one of placed) {
    const same = spellings.get(one.word.id);
    if (same === undefined) spellings.set(one.word.id, [one]);
    else same.push(one);
  }
  const names = new Map([...spellings].map(([id, all]) => [id, chooseSpelling(all)] as const));
  const found = [...spellings].map(([id, all]) => {
    const name = names.get(id) ?? id;
    const aliases = [...new Set(all.flatMap((one) => one.spellings))].filter((text) => text !== name).sort();
    return { name, aliases, word: commonWordOf(name) };
  });
  const order = orderDiscovered(found);
  return {
    environments: order.environments,
    nameOf: (word) => names.get(word.id) ?? word.text,
    notes: found.length < 2 ? [] : orderNotes(order),
  };
}

/** The most frequent spelling of the best witnesses: folders before names before anything else. */
function chooseSpelling(all: readonly Placed[]): string {
  const best = (['layout', 'folder', 'name', 'file name'] as const)
    .map((source) => all.filter((one) => one.source === source))
    .find((own) => own.length > 0);
  const counts = new Map<string, number>();
  for (const { word } of best ?? all) counts.set(word.text, (counts.get(word.text) ?? 0) + 1);
  const sorted = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  return sorted[0]?.[0] ?? '';
}

function orderNotes(order: {
  readonly environments: readonly OrderedEnvironment[];
  readonly source: OrderSource;
}): readonly Note[] {
  if (order.source === 'from') return [];
  const list = order.environments.map((one) => one.name).join(', ');
  const how = order.source === 'written' ? 'as gitops.yaml lists them' : 'as such names are commonly meant';
  const note: Note = {
    kind: 'environment-order-assumed',
    severity: 'info',
    message: `Promotions go in the order ${list}, ${how}. Say it with "from" in gitops.yaml where it is another.`,
    at: null,
  };
  if (order.source !== 'unknown') return [note];
  const unknown = order.environments.filter((one) => commonWordOf(one.name) === null).map((one) => one.name);
  return [
    {
      kind: 'environment-order-unknown',
      severity: 'warn',
      message: `Nothing tells what ${unknown.join(', ')} should be promoted from. Say it with "environments" and "from" in gitops.yaml.`,
      at: null,
    },
  ];
}
