import type { GitOpsError } from '../errors/error.js';
import { type Draft, type Splice, valueRank } from './draft.js';
import type { AppliedEdit, ChangedEdit } from './edit-types.js';
import type { Found, Hop } from './locate.js';
import type { YamlList, YamlMap, YamlNode } from './node.js';
import { planRemove } from './plan-remove.js';
import { afterLineBreak, endOfEntry, lineBreakAt, lineEndAt, lineStartAt, rawEnd, rawOf, slotAt } from './spans.js';

/**
 * Plans the undoing of one edit. `later` means that it builds on what another undoing gives back; it is answered only
 * while `patient`.
 */
export function planUndo(
  draft: Draft,
  edit: AppliedEdit,
  patient: boolean,
): 'undone' | 'later' | ChangedEdit | GitOpsError {
  if (edit.wrote === edit.was && edit.added === null) return 'undone';
  if (edit.removed !== null) return restore(draft, edit, edit.removed, patient);
  const located = draft.edited.locate(edit.at);
  // What is shared or ambiguous by now is not ours any more.
  if (located.isErr()) return { edit, at: located.error.at, found: null };
  const found = located.value;
  const there = found.missing.length === 0;
  if (edit.was === null && !there) return 'undone';
  const raw = there ? rawOf(draft.edited.text, found.node) : null;
  if (raw !== null && raw === edit.was) return 'undone';
  if (raw !== edit.wrote || found.node === null) return changed(draft, found, edit);
  if (edit.added !== null) return takeOut(draft, found, found.node, edit, edit.added, patient);
  return putBack(draft, found, found.node, edit);
}

function changed(draft: Draft, found: Found, edit: AppliedEdit): ChangedEdit {
  if (found.missing.length > 0) return { edit, at: null, found: null };
  const hop = found.hops.at(-1);
  const offset = found.node?.start ?? (hop === undefined ? 0 : slotAt(draft.edited, hop.collection, hop.place).start);
  return { edit, at: draft.edited.position(offset), found: rawOf(draft.edited.text, found.node) };
}

/** A value that was replaced. */
function putBack(draft: Draft, found: Found, node: YamlNode, edit: AppliedEdit): 'undone' | ChangedEdit {
  const was = edit.was ?? '';
  if (draft.expect(found.document, found.hops.at(-1), { type: 'raw', raw: was }, edit.at, node.start) !== null) {
    return changed(draft, found, edit);
  }
  draft.splices.push({ start: node.start, end: rawEnd(draft.edited.text, node), text: () => was, rank: valueRank });
  return 'undone';
}

/** Something that was added. */
function takeOut(
  draft: Draft,
  found: Found,
  node: YamlNode,
  edit: AppliedEdit,
  added: string,
  patient: boolean,
): 'undone' | 'later' | ChangedEdit | GitOpsError {
  const { edited } = draft;
  const { text } = edited;
  const start = runStart(text, node, edit.wrote ?? '', added);
  if (start === null) return changed(draft, found, edit);
  const end = start + added.length;
  const top = topmost(draft, found.hops, start, end);
  if (!top.whole || !standsAlone(text, top, added, end)) {
    if (patient) return 'later';
    if (edit.was !== null) return changed(draft, found, edit);
    return planRemove(draft, found, { at: edit.at }) ?? 'undone';
  }
  if (draft.expect(found.document, top.hop, { type: top.entry ? 'removed' : 'absent' }, edit.at, node.start) !== null) {
    return patient ? 'later' : changed(draft, found, edit);
  }
  draft.splices.push({ start, end, text: () => '', rank: valueRank });
  return 'undone';
}

/** Where the run that was added begins, if it still stands around the value. */
function runStart(text: string, node: YamlNode, wrote: string, added: string): number | null {
  for (
    let inner = added.lastIndexOf(wrote);
    inner !== -1;
    inner = inner === 0 ? -1 : added.lastIndexOf(wrote, inner - 1)
  ) {
    const start = node.start - inner;
    if (start >= 0 && text.startsWith(added, start)) return start;
  }
  return null;
}

interface Topmost {
  readonly hop: Hop;
  /** The entry goes, key and all; else only its value. */
  readonly entry: boolean;
  /** Nothing else stands in it. */
  readonly whole: boolean;
}

/** The outermost thing that the run made. */
function topmost(draft: Draft, hops: readonly Hop[], start: number, end: number): Topmost {
  const { edited } = draft;
  for (const [depth, hop] of hops.entries()) {
    const above = hops[depth - 1];
    if (above !== undefined && hop.collection.start >= start) {
      return { hop: above, entry: false, whole: rawEnd(edited.text, hop.collection) <= end };
    }
    if (slotAt(edited, hop.collection, hop.place).start >= start) {
      return { hop, entry: true, whole: endOfEntry(edited, hop.collection, hop.place) <= end };
    }
  }
  return { hop: hops.at(-1) as Hop, entry: false, whole: true };
}

