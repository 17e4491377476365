import type { Pin, PinPart } from '../fleet/fleet.js';
import { parseReference } from '../image/index.js';
import type { Version } from '../model.js';
import { type Origin, toPin } from './origin.js';
import { type Segment, sliceSegments, textOf } from './segments.js';

/** One image that an Application renders, and where its version stands. */
export interface ImageReading {
  /** The whole text, as it would stand in the manifest. */
  readonly rendered: string;
  /** Name without version; the whole text where it is no reference. */
  readonly image: string;
  readonly version: Version | null;
  readonly pins: readonly Pin[];
  readonly masked: readonly Pin[];
  /** False where the text is no image reference (`:`, a line end in the tag): no runtime would take it. */
  readonly valid: boolean;
  /** Why there is a version and no pin: it is computed, or written in a template. */
  readonly unpinned: 'template' | 'computed' | null;
}

/** Reads an image from the text of a manifest, each stretch of it with its place in Git. */
export function readImageText(segments: readonly Segment[]): ImageReading {
  const rendered = textOf(segments);
  const parsed = parseReference(rendered);
  if (parsed.isErr()) return withoutVersion(segments, rendered);
  const { image, tag, digest } = parsed.value;
  if (tag === null && digest === null) {
    return { rendered, image, version: null, pins: [], masked: [], valid: true, unpinned: null };
  }
  const start = image.length + 1;
  const found = versionPlaces(segments, start, tag, rendered);
  const pins = found.flatMap(({ origin, part }) => (origin.writable ? [toPin(origin, part)] : []));
  const masked = found.flatMap(({ hides, part }) => maskedPins(hides, part));
  const versionSegments = sliceSegments(segments, start, rendered.length);
  const unpinned =
    pins.length > 0 ? null : found.length > 0 || versionSegments.some((one) => one.quoted) ? 'computed' : 'template';
  return {
    rendered,
    image,
    version: { tag, digest },
    pins: distinctPins(pins),
    masked: distinctPins(masked),
    valid: true,
    unpinned,
  };
}

/** `ghcr.io/acme/web:`: the version is empty, perhaps since an override hides the one that is written. */
function withoutVersion(segments: readonly Segment[], rendered: string): ImageReading {
  const nothing = { rendered, version: null, pins: [], valid: false, unpinned: null } as const;
  const repository = rendered.endsWith(':') ? parseReference(rendered.slice(0, -1)) : null;
  if (repository === null || repository.isErr()) return { ...nothing, image: rendered, masked: [] };
  const empty = segments.filter((segment) => segment.text === '');
  const masked = distinctPins(empty.flatMap(({ hides }) => maskedPins(hides, 'version')));
  return { ...nothing, image: repository.value.image, masked };
}

interface VersionPlace {
  readonly origin: Origin;
  readonly hides: readonly Origin[];
  readonly part: PinPart;
}

/** The places that hold the version, if its parts are written as a whole somewhere. */
function versionPlaces(
  segments: readonly Segment[],
  start: number,
  tag: string | null,
  rendered: string,
): readonly VersionPlace[] {
  const whole = placeAt(segments, 0, rendered.length, 'reference');
  if (whole !== null) return [whole];
  const version = placeAt(segments, start, rendered.length, tag === null ? 'digest' : 'version');
  if (version !== null) return [version];
  const at = rendered.indexOf('@', start - 1);
  if (tag === null || at === -1) return [];
  const tagPlace = placeAt(segments, start, at, 'tag');
  const digestPlace = placeAt(segments, at + 1, rendered.length, 'digest');
  return [tagPlace, digestPlace].flatMap((place) => place ?? []);
}

/** The one place whose text is exactly what stands between two offsets. */
function placeAt(segments: readonly Segment[], start: number, end: number, part: PinPart): VersionPlace | null {
  const inside = sliceSegments(segments, start, end).filter((segment) => segment.text !== '');
  const [only] = inside;
  if (inside.length !== 1 || only === undefined || only.origin === null) return null;
  return { origin: only.origin, hides: only.hides, part };
}

/** What lies below as a chart's default or in a base's manifest is meant to be overridden: it is not worth a word. */
export function maskedPins(hides: readonly Origin[], part: PinPart): Pin[] {
  return hides
    .filter((origin) => origin.kind !== 'chart-default' && origin.kind !== 'manifest-image')
    .map((origin) => toPin(origin, part));
}

export function distinctPins(pins: readonly Pin[]): readonly Pin[] {
  const seen = new Map(pins.map((pin) => [JSON.stringify([pin.file, pin.pointer, pin.inside]), pin]));
  return [...seen.values()];
}

/** One reading for each image and version, with the pins of all places that render it. */
export function mergeReadings(readings: readonly ImageReading[]): readonly ImageReading[] {
  const merged = new Map<string, ImageReading>();
  for (const reading of readings) {
    const before = merged.get(reading.rendered);
    if (before === undefined) {
      merged.set(reading.rendered, reading);
      continue;
    }
    const pins = distinctPins([...before.pins, ...reading.pins]);
    const masked = distinctPins([...before.masked, ...reading.masked]);
    merged.set(reading.rendered, { ...before, pins, masked, unpinned: before.unpinned ?? reading.unpinned });
  }
  return [...merged.values()];
}
