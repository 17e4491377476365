import type { PinKind } from '../fleet/fleet.js';
import type { DocumentSelector, Path, Pointer, Step, YamlEntry, YamlList, YamlMap, YamlNode } from '../yaml/node.js';
import { resolvePlain } from '../yaml/resolve.js';
import { printFloat } from './go-text.js';
import type { FileText, Origin } from './origin.js';
import type { Segment } from './segments.js';

/** Data as Helm and Argo CD hold it, each scalar with the place in Git that it comes from. Never changed in place. */
export type Value = ScalarValue | MapValue | ListValue;

export interface ScalarValue {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
  /** True for the whole numbers that Helm's `--set` makes; those of YAML are floating-point numbers for Helm. */
  readonly integer: boolean;
  readonly origin: Origin | null;
  /** Places whose value this one took the place of, the nearest first. */
  readonly hides: readonly Origin[];
  /** Of a text that a template made of several: they, in order. */
  readonly parts?: readonly Segment[];
  /** False where a template makes it in a way that is not followed; `value` then lacks what is not known. */
  readonly known?: false;
}

export interface MapValue {
  readonly type: 'map';
  readonly entries: ReadonlyMap<string, Value>;
  readonly origin: Origin | null;
}

export interface ListValue {
  readonly type: 'list';
  readonly items: readonly Value[];
  readonly origin: Origin | null;
}

/** What is the same for all values read from one document. */
export interface ReadingContext {
  readonly kind: PinKind;
  readonly file: FileText;
  readonly document: DocumentSelector;
  /** For YAML inside a string: where that string stands, and how its offsets map to the file's. */
  readonly outer?: {
    readonly pointer: Pointer;
    readonly innerDocument: DocumentSelector;
    readonly offset: (inner: number) => number;
  };
}

export const nothing: ScalarValue = { type: 'scalar', value: null, integer: false, origin: null, hides: [] };

export function scalar(value: string | number | boolean | null, origin: Origin | null = null): ScalarValue {
  return { type: 'scalar', value, integer: false, origin, hides: [] };
}

export function mapOf(entries: ReadonlyMap<string, Value> | readonly (readonly [string, Value])[]): MapValue {
  return { type: 'map', entries: entries instanceof Map ? entries : new Map(entries), origin: null };
}

export function listOf(items: readonly Value[]): ListValue {
  return { type: 'list', items, origin: null };
}

export function isNull(value: Value | undefined): boolean {
  return value === undefined || (value.type === 'scalar' && value.value === null);
}

/** The value of a node, with origins. A missing node is null. */
export function toValue(node: YamlNode | null, context: ReadingContext, path: Path = [], start?: number): Value {
  if (node === null) return scalar(null, originAt(context, path, start ?? 0, ''));
  switch (node.type) {
    case 'scalar':
      return scalar(node.value, originAt(context, path, start ?? node.start, node.text));
    case 'alias':
      return toValue(node.target, context, path, start ?? node.start);
    case 'map':
      return {
        type: 'map',
        entries: entriesOf(node, context, path, start),
        origin: originAt(context, path, start ?? node.start, ''),
      };
    case 'list':
      return {
        type: 'list',
        items: itemsOf(node, context, path, start),
        origin: originAt(context, path, start ?? node.start, ''),
      };
  }
}

function entriesOf(node: YamlMap, context: ReadingContext, path: Path, start?: number): Map<string, Value> {
  const entries = new Map<string, Value>();
  for (const entry of node.entries) {
    if (entry.key !== '<<') continue;
    for (const source of mergedMaps(entry.value)) {
      for (const [key, value] of entriesOf(source, context, path, start ?? entry.keyStart)) {
        if (!entries.has(key)) entries.set(key, value);
      }
    }
  }
  for (const entry of node.entries) {
    if (entry.key === '<<' && mergedMaps(entry.value).length > 0) continue;
    entries.set(
      keyOf(entry),
      toValue(entry.value, context, [...path, entry.key], start ?? (entry.value === null ? entry.keyEnd : undefined)),
    );
  }
  return entries;
}

/** A bare key is read as the value it looks like and then made a text again: `y` is `true`, `1.10` is `1.1`. */
function keyOf({ key, keyStart, keyEnd }: YamlEntry): string {
  const isBare = keyEnd - keyStart === key.length;
  const value = isBare && mayBeTyped.test(key) ? resolvePlain(key) : key;
  return typeof value === 'number' ? printFloat(value) : String(value);
}

const mayBeTyped = /^(?:[-+.0-9].*|y|yes|n|no|on|off|true|false)$/i;

