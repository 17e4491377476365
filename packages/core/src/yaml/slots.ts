/** Where the parts of an entry stand, from the tokens of the parser. Edits need it; reading does not. */

/** Where the parts of one entry of a map, or one item of a list, stand. Absent parts are -1. */
export interface Slot {
  /** First character that belongs to it: `?`, `-`, an anchor, a tag, the key or the value. */
  readonly start: number;
  /** The `:` after the key. */
  readonly colon: number;
  /** The `-` of a block list. */
  readonly dash: number;
  /** First character of the value, with its anchor and tag; an absent value with neither is -1. */
  readonly valueStart: number;
  /** End of the value's anchor and tag, whichever is last. */
  readonly propsEnd: number;
  /** The comma before it, in flow style. */
  readonly commaBefore: number;
  /** The comma after it, in flow style. */
  readonly commaAfter: number;
}

interface Token {
  readonly type: string;
  readonly offset: number;
  readonly source?: string;
}

/** One entry or item as the parser cuts it up. */
export interface TokenItem {
  readonly start: readonly Token[];
  readonly key?: Token | null;
  readonly sep?: readonly Token[];
  readonly value?: Token;
}

/** The places of all entries or items that hold something, in order. */
export function slotsFrom(items: readonly TokenItem[]): readonly Slot[] {
  const slots: Slot[] = [];
  for (const [index, item] of items.entries()) {
    if (!holdsSomething(item)) continue;
    const props = firstOf(item.start, 'anchor', 'tag');
    const keyed = item.sep !== undefined || (item.key !== undefined && item.key !== null);
    const dash = firstOf(item.start, 'seq-item-ind');
    const start = minimum(
      dash,
      firstOf(item.start, 'explicit-key-ind'),
      props,
      item.key?.offset ?? -1,
      keyed ? firstOf(item.sep, 'map-value-ind') : -1,
      item.value?.offset ?? -1,
    );
    slots.push({
      start,
      colon: firstOf(item.sep, 'map-value-ind'),
      dash,
      valueStart: minimum(keyed ? firstOf(item.sep, 'anchor', 'tag') : props, item.value?.offset ?? -1),
      propsEnd: endOfProps(keyed ? item.sep : item.start),
      commaBefore: firstOf(item.start, 'comma'),
      commaAfter: firstOf(items[index + 1]?.start, 'comma'),
    });
  }
  return slots;
}

function holdsSomething(item: TokenItem): boolean {
  return (
    item.sep !== undefined ||
    item.value !== undefined ||
    (item.key !== undefined && item.key !== null) ||
    firstOf(item.start, 'anchor', 'tag', 'explicit-key-ind', 'seq-item-ind') !== -1
  );
}

function firstOf(tokens: readonly Token[] | undefined, ...types: readonly string[]): number {
  for (const token of tokens ?? []) if (types.includes(token.type)) return token.offset;
  return -1;
}

function endOfProps(tokens: readonly Token[] | undefined): number {
  let end = -1;
  for (const token of tokens ?? []) {
    if (token.type === 'anchor' || token.type === 'tag') end = token.offset + (token.source ?? '').length;
  }
  return end;
}

function minimum(...offsets: readonly number[]): number {
  let least = -1;
  for (const offset of offsets) if (offset !== -1 && (least === -1 || offset < least)) least = offset;
  return least;
}
