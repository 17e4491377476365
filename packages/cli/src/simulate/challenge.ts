/** One way to prove who asks, of those that a server names in `WWW-Authenticate`. */
export interface Challenge {
  /** In small letters: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in small letters. */
  readonly parameters: ReadonlyMap<string, string>;
}

const separator = /[\s,]*/y;
const parameter = /([!#$%&'*+.^_`|~\w-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/y;
const scheme = /[!#$%&'*+.^_`|~\w-]+(?=[\s,]|$)/y;

/** Reads `WWW-Authenticate` (RFC 9110), several challenges in one line, too. What follows something unreadable is left out. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    next(separator);
    const current = challenges.at(-1);
    const found = current === undefined ? null : next(parameter);
    if (current !== undefined && found !== null) {
      const name = (found[1] ?? '').toLowerCase();
      const value = found[2]?.replace(/\\(.)/g, '$1') ?? found[3] ?? '';
      if (!current.parameters.has(name)) current.parameters.set(name, value);
      continue;
    }
    const named = next(scheme);
    if (named === null) return challenges;
    challenges.push({ scheme: named[0].toLowerCase(), parameters: new Map() });
  }
}

/** What reading needs, also at Azure's registries, whose lists of tags want `metadata_read`. */
const reading = new Set(['pull', 'metadata_read', 'content_read']);

/**
 * The actions of a challenge's scope (`repository:acme/payments:pull`) that only read this repository. What goes
 * further is never asked for, whoever names it.
 */
export function readingActions(scope: string, repository: string): readonly string[] {
  return scope.split(' ').flatMap((one) => {
    const prefix = `repository:${repository}:`;
    const actions = one.startsWith(prefix) ? one.slice(prefix.length).split(',') : [];
    return actions.filter((action) => reading.has(action));
  });
}
