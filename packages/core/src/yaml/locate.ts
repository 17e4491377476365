import { type GitOpsError, problem } from '../errors/error.js';
import type { SourcePosition } from '../model.js';
import { err, ok, type Result } from '../result.js';
import { childAt, describeStep, type Lookup, lookupIn } from './lookup.js';
import type { DocumentSelector, Path, Pointer, YamlDocument, YamlList, YamlMap, YamlNode } from './node.js';
import { formatPath, formatPointer } from './pointer.js';
import { indexLines, type LineIndex } from './position.js';
import type { Slot } from './slots.js';
import type { Source } from './source.js';
import { nearest } from './suggest.js';
import { mergedEntry } from './value.js';

/** One step down: the entry or item at this place of a map or list. */
export interface Hop {
  readonly collection: YamlMap | YamlList;
  readonly place: number;
}

/** Where a pointer leads, as far as there is something. */
export interface Found {
  readonly document: YamlDocument;
  readonly hops: readonly Hop[];
  /** What stands at the end of the hops; null for an absent value. */
  readonly node: YamlNode | null;
  /** The steps that lead nowhere; empty where the pointer was followed to its end. */
  readonly missing: Path;
}

/** A text that is being edited, with what is asked about it again and again. */
export class EditedText {
  readonly text: string;
  readonly file: string;
  readonly source: Source;
  readonly lookup: Lookup;
  private readonly slotIndex = new Map<YamlMap | YamlList, readonly Slot[]>();
  private lineIndex: LineIndex | null = null;
  private aliasIndex: Map<YamlNode, number[]> | null = null;

  constructor(text: string, file: string, source: Source) {
    this.text = text;
    this.file = file;
    this.source = source;
    this.lookup = lookupIn(source.documents);
  }

  get lines(): LineIndex {
    this.lineIndex ??= indexLines(this.text);
    return this.lineIndex;
  }

  /** Where the parts of a map's entries, or a list's items, stand. */
  slots(collection: YamlMap | YamlList): readonly Slot[] {
    let slots = this.slotIndex.get(collection);
    if (slots === undefined) {
      slots = this.source.slotsOf(collection);
      this.slotIndex.set(collection, slots);
    }
    return slots;
  }

  position(offset: number): SourcePosition {
    return this.lines.positionOf(this.file, offset);
  }

  /** Offsets of the aliases that stand for a node. */
  aliasesOf(node: YamlNode): readonly number[] {
    if (this.aliasIndex === null) {
      const index = new Map<YamlNode, number[]>();
      const visit = (inner: YamlNode | null): void => {
        if (inner === null || inner.type === 'scalar') return;
        if (inner.type === 'alias') {
          const known = index.get(inner.target);
          if (known === undefined) index.set(inner.target, [inner.start]);
          else known.push(inner.start);
        } else if (inner.type === 'map') for (const entry of inner.entries) visit(entry.value);
        else for (const item of inner.items) visit(item);
      };
      for (const document of this.source.documents) visit(document.root);
      this.aliasIndex = index;
    }
    return this.aliasIndex.get(node) ?? [];
  }

  /** Follows a pointer. Refuses what an edit there would change besides: aliases, anchors with aliases, merge keys. */
  locate(pointer: Pointer): Result<Found, GitOpsError> {
    return this.document(pointer).andThen((document) => this.follow(document, pointer));
  }

