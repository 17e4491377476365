import { kindOfChange } from '../image/index.js';
import type { Version } from '../model.js';
import type { VersionChange } from '../plan/plan.js';
import type { Environment, Fleet, TrackedImage } from './fleet.js';
import { pairImage } from './pairing.js';
import { isSameVersion } from './pin-version.js';
import { instanceOf } from './select.js';

/** How two environments differ, application by application. */
export interface EnvironmentDifference {
  readonly from: string;
  readonly to: string;
  /** Versions that a promotion would move (rules not asked). */
  readonly versions: readonly {
    readonly application: string;
    readonly image: string;
    readonly from: Version | null;
    readonly to: Version | null;
    readonly kind: VersionChange['kind'] | null;
  }[];
  /** Images at the same version in both. */
  readonly same: number;
  readonly onlyInFrom: readonly string[];
  readonly onlyInTo: readonly string[];
  /** What else differs and no promotion moves: another set of images. */
  readonly besides: readonly { readonly application: string; readonly what: string }[];
}

/** What differs between two environments of a fleet: `from` is where a promotion would take versions. */
export function diffEnvironments(fleet: Fleet, from: Environment, to: Environment): EnvironmentDifference {
  const versions: {
    application: string;
    image: string;
    from: Version | null;
    to: Version | null;
    kind: VersionChange['kind'] | null;
  }[] = [];
  const besides: { application: string; what: string }[] = [];
  let same = 0;
  for (const source of from.instances) {
    const target = instanceOf(to, source.application);
    if (target === null) continue;
    const paired = new Set<TrackedImage>();
    for (const image of source.images) {
      const pairing = pairImage(image, target.images, fleet.config.images, to.name);
      if (pairing.kind !== 'paired') {
        besides.push({
          application: source.application,
          what:
            pairing.kind === 'none'
              ? `${image.image} is in ${from.name} only`
              : `${image.image} has several counterparts in ${to.name}`,
        });
        continue;
      }
      paired.add(pairing.target);
      const now = pairing.target.version;
      if (image.version === null && now === null)
        besides.push({ application: source.application, what: `${image.image} has no version in Git in either` });
      else if (image.version !== null && now !== null && isSameVersion(image.version, now)) same++;
      else {
        versions.push({
          application: source.application,
          image: image.image,
          from: now,
          to: image.version,
          kind: image.version === null || now === null ? null : kindOfChange(now, image.version),
        });
      }
    }
    for (const image of target.images) {
      if (!paired.has(image))
        besides.push({ application: source.application, what: `${image.image} is in ${to.name} only` });
    }
  }
  return {
    from: from.name,
    to: to.name,
    versions,
    same,
    onlyInFrom: from.instances.map((one) => one.application).filter((name) => instanceOf(to, name) === null),
    onlyInTo: to.instances.map((one) => one.application).filter((name) => instanceOf(from, name) === null),
    besides,
  };
}
