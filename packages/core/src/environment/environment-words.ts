import type { Config } from './config.js';
import { commonVocabulary, readFolder, vocabularyOf } from './words.js';

/** Whether a word names an environment: one of the configuration, or where it has none, one of the common words. */
export function environmentWords({ environments }: Config): (word: string) => boolean {
  const vocabulary = environments.length === 0 ? commonVocabulary : vocabularyOf(environments);
  return (word) => readFolder(word, vocabulary) !== null;
}
