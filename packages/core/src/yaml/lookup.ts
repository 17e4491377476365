import type { DocumentSelector, Step, YamlDocument, YamlList, YamlMap, YamlNode } from './node.js';
import { documentsFor, isMergeKey, itemHas, mergedEntry, resolveAlias } from './value.js';

/** Where a step leads: the places of the entries or items that fit, none or several included. */
export interface Lookup {
  documents(selector: DocumentSelector): readonly YamlDocument[];
  /** Place of the map's own entry, or -1. */
  keys(map: YamlMap, key: string): number;
  /** Places of the map's merge keys. */
  merges(map: YamlMap): readonly number[];
  items(list: YamlList, fields: Readonly<Record<string, string>>): readonly number[];
}

/**
 * Answers many questions about one parsed text: maps and lists are indexed when first asked about, so that a thousand
 * edits of a thousand items do not read each item a thousand times.
 */
export function lookupIn(documents: readonly YamlDocument[]): Lookup {
  const byName = new Map<string, YamlDocument[]>();
  for (const document of documents) {
    if (document.name === null) continue;
    const known = byName.get(document.name);
    if (known === undefined) byName.set(document.name, [document]);
    else known.push(document);
  }
  const keyed = new Map<YamlMap, KeyIndex>();
  const indexOf = (map: YamlMap): KeyIndex => {
    let index = keyed.get(map);
    if (index === undefined) {
      index = { keys: new Map(), merges: [] };
      for (const [place, entry] of map.entries.entries()) {
        if (isMergeKey(entry)) index.merges.push(place);
        else index.keys.set(entry.key, place);
      }
      keyed.set(map, index);
    }
    return index;
  };
  const listed = new Map<YamlList, Map<string, Map<string, number[]>>>();
  return {
    documents: (selector) =>
      documentsFor(
        { documents: selector.name === undefined ? documents : (byName.get(selector.name) ?? []) },
        selector,
      ),
    keys: (map, key) => indexOf(map).keys.get(key) ?? -1,
    merges: (map) => indexOf(map).merges,
    items(list, fields) {
      const names = Object.keys(fields).sort();
      if (names.length === 0) return list.items.flatMap((item, place) => (itemHas(item, fields) ? [place] : []));
      const signature = JSON.stringify(names);
      const indexes = listed.get(list) ?? new Map<string, Map<string, number[]>>();
      listed.set(list, indexes);
      let index = indexes.get(signature);
      if (index === undefined) {
        index = indexItems(list, names);
        indexes.set(signature, index);
      }
      return index.get(JSON.stringify(names.map((name) => fields[name]))) ?? [];
    },
  };
}

interface KeyIndex {
  readonly keys: Map<string, number>;
  readonly merges: number[];
}

function indexItems(list: YamlList, names: readonly string[]): Map<string, number[]> {
  const index = new Map<string, number[]>();
  for (const [place, item] of list.items.entries()) {
    const map = resolveAlias(item);
    if (map?.type !== 'map') continue;
    const values = names.map((name) => scalarText(map, name));
    if (values.includes(null)) continue;
    const known = index.get(JSON.stringify(values));
    if (known === undefined) index.set(JSON.stringify(values), [place]);
    else known.push(place);
  }
  return index;
}

function scalarText(map: YamlMap, key: string): string | null {
  let found: YamlNode | null = null;
  for (const entry of map.entries) {
    if (isMergeKey(entry)) found = resolveAlias(mergedEntry(entry, key)?.value ?? null) ?? found;
    else if (entry.key === key) found = resolveAlias(entry.value);
  }
  return found?.type === 'scalar' ? found.text : null;
}

/** The child of a map or list at a place. */
export function childAt(collection: YamlMap | YamlList, place: number): YamlNode | null {
  if (collection.type === 'map') return collection.entries[place]?.value ?? null;
  return collection.items[place] ?? null;
}

/** How a step is named in a message. */
export function describeStep(step: Step): string {
  if (typeof step === 'string') return `the key ${JSON.stringify(step)}`;
  if (typeof step === 'number') return `an item ${step}`;
  return `an item with ${Object.entries(step.where)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')}`;
}
