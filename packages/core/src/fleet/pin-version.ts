import type { GitOpsError } from '../errors/error.js';
import { withRevision, withVersion } from '../image/index.js';
import type { Version } from '../model.js';
import { ok, type Result } from '../result.js';
import type { Pin, TrackedImage } from './fleet.js';

/** What each pin of an image has to hold for the image to be at `version`; or why that cannot be written. */
export type PinValues =
  | {
      readonly kind: 'values';
      readonly values: readonly { readonly pin: Pin; readonly value: string }[];
      readonly version: Version;
    }
  | { readonly kind: 'impossible'; readonly why: string };

/**
 * Only versions travel: a reference keeps its repository, a tag pin its form. A digest travels where the target holds
 * one; where the target holds a digest and the version has none, nothing can be written, since an old digest beside a
 * new tag would run the old image.
 */
export function pinValues(target: TrackedImage, version: Version): PinValues {
  const holdsDigest = target.version?.digest != null;
  const holdsTag = target.version?.tag != null;
  const digestApart = target.pins.some((pin) => pin.part === 'digest');
  if (digestApart && version.digest === null) {
    return { kind: 'impossible', why: 'the target holds a digest of its own, and this version has none' };
  }
  const tagApart = target.pins.some((pin) => pin.part === 'tag');
  if (holdsTag && (!holdsDigest || tagApart) && version.tag === null) {
    return { kind: 'impossible', why: 'the target holds a tag, and this version is a digest alone' };
  }
  if (!holdsTag && holdsDigest && version.digest === null) {
    return { kind: 'impossible', why: 'the target holds a digest alone, and this version is a tag' };
  }
  const written: Version = {
    tag: holdsTag ? version.tag : null,
    digest: holdsDigest ? version.digest : null,
  };
  const values: { readonly pin: Pin; readonly value: string }[] = [];
  for (const pin of target.pins) {
    const value = valueOfPin(pin, written);
    if (value.isErr()) return { kind: 'impossible', why: value.error.message.replace(/\.$/, '') };
    values.push({ pin, value: value.value });
  }
  return { kind: 'values', version: written, values };
}

function valueOfPin(pin: Pin, version: Version): Result<string, GitOpsError> {
  switch (pin.part) {
    case 'tag':
      return ok(version.tag ?? '');
    case 'digest':
      return ok(version.digest ?? '');
    case 'version':
      return ok([version.tag, version.digest].filter((part) => part !== null).join('@'));
    case 'reference':
      return withVersion(pin.value, version);
    case 'url':
      return ok(withRevision(pin.value, version.tag ?? ''));
    case 'literal':
      return ok(pin.value.replace(/=.*/s, () => `=${version.tag ?? version.digest ?? ''}`));
  }
}

/** `1.8.2`, `sha256:…`, `1.8.2@sha256:…`. */
export function describeVersion(version: Version | null): string {
  if (version === null) return 'no version';
  return [version.tag, version.digest].filter((part) => part !== null).join('@');
}

export function isSameVersion(a: Version, b: Version): boolean {
  return a.tag === b.tag && a.digest === b.digest;
}