/** Whether the run can go without touching what others wrote beside it: a comment, a comma. */
function standsAlone(text: string, { hop, entry }: Topmost, added: string, end: number): boolean {
  if (/^\r?\n/.test(added)) return end === text.length || /^\r?\n/.test(text.slice(end, end + 2));
  if (!entry || !hop.collection.flow || /^\s*,/.test(added)) return true;
  return !/^\s*,/.test(text.slice(end));
}

/** Something that was removed. */
function restore(draft: Draft, edit: AppliedEdit, removed: string, patient: boolean): 'undone' | 'later' | ChangedEdit {
  const { edited } = draft;
  const { document, path } = edit.at;
  const depth = edit.place?.depth ?? path.length;
  const key = path[depth - 1];
  // Only the parent has to be there; what stands where the entry stood may be another by now.
  const located = edited.locate({ document, path: path.slice(0, depth - 1) });
  if (located.isErr()) return patient ? 'later' : { edit, at: located.error.at, found: null };
  const { node: collection, hops, missing } = located.value;
  if (key === undefined || missing.length > 0 || (collection?.type !== 'map' && collection?.type !== 'list')) {
    return patient ? 'later' : { edit, at: null, found: null };
  }
  const again = typeof key === 'number' ? null : edited.locate({ document, path: path.slice(0, depth) });
  if (again !== null && (again.isErr() || again.value.missing.length === 0)) {
    return again.isErr() ? { edit, at: again.error.at, found: null } : changed(draft, again.value, edit);
  }
  if (draft.planOf(collection)?.additions.length || draft.removedIn(collection).size > 0) return 'later';
  const name = typeof key === 'string' ? key : null;
  const count = collection.type === 'map' ? collection.entries.length : collection.items.length;
  if (edit.added !== null) {
    const start = collection.start - (edit.added.length - edit.added.trimStart().length);
    if (count > 0 || edited.text.slice(start, collection.end) !== edit.added) {
      return patient ? 'later' : changed(draft, located.value, edit);
    }
    draft.add(collection, { key: name, after: -1 });
    draft.splices.push(insertion(start, collection.end, removed, hops.length));
    return 'undone';
  }
  const spot = spotOf(draft, collection, edit, removed, patient);
  if (spot === null) return 'later';
  draft.add(collection, { key: name, after: spot.after });
  draft.splices.push(insertion(spot.offset, spot.offset, spot.text, hops.length));
  return 'undone';
}

function insertion(start: number, end: number, text: string, rank: number): Splice {
  return { start, end, text: () => text, rank };
}

/** Where a removed run goes back: behind the entry that it followed, as far from it as it was. Null: not there yet. */
function spotOf(
  draft: Draft,
  collection: YamlMap | YamlList,
  edit: AppliedEdit,
  removed: string,
  patient: boolean,
): { readonly offset: number; readonly after: number; readonly text: string } | null {
  const { edited } = draft;
  const { text } = edited;
  const count = collection.type === 'map' ? collection.entries.length : collection.items.length;
  const follows = edit.place?.follows;
  let after = count - 1;
  if (follows === null) after = -1;
  else if (typeof follows === 'number') after = follows < count ? follows : count - 1;
  else if (typeof follows === 'string' && collection.type === 'map') {
    const place = collection.entries.findIndex((entry) => entry.key === follows);
    if (place === -1 && patient) return null;
    if (place !== -1) after = place;
  }
  const first = collection.flow || count === 0 ? collection.start : slotAt(edited, collection, 0).start;
  const anchor = after === -1 ? first : endOfEntry(edited, collection, after);
  const next = after + 1 < count ? slotAt(edited, collection, after + 1).start : null;
  const exact = anchor + (edit.place?.distance ?? Number.NaN);
  if (exact <= (next ?? text.length) && fits(text, exact, removed, collection.flow))
    return { offset: exact, after, text: removed };
  if (collection.flow) return { offset: anchor, after, text: removed };
  // The surroundings moved: its own line, right behind the entry that it followed.
  const lineEnd = after === -1 ? lineStartAt(text, collection.start) : lineEndAt(text, anchor);
  const offset = after === -1 ? lineEnd : afterLineBreak(text, lineEnd);
  const closed = /\n$/.test(removed) ? removed : `${removed.replace(/^\r?\n/, '')}${lineBreakAt(text, offset)}`;
  const atEnd = after !== -1 && offset === lineEnd;
  return { offset, after, text: atEnd ? lineBreakAt(text, offset) + closed.replace(/\r?\n$/, '') : closed };
}

/** Whether a run of whole lines would again be whole lines there. */
function fits(text: string, offset: number, removed: string, flow: boolean): boolean {
  if (offset < 0 || offset > text.length) return false;
  if (flow) return true;
  if (/^\r?\n/.test(removed)) return offset === text.length || /^\r?\n/.test(text.slice(offset, offset + 2));
  if (/\n$/.test(removed)) return lineStartAt(text, offset) === offset;
  return true;
}
