import { type ImageReading, readImageText } from './image-reading.js';
import { segmentOf } from './segments.js';
import type { MapValue, ScalarValue, Value } from './value.js';

/** The fields that hold containers, in any kind of object. */
export const containerFields: ReadonlySet<string> = new Set(['containers', 'initContainers', 'ephemeralContainers']);

/** One container of a manifest that names an image. */
export interface FoundContainer {
  /** Keys and indices from the object to the list of containers. */
  readonly list: readonly (string | number)[];
  readonly index: number;
  readonly name: string | null;
  readonly image: ScalarValue;
}

/** Every container of an object, custom resources and `List` objects included. */
export function containersOf(value: Value, path: readonly (string | number)[] = []): FoundContainer[] {
  if (value.type === 'list') return value.items.flatMap((item, index) => containersOf(item, [...path, index]));
  if (value.type !== 'map' || isPolicy(value)) return [];
  return [...value.entries].flatMap(([key, item]) => {
    const inner = containersOf(item, [...path, key]);
    if (!containerFields.has(key) || item.type !== 'list') return inner;
    const own = item.items.flatMap((one, index) => (one.type === 'map' ? containerAt(one, [...path, key], index) : []));
    return [...own, ...inner];
  });
}

const ofPolicies = /^(?:(?:policies\.)?kyverno\.io|(?:templates|constraints|mutations)\.gatekeeper\.sh)\//;

/** What Kyverno and Gatekeeper check manifests by: containers there are patterns, and none runs. */
function isPolicy(object: MapValue): boolean {
  const version = object.entries.get('apiVersion');
  return version?.type === 'scalar' && typeof version.value === 'string' && ofPolicies.test(version.value);
}

function containerAt(container: MapValue, list: readonly (string | number)[], index: number): FoundContainer[] {
  const image = container.entries.get('image');
  if (image?.type !== 'scalar' || typeof image.value !== 'string' || image.value === '') return [];
  const name = container.entries.get('name');
  return [{ list, index, name: name?.type === 'scalar' && name.value !== null ? String(name.value) : null, image }];
}

export function readContainer(container: FoundContainer): ImageReading {
  return readImageText([segmentOf(container.image)]);
}
