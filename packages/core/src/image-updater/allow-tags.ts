import { searchRe2 } from './re2-match.js';
import { parseRe2 } from './re2-syntax.js';

/** Whether `allow-tags` lets a tag pass; `unknown` where the expression uses what is not read here. */
export type AllowedTag = 'yes' | 'no' | 'unknown';

/**
 * Image Updater v1.3.0's reading of `allow-tags` and `allowTags`: empty or `any` (in any case) lets everything pass;
 * `regexp:<expression>` searches the tag, unanchored, with Go's regular expressions; anything else, and an expression
 * that Go does not compile, lets nothing pass. Total: time grows with the length of the tag and never throws.
 */
export function isTagAllowed(allowTags: string | null, tag: string): AllowedTag {
  if (allowTags === null || allowTags === '' || allowTags.toLowerCase() === 'any') return 'yes';
  const expression = expressionOf(allowTags);
  if (expression === null) return 'no';
  const parsed = parseRe2(expression);
  if (typeof parsed === 'string') return parsed === 'invalid' ? 'no' : 'unknown';
  const found = searchRe2(parsed.tree, tag);
  return found === null ? 'unknown' : found ? 'yes' : 'no';
}

/** True where the value is broken, so that it lets nothing pass: `^v` or `v2.*` without `regexp:`, a bad expression. */
export function isBrokenAllowTags(allowTags: string): boolean {
  if (allowTags === '' || allowTags.toLowerCase() === 'any') return false;
  const expression = expressionOf(allowTags);
  return expression === null || parseRe2(expression) === 'invalid';
}

function expressionOf(allowTags: string): string | null {
  const colon = allowTags.indexOf(':');
  return colon !== -1 && allowTags.slice(0, colon).toLowerCase() === 'regexp' ? allowTags.slice(colon + 1) : null;
}
