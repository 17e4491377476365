import { type ListValue, listOf, type MapValue, nothing, overriding, type Value } from './value.js';

/** One step of a `--set` key. */
export type SetStep = string | number;

/** One `key=value` of a `--set` argument, the value as text or, for `{a,b}`, as a list of texts. */
export interface Assignment {
  readonly path: readonly SetStep[];
  readonly value: string | readonly string[];
}

const deepest = 30;
const longestList = 65536;

/**
 * Parses what follows `--set`: `a.b[0]=value`, several with commas between, `\` before a character that is meant
 * literally, `{a,b}` for a list (Helm 4.2). The answer is a text for what Helm refuses.
 */
export function parseSet(argument: string): readonly Assignment[] | string {
  const reader = new SetReader(argument);
  const assignments: Assignment[] = [];
  while (!reader.atEnd()) {
    const assignment = readAssignment(reader);
    if (typeof assignment === 'string') return assignment;
    assignments.push(assignment);
  }
  return assignments;
}

/** What Argo CD makes of a parameter's value before it hands it to Helm: commas are kept, but not in `{a,b}`. */
export function escapeCommas(value: string): string {
  if (value.startsWith('{') && value.endsWith('}')) return value;
  return value.replace(/(?<!\\),/g, '\\,');
}

class SetReader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#characters = [...text];
  }

  atEnd(): boolean {
    return this.#at >= this.#characters.length;
  }

  peek(): string {
    return this.#characters[this.#at] ?? '';
  }

  skip(): void {
    this.#at++;
  }

  /** Text up to one of these characters, which is taken too; `''` as the stop at the end of the text. */
  until(stops: string): { readonly text: string; readonly stop: string } {
    let text = '';
    while (!this.atEnd()) {
      const character = this.peek();
      this.skip();
      if (stops.includes(character)) return { text, stop: character };
      if (character !== '\\') text += character;
      else if (this.atEnd()) return { text, stop: '' };
      else {
        text += this.peek();
        this.skip();
      }
    }
    return { text, stop: '' };
  }
}

function readAssignment(reader: SetReader): Assignment | string {
  const path: SetStep[] = [];
  for (;;) {
    const { text, stop } = reader.until('=[,.');
    path.push(text);
    if (stop === '' || stop === ',') return `the key "${text}" has no value`;
    if (stop === '=') return { path, value: readSetValue(reader) };
    if (stop === '.' && path.length > deepest) return `the key is nested more than ${deepest} levels deep`;
    if (stop === '[') {
      const end = readIndices(reader, path);
      if (end === '=') return { path, value: readSetValue(reader) };
      if (end !== '.') return end;
    }
  }
}

/** Reads `0]`, `0][1]`, … and answers the character behind (`.` or `=`), or what is wrong. */
function readIndices(reader: SetReader, path: SetStep[]): string {
  for (;;) {
    const { text, stop } = reader.until(']');
    if (stop === '' || !/^[+-]?[0-9]+$/.test(text)) return `the index "${text}" is not a number`;
    const index = Number(text);
    if (index < 0 || index > longestList) return `the index ${text} is out of range`;
    path.push(index);
    const after = reader.until('[.=');
    if (after.text !== '') return `"${after.text}" stands behind the index`;
    if (after.stop === '') return 'the key has no value';
    if (after.stop !== '[') return after.stop;
  }
}

function readSetValue(reader: SetReader): string | readonly string[] {
  if (reader.peek() !== '{') return reader.until(',').text;
  reader.skip();
  const items: string[] = [];
  for (;;) {
    const { text, stop } = reader.until(',}');
    items.push(text);
    if (stop === ',') continue;
    if (reader.peek() === ',') reader.skip();
    return items;
  }
}

/** A text as `--set` types it: booleans, null and whole numbers without leading zeros; everything else stays text. */
export function typedValue(text: string, origin: Extract<Value, { type: 'scalar' }>['origin'] = null): Value {
  const make = (value: string | number | boolean | null, integer = false): Value => ({
    type: 'scalar',
    value,
    integer,
    origin,
    hides: [],
  });
  const lower = text.toLowerCase();
  if (lower === 'true') return make(true);
  if (lower === 'false') return make(false);
  if (lower === 'null') return make(null);
  if (text === '0' || (/^[+-]?[0-9]+$/.test(text) && !text.startsWith('0') && Number.isSafeInteger(Number(text)))) {
    return make(Number(text), true);
  }
  return make(text);
}

/**
 * The map with a value at this path. Lists and maps on the way are made where they are missing, and a list is filled up
 * with nulls; the answer is a text where something else is in the way, since Helm then fails.
 */
export function setAt(map: MapValue, path: readonly SetStep[], value: Value): MapValue | string {
  const [key, next] = path;
  if (typeof key !== 'string') return 'the key does not begin with a name';
  const there = map.entries.get(key);
  let set: Value | string = value;
  if (next === undefined) set = overriding(value, there);
  else if (typeof next === 'string') {
    if (there !== undefined && there.type !== 'map') return `"${key}" is not a map`;
    set = setAt(there ?? emptyMap(), path.slice(1), value);
  } else {
    if (there !== undefined && there.type !== 'list') return `"${key}" is not a list`;
    set = setItem(there ?? listOf([]), path.slice(1), value);
  }
  if (typeof set === 'string') return set;
  if (key === '') return map;
  return { ...map, entries: new Map(map.entries).set(key, set) };
}

function setItem(list: ListValue, path: readonly SetStep[], value: Value): ListValue | string {
  const [index, next] = path;
  if (typeof index !== 'number') return 'an index is missing';
  const there = list.items[index];
  let set: Value | string = value;
  if (next === undefined) set = overriding(value, there);
  else if (typeof next === 'string') set = setAt(there?.type === 'map' ? there : emptyMap(), path.slice(1), value);
  else {
    const isList = there === undefined || there.type === 'list' || (there.type === 'scalar' && there.value === null);
    if (!isList) return `the item ${index} is not a list`;
    set = setItem(there?.type === 'list' ? there : listOf([]), path.slice(1), value);
  }
  if (typeof set === 'string') return set;
  const items = [...list.items];
  while (items.length <= index) items.push(nothing);
  items[index] = set;
  return { ...list, items };
}

function emptyMap(): MapValue {
  return { type: 'map', entries: new Map(), origin: null };
}
