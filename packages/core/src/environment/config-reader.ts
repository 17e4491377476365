import { type GitOpsError, problem } from '../errors/error.js';
import type { YamlNode } from '../yaml/node.js';
import { positionAt } from '../yaml/position.js';
import { resolveAlias } from '../yaml/value.js';
import { didYouMean, joinWords } from './suggest.js';

/** Where reading stands: a value of the file, and the key path that leads to it. */
export interface Cursor {
  readonly file: FileReading;
  readonly node: YamlNode | null;
  /** Offset to point at where there is no value: that of the key. */
  readonly offset: number;
  /** `pullRequest.merge.method`; empty for the whole file. */
  readonly key: string;
}

/** A file while it is read: all problems are kept, in the order of the file at the end. */
export interface FileReading {
  readonly path: string;
  readonly text: string;
  readonly problems: { readonly offset: number; readonly error: GitOpsError }[];
}

/** Reads a value; undefined where a problem was reported. */
export type Reader<T> = (cursor: Cursor) => T | undefined;

/** Reports `config-invalid` at a cursor. */
export function report(cursor: Cursor, message: string, remedy: string): undefined {
  const offset = cursor.node?.start ?? cursor.offset;
  const what = cursor.key === '' ? '' : `${cursor.key}: `;
  const error = problem('config-invalid', `${what}${message}`, remedy, {
    at: positionAt(cursor.file.path, cursor.file.text, offset),
    details: { key: cursor.key },
  });
  const isKnown = cursor.file.problems.some((one) => one.offset === offset && one.error.message === error.message);
  if (!isKnown) cursor.file.problems.push({ offset, error });
  return undefined;
}

/** The value at a cursor; an alias stands for its anchor's. */
export function nodeOf(cursor: Cursor): ReturnType<typeof resolveAlias> {
  return resolveAlias(cursor.node);
}

/** Whether nothing stands at a cursor, or null. */
export function isEmpty(cursor: Cursor): boolean {
  const node = nodeOf(cursor);
  return node === null || (node.type === 'scalar' && node.value === null);
}

function describeFound(node: YamlNode | null): string {
  const found = resolveAlias(node);
  if (found === null) return 'nothing stands here';
  if (found.type === 'map') return 'a map stands here';
  if (found.type === 'list') return 'a list stands here';
  if (found.value === null) return 'nothing stands here';
  return `${typeof found.value === 'string' ? 'the text' : `the ${typeof found.value}`} ${found.text} stands here`;
}

function wrongType(cursor: Cursor, wanted: string, example: string): undefined {
  return report(cursor, `${wanted} is expected, but ${describeFound(cursor.node)}.`, `Write it as in ${example}`);
}

/** A text. Words such as `on` and `no` are texts here, as they are for editors (YAML 1.2); numbers want quotes. */
export function text(
  example: string,
  check?: (value: string) => readonly [message: string, remedy: string] | null,
): Reader<string> {
  return (cursor) => {
    const node = nodeOf(cursor);
    if (node?.type !== 'scalar' || node.value === null) return wrongType(cursor, 'A text', example);
    const isWord = typeof node.value === 'boolean' && !/^(?:true|false)$/i.test(node.text);
    if (typeof node.value !== 'string' && !isWord) {
      return report(
        cursor,
        `A text is expected, but ${describeFound(node)}.`,
        `Put it in quotes: ${JSON.stringify(node.text)}`,
      );
    }
    const wrong = findWrongLine(node.text, example) ?? check?.(node.text);
    return wrong ? report(cursor, wrong[0], wrong[1]) : node.text;
  };
}

function findWrongLine(value: string, example: string): readonly [message: string, remedy: string] | null {
  if (value.trim() === '') return ['It is empty.', `Write it as in ${example}`];
  return /[\u0000-\u001f\u007f]/.test(value)
    ? ['It holds a line break or another control character.', 'Write it in one line.']
    : null;
}

export const flag: Reader<boolean> = (cursor) => {
  const node = nodeOf(cursor);
  return node?.type === 'scalar' && typeof node.value === 'boolean' && /^(?:true|false)$/i.test(node.text)
    ? node.value
    : wrongType(cursor, 'true or false', 'draft: true');
};

/** A whole number from 0 to `most`. */
export function count(most: number, example: string): Reader<number> {
  return (cursor) => {
    const node = nodeOf(cursor);
    if (node?.type !== 'scalar' || typeof node.value !== 'number') return wrongType(cursor, 'A whole number', example);
    return Number.isInteger(node.value) && node.value >= 0 && node.value <= most
      ? node.value
      : report(cursor, `${node.text} is not a whole number from 0 to ${most}.`, `Write it as in ${example}`);
  };
}

