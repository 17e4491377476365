import { type GitOpsError, problem } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import type { YamlContent } from '../yaml/edit-types.js';
import { listOf, objectOf } from './application-source.js';
import { frozenBlock, inheritedBy } from './freeze-level.js';
import { everyTag, fewNames, nothing, type UpdaterFreeze } from './freeze-types.js';
import { positionOf, type UpdaterApplication, type UpdaterResource } from './inputs.js';
import { rawAt, settingsPath } from './levels.js';
import type { ApplicationRef, IndexedImage } from './resource.js';

/**
 * Freezes one application of an entry that covers others: a new entry of its exact name, which is more specific than any
 * pattern, with all that the broad entry says (nothing is inherited between entries) and the ignored tags on top.
 */
export function splitRef(
  from: UpdaterResource,
  ref: ApplicationRef,
  application: UpdaterApplication,
  selected: readonly IndexedImage[],
  neighbours: readonly string[],
): Result<UpdaterFreeze, GitOpsError> {
  const refuse = (why: string) => err(cannotSplit(from, ref, application, neighbours, why));
  if (/[*?[\]\\{}]/.test(application.name)) return refuse('its name is a template');
  if (from.resource.applicationRefs.some((one) => one.namePattern === application.name)) {
    return refuse(`another entry already has the namePattern ${application.name}, and does not match it`);
  }
  const raw = objectOf(rawAt(from, settingsPath(from, { level: 'ref', ref }).slice(0, -1)));
  const { namePattern: _name, labelSelectors: _labels, useAnnotations: _flag, ...rest } = raw ?? {};
  const copied = contentOf(rest);
  if (!isContentMap(copied)) return refuse('it holds values that are neither text nor true or false');
  const all = ref.images.every((image) => selected.includes(image));
  const images = listOf(copied['images']).map((image, index) => {
    const found = ref.images.find((one) => one.index === index);
    if (!isContentMap(image) || found === undefined || !selected.includes(found)) return image as YamlContent;
    const hasOwn = found.commonUpdateSettings?.ignoreTags !== undefined;
    const inherited = inheritedBy(from, { level: 'image', ref, image: found });
    return all && !hasOwn ? image : withFrozenBlock(image, inherited);
  });
  const entry = { namePattern: application.name, ...copied, images };
  const frozen = all ? withFrozenBlock(entry, inheritedBy(from, { level: 'ref', ref })) : entry;
  const path = ['spec', 'applicationRefs', { where: { namePattern: application.name } }] as const;
  return ok({
    ...nothing,
    edits: [
      {
        file: from.file,
        edit: { at: { document: from.document, path }, insert: frozen },
        why: `keeps Image Updater from ${application.name}, and leaves ${fewNames(neighbours)} alone`,
      },
    ],
    notes: [
      {
        kind: 'freeze-split',
        severity: 'info',
        message: `The entry ${ref.namePattern} of ImageUpdater/${from.resource.name} also covers ${fewNames(neighbours)}, so ${application.name} gets an entry of its own. Until it is resumed, changes of ${ref.namePattern} do not reach it.`,
        at: positionOf(from, settingsPath(from, { level: 'ref', ref }).slice(0, -1)),
      },
    ],
  });
}

type ContentMap = { readonly [key: string]: YamlContent };

function withFrozenBlock(level: ContentMap, inherited: Parameters<typeof frozenBlock>[0]): ContentMap {
  const own = level['commonUpdateSettings'];
  const block = isContentMap(own) ? { ...own, ignoreTags: [everyTag] } : frozenBlock(inherited);
  return { ...level, commonUpdateSettings: block };
}

/** The value as text and flags; null where it is anything else. Null fields are left out, as the cluster does. */
function contentOf(value: unknown): YamlContent | null {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    const items = value.map(contentOf);
    return items.every((item): item is YamlContent => item !== null) ? items : null;
  }
  const object = objectOf(value);
  if (object === null) return null;
  const entries = Object.entries(object)
    .filter(([, one]) => one !== null && one !== undefined)
    .map(([key, one]) => [key, contentOf(one)] as const);
  return entries.every((entry): entry is [string, YamlContent] => entry[1] !== null)
    ? Object.fromEntries(entries)
    : null;
}

function isContentMap(value: unknown): value is ContentMap {
  return objectOf(value) !== null;
}

function cannotSplit(
  from: UpdaterResource,
  ref: ApplicationRef,
  application: UpdaterApplication,
  neighbours: readonly string[],
  why: string,
): GitOpsError {
  return problem(
    'freeze-covers-neighbour',
    `The entry ${ref.namePattern} of ImageUpdater/${from.resource.name} decides about ${application.name}, but also about ${fewNames(neighbours)}; it cannot be split: ${why}.`,
    `Add an entry to spec.applicationRefs with namePattern: ${application.name}, the images and the writeBackConfig of ${ref.namePattern}, and commonUpdateSettings: { ignoreTags: ["*"] }; or freeze ${fewNames(neighbours)} as well.`,
    {
      at: positionOf(from, settingsPath(from, { level: 'ref', ref }).slice(0, -1)),
      details: {
        resource: from.resource.name,
        namePattern: ref.namePattern,
        application: application.name,
        neighbours: [...neighbours],
      },
    },
  );
}
