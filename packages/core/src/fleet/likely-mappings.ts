import type { ImageMapping } from '../environment/config.js';
import { encodeScalar } from '../yaml/index.js';
import type { Environment, Fleet, Instance, Note, TrackedImage } from './fleet.js';
import { pairImage, samePlaces } from './pairing.js';
import { instanceOf } from './select.js';

/** Two images of one application that are probably the same one under two names. */
export interface LikelyMapping {
  readonly source: TrackedImage;
  readonly target: TrackedImage;
  /** What would say so in `images` of `gitops.yaml`. */
  readonly mapping: ImageMapping;
}

/**
 * Images that only the source runs, each with the one that only the target runs whose name ends alike, or else whose
 * version stands at the same keys. A person has to say that they are the same: nothing is promoted on such a likeness.
 */
export function likelyMappings(
  source: Instance,
  target: Instance,
  mappings: readonly ImageMapping[],
): readonly LikelyMapping[] {
  const into = target.environment;
  const pairings = source.images.map((image) => ({ image, pairing: pairImage(image, target.images, mappings, into) }));
  const taken = new Set(
    pairings.flatMap(({ pairing }) =>
      pairing.kind === 'paired' ? [pairing.target] : pairing.kind === 'ambiguous' ? pairing.candidates : [],
    ),
  );
  const left = pairings.flatMap(({ image, pairing }) => (pairing.kind === 'none' && isImage(image) ? [image] : []));
  const free = target.images.filter((one) => !taken.has(one) && isImage(one));
  return left.flatMap((image): LikelyMapping[] => {
    const likely = counterpart(image, free);
    const isOwn = likely !== undefined && counterpart(likely, left) === image;
    return isOwn ? [{ source: image, target: likely, mapping: mappingOf(image.image, likely.image, into) }] : [];
  });
}

function isImage({ what, pins }: TrackedImage): boolean {
  return what === undefined && pins.length > 0;
}

function counterpart(image: TrackedImage, others: readonly TrackedImage[]): TrackedImage | undefined {
  const alike = others.filter((one) => lastName(one.image) === lastName(image.image));
  const likely = alike.length > 0 ? alike : others.filter((one) => samePlaces(one, image, 'keys'));
  return likely.length === 1 ? likely[0] : undefined;
}

function lastName(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1);
}

/** With `{path}` for the folders and the name that both end with. */
function mappingOf(from: string, to: string, into: string): ImageMapping {
  const [left, right] = [from.split('/'), to.split('/')];
  let same = 0;
  while (same < Math.min(left.length, right.length) - 1 && left.at(-1 - same) === right.at(-1 - same)) same++;
  const withPath = (steps: readonly string[]): string => [...steps.slice(0, steps.length - same), '{path}'].join('/');
  return same === 0 ? { from, to, into: [into] } : { from: withPath(left), to: withPath(right), into: [into] };
}

function nameInFlow(name: string): string {
  return encodeScalar(name, { flow: true, quote: 'plain' });
}

/** A mapping as it is written in the list `images`. */
export function textOfMapping({ from, to, into }: ImageMapping): string {
  return `{ from: ${JSON.stringify(from)}, to: ${JSON.stringify(to)}, into: [${into.map(nameInFlow).join(', ')}] }`;
}

/** The mappings that the environments of a fleet probably need along their order, each with one pair of images as an example. */
export function mappingsOfFleet(fleet: Pick<Fleet, 'environments' | 'config'>): readonly LikelyMapping[] {
  const found = new Map<string, LikelyMapping>();
  for (const to of fleet.environments) {
    const sources = fleet.environments.filter(({ name }) => to.from.includes(name));
    for (const one of sources.flatMap((from) => between(from, to, fleet.config.images))) {
      const key = textOfMapping(one.mapping);
      if (!found.has(key)) found.set(key, one);
    }
  }
  return [...found.values()];
}

function between(from: Environment, to: Environment, mappings: readonly ImageMapping[]): readonly LikelyMapping[] {
  return from.instances.flatMap((source) => {
    const target = instanceOf(to, source.application);
    return target === null ? [] : likelyMappings(source, target, mappings);
  });
}

export function notesOfMappings(fleet: Pick<Fleet, 'environments' | 'config'>): readonly Note[] {
  return mappingsOfFleet(fleet).map(({ source, target, mapping }) => ({
    kind: 'images-named-apart',
    severity: 'warn',
    message: `${mapping.into.join()} runs ${target.image} where what it is promoted from runs ${source.image}. If they are the same, say so in gitops.yaml: images: [${textOfMapping(mapping)}]`,
    at: target.pins[0]?.at ?? null,
  }));
}
