import type { Environment, Fleet, Instance, TrackedImage } from '../fleet/fleet.js';
import { isSelected } from '../fleet/select.js';
import type { Selection } from '../freeze/record.js';
import {
  parseUpdateStrategy,
  type RegistryTag,
  type SelectedTag,
  selects,
  selectTag,
  type UpdaterImage,
  type UpdaterWriteBack,
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
  /** What Git says runs now; null where no version stands in this repository. */
  readonly current: Version | null;
  readonly decision: Decision;
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
 * - `digest`: the tracked tag is there; whether its digest is another only the registry can tell.
 * - `no-tags`: no tags were given for this image.
 */
export type Decision = 'update' | 'unchanged' | 'nothing-fits' | 'frozen' | 'refused' | 'digest' | 'no-tags';

export interface SimulationOptions {
  /** Tags by image; an image is named by its full name or the end of it. */
  readonly tags: readonly { readonly image: string; readonly tags: readonly RegistryTag[] }[];
  /** Left out: all. */
  readonly environments?: readonly Environment[];
  readonly selection?: Selection;
}

/** Simulates one round of Image Updater 1.3.0 over a fleet, given what registries hold. Changes nothing. */
export function simulateUpdates(fleet: Fleet, options: SimulationOptions): readonly SimulatedImage[] {
  return (options.environments ?? fleet.environments).flatMap((environment) =>
    environment.instances.flatMap((instance) =>
      instance.updater.images
        .filter(
          (image) =>
            options.selection === undefined || isSelected(options.selection, instance.application, image.image),
        )
        .map((image) => simulateImage(environment, instance, image, options)),
    ),
  );
}

function simulateImage(
  environment: Environment,
  { application, images, updater }: Instance,
  image: UpdaterImage,
  options: SimulationOptions,
): SimulatedImage {
  const given = options.tags.filter((one) => selects([one.image], { alias: null, image: image.image }));
  const strategy = parseUpdateStrategy(image.strategy);
  const tags =
    given.length === 0
      ? null
      : selectTag(
          given.flatMap((one) => one.tags),
          { strategy, constraint: image.constraint, allowTags: image.allowTags, ignoreTags: image.ignoreTags },
        );
  const current = trackedBy(image, images)?.version ?? null;
  return {
    environment: environment.name,
    application,
    image: image.image,
    alias: image.alias,
    strategy,
    constraint: image.constraint,
    allowTags: image.allowTags,
    ignoreTags: image.ignoreTags,
    current,
    decision: decide(tags, image, strategy, current),
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

function decide(tags: SelectedTag | null, image: UpdaterImage, strategy: string, current: Version | null): Decision {
  if (tags === null) return image.frozen ? 'frozen' : 'no-tags';
  if (tags.problem !== null) return 'refused';
  if (tags.selected === null) return image.frozen ? 'frozen' : 'nothing-fits';
  if (strategy === 'digest') return 'digest';
  return current?.tag === tags.selected ? 'unchanged' : 'update';
}
