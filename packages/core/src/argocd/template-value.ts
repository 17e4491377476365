import { isTruthy, printValue } from './go-text.js';
import type { FileText } from './origin.js';
import { isKnown, literal, type Segment, segmentsOfValue, textOf, unknownSegment } from './segments.js';
import { scalar, type Value } from './value.js';

/** What an expression of a template yields. */
export type Result =
  | Value
  /** `file`: the one whose whole content this is. */
  | { readonly type: 'text'; readonly segments: readonly Segment[]; readonly file?: FileText }
  /** `.Files` of a chart, or those of them that a `Glob` found; paths within the chart. */
  | {
      readonly type: 'files';
      readonly paths: () => readonly string[];
      readonly read: (path: string) => FileText | null;
    }
  | { readonly type: 'dict'; readonly entries: ReadonlyMap<string, Result> }
  | { readonly type: 'items'; readonly items: readonly Result[] }
  /** Something that is not followed. */
  | { readonly type: 'opaque' };

export const opaque: Result = { type: 'opaque' };

export function plainText(text: string): Result {
  return { type: 'text', segments: [literal(text)] };
}

export function truth(value: boolean): Result {
  return scalar(value);
}

export function segmentsOf(result: Result): readonly Segment[] {
  switch (result.type) {
    case 'text':
      return result.segments;
    case 'opaque':
    case 'dict':
    case 'items':
    case 'files':
      return [unknownSegment];
    default:
      return segmentsOfValue(result);
  }
}

/** The text of a result; null where it is not known. */
export function knownText(result: Result): string | null {
  const segments = segmentsOf(result);
  return isKnown(segments) ? textOf(segments) : null;
}

/** Whether a template takes a result for true; null where it is not known. */
export function truthOf(result: Result): boolean | null {
  switch (result.type) {
    case 'opaque':
      return null;
    case 'text': {
      const text = textOf(result.segments);
      return text !== '' ? true : isKnown(result.segments) ? false : null;
    }
    case 'dict':
      return result.entries.size > 0;
    case 'items':
      return result.items.length > 0;
    case 'files':
      return result.paths().length > 0;
    case 'scalar':
      return result.known === false ? null : isTruthy(result);
    default:
      return isTruthy(result);
  }
}

export function isNil(result: Result): boolean {
  return result.type === 'scalar' && result.value === null;
}

/** The text that `printf "%s"` and its like make of one argument. */
export function formatted(result: Result, verb: string): readonly Segment[] {
  if (result.type !== 'scalar') return segmentsOf(result);
  if (verb === 's' && typeof result.value !== 'string') {
    const text = printValue(result);
    if (result.value === null) return [literal('%!s(<nil>)')];
    const name = typeof result.value === 'boolean' ? 'bool' : result.integer ? 'int64' : 'float64';
    return [literal(`%!s(${name}=${text})`)];
  }
  if (verb === 'd' && !(typeof result.value === 'number' && result.integer)) return [unknownSegment];
  if (result.value === null) return [literal('<nil>')];
  return segmentsOfValue(result);
}
