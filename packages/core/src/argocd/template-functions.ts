import { literal, type Segment, sliceSegments, textOf, unknownSegment } from './segments.js';
import {
  formatted,
  isNil,
  knownText,
  opaque,
  plainText,
  type Result,
  segmentsOf,
  truth,
  truthOf,
} from './template-value.js';
import { mapOf, ownCopy, scalar, valueAt } from './value.js';

/** A function of Helm's templates that can be followed. It gets its arguments and answers; `opaque` where it cannot. */
type TemplateFunction = (args: readonly Result[]) => Result;

/** What a version passes through unharmed, what conditions are made of, and little else. The rest is opaque. */
export const templateFunctions: Readonly<Record<string, TemplateFunction>> = {
  default: ([fallback = opaque, given]) => choose(given, fallback),
  coalesce: (args) => firstTruthy(args),
  ternary: ([yes = opaque, no = opaque, condition = opaque]) => {
    const decided = truthOf(condition);
    return decided === null ? opaque : decided ? yes : no;
  },
  quote: (args) => quoted(args, '"'),
  squote: (args) => quoted(args, "'"),
  toString: (args: readonly Result[]) => asText(args[0] ?? opaque),
  print: (args) => ({ type: 'text', segments: args.flatMap((arg) => segmentsOf(arg)) }),
  printf: (args) => print(args),
  trim: ([given = opaque]) => trimmed(given),
  lower: ([given = opaque]) => changed(given, (text) => text.toLowerCase()),
  upper: ([given = opaque]) => changed(given, (text) => text.toUpperCase()),
  camelcase: ([given = opaque]) => withText(given, camelCased),
  trimSuffix: ([suffix = opaque, given = opaque]) =>
    withText(suffix, (end) =>
      changed(given, (text) => (text.endsWith(end) ? text.slice(0, text.length - end.length) : text)),
    ),
  trimPrefix: ([prefix = opaque, given = opaque]) =>
    withText(prefix, (start) => changed(given, (text) => (text.startsWith(start) ? text.slice(start.length) : text))),
  replace: ([from = opaque, to = opaque, given = opaque]) =>
    withText(from, (old) => withText(to, (made) => changed(given, (text) => text.replaceAll(old, made)))),
  trunc: ([size = opaque, given = opaque]) =>
    withText(size, (length) => changed(given, (text) => text.slice(0, Number(length)))),
  not: ([given = opaque]) => {
    const decided = truthOf(given);
    return decided === null ? opaque : truth(!decided);
  },
  empty: ([given = opaque]) => {
    const decided = truthOf(given);
    return decided === null ? opaque : truth(!decided);
  },
  eq: ([first = opaque, ...others]) => compare(first, others),
  ne: ([first = opaque, second = opaque]) => {
    const same = compare(first, [second]);
    return same.type === 'scalar' ? truth(same.value !== true) : opaque;
  },
  hasPrefix: ([prefix = opaque, given = opaque]) =>
    withText(prefix, (start) => withText(given, (text) => truth(text.startsWith(start)))),
  hasSuffix: ([suffix = opaque, given = opaque]) =>
    withText(suffix, (end) => withText(given, (text) => truth(text.endsWith(end)))),
  contains: ([part = opaque, given = opaque]) =>
    withText(part, (inner) => withText(given, (text) => truth(text.includes(inner)))),
  hasKey: ([map = opaque, key = opaque]) =>
    withText(key, (name) => (map.type === 'map' || map.type === 'dict' ? truth(map.entries.has(name)) : opaque)),
  kindIs: ([kind = opaque, given = opaque]) =>
    withText(kind, (name) => (given.type === 'opaque' ? opaque : truth(kindOf(given) === name))),
  get: ([container = opaque, key = opaque]) => {
    const found = itemOf(container, key);
    return isNil(found) ? plainText('') : found;
  },
  dict: (args) => {
    const entries = new Map<string, Result>();
    for (let at = 0; at < args.length; at += 2) {
      const key = knownText(args[at] ?? opaque);
      if (key === null) return opaque;
      entries.set(key, args[at + 1] ?? plainText(''));
    }
    return { type: 'dict', entries };
  },
  omit: ([map = opaque, ...keys]) => chosen(map, keys, (isNamed) => !isNamed),
  pick: ([map = opaque, ...keys]) => chosen(map, keys, (isNamed) => isNamed),
  dig: (args) => dug(args),
  deepCopy: ([given = opaque]) => copied(given),
  len: ([given = opaque]) => {
    const size = sizeOf(given);
    return size === null ? opaque : wholeNumber(size);
  },
  int: ([given = opaque]) => numbered(given, (value) => wholeNumber(Math.trunc(value))),
  gt: (args) => ordered(args, (left, right) => left > right),
  ge: (args) => ordered(args, (left, right) => left >= right),
  lt: (args) => ordered(args, (left, right) => left < right),
  le: (args) => ordered(args, (left, right) => left <= right),
  list: (args) => ({ type: 'items', items: args }),
  nindent: ([size = opaque, given = opaque]) => withText(size, (count) => indented(given, Number(count), true)),
  indent: ([size = opaque, given = opaque]) => withText(size, (count) => indented(given, Number(count), false)),
};

