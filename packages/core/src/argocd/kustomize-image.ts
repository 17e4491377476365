import type { PinPart } from '../fleet/fleet.js';
import { distinctPins, type ImageReading, maskedPins } from './image-reading.js';
import { type Origin, toPin } from './origin.js';
import type { ScalarValue } from './value.js';

/** One part of a version, with the place that decides it. */
export interface VersionPart {
  readonly text: string;
  readonly origin: Origin | null;
  readonly part: PinPart;
}

/** An image on its way through the layers of Kustomize. */
export interface ImageState {
  readonly name: string;
  readonly tag: VersionPart | null;
  readonly digest: VersionPart | null;
  readonly hidden: readonly VersionPart[];
  /** How it was read, where its version is still the one that values of a chart gave it. */
  readonly reading?: ImageReading;
}

/** An entry of `images`; `''` and null for what it does not set. */
export interface ImageEntry {
  readonly name: string;
  readonly newName: string;
  readonly tag: VersionPart | null;
  readonly digest: VersionPart | null;
  readonly tagSuffix: string;
  /** Places that this entry took the place of. */
  readonly hidden: readonly VersionPart[];
}

/**
 * Splits `name:tag@digest` as Kustomize 5.8 does: a colon before the first slash belongs to the host.
 */
export function splitImage(text: string): { readonly name: string; readonly tag: string; readonly digest: string } {
  const slash = Math.max(text.indexOf('/'), 0);
  const at = text.indexOf('@', slash);
  const colon = text.indexOf(':', slash);
  if (at !== -1 && (colon === -1 || at < colon))
    return { name: text.slice(0, at), tag: '', digest: text.slice(at + 1) };
  if (colon === -1) return { name: text, tag: '', digest: '' };
  const end = at === -1 ? text.length : at;
  return { name: text.slice(0, colon), tag: text.slice(colon + 1, end), digest: at === -1 ? '' : text.slice(at + 1) };
}

export function stateOf(text: string, origin: Origin | null): ImageState {
  const { name, tag, digest } = splitImage(text);
  const part = (value: string): VersionPart | null =>
    value === '' ? null : { text: value, origin, part: 'reference' };
  return { name, tag: part(tag), digest: part(digest), hidden: [] };
}

/**
 * An image a piece of whose text was replaced by (a piece of) another value: the part that is new stands where that value
 * does, the others where they stood.
 *
 * @param source the value that the piece is of, and `from` the image that it would be.
 */
export function composed(before: ImageState, from: ImageState, source: ScalarValue, text: string): ImageState {
  const now = stateOf(text, null);
  const whole = String(source.value ?? '');
  const given = (part: VersionPart | null, kind: 'tag' | 'digest'): VersionPart | null => {
    if (part === null) return null;
    if (part.text === before[kind]?.text && part.text !== whole) return before[kind];
    if (part.text === whole) return { text: part.text, origin: source.origin, part: partIn(source.origin, kind) };
    return part.text === from[kind]?.text ? from[kind] : part;
  };
  const tag = given(now.tag, 'tag');
  const digest = given(now.digest, 'digest');
  const gone = [before.tag, before.digest].flatMap((part) =>
    part === null || part === tag || part === digest ? [] : part,
  );
  return { ...now, tag, digest, hidden: [...before.hidden, ...gone] };
}

function partIn(origin: Origin | null, kind: 'tag' | 'digest'): PinPart {
  return origin?.kind === 'config-map-literal' ? 'literal' : kind;
}

/** An image that a chart makes, before any entry changes it. */
export function stateOfReading(reading: ImageReading): ImageState {
  const { name, tag, digest } = splitImage(reading.rendered);
  const part = (text: string, kind: 'tag' | 'digest'): VersionPart | null =>
    text === '' ? null : { text, origin: null, part: kind };
  return { name, tag: part(tag, 'tag'), digest: part(digest, 'digest'), hidden: [], reading };
}

/** Sets name and version where the entry names this image; a tag and a digest take each other's place. */
export function applyEntry(state: ImageState, entry: ImageEntry): ImageState {
  if (!namesImage(entry.name, state)) return state;
  const name = entry.newName === '' ? state.name : entry.newName;
  const replaced = [state.tag, state.digest].flatMap((part) => part ?? []);
  if (entry.tag !== null || entry.digest !== null) {
    return { name, tag: entry.tag, digest: entry.digest, hidden: [...state.hidden, ...replaced, ...entry.hidden] };
  }
  if (entry.tagSuffix !== '') {
    const tag: VersionPart = { text: `${state.tag?.text ?? ''}${entry.tagSuffix}`, origin: null, part: 'tag' };
    return { name, tag, digest: null, hidden: [...state.hidden, ...entry.hidden] };
  }
  return { ...state, name, hidden: [...state.hidden, ...entry.hidden] };
}

