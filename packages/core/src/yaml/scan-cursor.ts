/**
 * Where the scanner stands, and how it gets from one line to the next. Functions over one plain class, and no strings
 * made on the way: a process reads each file once, so that most of this runs before it is compiled.
 */
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;
export const space = 0x20;
export const doubleQuote = 0x22;
export const hash = 0x23;
export const singleQuote = 0x27;
export const comma = 0x2c;
export const dash = 0x2d;
export const dot = 0x2e;
export const colon = 0x3a;
export const byteOrderMark = 0xfeff;

/** Collections inside one another that are scanned; the parser reads more. */
export const maximumDepth = 100;

export class Cursor {
  /** The text; a line break is added where it does not end in one, so that every loop over a line stops by itself. */
  readonly text: string;
  /** The length of the text as given. */
  readonly size: number;
  /** The next character to look at. */
  at = 0;
  /** The column of that character where it is the first of its line; -1 at the end of a document. */
  column = -1;
  /** Whether the document ended at a `---`, which is the next thing to read. */
  marker = false;
  /** Where the value that was read last ends; for an absent one, its `:` or `-`. */
  end = 0;
  /** Whether the text holds something that is not known here. */
  refused = false;

  constructor(text: string) {
    this.size = text.length;
    this.text = text.charCodeAt(text.length - 1) === lineFeed ? text : `${text}\n`;
  }
}

/** Gives up. The cursor stands at the end, where every loop finds nothing more to do. */
export function refuse(cursor: Cursor): null {
  cursor.refused = true;
  cursor.at = cursor.text.length;
  cursor.column = -1;
  cursor.marker = false;
  return null;
}

/** From the start of a line to the first character of the next one that holds more than a comment. */
export function findContent(cursor: Cursor): void {
  const text = cursor.text;
  let start = cursor.at;
  while (start < text.length) {
    let at = start;
    let code = text.charCodeAt(at);
    while (code === space) code = text.charCodeAt(++at);
    if (code === lineFeed) start = at + 1;
    else if (code === carriageReturn) start = at + 2;
    else if (code === hash) start = text.indexOf('\n', at) + 1;
    else {
      cursor.at = at;
      cursor.column = at - start;
      if (at === start && (code === dash || code === dot)) findMarker(cursor, code);
      return;
    }
  }
  cursor.at = start;
  cursor.column = -1;
}

function findMarker(cursor: Cursor, code: number): void {
  const { text, at } = cursor;
  if (text.charCodeAt(at + 1) !== code || text.charCodeAt(at + 2) !== code || text.charCodeAt(at + 3) > space) return;
  if (code === dot) {
    refuse(cursor);
    return;
  }
  cursor.column = -1;
  cursor.marker = true;
}

/** The start of the line after a value or indicator that ends here, or -1 where more than a comment follows it. */
export function endOfLine(text: string, from: number): number {
  let at = from;
  let code = text.charCodeAt(at);
  while (code === space) code = text.charCodeAt(++at);
  if (code === lineFeed) return at + 1;
  if (code === carriageReturn) return at + 2;
  return code === hash && at > from ? text.indexOf('\n', at) + 1 : -1;
}

/** Leaves the line of a value or indicator that ends here for the next content. */
export function leaveLine(cursor: Cursor, from: number): void {
  const next = endOfLine(cursor.text, from);
  if (next === -1) refuse(cursor);
  else {
    cursor.at = next;
    findContent(cursor);
  }
}

/** Whether this ends a `:` or `-` that is an indicator. A tab does so too, and is refused wherever it then stands. */
export function isBreak(code: number): boolean {
  return code <= space;
}

/** Whether every carriage return belongs to a line break. */
export function hasPlainBreaks(text: string): boolean {
  let at = text.indexOf('\r');
  while (at !== -1) {
    if (text.charCodeAt(at + 1) !== lineFeed) return false;
    at = text.indexOf('\r', at + 2);
  }
  return true;
}
