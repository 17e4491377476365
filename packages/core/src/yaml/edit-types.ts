import type { Pointer } from './node.js';

/**
 * One change of a text.
 * - `set`: the scalar at `at` becomes this string (quoted only where a bare word would not read back as it).
 * - `insert`: a new entry (a map's key, or a list's item at its end) with this value; `at` names the new key; missing
 *   parent maps are made. For a list, the path's last step is the index at the end or `{ where }` fields of the item.
 * - `remove`: the entry at `at` goes, with its line; parents stay even if empty, unless `prune` is true.
 * - `replace`: the raw source of the value at `at` becomes this raw source, byte for byte (to undo an earlier edit).
 */
export type YamlEdit =
  | { readonly at: Pointer; readonly set: string; readonly quote?: 'single' | 'double' }
  | { readonly at: Pointer; readonly insert: YamlContent }
  | { readonly at: Pointer; readonly remove: true }
  | { readonly at: Pointer; readonly replace: string };

/** What an insertion writes: strings only at the leaves (versions are strings), or booleans where a flag is meant. */
export type YamlContent =
  | string
  | boolean
  | readonly YamlContent[]
  | { readonly [key: string]: YamlContent };

/** What one edit did, enough to undo it byte for byte. JSON-ready: a freeze keeps it in its record. */
export interface AppliedEdit {
  readonly at: Pointer;
  /** Raw source of the value in the new text; null where the edit removed it. */
  readonly wrote: string | null;
  /** Raw source of the value in the old text; null where there was none. */
  readonly was: string | null;
  /**
   * For an insertion: every character that was added, in one run (the new key with its indentation and line end, the
   * parents that had to be made, a comma of flow style). Null otherwise.
   */
  readonly added: string | null;
  /** For a removal: every character that was taken away, in one run. Null otherwise. */
  readonly removed: string | null;
  /** 1-based line of the value in the new text (for a removal: where it stood in the old one). */
  readonly line: number;
}
