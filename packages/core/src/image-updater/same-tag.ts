import type { Version } from '../model.js';

/**
 * Whether Image Updater (v0.18.0, v1.3.0) takes two tags for the same one: by the digests where one of them has a digest,
 * else by name. So `1.0.0@sha256:…` is not `1.0.0`, and is updated to it.
 */
export function isSameTag(a: Version, b: Version): boolean {
  return a.digest !== null || b.digest !== null ? a.digest === b.digest : a.tag === b.tag;
}
