import { type EnvironmentWord, readFolder, type Vocabulary, type WordInName, wordsIn } from './words.js';

/** What discovery looks at of one `Application` resource. */
export interface ApplicationFacts {
  /** Path of the file from the repository's root. */
  readonly file: string;
  /** Index of the document in the file. */
  readonly document: number;
  readonly name: string;
  readonly namespace: string | null;
  readonly destinationNamespace: string | null;
  /** As written in the manifest. */
  readonly valueFiles: readonly string[];
  /** `source.path`, of the first source that has one. */
  readonly path: string | null;
  /** `source.repoURL`, of that source. */
  readonly repository: string | null;
  readonly project: string | null;
  /** Whether what it deploys are further `Application` resources only: an app of apps is no deployable of its own. */
  readonly childApplications: boolean;
  /** True for what an Application elsewhere may deploy, which is nothing where no environment is told. */
  readonly assumed?: boolean;
  /** Environment and application, where they are known outright: those of a file that `versions` names. */
  readonly told?: { readonly environment: string; readonly application: string };
  /** Where the resource begins; without it messages name the file's first line. */
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
}

/** Where an environment word was found. */
export type EvidenceSource = 'folder' | 'name' | 'file name' | 'value file' | 'source path' | 'namespace';

/** One way to read the environment of an application. */
export interface Reading {
  readonly source: EvidenceSource;
  readonly word: EnvironmentWord;
  /** The name without the word; null where the source is no name. */
  readonly rest: string | null;
  /** Where in the name it stands; null where the source is no name. */
  readonly position: WordInName['position'] | null;
  /**
   * 3: siblings differ from it by the environment alone. 2: an environment word at a place where one is expected.
   * 1: a word that may mean something else.
   */
  readonly strength: 1 | 2 | 3;
  /** What readings of siblings have in common. */
  readonly family: string;
}

/** Splits a path into folders and the file's name without its extension. */
export function splitPath(path: string): { readonly folders: readonly string[]; readonly stem: string } {
  const steps = path.split('/');
  const file = steps.pop() ?? '';
  return { folders: steps, stem: file.replace(/\.ya?ml$/i, '') };
}

/** All readings of each application, with the strength that its siblings give them. */
export function readAll(
  applications: readonly ApplicationFacts[],
  pathOf: (application: ApplicationFacts) => string,
  vocabulary: Vocabulary,
): readonly (readonly Reading[])[] {
  const found = applications.map((one) => primaryReadings(one, pathOf(one), vocabulary));
  const families = new Map<string, Set<string>>();
  for (const { family, word } of found.flat()) {
    const ids = families.get(family) ?? new Set();
    families.set(family, ids.add(word.id));
  }
  return found.map((readings) =>
    readings.map((one) => ((families.get(one.family)?.size ?? 0) > 1 ? { ...one, strength: 3 } : one)),
  );
}

function primaryReadings(application: ApplicationFacts, path: string, vocabulary: Vocabulary): readonly Reading[] {
  const { folders, stem } = splitPath(path);
  const readings: Reading[] = [];
  for (const [index, folder] of folders.entries()) {
    const word = readFolder(folder, vocabulary);
    if (word === null) continue;
    const family = `folder ${folders.slice(0, index).join('/')}`;
    readings.push({ source: 'folder', word, rest: null, position: null, strength: word.isWeak ? 1 : 2, family });
  }
  readings.push(...inName('name', application.name, '', vocabulary));
  readings.push(...inName('file name', stem, folders.join('/'), vocabulary));
  return readings;
}

function inName(source: 'name' | 'file name', name: string, scope: string, vocabulary: Vocabulary): readonly Reading[] {
  return wordsIn(name, vocabulary).map(({ word, rest, position }) => ({
    source,
    word,
    rest,
    position,
    strength: !word.isWeak && (position === 'suffix' || position === 'whole') ? 2 : 1,
    family: `${source} ${scope} ${rest}`,
  }));
}

/** What the manifest's content says: weaker than names and folders, and asked only where those say nothing. */
export function contentReadings(application: ApplicationFacts, vocabulary: Vocabulary): readonly Reading[] {
  const readings: Reading[] = [];
  const add = (source: EvidenceSource, word: EnvironmentWord, rest: string): void => {
    const family = `${source} ${rest}`;
    readings.push({ source, word, rest: null, position: null, strength: word.isWeak ? 1 : 2, family });
  };
  for (const file of application.valueFiles) {
    const { folders, stem } = splitPath(file);
    const inStem = wordsIn(stem, vocabulary).at(-1);
    const inFolder = lastFolder(folders, vocabulary);
    const chart = application.path ?? '';
    if (inStem !== undefined) add('value file', inStem.word, `${chart} ${folders.join('/')} ${inStem.rest}`);
    else if (inFolder !== null) add('value file', inFolder.word, `${chart} ${inFolder.rest} ${stem}`);
  }
  const inPath = lastFolder(stepsOf(application.path ?? ''), vocabulary);
  if (inPath !== null) add('source path', inPath.word, inPath.rest);
  const namespace = wordsIn(application.destinationNamespace ?? '', vocabulary).at(-1);
  if (namespace?.position === 'suffix' || namespace?.position === 'whole') {
    add('namespace', namespace.word, `${namespace.rest} of ${application.name}`);
  }
  return readings;
}

/** The folders of a path, without `.`, empty and trailing ones. */
export function stepsOf(path: string): readonly string[] {
  return path.split('/').filter((step) => step !== '' && step !== '.');
}

/** The last folder that is an environment, and the path without it. */
function lastFolder(
  folders: readonly string[],
  vocabulary: Vocabulary,
): { readonly word: EnvironmentWord; readonly rest: string } | null {
  for (let index = folders.length - 1; index >= 0; index -= 1) {
    const word = readFolder(folders[index] ?? '', vocabulary);
    if (word !== null) return { word, rest: folders.toSpliced(index, 1, '*').join('/') };
  }
  return null;
}

/** Whether two words can mean the same environment; `prod` also fits `prod-eu`. */
export function isSameEnvironment(a: EnvironmentWord, b: EnvironmentWord): boolean {
  return a.class === b.class && (a.region === b.region || a.region === '' || b.region === '');
}

/** The one environment that all readings can mean, the most exact word of it; null for none or several. */
export function agreed(readings: readonly Reading[]): Reading | null {
  const exact = readings.find((one) => one.word.region !== '') ?? readings[0];
  return exact !== undefined && readings.every((one) => isSameEnvironment(one.word, exact.word)) ? exact : null;
}
