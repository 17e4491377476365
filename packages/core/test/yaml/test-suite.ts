import { readFileSync } from 'node:fs';
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Pair, parseAllDocuments } from 'yaml';
import type { Path, YamlNode } from '../../src/yaml/index.js';
import { documentsOf, type Expected, scalarOf } from './test-suite-events.js';

/** One text of the YAML test suite. */
export interface SuiteCase {
  readonly id: string;
  readonly name: string;
  readonly yaml: string;
  /** True where the text is not valid YAML. */
  readonly error?: true;
  readonly events?: readonly string[];
  /** The documents as JSON, by the core schema of YAML 1.2; absent where JSON cannot say them. */
  readonly json?: string;
}

const file = new URL('../cases/yaml-test-suite/cases.json', import.meta.url);

export const suite = (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly SuiteCase[] }).cases;

/** What the suite says of a text: its documents, keys that are aliases written out. */
export function saidBySuite(one: SuiteCase): readonly Expected[] {
  return documentsOf(one.events ?? []).map((document) => withPlainKeys(document, anchorsOf(one.events ?? [])));
}

/** Our reading of a document in the same shape. */
export function shapeOf(node: YamlNode | null): Expected {
  if (node === null) return { type: 'scalar', text: '' };
  switch (node.type) {
    case 'scalar':
      return { type: 'scalar', text: node.text };
    case 'alias':
      return { type: 'alias', name: node.name };
    case 'list':
      return { type: 'list', items: node.items.map(shapeOf) };
    case 'map':
      return {
        type: 'map',
        entries: node.entries.map(({ key, value }) => [{ type: 'scalar', text: key }, shapeOf(value)] as const),
      };
  }
}

/** The documents as the `yaml` library has them: anchors, tags, and scalars as the core schema reads them. */
export function readByLibrary(text: string): readonly unknown[] {
  return parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' }).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(document.errors[0]?.message);
    // An end marker without a document counts as an empty one to the library, and as nothing to the suite.
    const isNone = document.directives?.docStart !== true && nothing(document.contents);
    return isNone ? [] : [treeOf(document, document.contents)];
  });
}

function nothing(node: unknown): boolean {
  return isScalar(node) && node.value === null && node.source === '' && node.anchor === undefined;
}

function treeOf(document: Document, node: unknown): unknown {
  if (isAlias(node)) return { alias: node.source };
  if (isPair(node)) return { map: [pairOf(document, node)] };
  if (isMap(node)) return { ...marksOf(node), map: node.items.map((pair) => pairOf(document, pair)) };
  if (isSeq(node)) return { ...marksOf(node), list: node.items.map((item) => treeOf(document, item)) };
  return isScalar(node) ? { ...marksOf(node), value: node.value } : null;
}

function pairOf(document: Document, { key, value }: Pair): readonly [unknown, unknown] {
  const name = isAlias(key) ? key.resolve(document) : key;
  return [treeOf(document, name), treeOf(document, value)];
}

function marksOf({ anchor, tag }: { readonly anchor?: string | undefined; readonly tag?: string | undefined }): object {
  return { anchor, tag };
}

function anchorsOf(events: readonly string[]): ReadonlyMap<string, Expected> {
  const scalars = events.flatMap((line) => {
    const anchor = /^ *=VAL &(\S+)/.exec(line)?.[1];
    return anchor === undefined ? [] : [[anchor, scalarOf(line.trimStart())] as const];
  });
  return new Map(scalars);
}

function withPlainKeys(node: Expected, anchors: ReadonlyMap<string, Expected>): Expected {
  if (node.type === 'list') return { type: 'list', items: node.items.map((item) => withPlainKeys(item, anchors)) };
  if (node.type !== 'map') return node;
  const entries = node.entries.map(([key, value]) => {
    const plain = key.type === 'alias' ? (anchors.get(key.name) ?? key) : key;
    return [plain, withPlainKeys(value, anchors)] as const;
  });
  return { type: 'map', entries };
}

/** Documents of JSON one behind the other. */
export function jsonDocuments(text: string): readonly unknown[] {
  const rest = text.trim();
  if (rest === '') return [];
  for (const { index } of rest.matchAll(/\n|$/g)) {
    try {
      return [JSON.parse(rest.slice(0, index)), ...jsonDocuments(rest.slice(index))];
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
    }
  }
  throw new Error(`no JSON: ${rest}`);
}

/** What the library reads, with another value at one path; anchor and tag stay. */
export function withValue(documents: readonly unknown[], index: number, path: Path, value: string): readonly unknown[] {
  return documents.map((document, at) => (at === index ? replaced(document, path, value) : document));
}

function replaced(node: unknown, path: Path, value: string): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return { ...(node as object), value };
  const { map, list, ...marks } = node as { map?: [{ value?: unknown }, unknown][]; list?: unknown[] };
  if (list !== undefined) {
    return { ...marks, list: list.map((item, at) => (at === step ? replaced(item, rest, value) : item)) };
  }
  const entries = (map ?? []).map(([key, one]) => [
    key,
    String(key.value ?? '') === step ? replaced(one, rest, value) : one,
  ]);
  return { ...marks, map: entries };
}
