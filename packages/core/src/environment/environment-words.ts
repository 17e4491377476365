import type { Config } from './config.js';
import {
  commonVocabulary,
  commonWordOf,
  type EnvironmentWord,
  readFolder,
  type Vocabulary,
  vocabularyOf,
  wordsIn,
} from './words.js';

/** Whether a word names an environment: one of the configuration, or where it has none, one of the common words. */
export function environmentWords({ environments }: Config): (word: string) => boolean {
  const vocabulary = environments.length === 0 ? commonVocabulary : vocabularyOf(environments);
  return (word) => readFolder(word, vocabulary) !== null;
}

/**
 * The environments that a text such as a tag names between its `-`, `_` and `.`: by a name or an alias, or by another
 * spelling of the common word that the name is. `develop-12` names dev; `prod-7` names prod-eu and prod-us.
 */
export function environmentsNamedIn(
  text: string,
  environments: readonly { readonly name: string; readonly aliases: readonly string[] }[],
): readonly string[] {
  const read = (vocabulary: Vocabulary): readonly EnvironmentWord[] =>
    wordsIn(text, vocabulary).map(({ word }) => word);
  const names = new Set(read(vocabularyOf(environments)).flatMap((one) => (isVersion(one.text) ? [] : [one.id])));
  const common = read(commonVocabulary);
  const isSpelt = (name: string): boolean => {
    const own = commonWordOf(name);
    return own !== null && common.some((one) => one.class === own.class && isRegionOf(one, own));
  };
  return environments.map(({ name }) => name).filter((name) => names.has(name) || isSpelt(name));
}

function isRegionOf({ region }: EnvironmentWord, own: EnvironmentWord): boolean {
  return region === '' || own.region === '' || region === own.region || region.startsWith(`${own.region}-`);
}

/** An environment that is called as a part of a version may be: `v1`. */
function isVersion(text: string): boolean {
  return /^v?\d+$/.test(text);
}
