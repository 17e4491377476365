import type { SourcePosition } from '../model.js';
import type { Pointer } from './node.js';

/**
 * One change of a text.
 * - `set`: the scalar at `at` becomes this string (quoted only where a bare word would not read back as it; `quote` asks
 *   for quotes). The style that is there is kept where it can hold the string. A key without a value gets one.
 * - `insert`: a new entry (a map's key, or a list's item at its end) with this value; `at` names the new entry; missing
 *   parents are made. For a list, the path's last step is the index at the end, or the `{ where }` fields of the item,
 *   which are written into it.
 * - `remove`: the entry at `at` goes, with its line and the comment on it; parents stay, empty if need be, unless
 *   `prune` is true.
 * - `replace`: the raw source of the value at `at` becomes this raw source, byte for byte.
 */
export type YamlEdit =
  | { readonly at: Pointer; readonly set: string; readonly quote?: 'single' | 'double' }
  | { readonly at: Pointer; readonly insert: YamlContent }
  | { readonly at: Pointer; readonly remove: true; readonly prune?: boolean }
  | { readonly at: Pointer; readonly replace: string };

/** What an insertion writes: strings only at the leaves (versions are strings), or booleans where a flag is meant. */
export type YamlContent = string | boolean | readonly YamlContent[] | { readonly [key: string]: YamlContent };

/** What one edit did, enough to undo it byte for byte. JSON-ready: a freeze keeps it in its record. */
export interface AppliedEdit {
  readonly at: Pointer;
  /** Raw source of the value in the new text; null where the edit removed it. */
  readonly wrote: string | null;
  /** Raw source of the value in the old text; null where there was no entry, empty where the entry had no value. */
  readonly was: string | null;
  /**
   * For an insertion, and a value set where there was none: every character that was added, in one run (the new key
   * with its indentation and line end, the parents that had to be made, a comma of flow style). For a removal that left
   * an empty parent: the `{}` or `[]` written in its place. Null otherwise.
   */
  readonly added: string | null;
  /** For a removal: every character that was taken away, in one run. Null otherwise. */
  readonly removed: string | null;
  /** 1-based line of the value in the new text (for a removal: where it stood in the old one). */
  readonly line: number;
  /** For a removal, where it stood; without it the undoing puts the entry at the end of its parent. */
  readonly place?: RemovalPlace;
}

/** Where a removed entry stood among its neighbours. */
export interface RemovalPlace {
  /** How many steps of `at` lead to what was removed: fewer than all where parents were pruned. */
  readonly depth: number;
  /** Key, or index, of the entry before it; null where it was the first. */
  readonly follows: string | number | null;
  /**
   * Characters from the end of that entry to what was removed. Where it was the first: in flow style from the bracket,
   * in block style from the entry after it, and so negative or 0.
   */
  readonly distance: number;
}

/** An edit that cannot be undone because the text is no longer what the edit wrote. */
export interface ChangedEdit {
  readonly edit: AppliedEdit;
  /** Where the value stands now; null where it is gone. */
  readonly at: SourcePosition | null;
  /** Its raw source now. */
  readonly found: string | null;
}
