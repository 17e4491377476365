import picomatch from 'picomatch';

/** Which paths a list of globs takes, and which folders can hold such a path at all. */
export interface PathFilter {
  matches(path: string): boolean;
  mayHold(folder: string): boolean;
}

/** Globs of picomatch, dot files included. */
export function pathFilter(globs: readonly string[]): PathFilter {
  const matchers = globs.map((glob) => picomatch(glob, { dot: true }));
  const bases = globs.map((glob) => {
    const scan = picomatch.scan(glob);
    // a negated glob can match anywhere
    return scan.negated ? '' : scan.isGlob ? scan.base : scan.input;
  });
  return {
    matches: (path) => matchers.some((matches) => matches(path)),
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
