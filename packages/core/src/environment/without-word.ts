import { addLayout, placeByContent } from './by-content.js';
import { startOf } from './naming.js';
import { type Discovery, establishedWords, factsOf, place } from './placing.js';
import { agreed, contentReadings, isSameEnvironment, type Reading } from './readings.js';
import { type EnvironmentWord, productionClass } from './words.js';

/**
 * Applications whose name and path hold no environment word. Where siblings do (`users-dev` beside `users`), the
 * missing end of their way to production is meant; else the content may tell.
 */
export function placeWithoutWord(discovery: Discovery, indexes: readonly number[]): void {
  const siblings = new Map<string, Map<string, EnvironmentWord>>();
  for (const { application, word } of discovery.placed.values()) {
    const known = siblings.get(application) ?? new Map<string, EnvironmentWord>();
    siblings.set(application, known.set(word.id, word));
  }
  const established = establishedWords(discovery);
  const undecided: number[] = [];
  for (const index of indexes) {
    const beside = siblings.get(factsOf(discovery, index).name);
    if (beside === undefined) undecided.push(index);
    else placeBesideSiblings(discovery, index, [...beside.values()], established);
  }
  placeByContent(discovery, undecided);
}

function placeBesideSiblings(
  discovery: Discovery,
  index: number,
  beside: readonly EnvironmentWord[],
  established: readonly EnvironmentWord[],
): void {
  const { name } = factsOf(discovery, index);
  const list = beside.map((word) => word.text).join(', ');
  const content = contentReadings(factsOf(discovery, index), discovery.vocabulary);
  const told = agreed(content);
  if (told !== null && isAnother(told, beside)) {
    conclude(discovery, index, told, list, `, as its ${told.source} says`);
    return;
  }
  const isLast = beside.some(discovery.isLast);
  const isLower = beside.some((word) => !discovery.isLast(word));
  if (isLast && isLower) {
    discovery.unassigned.set(
      index,
      `${name} exists in ${list} under names of their own, and nothing tells which environment this one is. ${addLayout}`,
    );
    return;
  }
  const isMeant = (word: EnvironmentWord): boolean => discovery.isLast(word) !== isLast;
  const candidates = established.filter(isMeant);
  const only = candidates[0];
  if (told !== null && isMeant(told.word)) {
    conclude(discovery, index, told, list, `, as its ${told.source} says`);
  } else if (content.length > 0) {
    leaveOut(discovery, index, beside, content);
  } else if (only !== undefined && candidates.length === 1) {
    conclude(discovery, index, concluded(only), list);
  } else if (only === undefined && isLower) {
    const word = discovery.vocabulary.read(productionClass);
    if (word === null) leaveOut(discovery, index, beside, content);
    else conclude(discovery, index, concluded(word), list);
  } else leaveOut(discovery, index, beside, content);
}

/** Whether the files that an application deploys are those of an environment that none of its siblings is in. */
function isAnother({ source, strength, word }: Reading, beside: readonly EnvironmentWord[]): boolean {
  return (
    (source === 'value file' || source === 'source path') &&
    strength > 1 &&
    !beside.some((one) => isSameEnvironment(one, word))
  );
}

function concluded(word: EnvironmentWord): Reading {
  return { source: 'name', word, rest: null, position: null, strength: 1, family: '' };
}

function conclude(discovery: Discovery, index: number, reading: Reading, beside: string, why = ''): void {
  const facts = factsOf(discovery, index);
  place(discovery, index, reading, [], 'concluded');
  discovery.notes.push({
    kind: 'environment-concluded',
    severity: 'info',
    message: `${facts.name} names no environment. It is taken to be in ${reading.word.text}${why}, since the same application exists in ${beside}. If that is wrong, say it with "layout" in gitops.yaml.`,
    at: startOf(facts),
  });
}

function leaveOut(
  discovery: Discovery,
  index: number,
  beside: readonly EnvironmentWord[],
  content: readonly Reading[],
): void {
  const facts = factsOf(discovery, index);
  const says = content.map((one) => `its ${one.source} says ${one.word.text}`);
  const reason = `It names no environment${says.length === 0 ? '' : `, ${says.join(', ')}`}, and the same application exists in ${beside.map((word) => word.text).join(', ')}. ${addLayout}`;
  discovery.unassigned.set(index, reason);
  discovery.notes.push({
    kind: 'environment-ambiguous',
    severity: 'warn',
    message: `${facts.name} is left out. ${reason}`,
    at: startOf(facts),
  });
}
