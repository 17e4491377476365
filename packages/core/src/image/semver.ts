/** A version as Masterminds/semver v3.4.0 reads it, the library of Image Updater: looser than npm's `semver`. */
export interface SemanticVersion {
  /** As bigint: a date with a time (`20240105123456`) is a major version too. */
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Dot-separated parts; empty where there is none. */
  readonly prerelease: readonly string[];
}

const looseVersion =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

const largestPart = 2n ** 64n - 1n;

/**
 * Parses a tag as a version; null where it is none. An optional lower-case `v`, one to three numbers (leading zeros
 * allowed, each at most 64 bits), then prerelease and build as in semver; a numeric prerelease part with a leading zero
 * is refused. So `1`, `v1.2`, `2024.01.05` and `20240105` are versions, `V1.2.3`, `1.2.3.4` and `1.2.3_1` are not.
 */
export function parseSemanticVersion(tag: string): SemanticVersion | null {
  const match = looseVersion.exec(tag);
  if (match === null) return null;
  const prerelease = match[4] === undefined ? [] : match[4].split('.');
  if (prerelease.some((part) => /^0\d+$/.test(part))) return null;
  const numbers = [match[1], match[2], match[3]].map((part) => BigInt(part ?? '0'));
  const [major = 0n, minor = 0n, patch = 0n] = numbers;
  return numbers.some((one) => one > largestPart) ? null : { major, minor, patch, prerelease };
}

/** Precedence after semver 2.0.0 §11; build metadata does not count. Negative where `a` comes before `b`. */
export function compareSemanticVersions(a: SemanticVersion, b: SemanticVersion): -1 | 0 | 1 {
  return (
    order(a.major, b.major) ||
    order(a.minor, b.minor) ||
    order(a.patch, b.patch) ||
    orderPrerelease(a.prerelease, b.prerelease)
  );
}

function order<T extends bigint | string | number>(a: T, b: T): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}

function orderPrerelease(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  // A release comes after all its prereleases.
  if (a.length === 0) return b.length === 0 ? 0 : 1;
  if (b.length === 0) return -1;
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const found = orderPart(a[index] ?? '', b[index] ?? '');
    if (found !== 0) return found;
  }
  return order(a.length, b.length);
}

function orderPart(a: string, b: string): -1 | 0 | 1 {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return order(BigInt(a), BigInt(b));
  // Numbers come before words.
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return order(a, b);
}
