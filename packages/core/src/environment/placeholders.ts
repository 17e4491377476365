import { didYouMean, joinWords } from './suggest.js';

/** The placeholders that each kind of text may hold. `{env.NAME}` is a variable of the environment of the process. */
export const placeholderSets = {
  /** `layout`, `versions[].files`, `.key` and `.image` */
  place: ['environment', 'application'],
  /** `images[].from` and `.to` */
  image: ['path'],
  /** `commit.title`, `commit.trailers`, `pullRequest.labels` */
  text: ['summary', 'operation', 'to', 'environment', 'env.NAME'],
} as const satisfies Record<string, readonly string[]>;

export type PlaceholderSet = keyof typeof placeholderSets;

/** Names in single braces. A brace expansion of a glob (`{a,b}`, `{1..3}`) is none. */
const inBraces = /\{([^{},]*)\}/g;
const variable = /^env\.[A-Za-z_][A-Za-z0-9_]*$/;

/** The names of the placeholders of a text, as often as they stand there. */
export function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(inBraces)].map((match) => match[1] ?? '').filter((name) => !name.includes('..'));
}

/** What is wrong with the placeholders of a text, one entry for each wrong one; empty where all are known. */
export function unknownPlaceholders(
  text: string,
  set: PlaceholderSet,
): readonly { readonly message: string; readonly remedy: string }[] {
  const known: readonly string[] = placeholderSets[set];
  const isKnown = (name: string): boolean =>
    (known.includes(name) && name !== 'env.NAME') || (known.includes('env.NAME') && variable.test(name));
  return [...new Set(placeholdersOf(text))]
    .filter((name) => !isKnown(name))
    .map((name) => ({
      message: `There is no placeholder {${name}} for this text.`,
      remedy: `${didYouMean(name, known)}Known here: ${joinWords(
        known.map((one) => `{${one}}`),
        'and',
      )}.`,
    }));
}