  private follow(document: YamlDocument, pointer: Pointer): Result<Found, GitOpsError> {
    const hops: Hop[] = [];
    let node = document.root;
    for (const [depth, step] of pointer.path.entries()) {
      const refused = this.refuseShared(node, pointer);
      if (refused !== null) return err(refused);
      const missing = pointer.path.slice(depth);
      if (node === null) return ok({ document, hops, node, missing });
      let place = -1;
      if (typeof step === 'string') {
        if (node.type !== 'map') return err(this.wrongShape(node, pointer, depth));
        place = this.lookup.keys(node, step);
        const merging = this.refuseMerged(node, place, step, pointer);
        if (merging !== null) return err(merging);
      } else {
        if (node.type !== 'list') return err(this.wrongShape(node, pointer, depth));
        if (typeof step === 'number') place = step < node.items.length ? step : -1;
        else {
          const places = this.lookup.items(node, step.where);
          if (places.length > 1) return err(this.ambiguousItem(node, places, pointer, depth));
          place = places[0] ?? -1;
        }
      }
      if (place === -1) return ok({ document, hops, node, missing });
      hops.push({ collection: node as YamlMap | YamlList, place });
      node = childAt(node as YamlMap | YamlList, place);
    }
    const refused = this.refuseShared(node, pointer);
    return refused === null ? ok({ document, hops, node, missing: [] }) : err(refused);
  }

  private document(pointer: Pointer): Result<YamlDocument, GitOpsError> {
    const found = this.lookup.documents(pointer.document);
    const [first, second] = found;
    if (first === undefined) {
      const known = this.source.documents.map((document) => formatPointer({ document: nameOf(document), path: [] }));
      return err(
        problem(
          'pointer-not-found',
          `There is no document ${describeDocument(pointer.document)} in this file. ${known.length === 0 ? 'It holds no document.' : `It holds ${listed(known)}.`}`,
          'Name one of the documents that are there.',
          { at: this.position(0), details: { pointer: formatPointer(pointer), known } },
        ),
      );
    }
    if (second !== undefined) {
      const lines = found.map((document) => this.lines.lineOf(document.root?.start ?? 0));
      return err(
        problem(
          'pointer-ambiguous',
          `${found.length} documents of this file are ${describeDocument(pointer.document)}: in the lines ${listed(lines.map(String))}.`,
          'Name the document by kind, name and namespace, or by its index.',
          { at: this.position(second.root?.start ?? 0), details: { pointer: formatPointer(pointer), lines } },
        ),
      );
    }
    return ok(first);
  }

  /** An alias, or a node that aliases stand for as well. */
  private refuseShared(node: YamlNode | null, pointer: Pointer): GitOpsError | null {
    if (node === null) return null;
    if (node.type === 'alias') {
      return problem(
        'alias-on-path',
        `The alias *${node.name} stands here: a change would have to be made at its anchor, and so everywhere it is used.`,
        `Write the value itself instead of *${node.name}, then run again.`,
        { at: this.position(node.start), details: { pointer: formatPointer(pointer), alias: node.name } },
      );
    }
    if (node.anchor === null) return null;
    return this.refuseFanOut(node, pointer);
  }

  refuseFanOut(node: YamlNode, pointer: Pointer): GitOpsError | null {
    const aliases = this.aliasesOf(node);
    if (aliases.length === 0) return null;
    const lines = aliases.map((offset) => this.lines.lineOf(offset));
    return problem(
      'alias-on-path',
      `The anchor &${node.anchor} stands here, and its aliases in ${lines.length === 1 ? 'line' : 'the lines'} ${listed(lines.map(String))} would change with it.`,
      'Write the values out where they are to differ, then run again.',
      { at: this.position(node.start), details: { pointer: formatPointer(pointer), anchor: node.anchor, lines } },
    );
  }

  private refuseMerged(map: YamlMap, place: number, key: string, pointer: Pointer): GitOpsError | null {
    for (const index of this.lookup.merges(map)) {
      const entry = map.entries[index];
      // Before the map's own key a merge key is harmless; after it, Argo CD takes what it brings in.
      if (entry === undefined || index < place || mergedEntry(entry, key) === null) continue;
      return problem(
        'merge-key-on-path',
        `The key ${JSON.stringify(key)} comes from the merge key (<<) here, so that its value is shared.`,
        `Write ${JSON.stringify(key)} into this map below the merge key, then run again.`,
        { at: this.position(entry.keyStart), details: { pointer: formatPointer(pointer), key } },
      );
    }
    return null;
  }

