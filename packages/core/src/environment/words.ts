/**
 * The words that name environments in public Argo CD repositories, in canonical order of promotion. A weak word is
 * common English as well (`load-test`, `build-service`): it counts only where something else confirms it.
 */
const classes: readonly { readonly name: string; readonly spellings: readonly string[]; readonly isWeak?: true }[] = [
  { name: 'build', spellings: ['build'], isWeak: true },
  { name: 'preview', spellings: ['preview'], isWeak: true },
  { name: 'bugfix', spellings: ['bugfix'], isWeak: true },
  { name: 'sandbox', spellings: ['sandbox', 'sbx'], isWeak: true },
  { name: 'alpha', spellings: ['alpha'], isWeak: true },
  { name: 'dev', spellings: ['dev', 'devel', 'develop', 'development'] },
  { name: 'test', spellings: ['test', 'tst', 'testing'], isWeak: true },
  { name: 'int', spellings: ['int', 'integration'], isWeak: true },
  { name: 'sit', spellings: ['sit'], isWeak: true },
  { name: 'qa', spellings: ['qa'] },
  { name: 'ivv', spellings: ['ivv'], isWeak: true },
  { name: 'staging', spellings: ['staging', 'stage', 'stag', 'stg'] },
  { name: 'homolog', spellings: ['homolog', 'homologacao', 'homologation', 'hml', 'hmg'], isWeak: true },
  { name: 'acceptance', spellings: ['acceptance', 'acc'], isWeak: true },
  { name: 'uat', spellings: ['uat'] },
  { name: 'perf', spellings: ['perf', 'performance'], isWeak: true },
  { name: 'prodtest', spellings: ['prodtest'], isWeak: true },
  { name: 'preprod', spellings: ['preprod', 'pre-prod', 'preproduction', 'pre-production'] },
  { name: 'canary', spellings: ['canary'], isWeak: true },
  { name: 'live', spellings: ['live'], isWeak: true },
  { name: 'prod', spellings: ['prod', 'production', 'prd'] },
];

/** Words that stand for several environments or for none; they hide an environment word that is part of them. */
const groupWords = new Set(['nonprod', 'non-prod', 'nonproduction', 'non-production', 'nonprd', 'non-prd']);

const bySpelling = new Map(
  classes.flatMap(({ name, spellings, isWeak }, rank) =>
    spellings.map((spelling) => [spelling, { name, rank, isWeak: isWeak === true }] as const),
  ),
);

const firstParts = new Set([...bySpelling.keys(), ...groupWords].map((spelling) => spelling.split('-')[0]));

/** A region, a cluster's number, a data centre or a half of two, behind an environment word: `prod-eu`, `dev-1`, `prod-us-east-1`, `prod-blue`. */
const regionToken =
  /^(?:eu|us|uk|ap|apac|emea|amer|latam|asia|europe|na|sa|ca|au|jp|sg|de|fr|ch|nl|br|kr|af|(?:north|south|central)?(?:east|west)\d?|(?:north|south|central)\d?|(?:us|eu|ca|sa|af|me|il|ap)(?:e|w|n|s|c|ne|nw|se|sw)\d?|(?:north|south|central|east|west){1,2}(?:us|europe|asia)\d?|(?:east|west|north|south)?(?:us|europe|asia)(?:east|west|north|south|central)?\d?|dc\d{1,2}|dr|blue|green|region\d{1,2}|\d{1,3}[a-f]?)$/;

/** The class that production belongs to. */
export const productionClass = 'prod';

/** An environment word as it was found. */
export interface EnvironmentWord {
  /** As written: `Production`, `prod-eu`. */
  readonly text: string;
  /** Equal for two spellings of the same environment: `prod`, `prod/eu`. */
  readonly id: string;
  /** `prod`, for every spelling, number and region of it. */
  readonly class: string;
  /** `eu`; empty where there is none. */
  readonly region: string;
  /** Place in the order of promotion. */
  readonly rank: number;
  readonly isWeak: boolean;
}

/** How words are recognised: the common ones, or the names of a configuration. */
export interface Vocabulary {
  /** The whole of a text as an environment; null where it is none. */
  readonly read: (text: string) => EnvironmentWord | null;
  /** Whether an environment or a group can begin with this part of a name: most parts cannot, and cost nothing. */
  readonly mayBegin: (part: string) => boolean;
  /** Whether the text stands for several environments, so that no part of it may be read as one. */
  readonly isGroup: (text: string) => boolean;
  /** Parts between `-`, `_` and `.` that a name can have. */
  readonly longest: number;
}

/** The common words, with a number or a region behind them. */
export const commonVocabulary: Vocabulary = {
  read: readCommonWord,
  mayBegin: (part) => firstParts.has(part.toLowerCase().replace(/\d{1,3}$/, '')),
  isGroup: (text) => groupWords.has(text.toLowerCase()),
  longest: 5,
};

