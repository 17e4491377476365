import type { YamlScalar } from './node.js';
import { resolvePlain } from './resolve.js';
import {
  type Cursor,
  colon,
  comma,
  dash,
  doubleQuote,
  hash,
  isBreak,
  refuse,
  singleQuote,
  space,
} from './scan-cursor.js';

const backslash = 0x5c;
const lowerU = 0x75;

/** What may begin a plain scalar, by character below 0x80. A dash may too, before anything but a blank. */
const beginners = new Uint8Array(0x80);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789$()+./;<=\\^_~') {
  beginners[character.charCodeAt(0)] = 1;
}

/** Whether a plain scalar begins here, in block style. */
export function beginsPlain(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return beginners[code] === 1 || (code === dash && !isBreak(text.charCodeAt(at + 1)));
  return code >= 0xa0 && code !== 0xfeff;
}

/**
 * The end of a plain scalar in block style: before a comment, the end of the line, or a `:` that makes it a key.
 * A tab or other control character ends it too: what reads on refuses it.
 */
export function endOfPlain(text: string, from: number): number {
  let at = from;
  let end = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code > colon) end = ++at;
    else if (code === space) {
      if (text.charCodeAt(++at) === hash) return end;
    } else if (code < space) return end;
    else if (code === colon && isBreak(text.charCodeAt(at + 1))) return end;
    else end = ++at;
  }
}

/** As {@link endOfPlain}, inside `[ ]` or `{ }`. */
export function endOfFlowPlain(text: string, from: number): number {
  let at = from;
  let end = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code < space || isFlowIndicator(code)) return end;
    if (code === space) {
      if (text.charCodeAt(++at) === hash) return end;
    } else {
      if (code === colon) {
        const next = text.charCodeAt(at + 1);
        if (isBreak(next) || isFlowIndicator(next)) return end;
      }
      end = ++at;
    }
  }
}

export function isFlowIndicator(code: number): boolean {
  return code === comma || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}

/** The end of what is quoted here, behind its second quote; -1 where that is not on this line or holds a control character. */
export function endOfQuoted(text: string, from: number): number {
  return text.charCodeAt(from) === singleQuote ? endOfSingle(text, from + 1) : endOfDouble(text, from + 1);
}

function endOfSingle(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at++);
    if (code === singleQuote) {
      if (text.charCodeAt(at) !== singleQuote) return at;
      at++;
    } else if (code < space) return -1;
  }
}

function endOfDouble(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at++);
    if (code === doubleQuote) return at;
    if (code < space) return -1;
    if (code === backslash) {
      at = endOfEscape(text, at);
      if (at === -1) return -1;
    }
  }
}

/** The escapes that JSON has as well, and means the same by. */
function endOfEscape(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code !== lowerU) return '"\\/bfnrt'.includes(text.charAt(at)) ? at + 1 : -1;
  return /^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5)) ? at + 5 : -1;
}

/** What the quoted text in these bounds, quotes included, stands for. */
export function unquote(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  if (text.charCodeAt(start) === singleQuote) return inner.includes("'") ? inner.replaceAll("''", "'") : inner;
  return inner.includes('\\') ? (JSON.parse(`"${inner}"`) as string) : inner;
}

export function plainScalar(cursor: Cursor, start: number, end: number): YamlScalar {
  const text = cursor.text.slice(start, end);
  cursor.at = end;
  return { type: 'scalar', start, end, anchor: null, style: 'plain', text, value: resolvePlain(text) };
}

/** Reads what is quoted here, and stands behind it. */
export function quotedScalar(cursor: Cursor, start: number): YamlScalar | null {
  const end = endOfQuoted(cursor.text, start);
  if (end === -1) return refuse(cursor);
  const style = cursor.text.charCodeAt(start) === singleQuote ? 'single' : 'double';
  const text = unquote(cursor.text, start, end);
  cursor.at = end;
  return { type: 'scalar', start, end, anchor: null, style, text, value: text };
}

/** The parser warns of longer keys from 1024 characters on; no manifest has them. */
const longestKey = 1000;

/**
 * Reads a key that begins at the cursor and stands at the `:` behind it. `<<` is refused however it is written, and so
 * is everything that is no plain or quoted word.
 */
export function readKey(cursor: Cursor, inFlow: boolean): string {
  const { text, at } = cursor;
  const code = text.charCodeAt(at);
  const quoted = code === singleQuote || code === doubleQuote;
  const end = quoted
    ? endOfQuoted(text, at)
    : !beginsPlain(text, at)
      ? -1
      : inFlow
        ? endOfFlowPlain(text, at)
        : endOfPlain(text, at);
  if (end > at && end - at <= longestKey && text.charCodeAt(end) === colon && isBreak(text.charCodeAt(end + 1))) {
    const key = quoted ? unquote(text, at, end) : text.slice(at, end);
    if (key !== '<<') {
      cursor.at = end;
      return key;
    }
  }
  refuse(cursor);
  return '';
}

/** Whether the line goes on with a key: a word and a `:` behind it. */
export function beginsKey(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const end =
    code === singleQuote || code === doubleQuote
      ? endOfQuoted(text, at)
      : beginsPlain(text, at)
        ? endOfPlain(text, at)
        : -1;
  return end !== -1 && text.charCodeAt(end) === colon;
}
