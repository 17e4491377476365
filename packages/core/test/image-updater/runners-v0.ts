import { parseIdentifier } from '../../src/image/index.js';
import * as updater from '../../src/image-updater/index.js';
import type { Version } from '../../src/model.js';
import type { Runner } from './runners.js';

/** What Image Updater 0.x chooses, and orders and comparisons of tags that both have. */

interface SelectionInput {
  readonly constraint?: string;
  readonly strategy: updater.UpdateStrategy;
  readonly tags: readonly (updater.RegistryTag | string)[];
}

function runningOf(image: string): Version {
  const { tag } = parseIdentifier(image);
  return { tag: tag?.name || null, digest: tag?.digest || null };
}

function selectV0(input: SelectionInput, image: string, ignoreTags: readonly string[] = []) {
  const tags = input.tags.map((one) => (typeof one === 'string' ? { name: one } : one));
  const selection = { strategy: input.strategy, constraint: input.constraint || null, allowTags: null, ignoreTags };
  return updater.selectTagV0(tags, selection, runningOf(image));
}

/** The recorded answer names the tag that runs where there was nothing to choose from. */
function chosenOf(input: SelectionInput, image: string) {
  const { selected, problem, running } = selectV0(input, image);
  return { error: problem !== null, tag: running === null ? selected : runningOf(image).tag };
}

/** With every tag ignored, and a tag to track where the strategy needs one. */
function frozenV0({ strategy, liveImage }: { strategy: updater.UpdateStrategy; liveImage: string }) {
  const { selected, problem, running } = selectV0(
    { strategy, tags: ['1.0.0', '1.1.0', 'latest'], ...(strategy === 'digest' ? { constraint: 'latest' } : {}) },
    liveImage,
    ['*'],
  );
  return { selected, error: problem, treatedAsUpdate: running === 'rewritten', isKept: running !== null };
}

/** Every tag in the order in which it would be chosen, the newest last. */
function sorted({ sort, tags }: { sort: string; tags: readonly updater.RegistryTag[] }): readonly string[] {
  const strategy = sort === 'date' ? 'newest-build' : updater.parseUpdateStrategy(sort);
  const order: string[] = [];
  for (let left = tags; left.length > 0; ) {
    const { selected } = updater.selectTag(left, { strategy, constraint: null, allowTags: null, ignoreTags: [] });
    if (selected === null) throw new Error(`nothing is chosen of ${JSON.stringify(left)}`);
    order.unshift(selected);
    left = left.filter(({ name }) => name !== selected);
  }
  return order;
}

interface TagInput {
  readonly name: string;
  readonly digest: string;
}

const versionOf = ({ name, digest }: TagInput): Version => ({ tag: name || null, digest: digest || null });

export const v0Runners: Readonly<Record<string, Runner>> = {
  'legacy.allow-tags.match': {
    run: ({ context, tag }: { context: { annotations: updater.Annotations; image: string }; tag: string }) => {
      const { allowTags } = updater.annotatedImage(context.annotations, parseIdentifier(context.image));
      return updater.isTagAllowed(allowTags, tag) === 'yes';
    },
  },
  'legacy.ParseMatchfunc': {
    run: ({ allowTags, tag }: { allowTags: string; tag: string }) => updater.isTagAllowed(allowTags, tag) === 'yes',
  },
  'legacy.GetNewestVersionFromTags': {
    run: (input: SelectionInput & { currentImage: string }) => chosenOf(input, input.currentImage),
    expect: ({ error, tag }: { error: string | null; tag: string | null }) => ({ error: error !== null, tag }),
  },
  'x-legacy-v018 GetNewestVersionFromTags': {
    run: (input: SelectionInput & { liveImage: string; allTagsIgnored?: true }) =>
      input.allTagsIgnored === true ? frozenV0(input) : chosenOf(input, input.liveImage),
    expect: (recorded: { error: string | null; result: unknown; treatedAsUpdate?: boolean }) =>
      recorded.treatedAsUpdate === undefined
        ? { error: recorded.error !== null, tag: recorded.result }
        : { selected: null, error: null, treatedAsUpdate: recorded.treatedAsUpdate, isKept: true },
  },
  sort: { run: sorted },
  tagEquals: { run: ([a, b]: [TagInput, TagInput]) => updater.isSameTag(versionOf(a), versionOf(b)) },
  getImageDigestFromTag: {
    run: (text: string) => {
      const { tag } = parseIdentifier(`org/app:${text}`);
      return [tag?.name ?? '', tag?.digest ?? ''];
    },
  },
};