function mergedMaps(node: YamlNode | null): YamlMap[] {
  const target = resolveAlias(node);
  if (target?.type === 'map') return [target];
  if (target?.type === 'list') return target.items.flatMap((item) => mergedMaps(item));
  return [];
}

function itemsOf(node: YamlList, context: ReadingContext, path: Path, start?: number): Value[] {
  const steps = stepsOfItems(node);
  return node.items.map((item, index) =>
    toValue(item, context, [...path, steps[index] ?? index], start ?? (item === null ? node.start : undefined)),
  );
}

/** How the items of a list are addressed: by their name where every item has one of its own, else by index. */
export function stepsOfItems(node: YamlList): readonly Step[] {
  const names = node.items.map((item) => nameOfItem(item));
  const unique = new Set(names).size === names.length && !names.includes(null);
  return names.map((name, index) => (unique && name !== null ? { where: { name } } : index));
}

function nameOfItem(node: YamlNode | null): string | null {
  const map = resolveAlias(node);
  if (map?.type !== 'map') return null;
  const name = map.entries.find((entry) => entry.key === 'name')?.value ?? null;
  return name?.type === 'scalar' && typeof name.value === 'string' ? name.value : null;
}

export function resolveAlias(node: YamlNode | null): Exclude<YamlNode, { type: 'alias' }> | null {
  let current = node;
  while (current?.type === 'alias') current = current.target;
  return current;
}

function originAt(context: ReadingContext, path: Path, start: number, text: string): Origin {
  const { kind, file, document, outer } = context;
  if (outer === undefined) return { kind, file, document, path, start, text, inside: null, writable: true };
  return {
    kind,
    file,
    document: outer.pointer.document,
    path: outer.pointer.path,
    start: outer.offset(start),
    text,
    inside: { document: outer.innerDocument, path },
    writable: true,
  };
}

/** The value at these keys and indices; undefined where there is none. */
export function valueAt(value: Value | undefined, path: readonly (string | number)[]): Value | undefined {
  let current = value;
  for (const step of path) {
    if (current?.type === 'map') current = current.entries.get(String(step));
    else if (current?.type === 'list') current = current.items[Number(step)];
    else return undefined;
  }
  return current;
}

export function mapAt(value: Value | undefined, path: readonly string[]): MapValue | null {
  const found = valueAt(value, path);
  return found?.type === 'map' ? found : null;
}

export function scalarAt(value: Value | undefined, path: readonly string[]): ScalarValue | null {
  const found = valueAt(value, path);
  return found?.type === 'scalar' && found.value !== null ? found : null;
}

/** The text at these keys, if a string stands there. */
export function stringAt(value: Value | undefined, path: readonly string[]): string | null {
  const found = scalarAt(value, path);
  return typeof found?.value === 'string' ? found.value : null;
}

/** The later value with what the earlier one said at the same place remembered as hidden. */
export function overriding(later: Value, earlier: Value | undefined): Value {
  if (later.type !== 'scalar' || earlier?.type !== 'scalar') return later;
  const hidden = [...(earlier.origin === null ? [] : [earlier.origin]), ...earlier.hides];
  return hidden.length === 0 ? later : { ...later, hides: [...later.hides, ...hidden] };
}

/** Merges maps as Helm merges value files: maps key by key, anything else is replaced. */
export function mergeMaps(earlier: MapValue, later: MapValue): MapValue {
  if (earlier.entries.size === 0) return later;
  const entries = new Map(earlier.entries);
  for (const [key, value] of later.entries) {
    const there = entries.get(key);
    entries.set(
      key,
      value.type === 'map' && there?.type === 'map' ? mergeMaps(there, value) : overriding(value, there),
    );
  }
  return { type: 'map', entries, origin: earlier.origin };
}

/** A copy whose scalars are told apart from those of the value that it was made of. */
export function ownCopy(value: Value): Value {
  switch (value.type) {
    case 'scalar':
      return { ...value };
    case 'list':
      return { ...value, items: value.items.map((item) => ownCopy(item)) };
    case 'map':
      return { ...value, entries: new Map([...value.entries].map(([key, item]) => [key, ownCopy(item)])) };
  }
}

/** The value without places, as plain data. */
export function toPlain(value: Value | null): unknown {
  if (value === null) return null;
  if (value.type === 'scalar') return value.value;
  if (value.type === 'list') return value.items.map((item) => toPlain(item));
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, item] of value.entries) plain[key] = toPlain(item);
  return plain;
}