/** `default`: the fallback where the value is empty. */
export function choose(given: Result | undefined, fallback: Result): Result {
  if (given === undefined) return fallback;
  const decided = truthOf(given);
  return decided === null ? opaque : decided ? given : fallback;
}

function asText(given: Result): Result {
  return given.type === 'text' ? given : { type: 'text', segments: segmentsOf(given) };
}

function firstTruthy(args: readonly Result[]): Result {
  return args.find((arg) => truthOf(arg) !== false) ?? scalar(null);
}

/** A named constant of the part that quoting adds; the value itself stays as it is, whatever it holds. */
function quoted(args: readonly Result[], mark: string): Result {
  const given = args.filter((arg) => !isNil(arg));
  const segments = given.flatMap((arg, index): Segment[] => [
    literal(index === 0 ? mark : ` ${mark}`),
    ...segmentsOf(arg).map((segment) => ({ ...segment, quoted: true })),
    literal(mark),
  ]);
  return { type: 'text', segments };
}

function print(args: readonly Result[]): Result {
  const [format, ...values] = args;
  const pattern = format === undefined ? null : knownText(format);
  if (pattern === null) return opaque;
  const segments: Segment[] = [];
  let used = 0;
  let rest = pattern;
  for (let at = rest.indexOf('%'); at !== -1; at = rest.indexOf('%')) {
    if (at > 0) segments.push(literal(rest.slice(0, at)));
    const verb = rest.charAt(at + 1);
    rest = rest.slice(at + 2);
    if (verb === '%') segments.push(literal('%'));
    else if (!'svdq'.includes(verb)) return opaque;
    else {
      const value = values[used++];
      if (value === undefined) segments.push(literal(`%!${verb}(MISSING)`));
      else if (verb === 'q') segments.push(...segmentsOf(quoted([value], '"')));
      else segments.push(...formatted(value, verb));
    }
  }
  if (rest !== '') segments.push(literal(rest));
  return used === values.length ? { type: 'text', segments } : opaque;
}

/** A text after a change; where the change did nothing, its places stay known. */
function changed(given: Result, change: (text: string) => string): Result {
  const text = knownText(given);
  if (text === null) return opaque;
  const after = change(text);
  return after === text ? { type: 'text', segments: segmentsOf(given) } : plainText(after);
}

/** `some-words` becomes `SomeWords`; what else sprig makes of a text is not followed. */
function camelCased(text: string): Result {
  if (!/^[a-z][a-z0-9]*(?:[-_ ][a-z0-9]+)*$/.test(text)) return opaque;
  return plainText(text.replace(/(?:^|[-_ ])([a-z0-9])/g, (_, first: string) => first.toUpperCase()));
}

/** Without the blanks around it; what stands between them keeps its place. */
function trimmed(given: Result): Result {
  const text = knownText(given);
  if (text === null) return opaque;
  const start = text.length - text.trimStart().length;
  return { type: 'text', segments: sliceSegments(segmentsOf(given), start, start + text.trim().length) };
}

function chosen(map: Result, keys: readonly Result[], isKept: (isNamed: boolean) => boolean): Result {
  const names = keys.map((key) => knownText(key));
  if (names.includes(null)) return opaque;
  if (map.type === 'map') return mapOf([...map.entries].filter(([key]) => isKept(names.includes(key))));
  if (map.type !== 'dict') return opaque;
  return { type: 'dict', entries: new Map([...map.entries].filter(([key]) => isKept(names.includes(key)))) };
}

/**
 * Merges a map into another as sprig does: it fills what the other has not, or has empty (`merge`), or overwrites it
 * (`mergeOverwrite`). One that is not known makes all unknown.
 */
