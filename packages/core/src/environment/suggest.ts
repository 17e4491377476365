import { type ErrorKind, type GitOpsError, problem } from '../errors/error.js';

/**
 * The known names that a wrong one was probably meant to be, the likeliest first, at most three: other case, one inside
 * the other at a word's edge (`payments` for `ghcr.io/acme/payments`), or a few typing errors away.
 */
export function suggestionsFor(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase();
  const allowed = wanted.length <= 3 ? 1 : wanted.length <= 8 ? 2 : 3;
  const scored: { readonly candidate: string; readonly score: number }[] = [];
  for (const candidate of new Set(known)) {
    const other = candidate.toLowerCase();
    const distance = editDistance(wanted, other, allowed);
    if (distance <= allowed && distance < Math.max(wanted.length, other.length))
      scored.push({ candidate, score: distance });
    else if (isPart(wanted, other) || isPart(other, wanted)) scored.push({ candidate, score: allowed + 1 });
  }
  return scored
    .sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map((one) => one.candidate);
}

/** Whether `part` begins or ends `whole` at the edge of a word. */
function isPart(part: string, whole: string): boolean {
  if (part.length < 2 || part.length >= whole.length) return false;
  const isEdge = (character: string): boolean => /[^a-z0-9]/.test(character);
  return (
    (whole.startsWith(part) && isEdge(whole.charAt(part.length))) ||
    (whole.endsWith(part) && isEdge(whole.charAt(whole.length - part.length - 1)))
  );
}

/**
 * Typing errors between two words (Levenshtein, and two neighbours swapped count as one), or `limit + 1` as soon as it
 * is known to be more.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** `Did you mean "prod"? ` or nothing; for the beginning of a remedy. */
export function didYouMean(name: string, known: readonly string[]): string {
  const found = suggestionsFor(name, known).map((one) => JSON.stringify(one));
  if (found.length === 0) return '';
  return `Did you mean ${joinWords(found, 'or')}? `;
}

/** `a`, `a or b`, `a, b or c`. */
export function joinWords(words: readonly string[], last: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** What is looked up by name all over the toolkit, and the word for it in messages. */
const subjects = {
  'unknown-environment': { one: 'environment', many: 'environments' },
  'unknown-application': { one: 'application', many: 'applications' },
  'unknown-image': { one: 'image', many: 'images' },
} as const satisfies Partial<Record<ErrorKind, { one: string; many: string }>>;

export type UnknownKind = keyof typeof subjects;

const shown = 20;

/**
 * The error for a name that is not known, with the names that were probably meant and those that exist. Names are
 * case-sensitive. `details` has `name`, `suggestions` and all `known`.
 *
 * @param known every name that would have been accepted, aliases among them.
 */
export function unknownName(kind: UnknownKind, name: string, known: readonly string[]): GitOpsError {
  const { one, many } = subjects[kind];
  const names = [...new Set(known)];
  const suggestions = suggestionsFor(name, names);
  const list = names.slice(0, shown).join(', ') + (names.length > shown ? ` and ${names.length - shown} more` : '');
  return problem(
    kind,
    `There is no ${one} ${JSON.stringify(name)} here.`,
    names.length === 0 ? `No ${many} were found at all.` : `${didYouMean(name, names)}Known ${many}: ${list}.`,
    { details: { name, suggestions, known: names } },
  );
}
