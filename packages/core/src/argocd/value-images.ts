import { type ImageReading, readImageText } from './image-reading.js';
import { segmentOf } from './segments.js';
import type { Value } from './value.js';

/** The images of values that a template prints as they are: each `image` that holds a text, anywhere inside. */
export function imagesOfValues(value: Value): readonly ImageReading[] {
  if (value.type === 'list') return value.items.flatMap((item) => imagesOfValues(item));
  if (value.type !== 'map') return [];
  return [...value.entries].flatMap(([key, item]) => {
    if (key !== 'image' || item.type !== 'scalar') return imagesOfValues(item);
    return typeof item.value === 'string' && item.value !== '' && item.known !== false
      ? [readImageText([segmentOf(item)])]
      : [];
  });
}
