import { type GitOpsError, problem } from '../errors/error.js';
import { type Draft, type Splice, valueRank } from './draft.js';
import type { EditedText, Found, Hop } from './locate.js';
import type { Pointer, YamlScalar } from './node.js';
import { formatPointer } from './pointer.js';
import { isTypeTag } from './resolve.js';
import { encodeScalar, fitsBlock } from './scalar.js';
import { columnAt, emptyValueAt, lineBreakAt, rawEnd, rawOf, slotAt } from './spans.js';

/** Plans the setting of a scalar to a string. */
export function planSet(
  draft: Draft,
  found: Found,
  edit: { readonly at: Pointer; readonly set: string; readonly quote?: 'single' | 'double' },
): GitOpsError | null {
  const { edited } = draft;
  const hop = found.hops.at(-1);
  const { node } = found;
  const typed = node?.type === 'scalar' && node.tag !== undefined && isTypeTag(node.tag) ? node.tag : null;
  if (node !== null && typed !== null) {
    return problem(
      'not-a-scalar',
      `${formatPointer(edit.at)} has the tag ${typed.replace(/^.*:/, '!!')}, so that no word can be written there.`,
      'Remove the tag, then run again.',
      { at: edited.position(node.start), details: { pointer: formatPointer(edit.at), tag: typed } },
    );
  }
  if (node === null || (node.type === 'scalar' && node.start === node.end)) return fill(draft, found, edit);
  if (node.type !== 'scalar') {
    return problem(
      'not-a-scalar',
      `${formatPointer(edit.at)} is a ${node.type}, not a single value.`,
      'Name one of the values in it.',
      { at: edited.position(node.start), details: { pointer: formatPointer(edit.at) } },
    );
  }
  const refused = draft.expect(found.document, hop, { type: 'string', value: edit.set }, edit.at, node.start);
  if (refused !== null) return refused;
  const was = rawOf(edited.text, node);
  if (node.value === edit.set) {
    draft.planned.push({
      applied: { at: edit.at, wrote: was, was, added: null, removed: null },
      value: { type: 'unmoved', offset: node.start },
      oldOffset: node.start,
    });
    return null;
  }
  const wrote = isBlock(node) ? replaceBlock(edited, node, hop, edit) : encode(node, hop, edit);
  if (typeof wrote !== 'string') return wrote;
  const splice: Splice = { start: node.start, end: rawEnd(edited.text, node), text: () => wrote, rank: valueRank };
  draft.splices.push(splice);
  draft.planned.push({
    applied: { at: edit.at, wrote, was, added: null, removed: null },
    value: { type: 'in-splice', splice, offset: () => 0 },
    oldOffset: node.start,
  });
  return null;
}

/** Plans the replacing of a value's source by another source. */
export function planReplace(
  draft: Draft,
  found: Found,
  edit: { readonly at: Pointer; readonly replace: string },
): GitOpsError | null {
  const { edited } = draft;
  const { node } = found;
  const hop = found.hops.at(-1);
  const empty = node === null || node.start === node.end;
  const start = empty ? (hop === undefined ? 0 : emptyValueAt(edited, hop.collection, hop.place)) : node.start;
  if (empty && hop === undefined) return draft.edited.notFound({ ...found, missing: [0] }, edit.at);
  const refused = draft.expect(found.document, hop, { type: 'raw', raw: edit.replace }, edit.at, start);
  if (refused !== null) return refused;
  const lead = empty && edit.replace !== '' ? leadOf(edited, hop as Hop) : '';
  const was = rawOf(edited.text, node);
  const splice: Splice = {
    start,
    end: empty ? start : rawEnd(edited.text, node),
    text: () => lead + edit.replace,
    rank: valueRank,
  };
  draft.splices.push(splice);
  draft.planned.push({
    applied: { at: edit.at, wrote: edit.replace, was, added: lead === '' ? null : lead + edit.replace, removed: null },
    value: { type: 'in-splice', splice, offset: () => lead.length },
    oldOffset: start,
  });
  return null;
}

/** What separates a value from the key or dash that had none. */
function leadOf(edited: EditedText, hop: Hop): string {
  const slot = slotAt(edited, hop.collection, hop.place);
  return slot.colon === -1 && slot.dash === -1 && hop.collection.type === 'map' ? ': ' : ' ';
}

