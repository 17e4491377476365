import type { ImageMapping } from '../environment/config.js';
import type { Pin, TrackedImage } from './fleet.js';
import { isSameVersion } from './pin-version.js';
import { pinKey } from './select.js';

/** What an image of the source environment corresponds to in the target. */
export type Pairing =
  | { readonly kind: 'paired'; readonly target: TrackedImage }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly TrackedImage[] };

/**
 * Pairs by full image name, then by what it is in full (`nginx` and `docker.io/library/nginx` are one), then by alias, then
 * by the mappings of `gitops.yaml`. Several candidates at the first step that finds any are told apart by where their
 * versions stand: at the same places, or else at the same keys of other files. If that does not leave one, they are
 * ambiguous: nothing is guessed.
 */
export function pairImage(
  source: TrackedImage,
  targets: readonly TrackedImage[],
  mappings: readonly ImageMapping[],
  into: string,
): Pairing {
  const steps: ((target: TrackedImage) => boolean)[] = [
    (target) => target.image === source.image,
    (target) => fullName(target.image) === fullName(source.image),
    (target) => source.alias !== null && target.alias === source.alias,
    (target) => mappings.some((one) => isInto(one, into) && mapImage(one, source.image) === target.image),
  ];
  for (const fits of steps) {
    const candidates = targets.filter(fits);
    const only = candidates.length === 1 ? candidates[0] : oneAt(source, candidates);
    if (only !== undefined) return { kind: 'paired', target: only };
    if (candidates.length > 1) return { kind: 'ambiguous', candidates };
  }
  return { kind: 'none' };
}

/** The one candidate whose version stands where that of the source does; of what has no place, the one that runs the same. */
function oneAt(source: TrackedImage, candidates: readonly TrackedImage[]): TrackedImage | undefined {
  if (source.pins.length === 0) {
    const same = candidates.filter(
      ({ pins, version }) =>
        pins.length === 0 && version !== null && source.version !== null && isSameVersion(version, source.version),
    );
    return same.length === 1 ? same[0] : undefined;
  }
  for (const by of ['places', 'keys'] as const) {
    const [first, ...others] = candidates.filter((one) => samePlaces(one, source, by));
    if (first !== undefined) return others.length === 0 ? first : undefined;
  }
  return undefined;
}

/** Whether the versions of two images stand at the same places, or at the same keys of whatever files. */
export function samePlaces(one: TrackedImage, other: TrackedImage, by: 'places' | 'keys'): boolean {
  const keyOf = by === 'places' ? pinKey : keysOfPin;
  return placesOf(one, keyOf) === placesOf(other, keyOf);
}

function placesOf({ pins }: TrackedImage, keyOf: (pin: Pin) => string): string {
  return [...new Set(pins.map(keyOf))].sort().join(' ');
}

/** The keys that lead to a version, whatever file they are in. */
function keysOfPin({ pointer, inside }: Pin): string {
  return JSON.stringify([pointer.path, inside?.path ?? null]);
}

/** The name with the registry and the folder that Docker takes where none is given. */
function fullName(image: string): string {
  const steps = image.replace(/^(?:index|registry-1)\.docker\.io\//, 'docker.io/').split('/');
  const [first = ''] = steps;
  const hasRegistry = steps.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  const [registry, path] = hasRegistry ? [first, steps.slice(1)] : ['docker.io', steps];
  return [registry, ...(registry === 'docker.io' && path.length === 1 ? ['library'] : []), ...path].join('/');
}

function isInto(mapping: ImageMapping, into: string): boolean {
  return mapping.into.length === 0 || mapping.into.includes(into);
}

/** The name that a mapping gives an image: `{path}` stands for the same text on both sides. Null: it does not fit. */
export function mapImage(mapping: ImageMapping, image: string): string | null {
  const [before, after] = mapping.from.split('{path}');
  if (after === undefined) return mapping.from === image ? mapping.to : null;
  const start = before ?? '';
  if (!image.startsWith(start) || !image.endsWith(after) || image.length < start.length + after.length) return null;
  return mapping.to.replace('{path}', image.slice(start.length, image.length - after.length));
}
