import { type GitOpsError, problem } from '../errors/error.js';
import type { Made } from './content.js';
import type { Draft, Expectation } from './draft.js';
import type { YamlList, YamlMap, YamlNode } from './node.js';
import { positionAt } from './position.js';
import { readYaml } from './read.js';
import { rawOf } from './spans.js';

/**
 * Proves an edited text: it is read again and compared with the old one, document by document. Exactly the addressed
 * values may differ, and each must be what was asked for. The parser planned the edit; the scanner, which knows nothing of
 * it, reads the result wherever it can. Null where all is well.
 */
export function prove(draft: Draft, text: string): GitOpsError | null {
  const { file, source } = draft.edited;
  const unverified = (what: string, offset: number): GitOpsError =>
    problem(
      'edit-unverified',
      `The edited text would not be right: ${what} Nothing was changed.`,
      'Make this change by hand.',
      {
        at: positionAt(file, text, offset),
      },
    );
  const read = readYaml(text, file);
  if (read.isErr()) {
    const [first] = [read.error];
    return { ...unverified(`it could not be read again. ${first.message}`, 0), at: first.at };
  }
  const proof = new Proof(draft, text);
  const { documents } = read.value;
  if (documents.length !== source.documents.length) return unverified('the number of documents would change.', 0);
  for (const [index, document] of source.documents.entries()) {
    const next = documents[index];
    const expectation = draft.planOf(document)?.places.get(0);
    proof.value(document.root, next?.root ?? null, expectation, 0);
    if (proof.failure !== null) return unverified(proof.failure.what, proof.failure.offset);
  }
  return null;
}

class Proof {
  failure: { readonly what: string; readonly offset: number } | null = null;
  private readonly draft: Draft;
  private readonly text: string;

  constructor(draft: Draft, text: string) {
    this.draft = draft;
    this.text = text;
  }

  private fail(what: string, offset: number): void {
    this.failure ??= { what, offset };
  }

  value(old: YamlNode | null, next: YamlNode | null, expectation: Expectation | undefined, near: number): void {
    if (expectation === undefined) {
      this.same(old, next, near);
      return;
    }
    const offset = next?.start ?? near;
    switch (expectation.type) {
      case 'string':
        if (next?.type !== 'scalar' || next.value !== expectation.value || next.text !== expectation.value) {
          const found = next?.type === 'scalar' ? JSON.stringify(next.value) : 'something else';
          this.fail(`${JSON.stringify(expectation.value)} would read back as ${found}.`, offset);
        } else if (next.anchor !== (old?.anchor ?? null)) this.fail('an anchor would change.', offset);
        return;
      case 'made':
        this.made(expectation.made, next, near);
        return;
      case 'raw':
        if (rawOf(this.text, next) !== expectation.raw)
          this.fail('the value would not be the one that was asked for.', offset);
        return;
      case 'absent':
        if (next !== null && !isEmpty(next)) this.fail('a value would stand where none should.', offset);
        else if ((next?.anchor ?? null) !== (old?.anchor ?? null)) this.fail('an anchor would change.', offset);
        return;
      case 'removed':
        this.fail('a value would stand where none should.', offset);
    }
  }

  private same(old: YamlNode | null, next: YamlNode | null, near: number): void {
    if (this.failure !== null) return;
    if (old === null || next === null) {
      if (old !== next) this.fail('another value would change.', next?.start ?? near);
      return;
    }
    if (old.anchor !== next.anchor) this.fail('an anchor would change.', next.start);
    else if (old.type === 'scalar') {
      const equal =
        next.type === 'scalar' &&
        old.text === next.text &&
        old.style === next.style &&
        Object.is(old.value, next.value);
      if (!equal) this.fail('another value would change.', next.start);
    } else if (old.type === 'alias') {
      if (next.type !== 'alias' || next.name !== old.name) this.fail('an alias would change.', next.start);
    } else this.collection(old, next);
  }

  private collection(old: YamlMap | YamlList, next: YamlNode): void {
    const emptied = this.draft.emptied.has(old);
    if (next.type !== old.type || (next.flow !== old.flow && !emptied && !this.refilled(old))) {
      this.fail('a map or a list would change.', next.start);
      return;
    }
    const plan = this.draft.planOf(old);
    const back = new Map<number, string | null>();
    const behind: { readonly key: string | null; readonly made: Made }[] = [];
    for (const addition of plan?.additions ?? []) {
      if ('made' in addition) behind.push(addition);
      else back.set(addition.after, addition.key);
    }
    const oldPlaces = placesOf(old);
    const nextPlaces = placesOf(next as YamlMap | YamlList);
    let at = 0;
    const step = (): Place | undefined => nextPlaces[at++];
    const comesBack = (after: number): void => {
      if (!back.has(after)) return;
      const place = step();
      if (place === undefined || place.key !== back.get(after))
        this.fail('what was removed would not come back.', place?.at ?? next.start);
    };
    comesBack(-1);
    for (const [index, place] of oldPlaces.entries()) {
      const expectation = plan?.places.get(index);
      if (expectation?.type !== 'removed') {
        const other = step();
        if (other === undefined || other.key !== place.key)
          this.fail('another entry would change.', other?.at ?? next.start);
        else this.value(place.value, other.value, expectation, other.at);
      }
      comesBack(index);
      if (this.failure !== null) return;
    }
    for (const { key, made } of behind) {
      const place = step();
      if (place === undefined || place.key !== key)
        this.fail('the new entry would not be there.', place?.at ?? next.start);
      else this.made(made, place.value, place.at);
    }
    if (at !== nextPlaces.length)
      this.fail('an entry would be there that nobody asked for.', nextPlaces[at]?.at ?? next.start);
  }

  /** Whether entries come back to a map or list that was left empty as `{}` or `[]`. */
  private refilled(old: YamlMap | YamlList): boolean {
    return placesOf(old).length === 0 && (this.draft.planOf(old)?.additions.length ?? 0) > 0;
  }

  private made(made: Made, next: YamlNode | null, near: number): void {
    if (!isMade(made, next)) this.fail('what was inserted would read back as something else.', next?.start ?? near);
  }
}

/** Whether a value is what an insertion wrote. */
function isMade(made: Made, next: YamlNode | null): boolean {
  if (next === null || next.anchor !== null) return false;
  if (made.type === 'leaf') {
    if (next.type !== 'scalar' || next.value !== made.value) return false;
    return typeof made.value === 'boolean' || next.text === made.value;
  }
  if (made.type === 'list') {
    if (next.type !== 'list' || next.items.length !== made.items.length) return false;
    return made.items.every((item, index) => isMade(item, next.items[index] ?? null));
  }
  if (next.type !== 'map' || next.entries.length !== made.entries.size) return false;
  return [...made.entries].every(([key, value], index) => {
    const entry = next.entries[index];
    return entry?.key === key && isMade(value, entry.value);
  });
}

/** Nothing but an anchor or a tag. */
function isEmpty(node: YamlNode): boolean {
  return node.type === 'scalar' && node.start === node.end;
}

interface Place {
  readonly key: string | null;
  readonly value: YamlNode | null;
  readonly at: number;
}

function placesOf(collection: YamlMap | YamlList): readonly Place[] {
  if (collection.type === 'map') {
    return collection.entries.map((entry) => ({ key: entry.key, value: entry.value, at: entry.keyStart }));
  }
  return collection.items.map((value) => ({ key: null, value, at: value?.start ?? collection.start }));
}
