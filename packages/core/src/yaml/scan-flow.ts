import type { YamlEntry, YamlNode } from './node.js';
import {
  type Cursor,
  colon,
  comma,
  dash,
  doubleQuote,
  maximumDepth,
  refuse,
  singleQuote,
  space,
} from './scan-cursor.js';
import { repeatsKey } from './scan-keys.js';
import { beginsPlain, endOfFlowPlain, isFlowIndicator, plainScalar, quotedScalar, readKey } from './scan-scalar.js';

const openList = 0x5b;
const closeList = 0x5d;
const openMap = 0x7b;
const closeMap = 0x7d;

/** Whether a `[` or `{` stands here. */
export function beginsFlow(code: number): boolean {
  return code === openList || code === openMap;
}

/** Reads a list or map in flow style that begins and ends on this line, and stands behind it. */
export function readFlow(cursor: Cursor, start: number, depth: number): YamlNode | null {
  if (depth > maximumDepth) return refuse(cursor);
  return cursor.text.charCodeAt(start) === openList ? flowList(cursor, start, depth) : flowMap(cursor, start, depth);
}

function flowList(cursor: Cursor, start: number, depth: number): YamlNode | null {
  const items: (YamlNode | null)[] = [];
  let at = skipSpaces(cursor.text, start + 1);
  let code = cursor.text.charCodeAt(at);
  while (code !== closeList) {
    items.push(flowValue(cursor, at, depth + 1));
    at = skipSpaces(cursor.text, cursor.at);
    code = cursor.text.charCodeAt(at);
    if (code === closeList) break;
    if (code !== comma) return refuse(cursor);
    at = skipSpaces(cursor.text, at + 1);
    code = cursor.text.charCodeAt(at);
  }
  cursor.at = at + 1;
  return { type: 'list', start, end: at + 1, anchor: null, flow: true, items };
}

function flowMap(cursor: Cursor, start: number, depth: number): YamlNode | null {
  const entries: YamlEntry[] = [];
  let at = skipSpaces(cursor.text, start + 1);
  let code = cursor.text.charCodeAt(at);
  while (code !== closeMap) {
    cursor.at = at;
    entries.push(flowEntry(cursor, depth));
    at = skipSpaces(cursor.text, cursor.at);
    code = cursor.text.charCodeAt(at);
    if (code === closeMap) break;
    if (code !== comma) return refuse(cursor);
    at = skipSpaces(cursor.text, at + 1);
    code = cursor.text.charCodeAt(at);
  }
  if (repeatsKey(entries)) return refuse(cursor);
  cursor.at = at + 1;
  return { type: 'map', start, end: at + 1, anchor: null, flow: true, entries };
}

function flowEntry(cursor: Cursor, depth: number): YamlEntry {
  const keyStart = cursor.at;
  const key = readKey(cursor, true);
  const keyEnd = cursor.at;
  // A refused text has nothing behind the cursor: the value is refused in turn.
  const value = flowValue(cursor, skipSpaces(cursor.text, keyEnd + 1), depth + 1);
  return { key, keyStart, keyEnd, value };
}

function flowValue(cursor: Cursor, at: number, depth: number): YamlNode | null {
  const { text } = cursor;
  const code = text.charCodeAt(at);
  if (beginsFlow(code)) return readFlow(cursor, at, depth);
  if (code === singleQuote || code === doubleQuote) return quotedScalar(cursor, at);
  if (!beginsPlain(text, at) || (code === dash && isFlowIndicator(text.charCodeAt(at + 1)))) return refuse(cursor);
  const end = endOfFlowPlain(text, at);
  return text.charCodeAt(end) === colon ? refuse(cursor) : plainScalar(cursor, at, end);
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === space) at++;
  return at;
}
