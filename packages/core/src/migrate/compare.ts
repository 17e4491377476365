import { isMalformedGlob, type RegistryTag } from '../image-updater/index.js';
import { type DecidedImage, decide } from './decided.js';
import { tagListsFor } from './tag-lists.js';

/** What was compared for one application, and whether both configurations decide the same. */
export interface Comparison {
  /** How many lists of tags were decided by both configurations, over all images. */
  readonly tagLists: number;
  /** In sentences; empty where everything is the same. */
  readonly differences: readonly string[];
}

/** Remembers what was compared: many applications have the same rules. */
export type CompareCache = Map<string, Comparison>;

/** Compares what two configurations of one application decide: image by image, in order. */
export function compareImages(
  before: readonly DecidedImage[],
  after: readonly DecidedImage[],
  cache: CompareCache = new Map(),
): Comparison {
  if (before.length !== after.length) {
    return {
      tagLists: 0,
      differences: [`${before.length} images would be updated before, and ${after.length} after.`],
    };
  }
  const compared = before.map((one, index) => compareOne(one, after[index] ?? one, cache));
  return {
    tagLists: compared.reduce((sum, one) => sum + one.tagLists, 0),
    differences: compared.flatMap((one) => one.differences),
  };
}

function compareOne(before: DecidedImage, after: DecidedImage, cache: CompareCache): Comparison {
  const key = JSON.stringify([before, after]);
  const known = cache.get(key);
  if (known !== undefined) return known;
  const lists = tagListsFor([before.selection, after.selection]);
  const comparison = {
    tagLists: lists.length,
    differences: [...fields(before, after), ...decisions(before, after, lists)],
  };
  cache.set(key, comparison);
  return comparison;
}

/** What tags do not show: each named as the resource calls it. */
function fields(before: DecidedImage, after: DecidedImage): readonly string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['imageName', before.image, after.image],
    ['updateStrategy', before.selection.strategy, after.selection.strategy],
    ['forceUpdate', before.forceUpdate, after.forceUpdate],
    ['pullSecret', before.pullSecret, after.pullSecret],
    ['platforms', before.platforms, after.platforms],
    ['manifestTargets', placesLike(before, after), after.targets],
    ['ignoreTags', effective(before), effective(after)],
    ['whether it is frozen', before.frozen, after.frozen],
  ];
  return pairs
    .filter(([, one, other]) => JSON.stringify(one) !== JSON.stringify(other))
    .map(
      ([name, one, other]) =>
        `${before.image}: ${name} was ${JSON.stringify(one)} and would be ${JSON.stringify(other)}.`,
    );
}

/** Of an image that has the names of Helm and of Kustomize, the resource keeps those that are used. */
function placesLike({ targets }: DecidedImage, after: DecidedImage): DecidedImage['targets'] {
  const hasBoth = targets.kustomize !== '' && targets.helm.some((one) => one !== '');
  if (!hasBoth) return targets;
  return after.targets.kustomize === '' ? { ...targets, kustomize: '' } : { ...targets, helm: ['', '', ''] };
}

/** Patterns that can match; the others ignore nothing. */
function effective({ selection }: DecidedImage): readonly string[] {
  return selection.ignoreTags.filter((one) => one !== '' && !isMalformedGlob(one));
}

function decisions(
  before: DecidedImage,
  after: DecidedImage,
  lists: readonly (readonly RegistryTag[])[],
): readonly string[] {
  for (const tags of lists) {
    const [one, other] = [decide(before, tags), decide(after, tags)];
    if (one.selected === other.selected && one.problem === other.problem) continue;
    const names = tags.map(({ name }) => name).join(', ');
    const told = (chosen: typeof one) => chosen.selected ?? chosen.problem ?? 'nothing';
    return [`${before.image}: of ${names || 'no tags'}, ${told(one)} was chosen and ${told(other)} would be.`];
  }
  return [];
}
