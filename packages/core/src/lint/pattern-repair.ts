import { isBrokenAllowTags } from '../image-updater/index.js';

/**
 * `allow-tags` as it was meant: an expression without `regexp:`, or with a blank behind it. Null where a value may as well
 * be a glob (`1.*`), or would still let nothing pass.
 */
export function meantAllowTags(value: string): string | null {
  const named = /^(?:regexp?|regexpr)\s*:\s*(\S.*)$/i.exec(value.trim())?.[1];
  const isExpression = /^\^|\$$|\\[dwsDWS.]/.test(value.trim()) && !/^[a-z]+\s*:/i.test(value.trim());
  const expression = named ?? (isExpression ? value.trim() : null);
  if (expression === null || /\s/.test(expression)) return null;
  const written = `regexp:${expression}`;
  return isBrokenAllowTags(written) ? null : written;
}

/** A glob for the same tags as an expression in `ignore-tags`; null where globs cannot say it. */
export function globFor(pattern: string): string | null {
  const expression = /^regexp:(.*)$/i.exec(pattern)?.[1];
  if (expression === undefined) return null;
  const [, start, body = '', end] = /^(\^?)(.*?)(\$?)$/.exec(expression) ?? [];
  const parts = body.match(/\.\*|\.\+|\\\.|[A-Za-z0-9_-]/g) ?? [];
  if (parts.join('') !== body || /\\$/.test(body)) return null;
  const written = parts.map((one) => ({ '.*': '*', '.+': '?*', '\\.': '.' })[one] ?? one).join('');
  const glob = `${start === '' ? '*' : ''}${written}${end === '' ? '*' : ''}`.replace(/\*{2,}/g, '*');
  return glob === '' ? null : glob;
}

/** The patterns that one with commas or blanks was meant to be; null where a blank stands inside one of them. */
export function patternsIn(text: string): readonly string[] | null {
  const patterns = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return patterns.length === 0 || patterns.some((one) => /\s/.test(one)) ? null : patterns;
}
