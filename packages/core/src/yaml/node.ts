import type { SourcePosition } from '../model.js';

/**
 * The tree of a YAML text as the rest of the toolkit sees it: plain data with source ranges, whoever made it. Offsets
 * are UTF-16 code units into the text; `end` is exclusive. Reading and editing share it; only edits are proved.
 */
export type YamlNode = YamlScalar | YamlMap | YamlList | YamlAlias;

interface Ranged {
  readonly start: number;
  readonly end: number;
  readonly anchor: string | null;
}

export interface YamlScalar extends Ranged {
  readonly type: 'scalar';
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  /** The content as text, whatever its type: `1.10` for a plain 1.10. */
  readonly text: string;
  /**
   * What Argo CD's readers (sigs.k8s.io/yaml, YAML 1.1 booleans) make of it: a plain `1.10` is a number, `y` a
   * boolean, `~` null, `0.5.4` a string; anything quoted is a string.
   */
  readonly value: string | number | boolean | null;
  /** Its tag in full (`tag:yaml.org,2002:int` for `!!int`), only where one is written. */
  readonly tag?: string;
}

export interface YamlMap extends Ranged {
  readonly type: 'map';
  readonly flow: boolean;
  /** In source order, merge keys (`<<`) among them. A value that is absent (`key:`) is null. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: YamlNode | null;
}

export interface YamlList extends Ranged {
  readonly type: 'list';
  readonly flow: boolean;
  readonly items: readonly (YamlNode | null)[];
}

export interface YamlAlias extends Ranged {
  readonly type: 'alias';
  readonly name: string;
  readonly target: YamlNode;
}

/** One document of a file. */
export interface YamlDocument {
  readonly index: number;
  readonly root: YamlNode | null;
  /** What Kubernetes would call it; null where it is no such object. */
  readonly apiVersion: string | null;
  readonly kind: string | null;
  readonly name: string | null;
  readonly namespace: string | null;
}

/** A parsed file. */
export interface YamlFile {
  readonly path: string;
  readonly text: string;
  readonly documents: readonly YamlDocument[];
}

/** One step into a document: a key, an index (where nothing names the item), or the item with these fields. */
export type Step = string | number | { readonly where: Readonly<Record<string, string>> };

/** Steps from a document's root to a value. */
export type Path = readonly Step[];

/** Which document of a file: by index, or by what Kubernetes would call it. Nothing given: the only document. */
export interface DocumentSelector {
  readonly index?: number;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** The address of a value in a file: a document chosen by meaning, and a path in it. */
export interface Pointer {
  readonly document: DocumentSelector;
  readonly path: Path;
}

export type { SourcePosition };