/** Kustomize takes the name for a pattern, in which a dot stands for any character, and the whole name must match. */
export function namesImage(name: string, state: ImageState): boolean {
  const isVersion = /^[a-zA-Z0-9_.{}-]*$/;
  if (state.tag !== null && !isVersion.test(state.tag.text)) return false;
  if (state.digest !== null && !/^sha256:[a-zA-Z0-9_.{}-]*$/.test(state.digest.text)) return false;
  if (name.length !== state.name.length) return false;
  return [...name].every((character, index) => character === '.' || character === state.name.charAt(index));
}

/**
 * Parses an entry as `kustomize edit set image` does: `[name=]newName[:tag][@digest]`; null where it sets nothing. `*`
 * keeps what the kustomization has.
 */
export function parseSetImage(text: string, origin: Origin | null): ImageEntry | null {
  const equals = text.indexOf('=');
  const value = equals === -1 ? text : text.slice(equals + 1);
  const { name, tag, digest } = splitImage(value);
  if (name === text) return null;
  const part = (found: string): VersionPart | null =>
    found === '' ? null : { text: found, origin, part: 'reference' };
  return {
    name: equals === -1 ? name : text.slice(0, equals),
    newName: equals === -1 ? '' : name,
    tag: part(tag),
    digest: part(digest),
    tagSuffix: '',
    hidden: [],
  };
}

/**
 * The entries of a kustomization after `kustomize edit set image`: a new entry replaces the one of its name altogether,
 * of several old ones of a name the first stays, and all are sorted by name.
 */
export function setImages(existing: readonly ImageEntry[], set: readonly ImageEntry[]): readonly ImageEntry[] {
  const byName = new Map<string, ImageEntry>();
  for (const entry of set) {
    const before = byName.get(entry.name);
    byName.set(entry.name, before === undefined ? entry : { ...entry, hidden: [...entry.hidden, ...partsOf(before)] });
  }
  const ours = new Set(byName.keys());
  for (const entry of existing) {
    const present = byName.get(entry.name);
    if (present === undefined) byName.set(entry.name, entry);
    else if (ours.has(entry.name)) byName.set(entry.name, keepStarred(present, entry));
  }
  return [...byName.values()]
    .map((entry) => withoutStars(entry))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

export function partsOf(entry: ImageEntry): readonly VersionPart[] {
  return [...[entry.tag, entry.digest].flatMap((part) => part ?? []), ...entry.hidden];
}

const star = '*';

function keepStarred(set: ImageEntry, existing: ImageEntry): ImageEntry {
  return {
    ...set,
    newName: set.newName === star ? existing.newName : set.newName,
    tag: set.tag?.text === star ? existing.tag : set.tag,
    digest: set.digest?.text === star ? existing.digest : set.digest,
    hidden: [...set.hidden, ...partsOf(existing)],
  };
}

function withoutStars(entry: ImageEntry): ImageEntry {
  return {
    ...entry,
    newName: entry.newName === star ? '' : entry.newName,
    tag: entry.tag?.text === star ? null : entry.tag,
    digest: entry.digest?.text === star ? null : entry.digest,
  };
}

export function readingOf(state: ImageState): ImageReading {
  const { name, tag, digest, reading } = state;
  const rendered = `${name}${tag === null ? '' : `:${tag.text}`}${digest === null ? '' : `@${digest.text}`}`;
  if (reading !== undefined) return { ...reading, image: reading.valid ? name : reading.image, rendered };
  const parts = [tag, digest].flatMap((part) => part ?? []);
  const pins = distinctPins(
    parts.flatMap(({ origin, part }) => (origin?.writable === true ? [toPin(origin, part)] : [])),
  );
  const isPin = new Set(pins.map((pin) => JSON.stringify([pin.file, pin.pointer])));
  const masked = distinctPins(
    state.hidden.flatMap(({ origin, part }) => (origin === null ? [] : maskedPins([origin], part))),
  );
  return {
    rendered,
    image: name,
    version: parts.length === 0 ? null : { tag: tag?.text ?? null, digest: digest?.text ?? null },
    pins,
    masked: masked.filter((pin) => !isPin.has(JSON.stringify([pin.file, pin.pointer]))),
    valid: name !== '',
    unpinned: parts.length > 0 && pins.length === 0 ? 'computed' : null,
  };
}
