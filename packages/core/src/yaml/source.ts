/**
 * The module that takes the tree of `yaml` apart into the plain one of `node.ts` and lets it go: nobody else sees the
 * parser's types, so that another reader can stand behind the same functions.
 */
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  parseAllDocuments,
} from 'yaml';
import { directiveFaults } from './directives.js';
import { toDocument } from './document.js';
import type { YamlAlias, YamlDocument, YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from './node.js';
import { repeatedKeys } from './repeated-keys.js';
import { fitsTag, resolveScalar } from './resolve.js';
import { type Slot, slotsFrom, type TokenItem } from './slots.js';

/** Something wrong with a text, by offset; `read.ts` makes the error of it. */
export type SourceIssue =
  | { readonly type: 'syntax'; readonly start: number; readonly detail: string }
  | { readonly type: 'template-key'; readonly start: number }
  | { readonly type: 'duplicate-key'; readonly start: number; readonly second: number; readonly key: string }
  | { readonly type: 'unknown-alias'; readonly start: number; readonly name: string }
  | { readonly type: 'cyclic-alias'; readonly start: number; readonly name: string }
  | { readonly type: 'too-many-aliases'; readonly start: number; readonly nodes: number }
  | { readonly type: 'too-deep'; readonly start: number };

/** What the parser found in a text. */
export interface Source {
  readonly documents: readonly YamlDocument[];
  readonly issues: readonly SourceIssue[];
  /** Where the parts of a map or list stand. Only where the text was parsed with `slots`. */
  slotsOf(collection: YamlMap | YamlList): readonly Slot[];
}

const maximumDepth = 500;
/** Nodes that aliases may add to those that are written. Far above any manifest, far below what hurts. */
const maximumExpansion = 100_000;

const styles = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
} as const;

type Parsed = Document.Parsed<ParsedNode>;

/** Parses a text. Never throws for what a text can hold. */
export function parseSource(text: string, options: { readonly slots: boolean }): Source {
  const reader = new Reader(text, options.slots);
  const documents: YamlDocument[] = [];
  let parsed: readonly Parsed[];
  try {
    const all = parseAllDocuments(text, {
      // Failsafe makes every scalar a string: types are ours to resolve, and repeated keys ours to find, in linear time.
      schema: 'failsafe',
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      keepSourceTokens: options.slots,
    });
    parsed = Array.isArray(all) ? (all as Parsed[]) : [];
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return { documents, issues: [{ type: 'too-deep', start: 0 }], slotsOf: () => [] };
  }
  for (const document of parsed) {
    for (const error of document.errors) {
      reader.issues.push(
        error.code === 'RESOURCE_EXHAUSTION'
          ? { type: 'too-deep', start: error.pos[0] }
          : { type: 'syntax', start: error.pos[0], detail: error.message },
      );
    }
    const read = reader.document(document, documents.length);
    // For an end marker (...) without a document before it the parser makes an empty one, which YAML does not.
    if (read.root !== null || document.directives.docStart === true) documents.push(read);
  }
  if (reader.issues.length === 0) {
    for (const { start, detail } of directiveFaults(text)) reader.issues.push({ type: 'syntax', start, detail });
  }
  return { documents, issues: reader.issues, slotsOf: (collection) => reader.slotsOf(collection) };
}

interface Anchored {
  /** Null while the node is being read: an alias to it would contain itself. */
  node: YamlNode | null;
  weight: number;
}

/** One pass over the parser's tree. */
class Reader {
  readonly issues: SourceIssue[] = [];
  private readonly text: string;
  private readonly origins: Map<YamlMap | YamlList, unknown> | null;
  private anchors = new Map<string, Anchored>();
  private depth = 0;
  private written = 0;
  private expanded = 0;
  private gaveUp = false;

  constructor(text: string, slots: boolean) {
    this.text = text;
    this.origins = slots ? new Map() : null;
  }

  document(document: Parsed, index: number): YamlDocument {
    this.anchors = new Map();
    return toDocument(index, this.node(document.contents));
  }

  private node(from: unknown): YamlNode | null {
    if (from === null || from === undefined) return null;
    if (isScalar(from)) return this.scalar(from as ParsedNode & { source: string });
    if (isAlias(from)) return this.alias(from as ParsedNode & { source: string });
    if (this.depth >= maximumDepth) {
      this.tooDeep(from as ParsedNode);
      return null;
    }
    const node = from as ParsedNode & { anchor?: string };
    const anchored: Anchored | null = node.anchor === undefined ? null : { node: null, weight: 0 };
    if (anchored !== null && node.anchor !== undefined) this.anchors.set(node.anchor, anchored);
    const before = this.expanded;
    this.depth += 1;
    const made = isMap(from) ? this.map(from as never) : isSeq(from) ? this.list(from as never) : null;
    this.depth -= 1;
    if (anchored !== null) {
      anchored.node = made;
      anchored.weight = this.expanded - before;
    }
    return made;
  }

