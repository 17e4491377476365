import { type GitOpsError, problem } from '../errors/error.js';
import { type Made, type MadeList, type MadeMap, type Style, toMade, Writer } from './content.js';
import type { Draft, InsertPoint, Splice } from './draft.js';
import type { YamlContent } from './edit-types.js';
import type { EditedText, Found, Hop } from './locate.js';
import type { Path, Pointer, Step, YamlList, YamlMap } from './node.js';
import { formatPointer } from './pointer.js';
import { columnAt, emptyValueAt, endOfEntry, lineBreakAt, lineEndAt, lineStartAt, rawEnd, slotAt } from './spans.js';

/** Plans a new entry, with the parents that are missing. */
export function planInsert(
  draft: Draft,
  found: Found,
  edit: { readonly at: Pointer; readonly insert: YamlContent },
): GitOpsError | null {
  const { edited } = draft;
  const { missing, node } = found;
  const hop = found.hops.at(-1);
  const [first] = missing;
  if (first === undefined)
    return alreadyThere(
      edited,
      edit.at,
      node?.start ?? (hop === undefined ? 0 : slotAt(edited, hop.collection, hop.place).start),
    );
  if (node === null && hop === undefined) return edited.notFound(found, edit.at);
  if (node !== null && node.type !== 'map' && node.type !== 'list') {
    // An absent value with an anchor or a tag of its own is no place for a map.
    return edited.notFound(found, edit.at);
  }
  const host = node ?? (hop as Hop).collection;
  const place = node === null ? (hop as Hop).place : -1;
  let point = draft.points.get(host)?.get(place);
  if (point === undefined) {
    point =
      node === null
        ? pointInAbsent(edited, hop as Hop, first, found.hops.length)
        : pointIn(edited, node, found.hops.length);
    const refused =
      node === null
        ? draft.expect(found.document, hop, { type: 'made', made: point.root }, edit.at, point.splice.start)
        : null;
    if (refused !== null) return refused;
    const points = draft.points.get(host) ?? new Map<number, InsertPoint>();
    draft.points.set(host, points.set(place, point));
    draft.splices.push(point.splice);
  }
  const spot = descend(point, missing);
  if (spot === 'there') return alreadyThere(edited, edit.at, point.splice.start);
  if (spot === null) return edited.notFound(found, edit.at);
  const { parent, steps } = spot;
  const value = toMade(edit.insert);
  const [lead, ...rest] = steps as [Step, ...Step[]];
  const wrapped = wrap(lead, rest, value);
  if (wrapped === null) return edited.notFound(found, edit.at);
  const { added, wrote } =
    place === -1 || parent !== point.root
      ? append(point, parent, lead, wrapped)
      : appendFirst(point, parent, lead, wrapped);
  if (node !== null && parent === point.root)
    draft.add(node, { key: typeof lead === 'string' ? lead : null, made: wrapped.entry });
  const { splice } = point;
  const target = point;
  draft.planned.push({
    applied: { at: edit.at, wrote, was: null, added, removed: null },
    value: { type: 'in-splice', splice, offset: () => target.ranges.get(wrapped.value)?.start ?? 0 },
    oldOffset: splice.start,
  });
  return null;
}

function alreadyThere(edited: EditedText, pointer: Pointer, offset: number): GitOpsError {
  return problem(
    'already-there',
    `${formatPointer(pointer)} is there already.`,
    'Set its value instead of inserting it.',
    {
      at: edited.position(offset),
      details: { pointer: formatPointer(pointer) },
    },
  );
}

/** Follows the steps into what other insertions of this call have made. Null: the steps do not fit. */
function descend(
  point: InsertPoint,
  steps: Path,
): { readonly parent: MadeMap | MadeList; readonly steps: Path } | 'there' | null {
  let parent: MadeMap | MadeList = point.root;
  for (const [depth, step] of steps.entries()) {
    const existing = parent === point.root ? point.existing : 0;
    let child: Made | undefined;
    if (typeof step === 'string') {
      if (parent.type !== 'map') return null;
      child = parent.entries.get(step);
    } else {
      if (parent.type !== 'list') return null;
      if (typeof step === 'number') {
        if (step > existing + parent.items.length) return null;
        child = parent.items[step - existing];
      } else child = parent.items.find((item) => hasFields(item, step.where));
    }
    if (child === undefined) return { parent, steps: steps.slice(depth) };
    if (depth === steps.length - 1) return 'there';
    if (child.type === 'leaf') return null;
    parent = child;
  }
  return 'there';
}

