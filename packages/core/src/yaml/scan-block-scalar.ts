import type { YamlScalar } from './node.js';
import { type Cursor, carriageReturn, dash, endOfLine, findContent, lineFeed, refuse, space } from './scan-cursor.js';

const bar = 0x7c;
const greater = 0x3e;
const tab = 0x09;

/** Whether a `|` or `>` stands here. */
export function beginsBlockScalar(code: number): boolean {
  return code === bar || code === greater;
}

/**
 * Reads a block of text under this `|`, `|-`, `>` or `>-`, and stands at the content behind it. Refused are other
 * headers, a block that is empty or begins with an empty line, and lines of more blanks than its indentation.
 */
export function readBlockScalar(cursor: Cursor, start: number, parentColumn: number): YamlScalar | null {
  const { text, size } = cursor;
  const folded = text.charCodeAt(start) === greater;
  const strip = text.charCodeAt(start + 1) === dash;
  let line = endOfLine(text, strip ? start + 2 : start + 1);
  const indent = line === -1 ? 0 : indentOf(text, line);
  if (indent <= parentColumn) return refuse(cursor);

  let content = '';
  let end = line;
  let emptyLines = 0;
  while (line < size) {
    const at = endOfIndent(text, line, line + indent);
    const code = text.charCodeAt(at);
    if (code === lineFeed || code === carriageReturn) {
      emptyLines++;
      line = code === lineFeed ? at + 1 : at + 2;
      continue;
    }
    if (at < line + indent) break;
    // Lines that are indented more are not folded; a line of blanks only counts or not by where it stands.
    if ((code === space || code === tab) && (folded || isBlank(text, at))) return refuse(cursor);
    if (content !== '') content += folded && emptyLines === 0 ? ' ' : '\n'.repeat(folded ? emptyLines : emptyLines + 1);
    const lineEnd = text.indexOf('\n', at);
    content += text.slice(at, text.charCodeAt(lineEnd - 1) === carriageReturn ? lineEnd - 1 : lineEnd);
    emptyLines = 0;
    line = lineEnd + 1;
    end = line;
  }
  if (!strip) content += '\n';
  end = Math.min(end, size);
  cursor.at = line;
  cursor.end = end;
  findContent(cursor);
  return {
    type: 'scalar',
    start,
    end,
    anchor: null,
    style: folded ? 'folded' : 'literal',
    text: content,
    value: content,
  };
}

/** How far the first line of a block is indented; 0 where it is empty. */
function indentOf(text: string, line: number): number {
  let at = line;
  while (text.charCodeAt(at) === space) at++;
  const code = text.charCodeAt(at);
  return code === lineFeed || code === carriageReturn ? 0 : at - line;
}

function endOfIndent(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && text.charCodeAt(at) === space) at++;
  return at;
}

function isBlank(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) === space) at++;
  const code = text.charCodeAt(at);
  return code === lineFeed || code === carriageReturn;
}
