import type { EnvironmentConfig } from './config.js';
import type { LayoutPatterns } from './config-patterns.js';
import type { LayoutPattern } from './layout.js';
import { isName, nameRule } from './names.js';
import { startOf } from './naming.js';
import { type Discovery, factsOf, place } from './placing.js';
import type { Reading } from './readings.js';
import { didYouMean } from './suggest.js';
import { commonWordOf, type EnvironmentWord, vocabularyOf, wordsIn } from './words.js';

/** Places applications by the patterns of `layout`; the first that matches decides. */
export function assignByLayout(
  discovery: Discovery,
  indexes: readonly number[],
  patterns: LayoutPatterns,
  declared: readonly EnvironmentConfig[],
): void {
  for (const index of indexes) {
    const facts = factsOf(discovery, index);
    const path = discovery.pathOf(facts);
    const match = firstMatch(patterns.exact, path) ?? firstMatch(patterns.loose, path);
    if (match === null) {
      discovery.unassigned.set(index, 'No pattern of "layout" in gitops.yaml matches its path.');
      continue;
    }
    const word = wordFor(match.environment, declared);
    if (word === null) {
      const names = declared.flatMap((one) => [one.name, ...one.aliases]);
      const reason = isName(match.environment)
        ? `Its path names the environment ${JSON.stringify(match.environment)}, which "environments" in gitops.yaml does not have. ${didYouMean(match.environment, names)}Add it there, or leave the file out with "ignore".`
        : `Its path names the environment ${JSON.stringify(match.environment)}, which cannot be a name. ${nameRule}`;
      discovery.unassigned.set(index, reason);
      discovery.notes.push({
        kind: 'environment-not-declared',
        severity: 'warn',
        message: `${facts.name} is left out. ${reason}`,
        at: startOf(facts),
      });
      continue;
    }
    if (match.application !== null) {
      discovery.placed.set(index, {
        index,
        word,
        application: match.application,
        source: 'layout',
        spellings: [word.text],
      });
      continue;
    }
    const reading = { source: 'folder', word, rest: null, position: null, strength: 3, family: '' } as const;
    const own = namedIn(facts.name, word, discovery);
    place(discovery, index, reading, own, 'layout');
  }
}

/** Places what is told outright, by any word for the environment. */
export function placeTold(
  discovery: Discovery,
  indexes: readonly number[],
  declared: readonly EnvironmentConfig[],
): void {
  for (const index of indexes) {
    const { told } = factsOf(discovery, index);
    if (told === undefined) continue;
    const word =
      (declared.length === 0 ? discovery.vocabulary.read(told.environment) : null) ??
      wordFor(told.environment, declared);
    if (word === null) {
      const reason = `Its path names the environment ${JSON.stringify(told.environment)}, which "environments" in gitops.yaml does not have.`;
      discovery.unassigned.set(index, reason);
      continue;
    }
    const { application } = told;
    discovery.placed.set(index, { index, word, application, source: 'layout', spellings: [word.text] });
  }
}

/** Where the resource's name holds the environment, as the path writes it or by any other word for it. */
function namedIn(name: string, word: EnvironmentWord, discovery: Discovery): readonly Reading[] {
  const exact = wordsIn(name, vocabularyOf([{ name: word.text, aliases: [] }])).map((one) => ({ ...one, word }));
  const found = exact.length > 0 ? exact : wordsIn(name, discovery.vocabulary);
  return found.map((one) => ({ ...one, source: 'name', strength: 2, family: '' }));
}

function firstMatch(patterns: readonly LayoutPattern[], path: string): ReturnType<LayoutPattern['match']> {
  for (const pattern of patterns) {
    const match = pattern.match(path);
    if (match !== null) return match;
  }
  return null;
}

/** The declared environment of this name or alias; where none are declared, the name itself. */
function wordFor(text: string, declared: readonly EnvironmentConfig[]): EnvironmentWord | null {
  if (declared.length === 0) {
    if (!isName(text)) return null;
    const common = commonWordOf(text);
    return {
      text,
      id: text,
      class: common?.class ?? text,
      region: common?.region ?? '',
      rank: common?.rank ?? -1,
      isWeak: false,
    };
  }
  const rank = declared.findIndex((one) => one.name === text || one.aliases.includes(text));
  const found = declared[rank];
  return found === undefined ? null : { text, id: found.name, class: found.name, region: '', rank, isWeak: false };
}
