import type { YamlEntry } from './node.js';

/** Whether a key stands twice. Few keys are compared one by one, which costs less than a set. */
export function repeatsKey(entries: readonly YamlEntry[]): boolean {
  if (entries.length > 12) return new Set(entries.map(({ key }) => key)).size < entries.length;
  for (let later = 1; later < entries.length; later++) {
    const key = entries[later]?.key;
    for (let earlier = 0; earlier < later; earlier++) if (entries[earlier]?.key === key) return true;
  }
  return false;
}