/** The names and aliases of configured environments, exactly as written; their order is that of the list. */
export function vocabularyOf(
  environments: readonly { readonly name: string; readonly aliases: readonly string[] }[],
): Vocabulary {
  const words = new Map<string, EnvironmentWord>();
  for (const [rank, { name, aliases }] of environments.entries()) {
    for (const text of [name, ...aliases]) {
      words.set(text, { text, id: name, class: name, region: '', rank, isWeak: false });
    }
  }
  const parts = [...words.keys()].map((text) => text.split(/[-_.]/));
  const longest = Math.max(1, ...parts.map((all) => all.length));
  const first = new Set(parts.map((all) => all[0]));
  return {
    read: (text) => words.get(text) ?? null,
    mayBegin: (part) => first.has(part),
    isGroup: () => false,
    longest,
  };
}

function readCommonWord(text: string): EnvironmentWord | null {
  const tokens = text.toLowerCase().split(/[-_.]/);
  if (!commonVocabulary.mayBegin(tokens[0] ?? '')) return null;
  for (const size of [2, 1]) {
    if (size > tokens.length) continue;
    const [, letters, digits] = /^(.*?[a-z])(\d{0,3})$/.exec(tokens.slice(0, size).join('-')) ?? [];
    const known = bySpelling.get(letters ?? '');
    if (known === undefined) continue;
    const region = [...(digits ? [digits] : []), ...tokens.slice(size)];
    if (!region.every((token) => regionToken.test(token))) return null;
    return {
      text,
      id: region.length === 0 ? known.name : `${known.name}/${region.join('-')}`,
      class: known.name,
      region: region.join('-'),
      rank: known.rank,
      isWeak: known.isWeak,
    };
  }
  return null;
}

/** An environment word inside a name. */
export interface WordInName {
  readonly word: EnvironmentWord;
  readonly position: 'whole' | 'suffix' | 'infix' | 'prefix';
  /** The name without the word: `payments` for `payments-dev`; empty where the word is the whole name. */
  readonly rest: string;
}

/** The environment words of a name whose parts are divided by `-`, `_` or `.`, in the order in which they stand. */
export function wordsIn(name: string, vocabulary: Vocabulary): readonly WordInName[] {
  const parts = [...name.matchAll(/[^-_.]+/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  const found: WordInName[] = [];
  for (let first = 0; first < parts.length; ) {
    const taken = longestWordAt(name, parts, first, vocabulary);
    if (taken === null) {
      first += 1;
      continue;
    }
    if (taken.word !== null) {
      const before = name.slice(0, parts[first]?.start ?? 0);
      const after = name.slice(parts[taken.next - 1]?.end ?? name.length);
      found.push({
        word: taken.word,
        position: before === '' ? (after === '' ? 'whole' : 'prefix') : after === '' ? 'suffix' : 'infix',
        rest:
          before === ''
            ? after.replace(/^[-_.]+/, '')
            : after === ''
              ? before.replace(/[-_.]+$/, '')
              : `${before}${after.slice(1)}`,
      });
    }
    first = taken.next;
  }
  return found;
}

function longestWordAt(
  name: string,
  parts: readonly { readonly start: number; readonly end: number }[],
  first: number,
  vocabulary: Vocabulary,
): { readonly word: EnvironmentWord | null; readonly next: number } | null {
  if (!vocabulary.mayBegin(name.slice(parts[first]?.start, parts[first]?.end))) return null;
  for (let next = Math.min(parts.length, first + vocabulary.longest); next > first; next -= 1) {
    const text = name.slice(parts[first]?.start, parts[next - 1]?.end);
    if (vocabulary.isGroup(text)) return { word: null, next };
    const word = vocabulary.read(text);
    if (word !== null) return { word, next };
  }
  return null;
}

/** A folder as an environment: `prod`, `01-dev`, and with the region in front `eu-prod`. */
export function readFolder(folder: string, vocabulary: Vocabulary): EnvironmentWord | null {
  const plain = folder.replace(/^\d+[-_.]/, '');
  const direct = vocabulary.read(folder) ?? (plain === folder ? null : vocabulary.read(plain));
  if (direct !== null) return direct;
  const found = wordsIn(plain, vocabulary);
  const last = found.at(-1);
  if (found.length !== 1 || last?.position !== 'suffix' || last.word.region !== '') return null;
  const region = last.rest.toLowerCase().split(/[-_.]/);
  if (!region.every((token) => regionToken.test(token))) return null;
  return { ...last.word, text: plain, id: `${last.word.class}/${region.join('-')}`, region: region.join('-') };
}

/** The common word that the name of an environment is, region in front or behind; null where it is none. */
export function commonWordOf(name: string): EnvironmentWord | null {
  return readFolder(name, commonVocabulary);
}

/** For patterns: a piece of a file name that is a common environment word, with an optional number or region. */
export const commonWordPattern = `(?:${[...bySpelling.keys()]
  .sort((a, b) => b.length - a.length)
  .join('|')})(?:[0-9]{1,3})?(?:-(?:eu|us|uk|ap|apac|emea|asia|east|west|north|south|central|[0-9]{1,3}))*`;