export function oneOf<T extends string>(values: readonly T[]): Reader<T> {
  const list = joinWords(values, 'or');
  return (cursor) => {
    const found = text(values[0] ?? '')(cursor);
    if (found === undefined) return undefined;
    return (
      values.find((value) => value === found) ??
      report(cursor, `${JSON.stringify(found)} is not one of its values.`, `${didYouMean(found, values)}Write ${list}.`)
    );
  };
}

/** A list; items with problems are left out of the answer. */
export function list<T>(
  item: Reader<T>,
  example: string,
  options: { readonly unique?: boolean; readonly least?: number } = {},
): Reader<readonly T[]> {
  return (cursor) => {
    const node = nodeOf(cursor);
    if (node?.type !== 'list') return wrongType(cursor, 'A list', example);
    if (node.items.length < (options.least ?? 0))
      return report(cursor, 'The list is empty.', `Write it as in ${example}`);
    const items: T[] = [];
    for (const [index, value] of node.items.entries()) {
      const at: Cursor = { file: cursor.file, node: value, offset: node.start, key: `${cursor.key}[${index}]` };
      const read = item(at);
      if (read === undefined) continue;
      if (options.unique === true && items.includes(read)) {
        report(at, `${JSON.stringify(read)} stands twice in this list.`, 'Remove one of them.');
      } else items.push(read);
    }
    return items;
  };
}

/** One entry of a map: its key as a cursor for messages, and its value. */
export interface Entry {
  readonly name: string;
  readonly keyCursor: Cursor;
  readonly value: Cursor;
}

/** The entries of a map, whatever their keys. */
export function entriesOf(cursor: Cursor, example: string): readonly Entry[] | undefined {
  const node = nodeOf(cursor);
  if (node?.type !== 'map') return wrongType(cursor, 'A map', example);
  const entries: Entry[] = [];
  for (const entry of node.entries) {
    const key = cursor.key === '' ? entry.key : `${cursor.key}.${entry.key}`;
    const keyCursor: Cursor = { file: cursor.file, node: null, offset: entry.keyStart, key };
    if (entry.key === '<<' && entry.keyEnd - entry.keyStart === 2) {
      report(keyCursor, 'Merge keys are not read in this file.', 'Write the keys out instead of "<<".');
    } else entries.push({ name: entry.key, keyCursor, value: { ...keyCursor, node: entry.value } });
  }
  return entries;
}

/** The fields of a map, each read by its reader; other keys are problems. What is absent or wrong is absent in the answer. */
export function fields<T extends object>(
  readers: { readonly [K in keyof T]: Reader<T[K]> },
  example: string,
): Reader<Partial<T>> {
  const known = Object.keys(readers);
  return (cursor) => {
    const entries = entriesOf(cursor, example);
    if (entries === undefined) return undefined;
    const read: Partial<T> = {};
    for (const { name, keyCursor, value } of entries) {
      if (!isKey(readers, name)) {
        report(
          keyCursor,
          `There is no such key${cursor.key === '' ? '' : ` in ${cursor.key}`}.`,
          `${didYouMean(name, known)}Known keys here: ${known.join(', ')}.`,
        );
        continue;
      }
      const found = readers[name](value);
      if (found !== undefined) read[name] = found;
    }
    return read;
  };
}

function isKey<T extends object>(readers: T, name: string | number | symbol): name is keyof T {
  return Object.hasOwn(readers, name);
}

/** A map with names of one's own as keys. */
export function record<T>(
  value: Reader<T>,
  example: string,
  checkKey: Reader<string>,
): Reader<readonly (readonly [string, T])[]> {
  return (cursor) => {
    const entries = entriesOf(cursor, example);
    return entries?.flatMap((entry) => {
      const name = checkKey({ ...entry.keyCursor, node: keyNode(entry) });
      const read = value(entry.value);
      return name === undefined || read === undefined ? [] : [[name, read] as const];
    });
  };
}

/** A key as a text, so that the checks of texts hold for it. */
function keyNode(entry: Entry): YamlNode {
  const { offset } = entry.keyCursor;
  return {
    type: 'scalar',
    style: 'double',
    text: entry.name,
    value: entry.name,
    start: offset,
    end: offset,
    anchor: null,
  };
}
