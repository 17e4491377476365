import type { Fields } from './context.js';
import { refuseField } from './failure.js';

export type Arguments = Readonly<Record<string, unknown>>;

/** A connection over a whole list, by `first`/`after` or `last`/`before`, at most 100 nodes at a time. */
export function connection<T>(
  name: string,
  args: Arguments,
  all: readonly T[],
  node: (item: T) => unknown,
  more: Fields = {},
): Fields {
  const first = count(name, 'first', args);
  const last = count(name, 'last', args);
  if (first === null && last === null) {
    const sentence = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`;
    refuseField('MISSING_PAGINATION_BOUNDARIES', sentence);
  }
  let from = typeof args['after'] === 'string' ? indexOf(args['after']) + 1 : 0;
  let to = typeof args['before'] === 'string' ? indexOf(args['before']) : all.length;
  if (first !== null) to = Math.min(to, from + first);
  else if (last !== null) from = Math.max(from, to - last);
  from = Math.min(Math.max(from, 0), all.length);
  to = Math.max(Math.min(to, all.length), from);
  const nodes = all.slice(from, to).map(node);
  const cursor = (index: number): string => Buffer.from(`cursor:v2:${index}`).toString('base64');
  return {
    nodes,
    edges: nodes.map((one, index) => ({ node: one, cursor: cursor(from + index) })),
    totalCount: all.length,
    pageInfo: {
      hasNextPage: to < all.length,
      hasPreviousPage: from > 0,
      startCursor: nodes.length === 0 ? null : cursor(from),
      endCursor: nodes.length === 0 ? null : cursor(to - 1),
    },
    ...more,
  };
}

function count(name: string, argument: 'first' | 'last', args: Arguments): number | null {
  const value = args[argument];
  if (typeof value !== 'number') return null;
  if (value > 100) {
    const sentence = `Requesting ${value} records on the \`${name}\` connection exceeds the \`${argument}\` limit of 100 records.`;
    refuseField('EXCESSIVE_PAGINATION', sentence);
  }
  return Math.max(0, value);
}

function indexOf(cursor: string): number {
  return Number(/^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))?.[1] ?? -1);
}
