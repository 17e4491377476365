import type { ImageMapping } from '../environment/config.js';
import type { TrackedImage } from './fleet.js';

/** What an image of the source environment corresponds to in the target. */
export type Pairing =
  | { readonly kind: 'paired'; readonly target: TrackedImage }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly TrackedImage[] };

/**
 * Pairs by full image name, then by what it is in full (`nginx` and `docker.io/library/nginx` are one), then by alias, then by the mappings of `gitops.yaml`. Two candidates at the first step that
 * finds any are ambiguous: nothing is guessed.
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
    const only = candidates[0];
    if (only === undefined) continue;
    return candidates.length === 1 ? { kind: 'paired', target: only } : { kind: 'ambiguous', candidates };
  }
  return { kind: 'none' };
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
