/** A version as Image Updater reads it of a tag. */
export interface LooseVersion {
  readonly original: string;
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** `''` for none. */
  readonly prerelease: string;
  /** Build metadata; `''` for none. It takes no part in comparing. */
  readonly metadata: string;
}

const identifiers = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const pattern = new RegExp(
  `^v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?(?:-(${identifiers}))?(?:\\+(${identifiers}))?$`,
);
const largest = 0xffff_ffff_ffff_ffffn;

/**
 * Reads a version loosely: an optional `v`, one to three numbers (leading zeros are taken), a pre-release in which a
 * number has no leading zero, build metadata. Null for everything else (Masterminds/semver 3.4.0, `NewVersion`).
 */
export function parseLooseVersion(tag: string): LooseVersion | null {
  const found = pattern.exec(tag);
  if (found === null) return null;
  const [, first = '0', second = '0', third = '0', prerelease = '', metadata = ''] = found;
  const [major, minor, patch] = [first, second, third].map((digits) => BigInt(digits));
  if (major === undefined || minor === undefined || patch === undefined) return null;
  if (major > largest || minor > largest || patch > largest) return null;
  if (prerelease.split('.').some((part) => /^0[0-9]+$/.test(part))) return null;
  return { original: tag, major, minor, patch, prerelease, metadata };
}

/** `1.2.3-rc1+build`: all three numbers, no `v`. */
export function formatLooseVersion({ major, minor, patch, prerelease, metadata }: LooseVersion): string {
  return `${major}.${minor}.${patch}${prerelease === '' ? '' : `-${prerelease}`}${metadata === '' ? '' : `+${metadata}`}`;
}

/** The precedence of two versions: -1, 0 or 1. */
export function compareLooseVersions(a: LooseVersion, b: LooseVersion): -1 | 0 | 1 {
  return (
    compare(a.major, b.major) ||
    compare(a.minor, b.minor) ||
    compare(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

/** No pre-release comes after any; else part by part, numbers before words. */
export function comparePrereleases(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareParts(left[index], right[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: string | undefined, b: string | undefined): -1 | 0 | 1 {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [numbersA, numbersB] = [a, b].map((part) => /^[0-9]+$/.test(part));
  if (numbersA === true && numbersB === true) return compare(BigInt(a), BigInt(b));
  if (numbersA !== numbersB) return numbersA === true ? -1 : 1;
  return compare(a, b);
}

function compare<T extends bigint | string>(a: T, b: T): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}
