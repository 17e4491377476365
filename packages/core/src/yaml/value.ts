import type { JsonValue } from '../model.js';
import type { DocumentSelector, Path, Step, YamlDocument, YamlEntry, YamlFile, YamlMap, YamlNode } from './node.js';

/** The node that an alias stands for; any other node is itself. */
export function resolveAlias(node: YamlNode | null): Exclude<YamlNode, { type: 'alias' }> | null {
  let found = node;
  while (found?.type === 'alias') found = found.target;
  return found;
}

/** Whether an entry is a merge key: `<<` without quotes. */
export function isMergeKey(entry: YamlEntry): boolean {
  return entry.key === '<<' && entry.keyEnd - entry.keyStart === 2;
}

/** The maps that a merge key's value brings in, the strongest first. */
export function mergedMaps(value: YamlNode | null): readonly YamlMap[] {
  const node = resolveAlias(value);
  if (node?.type === 'map') return [node];
  if (node?.type !== 'list') return [];
  return node.items.flatMap((item) => {
    const map = resolveAlias(item);
    return map?.type === 'map' ? [map] : [];
  });
}

/**
 * The entry of a map with this key: its own, or one that a merge key brings in. Of several the last in the source, as
 * Argo CD's reader has it (goyaml.v2; other readers prefer the map's own wherever the merge key stands).
 */
export function entryOf(map: YamlMap, key: string): YamlEntry | null {
  let found: YamlEntry | null = null;
  for (const entry of map.entries) {
    if (entry.key === key && !isMergeKey(entry)) found = entry;
    else if (entry.key === '<<' && isMergeKey(entry)) found = mergedEntry(entry, key) ?? found;
  }
  return found;
}

/** The entry with this key that a merge key brings in. */
export function mergedEntry(merge: YamlEntry, key: string): YamlEntry | null {
  for (const map of mergedMaps(merge.value)) {
    const found = entryOf(map, key);
    if (found !== null) return found;
  }
  return null;
}

/**
 * The value of a node as plain data, typed as Argo CD reads it: aliases and merge keys are resolved. Maps have no
 * prototype, so that a key such as `constructor` or `__proto__` is only a key. Absent values are null.
 */
export function valueOf(node: YamlNode | null): JsonValue {
  const found = resolveAlias(node);
  if (found === null) return null;
  switch (found.type) {
    case 'scalar':
      return found.value;
    case 'list':
      return found.items.map(valueOf);
    case 'map': {
      const made: Record<string, JsonValue> = Object.create(null);
      fill(made, found);
      return made;
    }
  }
}

function fill(made: Record<string, JsonValue>, map: YamlMap): void {
  for (const entry of map.entries) {
    if (isMergeKey(entry)) for (const merged of mergedMaps(entry.value).toReversed()) fill(made, merged);
    else made[entry.key] = valueOf(entry.value);
  }
}

/**
 * The text of a scalar exactly as its writer meant it, whatever its type: `1.10` for a plain 1.10. Null for anything
 * else, an absent value and `null` included.
 */
export function textOf(node: YamlNode | null): string | null {
  const found = resolveAlias(node);
  return found?.type === 'scalar' && found.value !== null ? found.text : null;
}

/**
 * The node at a path below a document's root, or null where there is none. Follows aliases and merge keys; the answer
 * itself may be an alias. Of several items that a `{ where }` fits, the first.
 */
export function nodeAt(document: YamlDocument, path: Path): YamlNode | null {
  let node = document.root;
  for (const step of path) {
    node = child(resolveAlias(node), step);
    if (node === null) return null;
  }
  return node;
}

function child(node: YamlNode | null, step: Step): YamlNode | null {
  if (node === null) return null;
  if (typeof step === 'string') return node.type === 'map' ? (entryOf(node, step)?.value ?? null) : null;
  if (node.type !== 'list') return null;
  if (typeof step === 'number') return node.items[step] ?? null;
  return node.items.find((item) => itemHas(item, step.where)) ?? null;
}

/** Whether an item of a list is a map with all of these fields, compared as text. */
export function itemHas(item: YamlNode | null, fields: Readonly<Record<string, string>>): boolean {
  const map = resolveAlias(item);
  if (map?.type !== 'map') return false;
  return Object.entries(fields).every(([key, wanted]) => {
    const value = resolveAlias(entryOf(map, key)?.value ?? null);
    return value?.type === 'scalar' && value.text === wanted;
  });
}

/** Whether a document is one that a selector means. */
export function isSelected(document: YamlDocument, selector: DocumentSelector): boolean {
  return (
    (selector.index === undefined || selector.index === document.index) &&
    (selector.kind === undefined || selector.kind === document.kind) &&
    (selector.name === undefined || selector.name === document.name) &&
    (selector.namespace === undefined || selector.namespace === document.namespace)
  );
}

/** The documents that a selector means; one that names nothing means every document that holds something. */
export function documentsFor(file: Pick<YamlFile, 'documents'>, selector: DocumentSelector): readonly YamlDocument[] {
  const found = file.documents.filter((document) => isSelected(document, selector));
  const held = found.filter((document) => document.root !== null);
  return selector.index === undefined && held.length > 0 ? held : found;
}

/** The one document that a selector means, or null where there is none, or more than one. */
export function findDocument(file: YamlFile, selector: DocumentSelector): YamlDocument | null {
  const found = documentsFor(file, selector);
  return found.length === 1 ? (found[0] ?? null) : null;
}