function fill(
  draft: Draft,
  found: Found,
  edit: { readonly at: Pointer; readonly set: string; readonly quote?: 'single' | 'double' },
) {
  const hop = found.hops.at(-1);
  if (hop === undefined) return draft.edited.notFound({ ...found, missing: [0] }, edit.at);
  const start = emptyValueAt(draft.edited, hop.collection, hop.place);
  const refused = draft.expect(found.document, hop, { type: 'string', value: edit.set }, edit.at, start);
  if (refused !== null) return refused;
  const lead = leadOf(draft.edited, hop);
  const wrote = encodeScalar(edit.set, { flow: hop.collection.flow, quote: edit.quote ?? 'plain' });
  const splice: Splice = { start, end: start, text: () => lead + wrote, rank: valueRank };
  draft.splices.push(splice);
  draft.planned.push({
    applied: { at: edit.at, wrote, was: '', added: lead + wrote, removed: null },
    value: { type: 'in-splice', splice, offset: () => lead.length },
    oldOffset: start,
  });
  return null;
}

function isBlock(node: YamlScalar): boolean {
  return node.style === 'literal' || node.style === 'folded';
}

function encode(
  node: YamlScalar,
  hop: Hop | undefined,
  edit: { readonly set: string; readonly quote?: 'single' | 'double' },
): string {
  const own = node.style === 'single' || node.style === 'double' ? node.style : 'plain';
  return encodeScalar(edit.set, {
    flow: hop?.collection.flow === true,
    quote: own === 'plain' ? (edit.quote ?? 'plain') : own,
  });
}

/**
 * A literal block of as many lines as before: only the lines that differ are written, so that every other one, also an
 * empty one with blanks, keeps its bytes. Null where that cannot be.
 */
function replaceLines(raw: string, node: YamlScalar, set: string): string | null {
  const [header = '', ...lines] = raw.split('\n');
  const before = node.text.split('\n');
  const after = set.split('\n');
  if (node.style !== 'literal' || !header.startsWith('|') || before.length !== after.length) return null;
  // An empty block has no line that could be written.
  if (after.some((line, index) => index >= lines.length && line !== before[index])) return null;
  const written = lines.map((line, index) => {
    const old = before[index] ?? '';
    const wanted = after[index] ?? '';
    if (old === wanted) return line;
    const end = line.endsWith('\r') ? '\r' : '';
    const text = line.slice(0, line.length - end.length);
    const isWhole = old.trim() !== '' && wanted.trim() !== '' && text.endsWith(old) && fitsBlock(wanted.trimStart());
    return isWhole ? text.slice(0, text.length - old.length) + wanted + end : null;
  });
  return written.includes(null) ? null : [header, ...written].join('\n');
}

/** A block of text keeps its header and indentation where it can hold the string, else it becomes a word in its line. */
function replaceBlock(
  edited: EditedText,
  node: YamlScalar,
  hop: Hop | undefined,
  edit: { readonly at: Pointer; readonly set: string; readonly quote?: 'single' | 'double' },
): string | GitOpsError {
  const raw = rawOf(edited.text, node);
  const byLine = replaceLines(raw, node, edit.set);
  if (byLine !== null) return byLine;
  const header = /^([|>])([0-9]?)([-+]?)([0-9]?)([^\n]*?)\r?\n/.exec(raw);
  const comment = header?.[5]?.trim() ?? '';
  const content = header === null ? null : /^(?:[ \t]*\r?\n)*( +)\S/.exec(raw.slice(header[0].length));
  if (header !== null && content !== null && header[2] === '' && header[4] === '') {
    const chomp = header[3];
    const body =
      chomp === '' ? (edit.set.endsWith('\n') ? edit.set.slice(0, -1) : null) : chomp === '-' ? edit.set : null;
    const lines = body?.split('\n') ?? [];
    if (body !== null && fitsBlock(body) && (lines.length === 1 || (header[1] === '|' && !lines.includes('')))) {
      const lineEnd = lineBreakAt(edited.text, node.start);
      return header[0] + lines.map((line) => `${content[1]}${line}`).join(lineEnd);
    }
  }
  if (comment !== '') {
    return problem(
      'not-a-scalar',
      `${formatPointer(edit.at)} is a block of text with a comment in its first line, which the new value would lose.`,
      'Write the value in the line of its key, then run again.',
      {
        at: edited.position(node.start),
        details: { pointer: formatPointer(edit.at), column: columnAt(edited.text, node.start) },
      },
    );
  }
  return encodeScalar(edit.set, { flow: hop?.collection.flow === true, quote: edit.quote ?? 'plain' });
}
