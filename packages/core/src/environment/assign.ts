import { placeByHolder } from './by-holder.js';
import { choose } from './choose.js';
import { describeReading, startOf } from './naming.js';
import { type Discovery, establishedWords, factsOf, place } from './placing.js';
import { agreed, contentReadings, isSameEnvironment, type Reading, readAll } from './readings.js';
import { placeWithoutWord } from './without-word.js';

/**
 * Places applications by the environment words of folders, resource names and file names; then the rest by what their
 * siblings and their content tell. What can be read in two equally good ways is not placed.
 *
 * @param indexes which of the discovery's applications to place.
 */
export function assignByWords(discovery: Discovery, indexes: readonly number[]): void {
  const chosen = indexes.map((index) => factsOf(discovery, index));
  const readings = readAll(chosen, discovery.pathOf, discovery.vocabulary);
  const open: { readonly index: number; readonly readings: readonly Reading[] }[] = [];
  for (const [order, index] of indexes.entries()) {
    const own = readings[order] ?? [];
    const choice = choose(own);
    if (choice.kind === 'open') open.push({ index, readings: own });
    else if (choice.kind === 'ambiguous') reportAmbiguous(discovery, index, choice.readings);
    else {
      place(discovery, index, choice.reading, own);
      if (choice.against.length > 0) noteAgainst(discovery, index, choice.reading, choice.against);
    }
  }
  const established = new Set(establishedWords(discovery).map((word) => word.id));
  const undecided = open.filter(({ index, readings: own }) => !placeByUnclearWord(discovery, established, index, own));
  const left = undecided.map(({ index }) => index);
  placeWithoutWord(discovery, left);
  placeByHolder(discovery, left);
}

/**
 * `load-test`, `dev-portal`: only where a second witness agrees: the folder with the name, the content, or for a weak
 * word its place at the end of the name; and only for an environment that exists elsewhere, unless the files that it
 * deploys say that there is one more.
 */
function placeByUnclearWord(
  discovery: Discovery,
  established: ReadonlySet<string>,
  index: number,
  readings: readonly Reading[],
): boolean {
  const reading = agreed(readings);
  if (reading === null || established.size === 0) return false;
  const content = contentReadings(factsOf(discovery, index), discovery.vocabulary);
  const isOfFiles = content.some(({ source }) => source === 'source path' || source === 'value file');
  if (!established.has(reading.word.id) && (reading.word.isWeak || !isOfFiles)) return false;
  if (content.some((one) => !isSameEnvironment(one.word, reading.word))) return false;
  const isInFolder = readings.some((one) => one.source === 'folder');
  const isInName = readings.some((one) => one.source !== 'folder');
  const isAtEnd = readings.some((one) => one.position === 'suffix');
  if (content.length === 0 && !(isInFolder && isInName) && !(isAtEnd && reading.word.isWeak)) return false;
  place(discovery, index, reading, readings);
  return true;
}

function noteAgainst(discovery: Discovery, index: number, reading: Reading, against: readonly Reading[]): void {
  const facts = factsOf(discovery, index);
  const others = against.map((one) => `${describeReading(one)} says ${one.word.text}`).join(' and ');
  discovery.notes.push({
    kind: 'environment-evidence-differs',
    severity: 'warn',
    message: `${facts.name} is taken to be in ${reading.word.text} (${describeReading(reading)}), although ${others}. If that is wrong, say it with "layout" in gitops.yaml.`,
    at: startOf(facts),
  });
}

function reportAmbiguous(discovery: Discovery, index: number, readings: readonly Reading[]): void {
  const facts = factsOf(discovery, index);
  const ways = readings.map((one) => `${one.word.text} (${describeReading(one)})`).join(' or ');
  const reason = `Its environment can be read in more than one way: ${ways}. Say which with "layout" in gitops.yaml.`;
  discovery.unassigned.set(index, reason);
  discovery.notes.push({
    kind: 'environment-ambiguous',
    severity: 'warn',
    message: `${facts.name} is left out. ${reason}`,
    at: startOf(facts),
  });
}
