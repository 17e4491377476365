import type { Path, Step } from '../yaml/node.js';
import { listOf, objectOf } from './application-source.js';
import type { ImageConfig } from './images.js';
import type { UpdaterResource } from './inputs.js';
import type { ApplicationRef, IndexedImage } from './resource.js';
import type { UpdateSettings } from './settings.js';

/** A level of a resource that may hold update settings. */
export type Level =
  | { readonly level: 'spec' }
  | { readonly level: 'ref'; readonly ref: ApplicationRef }
  | { readonly level: 'image'; readonly ref: ApplicationRef; readonly image: IndexedImage };

/** The level that sets what is ignored for an image; null where none does. */
export function decidingLevel(from: UpdaterResource, ref: ApplicationRef, image: IndexedImage): Level | null {
  const levels: readonly Level[] = [{ level: 'image', ref, image }, { level: 'ref', ref }, { level: 'spec' }];
  return levels.find((level) => settingsAt(from, level)?.ignoreTags !== undefined) ?? null;
}

/** The settings of a level alone; null where it has no block. */
export function settingsAt(from: UpdaterResource, level: Level): UpdateSettings | null {
  switch (level.level) {
    case 'spec':
      return from.resource.commonUpdateSettings;
    case 'ref':
      return level.ref.commonUpdateSettings;
    case 'image':
      return level.image.commonUpdateSettings ?? null;
  }
}

/** Path of a level's `commonUpdateSettings`. */
export function settingsPath(from: UpdaterResource, level: Level): Path {
  const end = 'commonUpdateSettings';
  if (level.level === 'spec') return ['spec', end];
  const refPath: Path = ['spec', 'applicationRefs', refStep(from, level.ref)];
  if (level.level === 'ref') return [...refPath, end];
  return [...refPath, 'images', imageStep(level.ref, level.image), end];
}

/** What really stands at a path of the parsed resource, also where it has a wrong type; undefined where nothing does. */
export function rawAt(from: UpdaterResource, path: Path): unknown {
  let value: unknown = from.value;
  for (const step of path) value = rawChild(value, step);
  return value;
}

/** An image of `ref` as it stands there, from what was configured of it. */
export function imageIn(ref: ApplicationRef, config: ImageConfig | null): IndexedImage | null {
  return ref.images.find((image) => image === config) ?? null;
}

/** Names an item by its key where that is unique, since positions move. */
function refStep(from: UpdaterResource, ref: ApplicationRef): Step {
  const same = from.resource.applicationRefs.filter((one) => one.namePattern === ref.namePattern);
  return same.length === 1 && ref.namePattern !== '' ? { where: { namePattern: ref.namePattern } } : ref.index;
}

function imageStep(ref: ApplicationRef, image: IndexedImage): Step {
  const same = ref.images.filter((one) => one.alias === image.alias);
  return same.length === 1 && image.alias !== '' ? { where: { alias: image.alias } } : image.index;
}

function rawChild(value: unknown, step: Step): unknown {
  if (typeof step === 'string') return objectOf(value)?.[step];
  const items = listOf(value);
  if (typeof step === 'number') return items[step];
  return items.find((item) => Object.entries(step.where).every(([key, wanted]) => objectOf(item)?.[key] === wanted));
}
