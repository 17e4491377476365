import type { SourcePosition } from '../model.js';

const byteOrderMark = 0xfeff;

/** The offsets at which the lines of a text begin. */
export interface LineIndex {
  /** 1-based line of an offset. */
  lineOf(offset: number): number;
  /** 1-based line and column; a byte order mark has no column of its own. */
  positionOf(file: string, offset: number): SourcePosition;
}

/** Prepares a text for many questions about its lines. */
export function indexLines(text: string): LineIndex {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const hasMark = text.charCodeAt(0) === byteOrderMark;
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  return {
    lineOf,
    positionOf(file, offset) {
      const line = lineOf(offset);
      const column = offset - (starts[line - 1] ?? 0) + 1;
      return { file, line, column: line === 1 && hasMark && column > 1 ? column - 1 : column };
    },
  };
}

/** Line and column of an offset into a text, both counted from 1, for messages. */
export function positionAt(path: string, text: string, offset: number): SourcePosition {
  return indexLines(text).positionOf(path, offset);
}