  private wrongShape(node: YamlNode, pointer: Pointer, depth: number): GitOpsError {
    const is = node.type === 'list' ? 'a list' : node.type === 'map' ? 'a map' : 'a single value';
    const step = pointer.path[depth] as Path[number];
    return problem(
      'pointer-not-found',
      `${capital(this.placeName(pointer, depth))} is ${is}, so that ${describeStep(step)} cannot be in it.`,
      typeof step === 'string'
        ? 'Correct the address, or make this value a map.'
        : 'Correct the address, or make this value a list.',
      {
        at: this.position(node.start),
        details: { pointer: formatPointer(pointer), missing: formatPath(pointer.path.slice(depth)) },
      },
    );
  }

  private ambiguousItem(list: YamlList, places: readonly number[], pointer: Pointer, depth: number): GitOpsError {
    const offsets = places.map((place) => list.items[place]?.start ?? list.start);
    const lines = offsets.map((offset) => this.lines.lineOf(offset));
    return problem(
      'pointer-ambiguous',
      `${places.length} items fit ${formatPath(pointer.path.slice(depth, depth + 1))}: in the lines ${listed(lines.map(String))}.`,
      'Remove all but one of them, then run again.',
      { at: this.position(offsets[1] ?? list.start), details: { pointer: formatPointer(pointer), lines } },
    );
  }

  /** The error for a pointer that leads nowhere: what is there instead. */
  notFound(found: Found, pointer: Pointer): GitOpsError {
    const depth = pointer.path.length - found.missing.length;
    const step = found.missing[0] as Path[number];
    const known = knownNames(found.node, step);
    const wanted = typeof step === 'object' ? (Object.values(step.where)[0] ?? '') : String(step);
    const suggestion = nearest(wanted, known);
    const place = this.placeName(pointer, depth);
    const there = known.length === 0 ? `${capital(place)} is empty.` : `${capital(place)} has ${listed(known)}.`;
    const last = found.hops.at(-1);
    const offset =
      found.node?.start ??
      (last === undefined
        ? 0
        : last.collection.type === 'map'
          ? (last.collection.entries[last.place]?.keyStart ?? 0)
          : last.collection.start);
    if (pointer.path.length === 0) {
      return problem('pointer-not-found', 'The document is empty.', 'Write a value into it, then run again.', {
        at: this.position(found.node?.start ?? 0),
        details: { pointer: formatPointer(pointer) },
      });
    }
    return problem(
      'pointer-not-found',
      `There is no ${describeStep(step).replace(/^(the|an) /, '')} in ${place}. ${there}`,
      suggestion === null ? 'Correct the address, or add what is missing.' : `Did you mean ${suggestion}?`,
      {
        at: this.position(offset),
        details: { pointer: formatPointer(pointer), missing: formatPath(found.missing), known },
      },
    );
  }

  private placeName(pointer: Pointer, depth: number): string {
    return depth === 0 ? 'the document' : formatPath(pointer.path.slice(0, depth));
  }
}

function knownNames(node: YamlNode | null, step: Path[number]): readonly string[] {
  if (node?.type === 'map') return node.entries.map((entry) => entry.key);
  if (node?.type !== 'list') return [];
  const field = typeof step === 'object' ? Object.keys(step.where)[0] : undefined;
  return node.items.map((item, index) => {
    if (field === undefined || item?.type !== 'map') return `[${index}]`;
    const value = item.entries.find((entry) => entry.key === field)?.value;
    return value?.type === 'scalar' ? value.text : `[${index}]`;
  });
}

function nameOf({ kind, name, namespace, index }: YamlDocument): DocumentSelector {
  if (kind === null || name === null) return { index };
  return namespace === null ? { kind, name } : { kind, name, namespace };
}

function describeDocument(selector: DocumentSelector): string {
  const text = formatPointer({ document: selector, path: [] });
  return text === '.' ? '(none is named)' : text;
}

function listed(words: readonly string[]): string {
  const shown = words.slice(0, 12);
  if (words.length > shown.length) return `${shown.join(', ')} and ${words.length - shown.length} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

function capital(text: string): string {
  return text.startsWith('the ') ? `T${text.slice(1)}` : text;
}
