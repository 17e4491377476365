import { environmentsNamedIn } from '../environment/index.js';
import type { Environment, TrackedImage } from '../fleet/fleet.js';
import { parseUpdateStrategy, selectTag, type TagRefusal, type UpdaterImage } from '../image-updater/index.js';
import type { Move } from './rules.js';

/** What is wrong with a tag in the environment that it would be written for. */
interface Found {
  readonly message: string;
  readonly remedy: string;
}

/**
 * A tag that names another environment: `dev-4f1c2d`, `1.8.2-staging`. An image that was built for that one may run with
 * its settings. Where the target runs such a tag already, teams promote them as they are.
 */
export function boundTag(
  environments: readonly Environment[],
  { from, to, target, image, before, after }: Move,
): Found | null {
  if (after.tag === null) return null;
  const named = environmentsNamedIn(after.tag, environments);
  const [other] = named;
  if (other === undefined || named.includes(to.name)) return null;
  const now = before.tag === null ? [] : environmentsNamedIn(before.tag, environments);
  if (now.includes(other)) return null;
  const own = now.includes(to.name) ? `, in place of ${before.tag}, which names ${to.name}` : '';
  const which = target.images.length > 1 ? `${target.application}/${nameOf(image)}` : target.application;
  const instead = from === null ? '' : `the version that was built for it: gitops set ${to.name} ${which}=…, or `;
  return {
    message: `${target.application} in ${to.name} would run ${nameOf(image)}:${after.tag}, a tag that names ${other}${own}.`,
    remedy: `Write ${instead}a tag of an image that is built once for all environments. Where the tag tells only where it was built, set the rule environment-bound-tag to off in gitops.yaml.`,
  };
}

/**
 * A tag that Image Updater would not choose in the target, by what is configured for it there. Where it would not choose
 * the one that runs either, that configuration does not decide what runs.
 */
export function outsideConstraint({ to, target, image, before, after }: Move): Found | null {
  const { tag } = after;
  const updater = target.updater.images.find((one) => !one.frozen && isOf(one, image));
  if (tag === null || updater === undefined) return null;
  const why = whyNotChosen(tag, updater);
  if (why === null || (before.tag !== null && whyNotChosen(before.tag, updater) !== null)) return null;
  return {
    message: `${target.application} in ${to.name} would run ${nameOf(image)}:${tag}, which Image Updater would not choose there: ${why}.`,
    remedy: `Promote a version that fits, or change what Image Updater may choose for ${target.resource.name}; else it may write another one over it.`,
  };
}

function whyNotChosen(tag: string, updater: UpdaterImage): string | null {
  const { constraint, allowTags, ignoreTags } = updater;
  const strategy = parseUpdateStrategy(updater.strategy);
  const [refused] = selectTag([{ name: tag }], { strategy, constraint, allowTags, ignoreTags }).refused;
  return refused === undefined ? null : describe(refused.why, updater);
}

function isOf({ alias, image }: UpdaterImage, tracked: TrackedImage): boolean {
  return (alias !== null && alias === tracked.alias) || image === tracked.image;
}

/** What was configured against a tag; null where nothing was, or where only a registry knows. */
function describe(why: TagRefusal, { constraint, allowTags, ignoreTags }: UpdaterImage): string | null {
  if (why === 'not-allowed') return `it is none of the allowed tags (${allowTags})`;
  if (why === 'ignored') return `its tags are ignored (${ignoreTags.join(', ')})`;
  if (constraint === null) return null;
  if (why === 'not-the-tracked-tag') return `it follows the tag ${constraint}`;
  const isOutside = why === 'no-version' || why === 'outside-constraint' || why === 'prerelease';
  return isOutside ? `it is outside the constraint ${constraint}` : null;
}

function nameOf({ image }: TrackedImage): string {
  return image.slice(image.lastIndexOf('/') + 1);
}
