import type { YamlEntry } from './node.js';

/** A key that stands twice in a map. */
interface Repeated {
  readonly first: YamlEntry;
  readonly second: YamlEntry;
}

/** The entries of a map whose key an earlier one has, in linear time; merge keys may be repeated. */
export function repeatedKeys(entries: readonly YamlEntry[]): readonly Repeated[] {
  return entries.length < 12 ? amongFew(entries) : amongMany(entries);
}

/** Without an index: most maps are small, and there are many of them. */
function amongFew(entries: readonly YamlEntry[]): readonly Repeated[] {
  const repeated: Repeated[] = [];
  for (let later = 1; later < entries.length; later++) {
    const second = entries[later] as YamlEntry;
    for (let earlier = 0; earlier < later; earlier++) {
      const first = entries[earlier] as YamlEntry;
      if (first.key !== second.key || first.key === '<<') continue;
      repeated.push({ first, second });
      break;
    }
  }
  return repeated;
}

function amongMany(entries: readonly YamlEntry[]): readonly Repeated[] {
  const repeated: Repeated[] = [];
  const seen = new Map<string, YamlEntry>();
  for (const entry of entries) {
    const first = seen.get(entry.key);
    if (first === undefined) seen.set(entry.key, entry);
    else if (entry.key !== '<<') repeated.push({ first, second: entry });
  }
  return repeated;
}
