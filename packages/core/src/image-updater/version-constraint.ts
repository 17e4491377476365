import { compareSemanticVersions, parseSemanticVersion, type SemanticVersion } from '../image/index.js';

/** A constraint on versions: one of the groups must hold, and in it every comparator. */
export interface VersionConstraint {
  readonly groups: readonly (readonly Comparator[])[];
}

interface Comparator {
  readonly operator: string;
  readonly version: SemanticVersion;
  /** Whether a part was left out or is a wildcard. */
  readonly isPartial: boolean;
  readonly anyMinor: boolean;
  readonly anyPatch: boolean;
}

const identifiers = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const part = '[0-9|xX*]+';
const operator = '(?:=>|=<|>=|<=|!=|~>|=|>|<|~|\\^)?';
const version = `v?${part}(?:\\.${part})?(?:\\.${part})?(?:-${identifiers})?(?:\\+${identifiers})?`;
const range = new RegExp(`\\s*(${version})\\s+-\\s+(${version})\\s*`, 'g');
const wholeGroup = new RegExp(`^\\s*${operator}\\s*${version}\\s*(?:(?:\\s+|,\\s*)${operator}\\s*${version}\\s*)*$`);
const comparators = new RegExp(`${operator}\\s*${version}`, 'g');
const comparator = new RegExp(
  `^\\s*(${operator})\\s*v?(${part})(?:\\.(${part}))?(?:\\.(${part}))?(-${identifiers})?(?:\\+${identifiers})?\\s*$`,
);
const longest = 1000;

/**
 * Reads a constraint of Image Updater's semver strategy (Masterminds/semver 3.4.0), or gives null for one that it
 * refuses. It is not npm's grammar: a pre-release in a group opens the group for all pre-releases.
 */
export function parseConstraint(text: string): VersionConstraint | null {
  if (text.length > longest) return null;
  const groups: Comparator[][] = [];
  for (const group of text.replace(range, '>=$1, <=$2').split('||')) {
    if (!wholeGroup.test(group)) return null;
    const parsed = (group.match(comparators) ?? []).map((one) => parseComparator(one));
    if (parsed.includes(null)) return null;
    groups.push(parsed.filter((one) => one !== null));
  }
  return { groups };
}

const isWildcard = (text: string | undefined): boolean => text === undefined || /^[xX*]$/.test(text);

function parseComparator(text: string): Comparator | null {
  const found = comparator.exec(text);
  if (found === null) return null;
  const [, sign = '', major, minor, patch, prerelease = ''] = found;
  const anyMajor = isWildcard(major);
  const anyMinor = !anyMajor && isWildcard(minor);
  const anyPatch = !anyMajor && !anyMinor && isWildcard(patch);
  const numbers = anyMajor ? '0.0.0' : anyMinor ? `${major}.0.0` : `${major}.${minor}.${anyPatch ? '0' : patch}`;
  const parsed = parseSemanticVersion(numbers + prerelease);
  if (parsed === null) return null;
  return { operator: sign, version: parsed, isPartial: anyMajor || anyMinor || anyPatch, anyMinor, anyPatch };
}

/** Whether a version satisfies a constraint. */
export function satisfies(version: SemanticVersion, { groups }: VersionConstraint): boolean {
  return groups.some((group) => {
    const opens = group.some((one) => one.version.prerelease.length > 0);
    return group.every((one) => (version.prerelease.length === 0 || opens) && holds(version, one));
  });
}

function holds(version: SemanticVersion, one: Comparator): boolean {
  const order = compareSemanticVersions(version, one.version);
  switch (one.operator) {
    case '!=':
      return differs(version, one);
    case '>':
      return isAfter(version, one);
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return one.isPartial ? isWithin(version, one) : order <= 0;
    case '^':
      return order >= 0 && isCompatible(version, one);
    case '~':
    case '~>':
      return isSameLine(version, one);
    default:
      return one.isPartial ? isSameLine(version, one) : order === 0;
  }
}

function differs(version: SemanticVersion, { version: other, isPartial, anyMinor, anyPatch }: Comparator): boolean {
  if (!isPartial) return compareSemanticVersions(version, other) !== 0;
  if (other.major !== version.major) return true;
  if (anyMinor) return false;
  if (other.minor !== version.minor) return true;
  if (!anyPatch) return other.patch !== version.patch || compareSemanticVersions(version, other) !== 0;
  return version.prerelease.join('.') !== other.prerelease.join('.');
}

function isAfter(version: SemanticVersion, { version: other, isPartial, anyMinor, anyPatch }: Comparator): boolean {
  if (isPartial) {
    if (version.major !== other.major) return version.major > other.major;
    if (anyMinor) return false;
    if (anyPatch) return version.minor > other.minor;
  }
  return compareSemanticVersions(version, other) > 0;
}

function isWithin(version: SemanticVersion, { version: other, anyMinor }: Comparator): boolean {
  if (version.major > other.major) return false;
  return !(version.major === other.major && version.minor > other.minor && !anyMinor);
}

/** `~1.2`: the same minor version, or the same major one where no minor is given; `~0.0.0` and `*` take everything. */
function isSameLine(version: SemanticVersion, { version: other, anyMinor, anyPatch }: Comparator): boolean {
  if (compareSemanticVersions(version, other) < 0) return false;
  if (other.major === 0n && other.minor === 0n && other.patch === 0n && !anyMinor && !anyPatch) return true;
  return version.major === other.major && (anyMinor || version.minor === other.minor);
}

/** `^1.2`: nothing that changes the leftmost number that is not 0. */
function isCompatible(version: SemanticVersion, { version: other, anyMinor, anyPatch }: Comparator): boolean {
  if (other.major > 0n || anyMinor) return version.major === other.major;
  if (version.major > 0n) return false;
  if (other.minor > 0n || anyPatch) return version.minor === other.minor;
  return version.minor === 0n && version.patch === other.patch;
}
