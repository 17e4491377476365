import type { EditedText } from './locate.js';
import type { YamlList, YamlMap, YamlNode } from './node.js';
import type { Slot } from './slots.js';

/** End of a node's source without the line break that ends a block of text. */
export function rawEnd(text: string, node: YamlNode): number {
  let end = node.end;
  if (end > node.start && text.charCodeAt(end - 1) === 0x0a) end -= text.charCodeAt(end - 2) === 0x0d ? 2 : 1;
  return end;
}

/** The source of a node, byte for byte; of an absent one, nothing. */
export function rawOf(text: string, node: YamlNode | null): string {
  return node === null ? '' : text.slice(node.start, rawEnd(text, node));
}

/** The end of a line without its line break. */
export function lineEndAt(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  if (feed === -1) return text.length;
  return feed > offset && text.charCodeAt(feed - 1) === 0x0d ? feed - 1 : feed;
}

export function lineStartAt(text: string, offset: number): number {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  return start === 0 && text.charCodeAt(0) === 0xfeff ? 1 : start;
}

/** Offset of the line after the one that ends at `lineEnd`. */
export function afterLineBreak(text: string, lineEnd: number): number {
  if (text.charCodeAt(lineEnd) === 0x0d && text.charCodeAt(lineEnd + 1) === 0x0a) return lineEnd + 2;
  return lineEnd < text.length ? lineEnd + 1 : lineEnd;
}

/** How lines end around an offset. */
export function lineBreakAt(text: string, offset: number): string {
  const next = text.indexOf('\n', offset);
  const feed = next === -1 ? text.lastIndexOf('\n', offset) : next;
  return feed > 0 && text.charCodeAt(feed - 1) === 0x0d ? '\r\n' : '\n';
}

/** Column, from 0, of an offset. */
export function columnAt(text: string, offset: number): number {
  return offset - lineStartAt(text, offset);
}

export function slotAt(edited: EditedText, collection: YamlMap | YamlList, place: number): Slot {
  const slot = edited.slots(collection)[place];
  if (slot === undefined) throw new Error('a place without a source');
  return slot;
}

/** Where an absent value would be written: behind anchor and tag, the colon, the dash or the key. */
export function emptyValueAt(edited: EditedText, collection: YamlMap | YamlList, place: number): number {
  const slot = slotAt(edited, collection, place);
  if (slot.propsEnd !== -1) return slot.propsEnd;
  if (slot.colon !== -1) return slot.colon + 1;
  if (slot.dash !== -1) return slot.dash + 1;
  return collection.type === 'map' ? (collection.entries[place]?.keyEnd ?? slot.start) : slot.start;
}

/** End of an entry or item, its value included. */
export function endOfEntry(edited: EditedText, collection: YamlMap | YamlList, place: number): number {
  const value = collection.type === 'map' ? collection.entries[place]?.value : collection.items[place];
  if (value === null || value === undefined) return emptyValueAt(edited, collection, place);
  return Math.max(rawEnd(edited.text, value), value.start);
}
