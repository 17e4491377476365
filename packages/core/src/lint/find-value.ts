import type { SourcePosition } from '../model.js';
import { type Path, readYaml, type YamlNode } from '../yaml/index.js';

/** Files of a place, by path. */
export interface Files {
  readonly snapshot: { readonly files: Readonly<Record<string, string>> };
}

/** A single value that stands in a file, and how it is pointed at. */
export interface FoundValue {
  readonly node: Extract<YamlNode, { readonly type: 'scalar' }>;
  readonly document: { readonly index: number };
  readonly path: Path;
  /** How many items the list has that it stands in; 0 where it stands in none. */
  readonly siblings: number;
}

/** The single value that begins at a position; null where none does. */
export function valueAtPosition({ file, line, column }: SourcePosition, { snapshot }: Files): FoundValue | null {
  const text = Object.hasOwn(snapshot.files, file) ? (snapshot.files[file] ?? '') : '';
  const mark = text.charCodeAt(0) === 0xfeff && line === 1 ? 1 : 0;
  const before = text.split('\n', line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  for (const document of readYaml(text, file).unwrapOr(null)?.documents ?? []) {
    const found = below(document.root, before + column - 1 + mark, []);
    if (found !== null) return { ...found, document: { index: document.index } };
  }
  return null;
}

function below(node: YamlNode | null, offset: number, path: Path, siblings = 0): Omit<FoundValue, 'document'> | null {
  if (node === null || offset < node.start || offset >= node.end) return null;
  if (node.type === 'scalar') return node.start === offset ? { node, path, siblings } : null;
  const inner: readonly (readonly [string | number, YamlNode | null])[] =
    node.type === 'map'
      ? node.entries.map((one) => [one.key, one.value] as const)
      : node.type === 'list'
        ? node.items.map((one, index) => [index, one] as const)
        : [];
  for (const [step, value] of inner) {
    const found = below(value, offset, [...path, step], node.type === 'list' ? node.items.length : 0);
    if (found !== null) return found;
  }
  return null;
}
