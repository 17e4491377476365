import { annotationPrefix, type UpdaterApplication } from '../image-updater/index.js';
import type { SourcePosition } from '../model.js';

/** Where an annotation stands; the start of the file where it comes from elsewhere. */
export function annotationAt(application: UpdaterApplication, key: string): SourcePosition {
  const { file, base } = application;
  return application.locate?.([...base, 'metadata', 'annotations', key]) ?? { file, line: 1, column: 1 };
}

/** An annotation's name without what all of them begin with. */
export function shortKey(key: string): string {
  return key.slice(annotationPrefix.length);
}
