import type { SourcePosition } from '../model.js';
import { positionIn } from './origin.js';
import type { Shape } from './source-shape.js';
import { type MapValue, overriding, type ScalarValue, type Value } from './value.js';

/**
 * A structure as Go's JSON decoder holds it. Decoding into an existing one follows that decoder, with the effects that
 * Argo CD's override files show: null changes nothing, names match without regard to case, and an item of a list keeps
 * what the item at its index had before and the new text leaves out. A list remembers items beyond its end, as a Go
 * slice does within its capacity, so that they shine through again when it grows.
 */
export type Decoded =
  | { readonly type: 'leaf'; readonly value: ScalarValue }
  | { readonly type: 'raw'; readonly value: Value }
  | { readonly type: 'list'; readonly cells: readonly Decoded[]; readonly length: number }
  | { readonly type: 'struct'; readonly fields: ReadonlyMap<string, Decoded> };

/** A value that does not fit its field. */
export interface Misfit {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  readonly at: SourcePosition | null;
}

/**
 * Decodes `patch` into `current` (undefined for an empty one).
 *
 * @param merging true where `patch` is a JSON merge patch whose keys so far match exactly: `valuesObject` is then merged
 *   key by key; else it is replaced.
 * @param misfits receives what does not fit; the field then stays as it was.
 */
export function decodeInto(
  shape: Shape,
  current: Decoded | undefined,
  patch: Value,
  merging: boolean,
  misfits: Misfit[],
  field = '',
): Decoded | undefined {
  if (patch.type === 'scalar' && patch.value === null) return current;
  switch (shape.type) {
    case 'string':
    case 'boolean':
      if (patch.type === 'scalar' && typeof patch.value === shape.type) return { type: 'leaf', value: patch };
      misfits.push(misfit(field, shape.type, patch));
      return current;
    case 'raw':
      return {
        type: 'raw',
        value:
          merging && current?.type === 'raw' ? mergePatch(current.value, patch) : merging ? withoutNulls(patch) : patch,
      };
    case 'strings':
      return decodeStrings(current, patch, misfits, field);
    case 'list':
      return decodeList(shape.of, current, patch, misfits, field);
    case 'struct':
      return decodeStruct(shape.fields, current, patch, merging, misfits, field);
  }
}

function decodeStruct(
  fields: Readonly<Record<string, Shape>>,
  current: Decoded | undefined,
  patch: Value,
  merging: boolean,
  misfits: Misfit[],
  field: string,
): Decoded | undefined {
  if (patch.type !== 'map') {
    misfits.push(misfit(field, 'map', patch));
    return current;
  }
  const decoded = new Map(current?.type === 'struct' ? current.fields : []);
  for (const [key, value] of inDecodingOrder(patch, fields)) {
    const exact = Object.hasOwn(fields, key);
    const name = exact ? key : Object.keys(fields).find((known) => known.toLowerCase() === key.toLowerCase());
    const shape = name === undefined ? undefined : fields[name];
    if (name === undefined || shape === undefined) continue;
    const result = decodeInto(
      shape,
      decoded.get(name),
      value,
      merging && exact,
      misfits,
      field === '' ? name : `${field}.${name}`,
    );
    if (result !== undefined) decoded.set(name, result);
  }
  return { type: 'struct', fields: decoded };
}

/** Keys that match a field exactly come first, then the others in the order of their bytes. */
function inDecodingOrder(patch: MapValue, fields: Readonly<Record<string, Shape>>): (readonly [string, Value])[] {
  const rank = (key: string): number => (Object.hasOwn(fields, key) ? 0 : 1);
  return [...patch.entries].sort((a, b) => rank(a[0]) - rank(b[0]) || (a[0] < b[0] ? -1 : 1));
}

function decodeList(
  of: Shape,
  current: Decoded | undefined,
  patch: Value,
  misfits: Misfit[],
  field: string,
): Decoded | undefined {
  if (patch.type !== 'list') {
    misfits.push(misfit(field, 'list', patch));
    return current;
  }
  if (patch.items.length === 0) return { type: 'list', cells: [], length: 0 };
  const cells = current?.type === 'list' ? [...current.cells] : [];
  patch.items.forEach((item, index) => {
    const cell = decodeInto(of, cells[index], item, false, misfits, `${field}[${index}]`);
    cells[index] = cell ?? emptyOf(of);
  });
  return { type: 'list', cells, length: patch.items.length };
}

function emptyOf(shape: Shape): Decoded {
  if (shape.type === 'struct') return { type: 'struct', fields: new Map() };
  if (shape.type === 'list') return { type: 'list', cells: [], length: 0 };
  const value = shape.type === 'boolean' ? false : '';
  return { type: 'leaf', value: { type: 'scalar', value, integer: false, origin: null, hides: [] } };
}

function decodeStrings(
  current: Decoded | undefined,
  patch: Value,
  misfits: Misfit[],
  field: string,
): Decoded | undefined {
  if (patch.type !== 'map') {
    misfits.push(misfit(field, 'map', patch));
    return current;
  }
  for (const [key, value] of patch.entries) {
    if (value.type !== 'scalar' || (value.value !== null && typeof value.value !== 'string')) {
      misfits.push(misfit(`${field}.${key}`, 'string', value));
    }
  }
  const before: Value = current?.type === 'raw' ? current.value : { type: 'map', entries: new Map(), origin: null };
  return { type: 'raw', value: mergePatch(before, patch) };
}

/** A JSON merge patch (RFC 7386), as evanphx/json-patch applies it. */
export function mergePatch(current: Value, patch: Value): Value {
  if (patch.type !== 'map' || current.type !== 'map') return withoutNulls(patch);
  const entries = new Map(current.entries);
  for (const [key, value] of patch.entries) {
    const there = entries.get(key);
    if (value.type === 'scalar' && value.value === null) entries.delete(key);
    else entries.set(key, there === undefined ? withoutNulls(value) : overriding(mergePatch(there, value), there));
  }
  return { ...current, entries };
}

function withoutNulls(value: Value): Value {
  if (value.type === 'list') return { ...value, items: value.items.map((item) => withoutNulls(item)) };
  if (value.type === 'scalar') return value;
  const kept = [...value.entries].filter(([, item]) => !(item.type === 'scalar' && item.value === null));
  return { ...value, entries: new Map(kept.map(([key, item]) => [key, withoutNulls(item)])) };
}

function misfit(field: string, expected: string, found: Value): Misfit {
  const { origin } = found;
  return {
    field,
    expected,
    found: typeName(found),
    at: origin === null ? null : positionIn(origin.file, origin.start),
  };
}

export function typeName(value: Value): string {
  if (value.type !== 'scalar') return value.type;
  return value.value === null ? 'null' : typeof value.value;
}
