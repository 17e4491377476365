import type { Note } from '../fleet/fleet.js';
import { applicationName } from './naming.js';
import type { ApplicationFacts, Reading } from './readings.js';
import { type EnvironmentWord, readFolder, type Vocabulary } from './words.js';

/** An application and the environment word that it was placed by. */
export interface Placed {
  readonly index: number;
  readonly word: EnvironmentWord;
  readonly application: string;
  /** Where the word comes from; `concluded` where siblings tell it, `branch` where it is alone on its branch. */
  readonly source: Reading['source'] | 'concluded' | 'layout' | 'branch';
  /** How the environment is written, wherever it stands. */
  readonly spellings: readonly string[];
}

/** The work of discovery while it goes on. */
export interface Discovery {
  readonly applications: readonly ApplicationFacts[];
  /** Path of a file from the folder of `gitops.yaml`. */
  readonly pathOf: (application: ApplicationFacts) => string;
  readonly vocabulary: Vocabulary;
  /** Environments that exist whether or not an application is in them: those of the configuration. */
  readonly declared: readonly EnvironmentWord[];
  /** Whether nothing comes after this environment. */
  readonly isLast: (word: EnvironmentWord) => boolean;
  readonly placed: Map<number, Placed>;
  readonly unassigned: Map<number, string>;
  readonly notes: Note[];
}

export function factsOf(discovery: Discovery, index: number): ApplicationFacts {
  const application = discovery.applications[index];
  if (application === undefined) throw new Error(`there is no application ${index}`);
  return application;
}

/** The environments that are known so far, each once. */
export function establishedWords(discovery: Discovery): readonly EnvironmentWord[] {
  const words = [...discovery.declared, ...[...discovery.placed.values()].map(({ word }) => word)];
  return [...new Map(words.map((word) => [word.id, word])).values()];
}

/**
 * Takes an application as placed, named without the word; or as unassigned where no name is left.
 *
 * @param named its name, where that is not what the resource's name and folders tell.
 */
export function place(
  discovery: Discovery,
  index: number,
  reading: Reading,
  own: readonly Reading[],
  source: Placed['source'] = reading.source,
  named?: string | null,
): void {
  const facts = factsOf(discovery, index);
  const isWord = (folder: string): boolean => readFolder(folder, discovery.vocabulary) !== null;
  const application =
    named === undefined ? applicationName(facts, discovery.pathOf(facts), reading, own, isWord) : named;
  if (application === null) {
    discovery.unassigned.set(
      index,
      `It is in ${reading.word.text}, but nothing tells the name of its application. Say it with "layout" in gitops.yaml: apps/{environment}/{application}/application.yaml.`,
    );
    return;
  }
  const same = own.filter((one) => one.word.id === reading.word.id).map((one) => one.word.text);
  discovery.placed.set(index, {
    index,
    word: reading.word,
    application,
    source,
    spellings: [reading.word.text, ...same],
  });
}