export function mergeInto(into: Extract<Result, { type: 'map' | 'dict' }>, more: Result, overwrites: boolean): void {
  const entries = into.entries as Map<string, Result>;
  if (more.type !== 'map' && more.type !== 'dict') {
    for (const key of entries.keys()) entries.set(key, opaque);
    return;
  }
  for (const [key, value] of more.entries) {
    const there = entries.get(key);
    if ((there?.type === 'map' || there?.type === 'dict') && (value.type === 'map' || value.type === 'dict'))
      mergeInto(there, value, overwrites);
    else if (!overwrites) entries.set(key, choose(there, value));
    else if (!isNil(value)) entries.set(key, value);
  }
}

/** A copy that may be changed without changing the other. */
function copied(given: Result): Result {
  switch (given.type) {
    case 'map':
    case 'list':
      return ownCopy(given);
    case 'dict':
      return { type: 'dict', entries: new Map([...given.entries].map(([key, item]) => [key, copied(item)])) };
    case 'items':
      return { type: 'items', items: given.items.map(copied) };
    default:
      return given;
  }
}

/** `dig "a" "b" fallback map`: the fallback where a key is missing on the way. */
function dug(args: readonly Result[]): Result {
  const [fallback = opaque, map = opaque] = args.slice(-2);
  let current = map;
  for (const key of args.slice(0, -2)) {
    const name = knownText(key);
    if (name === null || (current.type !== 'map' && current.type !== 'dict')) return opaque;
    const next = current.entries.get(name);
    if (next === undefined) return fallback;
    current = next;
  }
  return current;
}

function sizeOf(given: Result): number | null {
  switch (given.type) {
    case 'map':
    case 'dict':
      return given.entries.size;
    case 'list':
    case 'items':
      return given.items.length;
    default:
      return null;
  }
}

function wholeNumber(value: number): Result {
  return { ...scalar(value), integer: true };
}

function numbered(given: Result, then: (value: number) => Result): Result {
  return given.type === 'scalar' && typeof given.value === 'number' ? then(given.value) : opaque;
}

function ordered(
  [first = opaque, second = opaque]: readonly Result[],
  holds: (a: number, b: number) => boolean,
): Result {
  return numbered(first, (left) => numbered(second, (right) => truth(holds(left, right))));
}

function withText(given: Result, then: (text: string) => Result): Result {
  const text = knownText(given);
  return text === null ? opaque : then(text);
}

function compare(first: Result, others: readonly Result[]): Result {
  const left = comparable(first);
  const right = others.map((other) => comparable(other));
  if (left === undefined || right.includes(undefined)) return opaque;
  return truth(right.includes(left));
}

/** What `eq` compares; undefined where it is not known. Numbers and texts are never equal. */
function comparable(result: Result): string | undefined {
  if (result.type === 'text') {
    const text = knownText(result);
    return text === null ? undefined : `string ${text}`;
  }
  return result.type === 'scalar' && result.known !== false
    ? `${typeof result.value} ${String(result.value)}`
    : undefined;
}

function kindOf(result: Result): string {
  switch (result.type) {
    case 'map':
    case 'dict':
      return 'map';
    case 'list':
    case 'items':
      return 'slice';
    case 'scalar':
      if (result.value === null) return 'invalid';
      if (typeof result.value === 'number') return result.integer ? 'int64' : 'float64';
      return typeof result.value === 'boolean' ? 'bool' : 'string';
    default:
      return 'string';
  }
}

/** The item of a map or a list; null where a map has none. */
export function itemOf(container: Result, key: Result): Result {
  const name = knownText(key);
  if (name === null || container.type === 'opaque') return opaque;
  if (container.type === 'dict') return container.entries.get(name) ?? scalar(null);
  if (container.type === 'items') return container.items[Number(name)] ?? opaque;
  if (container.type === 'map') return valueAt(container, [name]) ?? scalar(null);
  if (container.type === 'list') return valueAt(container, [Number(name)]) ?? opaque;
  return opaque;
}

function indented(given: Result, size: number, newLine: boolean): Result {
  const blanks = ' '.repeat(Math.min(Math.max(size, 0), 200));
  const segments = segmentsOf(given);
  if (textOf(segments) === '' && segments.some((segment) => !segment.known))
    return { type: 'text', segments: [unknownSegment] };
  const pushed = segments.map((segment) =>
    segment.quoted || !segment.text.includes('\n')
      ? segment
      : { ...segment, text: segment.text.replaceAll('\n', `\n${blanks}`) },
  );
  return { type: 'text', segments: [literal(`${newLine ? '\n' : ''}${blanks}`), ...pushed] };
}
