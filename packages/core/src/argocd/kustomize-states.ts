import { containersOf } from './containers.js';
import type { KustomizeObject } from './kustomize.js';
import {
  applyEntry,
  composed,
  type ImageEntry,
  type ImageState,
  namesImage,
  partsOf,
  readingOf,
  stateOf,
} from './kustomize-image.js';
import type { Replacing } from './kustomize-replacements.js';
import { type ScalarValue, scalar } from './value.js';

/** How far each image of the objects is on its way; one that nothing has changed yet is as its scalar says. */
export class ImageStates implements Replacing {
  readonly #states = new Map<ScalarValue, ImageState>();

  of(image: ScalarValue): ImageState {
    return this.#states.get(image) ?? stateOf(String(image.value), image.origin);
  }

  /** An image that has no place of its own in the objects. */
  made(state: ImageState, text: string): ScalarValue {
    const image = scalar(text);
    this.#states.set(image, state);
    return image;
  }

  /** Applies entries of `images`; what `hidden` names is remembered as masked. */
  setImages(objects: readonly KustomizeObject[], entries: readonly ImageEntry[], hidden: readonly ImageEntry[]): void {
    for (const object of objects) {
      for (const { image, list } of containersOf(object.value)) {
        const before = this.of(image);
        const masked = hidden.filter((entry) => namesImage(entry.name, before)).flatMap((entry) => partsOf(entry));
        const start = masked.length === 0 ? before : { ...before, hidden: [...before.hidden, ...masked] };
        // Kustomize knows containers and init containers only.
        const reached = list[list.length - 1] !== 'ephemeralContainers';
        this.#states.set(image, reached ? entries.reduce(applyEntry, start) : start);
      }
    }
  }

  textOf(value: ScalarValue): string {
    const state = this.#states.get(value);
    return state === undefined ? String(value.value ?? '') : readingOf(state).rendered;
  }

  copy(value: ScalarValue): ScalarValue {
    const copy = { ...value };
    const state = this.#states.get(value);
    if (state !== undefined) this.#states.set(copy, state);
    return copy;
  }

  compose(target: ScalarValue, source: ScalarValue, text: string): ScalarValue {
    return this.made(composed(this.of(target), this.of(source), source, text), text);
  }
}
