import type { Environment } from '../fleet/fleet.js';
import { isNarrow, isSelected } from '../fleet/select.js';
import type { Version } from '../model.js';
import type { FreezeRecord } from './record.js';

/** A freeze that keeps promotions out of this image: all of it, or only versions that a revert took back. */
export type Obstacle =
  | { readonly kind: 'frozen'; readonly record: FreezeRecord }
  | { readonly kind: 'denied'; readonly record: FreezeRecord };

/** A hold denies versions; it keeps nothing else out. */
export function isHold(record: FreezeRecord): boolean {
  return record.denied.length > 0;
}

/** The freeze of the whole environment, if there is one. An expired one still counts: `resume` ends it, not the clock. */
export function wholeFreezeOf(environment: Environment): FreezeRecord | null {
  return environment.freezes.find((one) => !isHold(one) && !isNarrow(one.selection)) ?? null;
}

/** The freeze that takes in this image, of the whole environment or of a selection; holds do not count. */
export function freezeOf(environment: Environment, application: string, image: string): FreezeRecord | null {
  return environment.freezes.find((one) => !isHold(one) && isSelected(one.selection, application, image)) ?? null;
}

/** What keeps this version out of this image; null where nothing does. */
export function obstacleTo(
  environment: Environment,
  application: string,
  image: string,
  version: Version,
): Obstacle | null {
  for (const record of environment.freezes) {
    if (isHold(record)) {
      const denied = record.denied.some(
        (one) => one.application === application && one.image === image && isDenied(one.version, version),
      );
      if (denied) return { kind: 'denied', record };
    } else if (isSelected(record.selection, application, image)) {
      return { kind: 'frozen', record };
    }
  }
  return null;
}

/** Two digests decide; where one of them has none, the tag does: the same image under both names is the same mistake. */
function isDenied(denied: string, version: Version): boolean {
  const [first = '', second = null] = denied.split('@');
  const digest = second ?? (first.includes(':') ? first : null);
  const tag = first === digest ? null : first;
  if (digest !== null && version.digest !== null) return digest === version.digest;
  return tag !== null && tag === version.tag;
}

/** True where everything of this environment that would be promoted is frozen. */
export function isFrozen(environment: Environment, application: string, image: string): boolean {
  return freezeOf(environment, application, image) !== null;
}

/** For people: `frozen since 2026-11-23 by ana: QA of 2.4`. */
export function describeFreeze(record: FreezeRecord): string {
  const until = record.until === null ? '' : ` until ${record.until.slice(0, 10)}`;
  const reason = record.reason === '' ? '' : `: ${record.reason}`;
  return `since ${record.since.slice(0, 10)} by ${record.by}${until}${reason}`;
}