function hasFields(item: Made, fields: Readonly<Record<string, string>>): boolean {
  if (item.type !== 'map') return false;
  return Object.entries(fields).every(([key, wanted]) => {
    const value = item.entries.get(key);
    return value?.type === 'leaf' && String(value.value) === wanted;
  });
}

interface Wrapped {
  /** What stands at the first step. */
  readonly entry: Made;
  /** What stands at the last. */
  readonly value: Made;
}

/** The value within the parents that the steps after the first ask for. */
function wrap(lead: Step, rest: Path, value: Made): Wrapped | null {
  const [next, ...further] = rest;
  if (next === undefined) {
    const own = withFields(lead, value);
    return own === null ? null : { entry: own, value: own };
  }
  const inner = wrap(next, further, value);
  if (inner === null || (typeof next === 'number' && next !== 0)) return null;
  const parent: Made =
    typeof next === 'string'
      ? { type: 'map', flow: false, entries: new Map([[next, inner.entry]]) }
      : { type: 'list', flow: false, items: [inner.entry] };
  const own = withFields(lead, parent);
  return own === null ? null : { entry: own, value: inner.value };
}

/** An item that is found by its fields has them. Null where it cannot, or says otherwise. */
function withFields(step: Step, value: Made): Made | null {
  if (typeof step !== 'object') return value;
  if (value.type !== 'map') return null;
  const entries = new Map<string, Made>();
  for (const [key, text] of Object.entries(step.where)) {
    const given = value.entries.get(key);
    if (given !== undefined && !(given.type === 'leaf' && String(given.value) === text)) return null;
    if (given === undefined) entries.set(key, { type: 'leaf', value: text });
  }
  if (entries.size === 0) return value;
  for (const [key, inner] of value.entries) entries.set(key, inner);
  return { type: 'map', flow: false, entries };
}

interface Appended {
  readonly added: string;
  readonly wrote: string;
}

/** Adds an entry, and says what the text gains by it. */
function append(point: InsertPoint, parent: MadeMap | MadeList, lead: Step, wrapped: Wrapped): Appended {
  const indent = parent === point.root ? point.style.indent : point.indents.get(parent);
  const flow = indent === undefined || point.style.flow;
  const writer = new Writer({ ...point.style, flow, indent: indent ?? 0 });
  const count = parent.type === 'map' ? parent.entries.size : parent.items.length;
  const separator =
    parent === point.root
      ? point.separator(count)
      : flow
        ? count === 0
          ? ''
          : ', '
        : point.style.lineEnd + ' '.repeat(indent ?? 0);
  writeEntry(writer, lead, wrapped.entry);
  attach(parent, lead, wrapped.entry);
  for (const [made, column] of writer.indents) point.indents.set(made, column);
  const range = writer.ranges.get(wrapped.value);
  return { added: separator + writer.text, wrote: writer.text.slice(range?.start, range?.end) };
}

/** As {@link append}, for a value that was absent: its first entry brings what opens and closes it. */
function appendFirst(point: InsertPoint, parent: MadeMap | MadeList, lead: Step, wrapped: Wrapped): Appended {
  const isFirst = parent.type === 'map' ? parent.entries.size === 0 : parent.items.length === 0;
  const { added, wrote } = append(point, parent, lead, wrapped);
  return { added: isFirst ? point.open + added + point.close : added, wrote };
}

function attach(parent: MadeMap | MadeList, lead: Step, entry: Made): void {
  if (parent.type === 'map') parent.entries.set(String(lead), entry);
  else parent.items.push(entry);
}

function writeEntry(writer: Writer, lead: Step, entry: Made): void {
  if (typeof lead === 'string') writer.entry(lead, entry);
  else writer.item(entry);
}

function emptyOf(type: 'map' | 'list', flow: boolean): MadeMap | MadeList {
  return type === 'map' ? { type, flow, entries: new Map() } : { type, flow, items: [] };
}

/** A value that is absent: what comes in goes below its key in block style, behind it in flow style. */
function pointInAbsent(edited: EditedText, hop: Hop, first: Step, depth: number): InsertPoint {
  const { text } = edited;
  const slot = slotAt(edited, hop.collection, hop.place);
  const { flow } = hop.collection;
  const at = emptyValueAt(edited, hop.collection, hop.place);
  const root = emptyOf(typeof first === 'string' ? 'map' : 'list', flow);
  const step = stepOf(edited, hop.collection);
  const start = flow ? at : lineEndAt(text, at);
  const style: Style = {
    flow,
    json: flow && isJson(text, hop.collection),
    indent: columnAt(text, slot.start) + step,
    step,
    lineEnd: lineBreakAt(text, start),
  };
  const [open, close] = root.type === 'map' ? ['{', '}'] : ['[', ']'];
  const lead = slot.colon === -1 && slot.dash === -1 && hop.collection.type === 'map' ? ': ' : ' ';
  return makePoint(root, style, 0, start, depth + 1, {
    separator: flow ? (index) => (index === 0 ? '' : ', ') : () => style.lineEnd + ' '.repeat(style.indent),
    open: flow ? lead + open : '',
    close: flow ? close : '',
  });
}

