/**
 * Reads the plain block style that nearly all manifests are written in, many times faster than the parser, and refuses
 * everything else: where it answers, the answer is the parser's. What is to be edited is parsed (`edit.ts`); this proves
 * the result.
 *
 * One pass over character codes. A collection knows its column; the cursor stands at the first character of a line when
 * one begins, and at the next line's when it ends, whose column then tells the collection that goes on. A column that
 * belongs to none is refused, and with it every scalar of several lines.
 */
import { toDocument } from './document.js';
import type { YamlDocument, YamlEntry, YamlList, YamlMap, YamlNode } from './node.js';
import { beginsBlockScalar, readBlockScalar } from './scan-block-scalar.js';
import {
  byteOrderMark,
  Cursor,
  carriageReturn,
  dash,
  doubleQuote,
  findContent,
  hash,
  hasPlainBreaks,
  isBreak,
  leaveLine,
  lineFeed,
  maximumDepth,
  refuse,
  singleQuote,
  space,
} from './scan-cursor.js';
import { beginsFlow, readFlow } from './scan-flow.js';
import { repeatsKey } from './scan-keys.js';
import { beginsKey, beginsPlain, endOfPlain, plainScalar, quotedScalar, readKey } from './scan-scalar.js';

/**
 * Scans a text for the documents that `parseSource` finds in it, equal in every part.
 *
 * Known are block maps and lists, `---`, comments, plain and quoted scalars of one line, blocks of text under `|`,
 * `|-`, `>` and `>-`, and flow style within a line. Unknown, among others, are anchors, aliases, tags, merge keys,
 * directives, `? `, tabs outside of text, scalars of several lines, and whatever is not valid.
 *
 * @returns null where the text holds anything unknown or wrong: the parser then says what it is.
 */
export function scanYaml(text: string): readonly YamlDocument[] | null {
  if (!hasPlainBreaks(text)) return null;
  const cursor = new Cursor(text);
  if (text.charCodeAt(0) === byteOrderMark) skipByteOrderMark(cursor);
  findContent(cursor);
  const documents: YamlDocument[] = [];
  while (cursor.marker || cursor.column !== -1) {
    if (cursor.marker) {
      cursor.marker = false;
      leaveLine(cursor, cursor.at + 3);
    }
    const root = cursor.column === -1 ? null : block(cursor, 1);
    // A line in a column that no open collection has ends them all, and is left over.
    if (cursor.column !== -1) return null;
    documents.push(toDocument(documents.length, root));
  }
  return cursor.refused ? null : documents;
}

/** The parser counts no columns on the line of a byte order mark, which matters where that line is indented. */
function skipByteOrderMark(cursor: Cursor): void {
  const code = cursor.text.charCodeAt(1);
  if (code === space || (code === dash && cursor.text.charCodeAt(2) !== dash)) refuse(cursor);
  else cursor.at = 1;
}

function block(cursor: Cursor, depth: number): YamlNode | null {
  if (depth > maximumDepth) return refuse(cursor);
  return isDash(cursor.text, cursor.at)
    ? blockList(cursor, cursor.column, depth)
    : blockMap(cursor, cursor.column, depth);
}

function isDash(text: string, at: number): boolean {
  return text.charCodeAt(at) === dash && isBreak(text.charCodeAt(at + 1));
}

function blockMap(cursor: Cursor, column: number, depth: number): YamlMap | null {
  const start = cursor.at;
  const entries: YamlEntry[] = [];
  do {
    const keyStart = cursor.at;
    const key = readKey(cursor, false);
    const keyEnd = cursor.at;
    const value = blockValue(cursor, column, depth, keyEnd + 1);
    entries.push({ key, keyStart, keyEnd, value });
  } while (cursor.column === column);
  if (repeatsKey(entries)) return refuse(cursor);
  return { type: 'map', start, end: cursor.end, anchor: null, flow: false, entries };
}

/** The value behind the `:` that ends here, and the way to the next content. */
function blockValue(cursor: Cursor, column: number, depth: number, from: number): YamlNode | null {
  const { text } = cursor;
  let at = from;
  while (text.charCodeAt(at) === space) at++;
  if (!endsLine(text.charCodeAt(at))) return inlineValue(cursor, column, depth, at);
  leaveLine(cursor, from);
  const nested = cursor.column > column || (cursor.column === column && isDash(text, cursor.at));
  if (nested) return block(cursor, depth + 1);
  cursor.end = from;
  return null;
}

function blockList(cursor: Cursor, column: number, depth: number): YamlList {
  const start = cursor.at;
  const items: (YamlNode | null)[] = [];
  do {
    items.push(blockItem(cursor, column, depth));
  } while (cursor.column === column && isDash(cursor.text, cursor.at));
  return { type: 'list', start, end: cursor.end, anchor: null, flow: false, items };
}

/** The value behind the `-` at the cursor, and the way to the next content. */
function blockItem(cursor: Cursor, column: number, depth: number): YamlNode | null {
  const { text } = cursor;
  const start = cursor.at;
  let at = start + 1;
  while (text.charCodeAt(at) === space) at++;
  if (endsLine(text.charCodeAt(at))) {
    leaveLine(cursor, start + 1);
    if (cursor.column > column) return block(cursor, depth + 1);
    cursor.end = start + 1;
    return null;
  }
  if (isDash(text, at) || beginsKey(text, at)) {
    cursor.at = at;
    cursor.column = column + at - start;
    return block(cursor, depth + 1);
  }
  return inlineValue(cursor, column, depth, at);
}

function endsLine(code: number): boolean {
  return code === lineFeed || code === carriageReturn || code === hash;
}

/** A value that begins on the line of its indicator, and the way to the next content. */
function inlineValue(cursor: Cursor, column: number, depth: number, at: number): YamlNode | null {
  const code = cursor.text.charCodeAt(at);
  let node: YamlNode | null;
  if (beginsPlain(cursor.text, at)) node = plainScalar(cursor, at, endOfPlain(cursor.text, at));
  else if (code === doubleQuote || code === singleQuote) node = quotedScalar(cursor, at);
  else if (beginsFlow(code)) node = readFlow(cursor, at, depth + 1);
  else if (beginsBlockScalar(code)) return readBlockScalar(cursor, at, column);
  else return refuse(cursor);
  if (cursor.refused) return null;
  const end = cursor.at;
  leaveLine(cursor, end);
  cursor.end = end;
  return node;
}
