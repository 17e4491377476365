import type { Environment, Fleet, Instance, TrackedImage } from '../fleet/fleet.js';
import { isSelected } from '../fleet/select.js';
import type { Selection } from '../freeze/record.js';
import {
  parseUpdateStrategy,
  type RegistryTag,
  type SelectedTag,
  selects,
  selectTag,
  type TagSelection,
  type UpdaterImage,
  type UpdaterWriteBack,
  type UpdateStrategy,
} from '../image-updater/index.js';
import type { Version } from '../model.js';

/** What Image Updater would do with one image of an application, if a registry had these tags. */
export interface SimulatedImage {
  readonly environment: string;
  readonly application: string;
  readonly image: string;
  readonly alias: string | null;
  readonly strategy: string;
  readonly constraint: string | null;
  readonly allowTags: string | null;
  readonly ignoreTags: readonly string[];
  /** As configured; empty: the platform that Image Updater itself runs on. */
  readonly platforms: readonly string[];
  /** What Git says runs now; null where no version stands in this repository. */
  readonly current: Version | null;
  readonly decision: Decision;
  /** The digest that would be written behind the tag; null for other strategies than `digest`, and where it is not known. */
  readonly digest: string | null;
  /** What was chosen of the tags, and why not the others; null where no tags were given for the image. */
  readonly tags: SelectedTag | null;
  /** Where it would be written; null where nothing is said of that. */
  readonly writes: UpdaterWriteBack | null;
}

/**
 * - `update`: another tag would be written. Image Updater does not ask whether it is newer than the one that runs.
 * - `unchanged`: the chosen tag runs already.
 * - `nothing-fits`: no tag passes, so that nothing changes; `frozen` where that is what `ignore-tags` is for.
 * - `refused`: the configuration is one that Image Updater refuses (`tags.problem`).
 * - `digest`: the tracked tag is there; whether its digest is another only the registry can tell, which was not asked.
 * - `no-tags`: no tags were given for this image.
 */
export type Decision = 'update' | 'unchanged' | 'nothing-fits' | 'frozen' | 'refused' | 'digest' | 'no-tags';

/** Tags of an image, which is named by its full name or the end of it; with `exact` by the full name alone. */
export interface GivenTags {
  readonly image: string;
  readonly tags: readonly RegistryTag[];
  readonly exact?: boolean;
}

export interface SimulationOptions {
  /** Tags by image. */
  readonly tags: readonly GivenTags[];
  /** Left out: all. */
  readonly environments?: readonly Environment[];
  readonly selection?: Selection;
  /**
   * Platform that Image Updater itself runs on, which counts where an image names none. Left out: `linux/amd64` for the
   * dates of `newest-build`, any for the tag that `digest` tracks.
   */
  readonly platform?: string;
}

/** An image that Image Updater looks at, and the rules by which it chooses. */
export interface SimulationTarget {
  readonly image: string;
  readonly rules: TagSelection;
}

/** What {@link simulateUpdates} looks at and has no tags of: what registries are to be asked for. */
export function simulationTargets(fleet: Fleet, options: SimulationOptions): readonly SimulationTarget[] {
  return targetsOf(fleet, options)
    .filter(({ image }) => givenFor(image, options).length === 0)
    .map(({ image }) => ({ image: image.image, rules: rulesOf(image, options) }));
}

/** Simulates one round of Image Updater 1.3.0 over a fleet, given what registries hold. Changes nothing. */
export function simulateUpdates(fleet: Fleet, options: SimulationOptions): readonly SimulatedImage[] {
  return targetsOf(fleet, options).map((target) => simulateImage(target, options));
}

interface Target {
  readonly environment: Environment;
  readonly instance: Instance;
  readonly image: UpdaterImage;
}

function targetsOf(fleet: Fleet, { environments, selection }: SimulationOptions): readonly Target[] {
  return (environments ?? fleet.environments).flatMap((environment) =>
    environment.instances.flatMap((instance) =>
      instance.updater.images
        .filter((image) => selection === undefined || isSelected(selection, instance.application, image.image))
        .map((image) => ({ environment, instance, image })),
    ),
  );
}

/** The digest of an index is the same for all of its platforms; which one a date is of makes a difference. */
const usual: Readonly<Record<UpdateStrategy, readonly string[]>> = {
  semver: [],
  alphabetical: [],
  'newest-build': ['linux/amd64'],
  digest: [],
};

function rulesOf(image: UpdaterImage, options: SimulationOptions): TagSelection {
  const { constraint, allowTags, ignoreTags } = image;
  const strategy = parseUpdateStrategy(image.strategy);
  const own = options.platform === undefined ? usual[strategy] : [options.platform];
  return { strategy, constraint, allowTags, ignoreTags, platforms: image.platforms ?? own };
}

function givenFor({ image }: UpdaterImage, { tags }: SimulationOptions): readonly GivenTags[] {
  return tags.filter((one) =>
    one.exact === true ? one.image === image : selects([one.image], { alias: null, image }),
  );
}

function simulateImage({ environment, instance, image }: Target, options: SimulationOptions): SimulatedImage {
  const { application, images, updater } = instance;
  const given = givenFor(image, options);
  const rules = rulesOf(image, options);
  const known = given.flatMap((one) => one.tags);
  const tags = given.length === 0 ? null : selectTag(known, rules);
  const chosen = known.find((one) => one.name === tags?.selected);
  const digest = rules.strategy === 'digest' ? (chosen?.digest ?? null) : null;
  const current = trackedBy(image, images)?.version ?? null;
  return {
    environment: environment.name,
    application,
    image: image.image,
    alias: image.alias,
    strategy: rules.strategy,
    constraint: image.constraint,
    allowTags: image.allowTags,
    ignoreTags: image.ignoreTags,
    platforms: image.platforms ?? [],
    current,
    decision: decide(tags, image, digest, current),
    digest,
    tags,
    writes: updater.writeBack,
  };
}

function trackedBy(image: UpdaterImage, images: readonly TrackedImage[]): TrackedImage | null {
  return (
    images.find((one) => image.alias !== null && one.alias === image.alias) ??
    images.find((one) => one.image === image.image) ??
    null
  );
}

function decide(
  tags: SelectedTag | null,
  image: UpdaterImage,
  digest: string | null,
  current: Version | null,
): Decision {
  if (tags === null) return image.frozen ? 'frozen' : 'no-tags';
  if (tags.problem !== null) return 'refused';
  if (tags.selected === null) return image.frozen ? 'frozen' : 'nothing-fits';
  if (parseUpdateStrategy(image.strategy) === 'digest') {
    if (digest === null) return 'digest';
    // the tag is not looked at: another digest, or none yet, is what makes it write
    return current?.digest === digest ? 'unchanged' : 'update';
  }
  return current?.tag === tags.selected ? 'unchanged' : 'update';
}