  private scalar(
    from: ParsedNode & { source?: string; type?: string; anchor?: string; tag?: string },
  ): YamlScalar | null {
    this.count();
    const text = from.source ?? '';
    const [start, end] = from.range;
    const style = styles[(from.type ?? 'PLAIN') as keyof typeof styles] ?? 'plain';
    if (start === end && from.anchor === undefined && from.tag === undefined) return null;
    const value = resolveScalar(text, style === 'plain' ? 'plain' : 'quoted', from.tag);
    if (from.tag !== undefined && !fitsTag(value, from.tag)) {
      const detail = `The value ${JSON.stringify(text)} does not fit its tag ${from.tag.replace(/^tag:yaml.org,2002:/, '!!')}`;
      this.issues.push({ type: 'syntax', start, detail });
    }
    const anchor = from.anchor ?? null;
    const made: YamlScalar = { type: 'scalar', start, end, anchor, style, text, value, ...tagOf(from) };
    if (from.anchor !== undefined) this.anchors.set(from.anchor, { node: made, weight: 1 });
    return made;
  }

  private alias(from: ParsedNode & { source: string }): YamlNode {
    const [start, end] = from.range;
    const anchored = this.anchors.get(from.source);
    const target = anchored?.node ?? null;
    this.count(anchored?.weight ?? 1);
    if (anchored === undefined) this.issues.push({ type: 'unknown-alias', start, name: from.source });
    else if (target === null) this.issues.push({ type: 'cyclic-alias', start, name: from.source });
    const made: YamlAlias = {
      type: 'alias',
      start,
      end,
      anchor: null,
      name: from.source,
      // A text with either issue is never handed out, so that this stand-in is never seen.
      target: target ?? { type: 'scalar', start, end, anchor: null, style: 'plain', text: '', value: null },
    };
    if (this.expanded - this.written > maximumExpansion && !this.gaveUp) {
      this.gaveUp = true;
      this.issues.push({ type: 'too-many-aliases', start, nodes: this.expanded });
    }
    return made;
  }

  private map(
    from: ParsedNode & { flow?: boolean; anchor?: string; items: Pair<ParsedNode, ParsedNode | null>[] },
  ): YamlMap {
    this.count();
    const entries: YamlEntry[] = [];
    let end = from.range[0];
    for (const pair of from.items) {
      const keyRange = pair.key?.range ?? [end, end];
      const key = this.key(pair.key);
      const value = this.node(pair.value);
      entries.push({ key, keyStart: keyRange[0], keyEnd: keyRange[1], value });
      end = value?.end ?? this.emptyEnd(pair.value?.range?.[0] ?? keyRange[1]);
    }
    for (const { first, second } of repeatedKeys(entries)) {
      this.issues.push({ type: 'duplicate-key', start: first.keyStart, second: second.keyStart, key: second.key });
    }
    const made: YamlMap = {
      type: 'map',
      start: from.range[0],
      end: from.flow === true ? from.range[1] : end,
      anchor: from.anchor ?? null,
      flow: from.flow === true,
      entries,
    };
    this.origins?.set(made, from);
    return made;
  }

  private list(from: ParsedNode & { flow?: boolean; anchor?: string; items: ParsedNode[] }): YamlList {
    this.count();
    const items: (YamlNode | null)[] = [];
    let end = from.range[0];
    for (const item of from.items) {
      const made = this.node(item);
      items.push(made);
      end = made?.end ?? this.emptyEnd(item?.range?.[0] ?? end);
    }
    const made: YamlList = {
      type: 'list',
      start: from.range[0],
      end: from.flow === true ? from.range[1] : end,
      anchor: from.anchor ?? null,
      flow: from.flow === true,
      items,
    };
    this.origins?.set(made, from);
    return made;
  }

  /** The parser puts an absent value behind the blanks that follow its key. */
  private emptyEnd(offset: number): number {
    let end = offset;
    while (end > 0 && (this.text.charCodeAt(end - 1) === 0x20 || this.text.charCodeAt(end - 1) === 0x09)) end -= 1;
    return end;
  }

  /** The text of a key; of one that is no scalar, its source. */
  private key(from: ParsedNode | null): string {
    if (from === null) return '';
    if (isScalar(from)) {
      this.scalar(from as ParsedNode & { source: string });
      return (from as { source?: string }).source ?? '';
    }
    const made = this.node(from);
    if (made?.type === 'alias') return made.target.type === 'scalar' ? made.target.text : `*${made.name}`;
    const start = from.range[0];
    if (this.text.startsWith('{{', start - 1)) this.issues.push({ type: 'template-key', start: start - 1 });
    else this.issues.push({ type: 'syntax', start, detail: 'A key must be a word, not a map or a list' });
    return this.text.slice(start, from.range[1]);
  }

  private count(weight = 1): void {
    this.written += 1;
    this.expanded += weight;
  }

  private tooDeep(from: ParsedNode): void {
    if (this.gaveUp) return;
    this.gaveUp = true;
    this.issues.push({ type: 'too-deep', start: from.range[0] });
  }

  slotsOf(collection: YamlMap | YamlList): readonly Slot[] {
    const from = this.origins?.get(collection);
    if (from === undefined) throw new Error('the places of this collection were not kept');
    return slotsFrom(tokensOf(from as Collection));
  }
}

function tagOf({ tag }: { readonly tag?: string }): { readonly tag?: string } {
  return tag === undefined ? {} : { tag };
}

interface Collection {
  readonly items: readonly unknown[];
  readonly srcToken?: { readonly type: string; readonly items: readonly TokenItem[] };
}

/** A map of one pair inside a flow list (`[a: 1]`) has no token of its own. */
function tokensOf(from: Collection): readonly TokenItem[] {
  return from.srcToken?.items ?? from.items.flatMap((item) => (isPair(item) ? [item.srcToken as TokenItem] : []));
}
