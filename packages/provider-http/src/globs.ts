import picomatch from 'picomatch';

/** Which paths a list of globs takes, and which folders can hold such a path at all. */
export interface PathFilter {
  matches(path: string): boolean;
  mayHold(folder: string): boolean;
}

/** Without any of these a glob is the path itself. */
const special = /[\\*?[\]{}()!+@|^$]/;

/** The glob that takes exactly this path. */
export function asGlob(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@|^$]/g, '\\$&');
}

/** Globs of picomatch, dot files included. */
export function pathFilter(globs: readonly string[]): PathFilter {
  // a thousand plain paths are looked up, not tried one after the other
  const plain = new Set(globs.filter((glob) => !special.test(glob) && !glob.startsWith('./')));
  const matchers = globs.filter((glob) => !plain.has(glob)).map((glob) => picomatch(glob, { dot: true }));
  const bases = globs.map((glob) => {
    const scan = picomatch.scan(glob);
    // a negated glob can match anywhere
    return scan.negated ? '' : scan.isGlob ? scan.base : scan.input;
  });
  return {
    matches: (path) => plain.has(path) || matchers.some((matches) => matches(path)),
    mayHold: (folder) =>
      bases.some(
        (base) =>
          base === '' ||
          base === '.' ||
          base === folder ||
          base.startsWith(`${folder}/`) ||
          folder.startsWith(`${base}/`),
      ),
  };
}