function pointIn(edited: EditedText, collection: YamlMap | YamlList, depth: number): InsertPoint {
  const { text } = edited;
  const slots = edited.slots(collection);
  const root = emptyOf(collection.type, collection.flow);
  const count = collection.type === 'map' ? collection.entries.length : collection.items.length;
  const last = slots.at(-1);
  if (!collection.flow) {
    const start = lineEndAt(text, endOfEntry(edited, collection, count - 1));
    const style: Style = {
      flow: false,
      json: false,
      indent: columnAt(text, slots[0]?.start ?? collection.start),
      step: stepOf(edited, collection),
      lineEnd: lineBreakAt(text, start),
    };
    return makePoint(root, style, count, start, depth, {
      separator: () => style.lineEnd + ' '.repeat(style.indent),
      open: '',
      close: '',
    });
  }
  const style: Style = {
    flow: true,
    json: isJson(text, collection),
    indent: 0,
    step: 2,
    lineEnd: lineBreakAt(text, collection.start),
  };
  if (last === undefined) {
    return makePoint(root, style, 0, collection.start + 1, depth, {
      separator: (index) => (index === 0 ? '' : ', '),
      open: '',
      close: '',
    });
  }
  const value = collection.type === 'map' ? collection.entries[count - 1]?.value : collection.items[count - 1];
  const comma = last.commaAfter !== -1;
  const behind = value === null || value === undefined ? collection.end - 1 : rawEnd(text, value);
  const start = comma ? last.commaAfter + 1 : behind;
  const ownLine = ownLineOf(text, last.start, start, collection);
  const space = ownLine === null ? ' ' : style.lineEnd + ownLine;
  return makePoint(root, style, count, start, depth, {
    separator: (index) => (index === 0 && comma ? space : `,${space}`),
    open: '',
    close: '',
  });
}

/** The indentation of a flow entry that has a line of its own, so that the next one gets one as well. */
function ownLineOf(text: string, entry: number, end: number, collection: YamlMap | YamlList): string | null {
  const indentation = text.slice(lineStartAt(text, entry), entry);
  const rest = text.slice(end, lineEndAt(text, end));
  const closesLater = lineEndAt(text, end) < collection.end - 1;
  return /^[ \t]*$/.test(indentation) && rest.trim() === '' && closesLater ? indentation : null;
}

function isJson(text: string, collection: YamlMap | YamlList): boolean {
  if (collection.type === 'map') {
    const [first] = collection.entries;
    if (first !== undefined) return text.charAt(first.keyStart) === '"';
  }
  // An empty one, or a list, is JSON where the whole text is.
  return /^\ufeff?\s*(?:\{\s*"|\[)/.test(text.slice(0, 200));
}

/** How much deeper the maps of a map's entries begin. */
function stepOf(edited: EditedText, collection: YamlMap | YamlList): number {
  if (collection.type !== 'map' || collection.flow) return 2;
  for (const entry of collection.entries) {
    if (entry.value?.type !== 'map' || entry.value.flow) continue;
    const inner = columnAt(edited.text, edited.slots(entry.value)[0]?.start ?? entry.value.start);
    const step = inner - columnAt(edited.text, entry.keyStart);
    if (step > 0) return step;
  }
  return 2;
}

function makePoint(
  root: MadeMap | MadeList,
  style: Style,
  existing: number,
  start: number,
  rank: number,
  how: Pick<InsertPoint, 'separator' | 'open' | 'close'>,
): InsertPoint {
  const splice: Splice = { start, end: start, rank, text: () => render(point) };
  const point: InsertPoint = { root, style, existing, ...how, indents: new Map(), ranges: new Map(), splice };
  return point;
}

function render(point: InsertPoint): string {
  const writer = new Writer(point.style);
  writer.text = point.open;
  let index = 0;
  if (point.root.type === 'map') {
    for (const [key, made] of point.root.entries) {
      writer.text += point.separator(index++);
      writer.entry(key, made);
    }
  } else {
    for (const made of point.root.items) {
      writer.text += point.separator(index++);
      writer.item(made);
    }
  }
  writer.text += point.close;
  point.ranges = writer.ranges;
  return writer.text;
}
