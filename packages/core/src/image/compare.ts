import type { Version } from '../model.js';
import { compareSemanticVersions, parseSemanticVersion } from './semver.js';

/** What the second version is, seen from the first. */
export type VersionOrder = 'newer' | 'older' | 'same' | 'not-comparable';

export type ChangeKind = 'major' | 'minor' | 'patch' | 'prerelease' | 'other' | 'downgrade' | 'digest';

/**
 * Whether `b` is newer than `a`. Tags are compared as versions, the way Image Updater does ({@link parseSemanticVersion}); a
 * tag that is no version (`main-3f2c1ab`, `latest`) and a digest without tag have no order. `same` means the same text,
 * or tags of equal precedence that differ in writing only (`v1.2` and `1.2.0`) with the same digest. Equal tags with
 * different digests are `not-comparable`: which build came later is not in the text.
 */
export function compareVersions(a: Version, b: Version): VersionOrder {
  if (a.tag === b.tag && a.digest === b.digest) return 'same';
  if (a.tag === null || b.tag === null) {
    return a.digest !== null && a.digest === b.digest ? 'same' : 'not-comparable';
  }
  const [left, right] = [parseSemanticVersion(a.tag), parseSemanticVersion(b.tag)];
  if (left === null || right === null) {
    return a.tag === b.tag && onlyOneDigest(a, b) ? 'same' : 'not-comparable';
  }
  const order = compareSemanticVersions(left, right);
  if (order !== 0) return order < 0 ? 'newer' : 'older';
  return a.digest === b.digest || onlyOneDigest(a, b) ? 'same' : 'not-comparable';
}

/** A digest added to, or taken from, the same tag: nothing says that the image moved. */
function onlyOneDigest(a: Version, b: Version): boolean {
  return (a.digest === null) !== (b.digest === null);
}

/**
 * How a change looks in a table: the first number that grows (`major`, `minor`, `patch`); `prerelease` where only the
 * prerelease part moves forward, or a prerelease becomes its release; `downgrade` where it goes back; `digest` where the
 * tag stays, or both are digests alone; `other` where the tags have no order, or differ in writing only.
 */
export function kindOfChange(from: Version, to: Version): ChangeKind {
  if (from.tag === to.tag) return from.digest === to.digest ? 'other' : 'digest';
  if (from.tag === null || to.tag === null) return 'other';
  const [left, right] = [parseSemanticVersion(from.tag), parseSemanticVersion(to.tag)];
  if (left === null || right === null) return 'other';
  const order = compareSemanticVersions(left, right);
  if (order > 0) return 'downgrade';
  if (left.major !== right.major) return 'major';
  if (left.minor !== right.minor) return 'minor';
  if (left.patch !== right.patch) return 'patch';
  if (order < 0) return 'prerelease';
  return from.digest === to.digest ? 'other' : 'digest';
}
