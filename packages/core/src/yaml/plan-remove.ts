import { type GitOpsError, problem } from '../errors/error.js';
import { type Draft, type Splice, valueRank } from './draft.js';
import type { RemovalPlace } from './edit-types.js';
import type { EditedText, Found, Hop } from './locate.js';
import { childAt } from './lookup.js';
import type { Pointer, YamlNode } from './node.js';
import { formatPointer } from './pointer.js';
import { afterLineBreak, columnAt, endOfEntry, lineEndAt, lineStartAt, rawOf, slotAt } from './spans.js';

/** Plans the removing of an entry with its line. */
export function planRemove(
  draft: Draft,
  found: Found,
  edit: { readonly at: Pointer; readonly prune?: boolean },
): GitOpsError | null {
  const { edited } = draft;
  const { hops } = found;
  let depth = hops.length;
  while (edit.prune === true && depth > 1 && left(draft, hops[depth - 1] as Hop) === 1) depth -= 1;
  const hop = hops[depth - 1];
  if (hop === undefined) {
    return problem('pointer-not-found', 'A whole document cannot be removed from a file.', 'Name an entry of it.', {
      at: edited.position(found.document.root?.start ?? 0),
      details: { pointer: formatPointer(edit.at) },
    });
  }
  const shared = refuseAnchors(edited, childAt(hop.collection, hop.place), edit.at);
  if (shared !== null) return shared;
  const removed = draft.removedIn(hop.collection);
  const slot = slotAt(edited, hop.collection, hop.place);
  const refused = draft.expect(found.document, hop, { type: 'removed' }, edit.at, slot.start);
  if (refused !== null) return refused;
  const run = runOf(edited, hop, hops[depth - 2], removed);
  if ('kind' in run) return run;
  if (run.added !== '') draft.emptied.add(hop.collection);
  const place = placeOf(draft, hop, depth, run, removed);
  const splice: Splice = { start: run.start, end: run.end, text: () => run.added, rank: valueRank };
  draft.splices.push(splice);
  draft.planned.push({
    applied: {
      at: edit.at,
      wrote: null,
      was: rawOf(edited.text, found.node),
      added: run.added === '' ? null : run.added,
      removed: edited.text.slice(run.start, run.end),
      place,
    },
    value: { type: 'in-old-text', offset: found.node?.start ?? slot.start },
    oldOffset: slot.start,
  });
  return null;
}

function left(draft: Draft, hop: Hop): number {
  const count = hop.collection.type === 'map' ? hop.collection.entries.length : hop.collection.items.length;
  return count - draft.removedIn(hop.collection).size;
}

interface Run {
  readonly start: number;
  readonly end: number;
  readonly added: string;
}

function runOf(edited: EditedText, hop: Hop, parent: Hop | undefined, removed: ReadonlySet<number>): Run | GitOpsError {
  const { text } = edited;
  const { collection, place } = hop;
  const slots = edited.slots(collection);
  const slot = slotAt(edited, collection, place);
  const end = endOfEntry(edited, collection, place);
  const others = slots.length - removed.size - 1;
  const next = slots[place + 1];
  if (collection.flow) {
    if (place > 0 && slot.commaBefore !== -1 && !allRemovedBefore(removed, place))
      return { start: slot.commaBefore, end, added: '' };
    if (next !== undefined && others > 0) return { start: slot.start, end: next.start, added: '' };
    return { start: slot.start, end: slot.commaAfter === -1 ? end : slot.commaAfter + 1, added: '' };
  }
  if (others === 0) {
    // An unindented list's brackets have to stand deeper than its key.
    const indent = collection.type === 'list' && isUnindented(edited, slot.start, parent) ? '  ' : '';
    return { start: slot.start, end, added: indent + (collection.type === 'map' ? '{}' : '[]') };
  }
  const lineStart = lineStartAt(text, slot.start);
  if (text.slice(lineStart, slot.start).trim() !== '') {
    // The first entry of a map that begins behind a dash: the next one takes its place.
    if (next === undefined) throw new Error('an entry without a line of its own and without a neighbour');
    if (/\n\s*#/.test(text.slice(end, next.start))) {
      return problem(
        'edit-unverified',
        'A comment stands between this entry, the first behind its dash, and the next one, and would be lost.',
        'Move the comment, then run again.',
        { at: edited.position(slot.start) },
      );
    }
    return { start: slot.start, end: next.start, added: '' };
  }
  const lineEnd = lineEndAt(text, end);
  if (lineEnd < text.length) return { start: lineStart, end: afterLineBreak(text, lineEnd), added: '' };
  // The last line of a text that ends without a line break: the break before it goes instead.
  const breakStart = lineStart > 0 && text.charCodeAt(lineStart - 2) === 0x0d ? lineStart - 2 : lineStart - 1;
  return { start: Math.max(breakStart, 0), end: lineEnd, added: '' };
}

function allRemovedBefore(removed: ReadonlySet<number>, place: number): boolean {
  for (let index = 0; index < place; index++) if (!removed.has(index)) return false;
  return true;
}

/** Whether a list's dashes stand in the column of the key that holds it. */
function isUnindented(edited: EditedText, dash: number, parent: Hop | undefined): boolean {
  if (parent === undefined || parent.collection.type !== 'map') return false;
  const key = slotAt(edited, parent.collection, parent.place).start;
  return columnAt(edited.text, key) >= columnAt(edited.text, dash);
}

/** Where the entry stood, as an undoing will find it: as if the edits before this one had been made first. */
function placeOf(draft: Draft, hop: Hop, depth: number, run: Run, removed: ReadonlySet<number>): RemovalPlace {
  const { edited } = draft;
  const { collection } = hop;
  let before = hop.place - 1;
  while (before >= 0 && removed.has(before)) before -= 1;
  if (before < 0) {
    if (collection.flow)
      return {
        depth,
        follows: null,
        distance: run.start - collection.start - gone(draft, collection.start, run.start),
      };
    const slots = edited.slots(collection);
    let after = hop.place + 1;
    while (after < slots.length && removed.has(after)) after += 1;
    const next = slots[after]?.start ?? run.end;
    return { depth, follows: null, distance: run.end - next + gone(draft, run.end, next) };
  }
  const anchor = endOfEntry(edited, collection, before);
  let index = 0;
  for (let place = 0; place < before; place++) if (!removed.has(place)) index += 1;
  return {
    depth,
    follows: collection.type === 'map' ? (collection.entries[before]?.key ?? null) : index,
    distance: run.start - anchor - gone(draft, anchor, run.start),
  };
}

/** How many characters between two offsets other edits take away. */
function gone(draft: Draft, from: number, to: number): number {
  let count = 0;
  for (const splice of draft.splices) if (splice.start >= from && splice.end <= to) count += splice.end - splice.start;
  return count;
}

/** An anchor inside what goes, with an alias elsewhere. */
function refuseAnchors(edited: EditedText, node: YamlNode | null, pointer: Pointer): GitOpsError | null {
  if (node === null || node.type === 'alias') return null;
  if (node.anchor !== null && edited.aliasesOf(node).some((offset) => offset < node.start || offset >= node.end)) {
    return edited.refuseFanOut(node, pointer);
  }
  if (node.type === 'scalar') return null;
  const children: readonly (YamlNode | null)[] =
    node.type === 'map' ? node.entries.map((entry) => entry.value) : node.items;
  for (const child of children) {
    const refused = refuseAnchors(edited, child, pointer);
    if (refused !== null) return refused;
  }
  return null;
}
