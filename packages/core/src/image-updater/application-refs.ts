import { err, ok, type Result } from '../result.js';
import { matchGlob } from './glob.js';
import { type LabelSelector, labelsMatch } from './labels.js';
import { utf8Of } from './utf8.js';

/** What decides which applications an entry is about. */
export interface NameRule {
  readonly namePattern: string;
  readonly labelSelectors?: LabelSelector | null;
}

/**
 * How specific an entry is, as Image Updater v1.3.0 scores it: 1,000,000 for a name without `*?[]`, 1 for each byte that
 * is no wildcard (classes do not count), 10,000 for a label selector and 100 for each of its requirements.
 */
export function specificityOf({ namePattern, labelSelectors }: NameRule): number {
  const exact = isExactName(namePattern) ? 1_000_000 : 0;
  const literals = utf8Of(namePattern.replace(/\[[^\n]*?\]/g, '').replace(/[*?]/g, '')).length;
  if (!labelSelectors) return exact + literals;
  const labels = Object.keys(labelSelectors.matchLabels ?? {}).length;
  const expressions = labelSelectors.matchExpressions?.length ?? 0;
  return exact + literals + 10_000 + 100 * (labels + expressions);
}

/** True for a pattern without wildcards, which can match one application only. */
export function isExactName(pattern: string): boolean {
  return !/[*?[\]]/.test(pattern);
}

/** From the most specific to the broadest; equal ones stay in their order. */
export function bySpecificity<T extends NameRule>(refs: readonly T[]): readonly T[] {
  return refs
    .map((ref) => ({ ref, score: specificityOf(ref) }))
    .sort((a, b) => b.score - a.score)
    .map(({ ref }) => ref);
}

/** Whether the pattern matches the name of an application; an error for a malformed pattern. */
export function nameMatches(name: string, pattern: string): Result<boolean, 'malformed-pattern'> {
  const match = matchGlob(pattern, name);
  return match === 'malformed' ? err('malformed-pattern') : ok(match === 'match');
}

/** True where one of the patterns matches, and where there is none. Malformed ones match nothing. */
export function nameMatchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => nameMatches(name, pattern).unwrapOr(false));
}

/** True where an entry is about this application. */
export function refMatches(
  ref: NameRule,
  application: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
): boolean {
  return (
    nameMatches(application.name, ref.namePattern).unwrapOr(false) &&
    labelsMatch(ref.labelSelectors ?? null, application.labels)
  );
}

/** The first pattern for which Image Updater refuses the whole resource; null where all are well-formed for it. */
export function refusedPattern(refs: readonly NameRule[]): string | null {
  return refs.find((ref) => matchGlob(ref.namePattern, 'validation') === 'malformed')?.namePattern ?? null;
}
