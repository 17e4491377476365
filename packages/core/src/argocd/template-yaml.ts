import { isKnown, literal, type Segment, segmentOf } from './segments.js';
import { type Result, segmentsOf } from './template-value.js';
import type { ScalarValue } from './value.js';

const plainKey = /^[A-Za-z_][\w./-]*$/;
const ambiguousKey = /^(?:y|yes|n|no|on|off|true|false|null)$/i;

/**
 * What `toYaml` prints, in block style and with every string in quotes: not Helm's very bytes, but the same data, each
 * scalar with its place. Null where a part of it is not known.
 */
export function yamlSegments(given: Result): readonly Segment[] | null {
  const segments = written(given, '');
  return segments?.every((one) => one.known) ? segments : null;
}

function written(given: Result, indent: string): readonly Segment[] | null {
  switch (given.type) {
    case 'opaque':
    case 'files':
      return null;
    case 'text': {
      const segments = segmentsOf(given);
      return isKnown(segments) ? inQuotes(segments) : null;
    }
    case 'scalar':
      return writtenScalar(given);
    case 'list':
    case 'items':
      return given.items.length === 0 ? [literal('[]')] : writtenItems(given.items, indent);
    default:
      return given.entries.size === 0 ? [literal('{}')] : writtenEntries(given.entries, indent);
  }
}

function writtenScalar(value: ScalarValue): readonly Segment[] {
  return typeof value.value === 'string'
    ? inQuotes([segmentOf(value)])
    : value.value === null
      ? [literal('null')]
      : [segmentOf(value)];
}

/** A text in double quotes; where it must be escaped, its places are not kept. */
function inQuotes(segments: readonly Segment[]): readonly Segment[] {
  const text = segments.map((one) => one.text).join('');
  const escaped = JSON.stringify(text);
  if (escaped !== `"${text}"`) return [{ ...literal(escaped), quoted: true }];
  return [literal('"'), ...segments.map((one) => ({ ...one, quoted: true })), literal('"')];
}

function writtenItems(items: readonly Result[], indent: string): readonly Segment[] | null {
  const segments: Segment[] = [];
  for (const [index, item] of items.entries()) {
    const inner = written(item, `${indent}  `);
    if (inner === null) return null;
    segments.push(literal(`${index === 0 ? '' : `\n${indent}`}- `), ...inner);
  }
  return segments;
}

function writtenEntries(entries: ReadonlyMap<string, Result>, indent: string): readonly Segment[] | null {
  const segments: Segment[] = [];
  for (const [key, value] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const inner = written(value, `${indent}  `);
    if (inner === null) return null;
    const name = plainKey.test(key) && !ambiguousKey.test(key) ? key : JSON.stringify(key);
    const isNested = hasItems(value);
    segments.push(literal(`${segments.length === 0 ? '' : `\n${indent}`}${name}:${isNested ? `\n${indent}  ` : ' '}`));
    segments.push(...inner);
  }
  return segments;
}

function hasItems(value: Result): boolean {
  if (value.type === 'map' || value.type === 'dict') return value.entries.size > 0;
  return (value.type === 'list' || value.type === 'items') && value.items.length > 0;
}
