import { applicationInPath, startOf } from './naming.js';
import { type Discovery, establishedWords, factsOf, place } from './placing.js';
import { agreed, contentReadings, isSameEnvironment, type Reading } from './readings.js';
import { type EnvironmentWord, readFolder } from './words.js';

/** What helps where nothing tells an environment. */
export const addLayout = 'Name the environment in the path or the name, or say it with "layout" in gitops.yaml.';

/** An application that names no environment, and what its content says. */
interface Undecided {
  readonly index: number;
  readonly content: readonly Reading[];
  /** The one environment that its content names. */
  readonly told: Reading | null;
}

/**
 * Applications that only their content tells: for an environment that is known from elsewhere, or where several differ
 * by it alone (`overlays/qa` beside `overlays/staging`, the same chart with `values-dev.yaml` and `values-prod.yaml`).
 */
export function placeByContent(discovery: Discovery, indexes: readonly number[]): void {
  const undecided = indexes.map((index): Undecided => {
    const content = contentReadings(factsOf(discovery, index), discovery.vocabulary);
    return { index, content, told: agreed(content) };
  });
  const families = familiesOf(undecided);
  const established = establishedWords(discovery);
  const isAll = established.length === 0 && isToldByFiles(undecided);
  for (const one of undecided) {
    const { index, told } = one;
    const family = one.content.map(({ family }) => families.get(family)).find((members) => isFamily(members)) ?? [];
    const known =
      told === null
        ? null
        : knownWord(one, told, established, isFamily(family) || (isAll && told.source !== 'namespace'));
    if (told === null || known === null) {
      discovery.unassigned.set(index, whyNot(one));
      continue;
    }
    const isNamed = established.includes(known) || !isFamily(family);
    const application = isNamed ? undefined : nameInFamily(discovery, family, index);
    place(discovery, index, { ...told, word: known }, [], told.source, application);
    const facts = factsOf(discovery, index);
    discovery.notes.push({
      kind: 'environment-concluded',
      severity: 'info',
      message: `${facts.name} names no environment. It is taken to be in ${known.text}, as its ${told.source} says.`,
      at: startOf(facts),
    });
  }
}

/** Whether what most of them deploy is the files of an environment, where no other environment is known at all. */
function isToldByFiles(undecided: readonly Undecided[]): boolean {
  const told = undecided.filter(({ content }) =>
    content.some(({ source, strength }) => strength > 1 && source !== 'namespace'),
  );
  return told.length * 2 >= undecided.length;
}

function familiesOf(undecided: readonly Undecided[]): ReadonlyMap<string, readonly Undecided[]> {
  const families = new Map<string, Undecided[]>();
  for (const one of undecided) {
    if (one.told === null) continue;
    for (const family of new Set(one.content.map((reading) => reading.family))) {
      families.set(family, [...(families.get(family) ?? []), one]);
    }
  }
  return families;
}

/** Whether its members are in several environments, and no two in the same one: then the word alone tells them apart. */
function isFamily(members: readonly Undecided[] | undefined): boolean {
  const words = members?.map(({ told }) => told?.word.id) ?? [];
  return words.length > 1 && new Set(words).size === words.length;
}

function knownWord(
  { content }: Undecided,
  told: Reading,
  established: readonly EnvironmentWord[],
  hasFamily: boolean,
): EnvironmentWord | null {
  if (!content.some((one) => one.strength > 1)) return null;
  const fitting = established.filter((word) => isSameEnvironment(word, told.word));
  const exact = fitting.find((word) => word.id === told.word.id);
  return exact ?? (fitting.length === 1 ? (fitting[0] ?? null) : hasFamily ? told.word : null);
}

/** The name that members of a family share: their own, else that of the folder that they deploy. */
function nameInFamily(discovery: Discovery, family: readonly Undecided[], index: number): string | null {
  const facts = factsOf(discovery, index);
  if (family.every((one) => factsOf(discovery, one.index).name === facts.name)) return facts.name;
  return applicationInPath(facts.path, (folder) => readFolder(folder, discovery.vocabulary) !== null);
}

function whyNot({ content, told }: Undecided): string {
  return content.length > 1 && told === null
    ? `Its content names several environments (${content.map((one) => `${one.source}: ${one.word.text}`).join(', ')}). ${addLayout}`
    : `Neither its folder nor its name tells an environment beyond doubt. ${addLayout}`;
}
