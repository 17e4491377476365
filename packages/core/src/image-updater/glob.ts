import { runeAt, utf8Of } from './utf8.js';

/** Whether a pattern matches; `malformed` where its syntax is broken, which Image Updater takes for no match. */
export type GlobMatch = 'match' | 'no-match' | 'malformed';

const slash = code('/');
const star = code('*');
const open = code('[');
const close = code(']');
const backslash = code('\\');

/**
 * Go's `path/filepath.Match` on Linux, which Image Updater uses for `ignore-tags` and for names of applications: the
 * whole text, case-sensitive; `*` and `?` match all but `/`; `[a-z]` and `[^a-z]` (`!` is a plain character there); `\`
 * escapes. No braces, and `**` means `*`.
 */
export function matchGlob(pattern: string, text: string): GlobMatch {
  if (!/[*?[\\]/.test(pattern)) return pattern === text ? 'match' : 'no-match';
  const chunks = chunksOf(utf8Of(pattern));
  let rest = utf8Of(text);
  for (const [index, chunk] of chunks.entries()) {
    const isLast = index === chunks.length - 1;
    if (chunk.star && chunk.bytes.length === 0) return rest.includes(slash) ? 'no-match' : 'match';
    const matched = advance(chunk, rest, isLast);
    if (matched === 'malformed') return 'malformed';
    if (matched === null) return 'no-match';
    rest = matched;
  }
  return rest.length === 0 ? 'match' : 'no-match';
}

/**
 * True where some part of the pattern is broken. Go sees this only where matching gets that far: `a[` is no match for `b`
 * and malformed for `ax`, a match for neither.
 */
export function isMalformedGlob(pattern: string): boolean {
  return chunksOf(utf8Of(pattern)).some((chunk) => matchChunk(chunk.bytes, []) === 'malformed');
}

/** True where one of the patterns matches the tag. Malformed patterns match nothing. */
export function isTagIgnored(patterns: readonly string[], tag: string): boolean {
  return patterns.some((pattern) => matchGlob(pattern, tag) === 'match');
}

/**
 * True where one of the patterns matches every tag that a registry can hold (`[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`), so
 * that nothing is left to update to: `*`, `**`, `?*`, `*?`, also a class that leaves nothing out (`[!-~]*`). Patterns
 * that only together match every tag are not recognised.
 */
export function isFrozenBy(patterns: readonly string[]): boolean {
  return patterns.some(matchesEveryTag);
}

const firstCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_';
const tagCharacters = `${firstCharacters}.-`;

function matchesEveryTag(pattern: string): boolean {
  const text = pattern.replace(/^\*+/, '').replace(/\*+$/, '');
  if (text === pattern) return false;
  if (text === '') return true;
  // One character more than the stars: every tag has one, but it may be any. Followed by a star it is the first one.
  const characters = pattern.startsWith('*') && !pattern.endsWith('*') ? tagCharacters : firstCharacters;
  return [...characters].every((one) => matchGlob(text, one) === 'match');
}

interface Chunk {
  /** A run of `*` stands in front. */
  readonly star: boolean;
  readonly bytes: readonly number[];
}

function chunksOf(pattern: readonly number[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let at = 0;
  while (at < pattern.length) {
    const start = at;
    while (pattern[at] === star) at += 1;
    const from = at;
    let inClass = false;
    for (; at < pattern.length && (inClass || pattern[at] !== star); at += 1) {
      if (pattern[at] === backslash && at + 1 < pattern.length) at += 1;
      else if (pattern[at] === open) inClass = true;
      else if (pattern[at] === close) inClass = false;
    }
    chunks.push({ star: from > start, bytes: pattern.slice(from, at) });
  }
  return chunks;
}

type Rest = readonly number[] | null | 'malformed';

/** What is left of the text after the chunk, skipping as little as possible where a star stands in front. */
function advance(chunk: Chunk, text: readonly number[], isLast: boolean): Rest {
  const fits = (rest: readonly number[]) => !isLast || rest.length === 0;
  const here = matchChunk(chunk.bytes, text);
  if (here === 'malformed' || (here !== null && fits(here))) return here;
  if (!chunk.star) return null;
  for (let skipped = 0; skipped < text.length && text[skipped] !== slash; skipped += 1) {
    const later = matchChunk(chunk.bytes, text.slice(skipped + 1));
    if (later === 'malformed' || (later !== null && fits(later))) return later;
  }
  return null;
}

/** Matches a chunk without stars at the start of the text. After a mismatch only the syntax is still checked. */
function matchChunk(chunk: readonly number[], text: readonly number[]): Rest {
  let failed = false;
  let read = 0;
  let at = 0;
  while (at < chunk.length) {
    failed ||= read >= text.length;
    if (chunk[at] === open) {
      const { rune, size } = failed ? { rune: 0, size: 0 } : runeAt(text, read);
      const found = readClass(chunk, at + 1, rune);
      if (found === null) return 'malformed';
      failed ||= !found.matches;
      read += size;
      at = found.end;
    } else if (chunk[at] === code('?')) {
      failed ||= text[read] === slash;
      if (!failed) read += runeAt(text, read).size;
      at += 1;
    } else {
      if (chunk[at] === backslash) at += 1;
      if (at === chunk.length) return 'malformed';
      failed ||= chunk[at] !== text[read];
      read += 1;
      at += 1;
    }
  }
  return failed ? null : text.slice(read);
}

/** A class after its `[`. A `]` or `-` cannot start a range unless escaped: `[]a]` and `[-a]` are malformed. */
function readClass(
  chunk: readonly number[],
  start: number,
  rune: number,
): { readonly matches: boolean; readonly end: number } | null {
  const negated = chunk[start] === code('^');
  let at = negated ? start + 1 : start;
  let matches = false;
  for (let ranges = 0; ; ranges += 1) {
    if (chunk[at] === close && ranges > 0) return { matches: matches !== negated, end: at + 1 };
    const low = readClassCharacter(chunk, at);
    if (low === null) return null;
    let high = low;
    if (chunk[low.end] === code('-')) {
      const found = readClassCharacter(chunk, low.end + 1);
      if (found === null) return null;
      high = found;
    }
    matches ||= low.rune <= rune && rune <= high.rune;
    at = high.end;
  }
}

function readClassCharacter(
  chunk: readonly number[],
  start: number,
): { readonly rune: number; readonly end: number } | null {
  if (chunk[start] === code('-') || chunk[start] === close) return null;
  const at = chunk[start] === backslash ? start + 1 : start;
  if (at >= chunk.length) return null;
  const { rune, size } = runeAt(chunk, at);
  // A class that ends here is not closed.
  return at + size >= chunk.length ? null : { rune, end: at + size };
}

function code(character: string): number {
  return character.charCodeAt(0);
}
