import { printValue } from './go-text.js';
import type { Origin } from './origin.js';
import type { ScalarValue, Value } from './value.js';

/** A stretch of rendered text that comes from one place. */
export interface Segment {
  readonly text: string;
  readonly origin: Origin | null;
  readonly hides: readonly Origin[];
  /** False for what the templates compute in a way that is not followed; its text is then empty. */
  readonly known: boolean;
  /** True for what a template put in quotes itself: its line ends are not the end of a line of YAML. */
  readonly quoted: boolean;
}

export function literal(text: string): Segment {
  return { text, origin: null, hides: [], known: true, quoted: false };
}

export const unknownSegment: Segment = { text: '', origin: null, hides: [], known: false, quoted: false };

export function segmentOf(value: ScalarValue): Segment {
  const known = value.known !== false;
  return { text: printValue(value), origin: value.origin, hides: value.hides, known, quoted: false };
}

export function segmentsOfValue(value: Value): readonly Segment[] {
  return value.type === 'scalar' ? [segmentOf(value)] : [literal(printValue(value))];
}

export function textOf(segments: readonly Segment[]): string {
  return segments.map((segment) => segment.text).join('');
}

export function isKnown(segments: readonly Segment[]): boolean {
  return segments.every((segment) => segment.known);
}

/** The segments between two offsets of their text; one that is cut loses its place, since it holds more than the cut. */
export function sliceSegments(segments: readonly Segment[], start: number, end: number): readonly Segment[] {
  return sliceFrom(segments, 0, 0, start, end);
}

/** Cuts many times what is cut once by {@link sliceSegments}. */
export function segmentSlicer(segments: readonly Segment[]): (start: number, end: number) => readonly Segment[] {
  const starts: number[] = [];
  let length = 0;
  for (const segment of segments) {
    starts.push(length);
    length += segment.text.length;
  }
  return (start, end) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    const first = Math.max(0, low - 1);
    return sliceFrom(segments, first, starts[first] ?? 0, start, end);
  };
}

function sliceFrom(
  segments: readonly Segment[],
  first: number,
  offset: number,
  start: number,
  end: number,
): readonly Segment[] {
  const cut: Segment[] = [];
  let at = offset;
  for (let index = first; index < segments.length && at <= end; index++) {
    const segment = segments[index];
    if (segment === undefined) break;
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, segment.text.length);
    const isInside = segment.text === '' ? at >= start && at <= end : from < to;
    if (isInside) {
      const text = segment.text.slice(from, to);
      cut.push(text === segment.text ? segment : { ...segment, text, origin: null, hides: [] });
    }
    at += segment.text.length;
  }
  return cut;
}
