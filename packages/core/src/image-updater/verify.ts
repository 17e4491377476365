import { selects } from './selection.js';
import type { UpdaterImage, UpdaterView } from './view.js';

/** Whether Image Updater leaves an image alone, and why. */
export interface FrozenImage {
  readonly alias: string | null;
  readonly image: string;
  readonly resource: string | null;
  readonly frozen: boolean;
  /** A sentence: where it is decided. */
  readonly reason: string;
}

export interface Verification {
  /** True where every selected image is frozen; also where Image Updater looks at none. */
  readonly frozen: boolean;
  readonly images: readonly FrozenImage[];
}

/**
 * Whether an application, resolved after the edits of a freeze, is frozen by Image Updater's own rules: one answer for
 * each selected image (null: all) in each resource that matches.
 */
export function verifyFrozen(view: UpdaterView, images: readonly string[] | null): Verification {
  const found = view.images.filter((image) => selects(images, image)).map(verifyImage);
  return { frozen: found.every((image) => image.frozen), images: found };
}

function verifyImage(image: UpdaterImage): FrozenImage {
  const { alias, image: name, frozen, decidedAt, resource = null } = image;
  const at = decidedAt === null ? null : `${decidedAt.at.file}:${decidedAt.at.line}`;
  const patterns = image.ignoreTags.map((pattern) => `"${pattern}"`).join(', ');
  const reason = frozen
    ? `${name} ignores every tag, at ${at}.`
    : at === null
      ? `Nothing says which tags of ${name} are ignored, so it would still be updated.`
      : `${name} ignores only ${patterns || 'nothing'}, at ${at}, so it would still be updated.`;
  return { alias, image: name, resource, frozen, reason };
}
