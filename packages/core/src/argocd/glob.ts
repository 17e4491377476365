/**
 * Patterns of Argo CD, as functions. Both kinds know `*`, `?`, `[a-z]`, `[!a-z]` and `{a,b}`; a pattern that cannot be
 * read matches nothing.
 *
 * - `include` and `exclude` of a directory source: `*` also matches `/` (Argo CD gives its library no separator).
 * - value files: `*` stays within one folder, `**` crosses folders.
 */
export function matchesDirectoryPattern(pattern: string, path: string): boolean {
  return compile(pattern, false)?.test(path) ?? false;
}

export function matchesFilePattern(pattern: string, path: string): boolean {
  return compile(pattern, true)?.test(path) ?? false;
}

export function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

function compile(pattern: string, separated: boolean): RegExp | null {
  const any = separated ? '[^/]' : '[\\s\\S]';
  let source = '';
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '\\') {
      at++;
      source += escapeText(pattern.charAt(at));
    } else if (character === '*') {
      const stars = /^\*+/.exec(pattern.slice(at))?.[0].length ?? 1;
      at += stars - 1;
      if (!separated || stars === 1) source += separated ? '[^/]*' : '[\\s\\S]*';
      else if (pattern.charAt(at + 1) === '/') {
        source += '(?:[^/]+/)*';
        at++;
      } else source += '[\\s\\S]*';
    } else if (character === '?') source += any;
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end === -1) return null;
      const inside = pattern
        .slice(at + 1, end)
        .replace(/^[!^]/, '^')
        .replace(/[\\[\]]/g, '\\$&');
      source += `[${inside}]`;
      at = end;
    } else if (character === '{') {
      depth++;
      source += '(?:';
    } else if (character === '}' && depth > 0) {
      depth--;
      source += ')';
    } else if (character === ',' && depth > 0) source += '|';
    else source += escapeText(character);
  }
  if (depth > 0) return null;
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return null;
  }
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
