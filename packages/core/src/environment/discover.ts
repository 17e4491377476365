import type { Note } from '../fleet/fleet.js';
import { assignByWords } from './assign.js';
import { assignByLayout, placeTold } from './by-layout.js';
import type { Config } from './config.js';
import { ignoredBy, type LayoutPatterns, patternsOf } from './config-patterns.js';
import { nameEnvironments } from './name-environments.js';
import { type OrderedEnvironment, orderConfigured } from './order.js';
import { type Discovery, factsOf, type Placed } from './placing.js';
import type { ApplicationFacts } from './readings.js';
import { commonVocabulary, productionClass, vocabularyOf } from './words.js';

/** What told an environment: where its word stands, the patterns of `layout`, or siblings (`concluded`). */
export type Evidence = Placed['source'];

/** Which application in which environment each `Application` resource is. */
export interface Assignment {
  /** In the order of the input; `index` is the place in it. */
  readonly assigned: readonly {
    readonly index: number;
    readonly environment: string;
    readonly application: string;
    readonly evidence: Evidence;
  }[];
  /** In order of promotion; those of the configuration even where nothing is in them. */
  readonly environments: readonly OrderedEnvironment[];
  /** What belongs to no environment, with the reason, in the order of the input. */
  readonly unassigned: readonly { readonly index: number; readonly reason: string }[];
  /** How it was understood, and what was not. */
  readonly notes: readonly Note[];
}

/**
 * Tells the environment and the application of each resource: by the patterns of `layout`, else by the names of
 * `environments`, else by the common words for environments in folders (`apps/prod/users.yaml`), in resource names and
 * in file names (`users-prod`). Spellings of one environment (`prod`, `production`) are one; its name is the one that
 * the repository writes, the others are aliases. Nothing is guessed silently: conclusions are notes, and what can be
 * read in two equally good ways is unassigned.
 *
 * A configuration that `parseConfig` has not read may hold a pattern that is none: that throws.
 */
export function assignEnvironments(applications: readonly ApplicationFacts[], config: Config): Assignment {
  return assign(applications, config, ignoredBy(config), patternsOf(config));
}

function assign(
  applications: readonly ApplicationFacts[],
  config: Config,
  isIgnored: (path: string) => boolean,
  patterns: LayoutPatterns,
): Assignment {
  const declared = config.environments;
  const ordered = declared.length === 0 ? null : orderConfigured(declared);
  const sources = new Set(ordered?.environments.flatMap((one) => one.from) ?? []);
  const vocabulary = declared.length === 0 ? commonVocabulary : vocabularyOf(declared);
  const base = config.root === '' ? '' : `${config.root}/`;
  const discovery: Discovery = {
    applications,
    pathOf: (application) => application.file.slice(base.length),
    vocabulary,
    declared: declared.flatMap((one) => vocabulary.read(one.name) ?? []),
    isLast: (word) => (ordered === null ? word.class === productionClass : !sources.has(word.id)),
    placed: new Map(),
    unassigned: new Map(),
    notes: [],
  };
  const indexes = applications.flatMap((application, index) => {
    const reason = leftOut(application, base, isIgnored);
    if (reason === null) return [index];
    discovery.unassigned.set(index, reason);
    return [];
  });
  const isTold = (index: number): boolean => applications[index]?.told !== undefined;
  const open = indexes.filter((index) => !isTold(index));
  placeTold(discovery, indexes.filter(isTold), declared);
  if (config.layout.length > 0) assignByLayout(discovery, open, patterns, declared);
  else assignByWords(discovery, open);
  const placed = [...discovery.placed.values()].sort((a, b) => a.index - b.index);
  const named = nameEnvironments(placed, declared, ordered);
  return {
    assigned: placed.map(({ index, word, application, source }) => ({
      index,
      environment: named.nameOf(word),
      application,
      evidence: source,
    })),
    environments: named.environments,
    unassigned: [...discovery.unassigned].sort(([a], [b]) => a - b).map(([index, reason]) => ({ index, reason })),
    notes: [...named.notes, ...howFound(config, placed), ...discovery.notes, ...whatIsLeft(discovery)],
  };
}

function leftOut(application: ApplicationFacts, base: string, isIgnored: (path: string) => boolean): string | null {
  if (!application.file.startsWith(base)) return `It lies outside ${base}, the folder of gitops.yaml.`;
  if (isIgnored(application.file.slice(base.length))) return 'Its file is left out by "ignore" in gitops.yaml.';
  if (application.childApplications)
    return 'It deploys other Applications only (an app of apps), and no image of its own.';
  return null;
}

const layouts: readonly (readonly [Placed['source'], string])[] = [
  ['folder', 'by the folder of the file'],
  ['name', 'by the name of the resource'],
  ['file name', 'by the name of the file'],
  ['value file', 'by the value files'],
  ['source path', 'by the source path'],
  ['namespace', 'by the namespace'],
  ['concluded', 'from the same application elsewhere'],
];

function howFound(config: Config, placed: readonly Placed[]): readonly Note[] {
  if (config.layout.length > 0 || placed.length === 0) return [];
  const counts = layouts
    .map(([source, how]) => ({ how, count: placed.filter((one) => one.source === source).length }))
    .filter(({ count }) => count > 0)
    .map(({ how, count }) => `${count} ${how}`);
  const message = `Environments of ${placed.length} Application resources were told: ${counts.join(', ')}.`;
  return [{ kind: 'environments-discovered', severity: 'info', message, at: null }];
}

const shown = 10;

function whatIsLeft(discovery: Discovery): readonly Note[] {
  const left = [...discovery.unassigned.keys()].map((index) => factsOf(discovery, index));
  const names = left.filter((one) => one.assumed !== true).map(({ name }) => name);
  if (names.length === 0) return [];
  const list = names.slice(0, shown).join(', ') + (names.length > shown ? ` and ${names.length - shown} more` : '');
  const message = `${names.length} Application resources belong to no environment: ${list}.`;
  const remedy = ' Say it with "layout" in gitops.yaml, or leave them out with "ignore".';
  const deploying = left.filter((one) => one.assumed !== true && !one.childApplications);
  const isMost = discovery.placed.size > 0 && deploying.length > discovery.placed.size;
  return [
    {
      kind: 'applications-unassigned',
      severity: isMost ? 'warn' : 'info',
      message: isMost ? message + remedy : message,
      at: null,
    },
  ];
}
