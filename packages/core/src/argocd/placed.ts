import { literal, type Segment, segmentSlicer, textOf } from './segments.js';
import { mapOf, type ScalarValue, scalar, type Value } from './value.js';

/** Stands in a rendered text for what is not known, so that it can be read as YAML; no file holds this character. */
const mark = '\uE000';

/**
 * Rendered text with a mark for each part that is not known, where a key or a value can stand. A part that fills lines of
 * its own gets none: nobody knows how many they are.
 */
export function markUnknown(segments: readonly Segment[]): readonly Segment[] {
  let line = '';
  return segments.map((segment, index) => {
    const isKey = /^["']?:/.test(segments[index + 1]?.text ?? '');
    const written = segment.known ? segment.text : isKey ? mark : markAfter(line);
    const end = written.lastIndexOf('\n');
    line = end === -1 ? line + written : written.slice(end + 1);
    return segment.known || written === '' ? segment : { ...segment, text: written };
  });
}

function markAfter(line: string): string {
  if (line.trim() === '' || /(?:^|[\s:])[|>][-+0-9]*[ \t]*$/.test(line)) return '';
  return /:$/.test(line) ? ` ${mark}` : mark;
}

/**
 * Gives values that were read from rendered text the places of what it was made of: a value that one value of the chart
 * made, and nothing else, keeps the place where that stands, so that a version can be changed there. What the template
 * itself says has none, since templates are not edited.
 *
 * @param segments as {@link markUnknown} left them; their text is what the values were read from.
 */
export function placer(segments: readonly Segment[]): (value: Value) => Value {
  const text = textOf(segments);
  const slice = segmentSlicer(segments);
  const place = (value: Value): Value => {
    if (value.type === 'list') return { ...value, origin: null, items: value.items.map(place) };
    if (value.type === 'map') {
      const entries = [...value.entries];
      if (entries.some(([key]) => key.includes(mark))) return unknown;
      return mapOf(entries.map(([key, item]) => [key, place(item)] as const));
    }
    return value.origin === null ? value : placeScalar(value, value.origin.start, value.origin.text);
  };
  const placeScalar = (value: ScalarValue, at: number, content: string): Value => {
    const parts = blockParts(at, content) ?? flowParts(at, content);
    if (content.includes(mark)) return { ...withoutMarks(value), known: false, ...(parts === null ? {} : { parts }) };
    if (parts === null || parts.length === 0) return { ...value, origin: null };
    const [only] = parts;
    if (parts.length > 1 || only === undefined || only.text !== content) return { ...value, origin: null, parts };
    return { ...value, origin: only.origin, hides: only.hides };
  };
  /** Of a text on one line, in quotes or not. */
  const flowParts = (at: number, content: string): readonly Segment[] | null => {
    const start = at + (/^["']/.test(text.charAt(at)) ? 1 : 0);
    const parts = slice(start, start + content.length).filter((one) => one.text !== '');
    return textOf(parts) === content ? parts : null;
  };
  /** Of a block scalar: each line without its indent. */
  const blockParts = (start: number, content: string): readonly Segment[] | null => {
    const header = /^(?:[&!]\S*[ \t]+)*\|[-+0-9]*[ \t]*(?:#[^\r\n]*)?\r?\n/.exec(text.slice(start, start + 200));
    if (header === null) return null;
    const parts: Segment[] = [];
    let at = start + header[0].length;
    for (const [index, line] of content.split('\n').entries()) {
      const next = text.indexOf('\n', at);
      const end = next === -1 ? text.length : next;
      const written = text.slice(at, end).replace(/\r$/, '');
      if (!written.endsWith(line)) return null;
      if (index > 0) parts.push(literal('\n'));
      if (line !== '') parts.push(...slice(at + written.length - line.length, at + written.length));
      at = end + 1;
    }
    return textOf(parts) === content ? parts : null;
  };
  return place;
}

const unknown: ScalarValue = { ...scalar(''), known: false };

function withoutMarks(value: ScalarValue): ScalarValue {
  const text = typeof value.value === 'string' ? value.value.replaceAll(mark, '') : value.value;
  return { ...value, value: text, origin: null, hides: [] };
}
