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
  return { text: printValue(value), origin: value.origin, hides: value.hides, known: true, quoted: false };
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
  const cut: Segment[] = [];
  let at = 0;
  for (const segment of segments) {
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
