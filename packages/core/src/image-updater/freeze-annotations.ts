import { type GitOpsError, problem } from '../errors/error.js';
import { type ImageIdentifier, parseIdentifier } from '../image/index.js';
import { err, ok, type Result } from '../result.js';
import { annotation, annotationKey, annotationPrefix, imageListEntries, imageListKey } from './annotations.js';
import { aliasInKeysV0, annotatedImages } from './annotations-v0.js';
import {
  everyTag,
  type FreezeTarget,
  fewNames,
  type HeldValue,
  joined,
  nothing,
  type UpdaterFreeze,
} from './freeze-types.js';
import { isFrozenBy } from './glob.js';
import { trimSpace } from './go-text.js';
import { annotationPointer, hasImageList, positionOf, type UpdaterApplication } from './inputs.js';
import { isQualifiedName } from './labels.js';
import { selectsIdentifier } from './selection.js';

/** Which release's way of writing an alias in annotation names counts. */
export type AnnotationLine = 'v0' | 'v1';

const applicationWide = annotationKey('', 'ignore-tags');

/**
 * The edits that freeze an application through its annotations. A whole application: `ignore-tags: '*'`, and every
 * existing `<alias>.ignore-tags`, which would beat it, becomes `'*'` too. Single images: the key of each alias. An image
 * without alias is reached by the application-wide key only: `freeze-covers-neighbour` where that would freeze others.
 */
export function freezeAnnotations(target: FreezeTarget, line: AnnotationLine): Result<UpdaterFreeze, GitOpsError> {
  const { application } = target;
  if (!hasImageList(application)) return ok(nothing);
  const images = imagesOf(application, line);
  const selected = images.filter((image) => selectsIdentifier(target.images, image));
  if (selected.length === 0) return ok(nothing);
  const frozen =
    target.images === null || selected.length === images.length
      ? ok(freezeAll(application, images, line))
      : freezeSome(application, images, selected, line);
  return frozen.andThen((freeze) =>
    target.inSharedTemplate && freeze.edits.length > 0 ? err(inTemplate(application)) : ok(freeze),
  );
}

function imagesOf(application: UpdaterApplication, line: AnnotationLine): readonly ImageIdentifier[] {
  if (line === 'v0') return annotatedImages(application.annotations).map(({ image }) => image);
  const entries = imageListEntries(annotation(application.annotations, imageListKey) ?? '');
  return entries.map(({ alias, image }) => parseIdentifier(`${alias}=${image}`));
}

function freezeAll(
  application: UpdaterApplication,
  images: readonly ImageIdentifier[],
  line: AnnotationLine,
): UpdaterFreeze {
  const existing = Object.keys(application.annotations).filter(isOwnIgnoreTags);
  const ownKeys = images.map((image) => keyOfImage(image, line));
  const needsWide = ownKeys.some((key) => key === null || !isFrozenAt(application, key));
  const hasWide = annotation(application.annotations, applicationWide) !== null;
  // An image that has no key of its own yet is covered by the application's.
  return joined([
    ...(needsWide || hasWide ? [freezeKey(application, applicationWide)] : []),
    ...existing.map((key) => freezeKey(application, key)),
  ]);
}

function freezeSome(
  application: UpdaterApplication,
  images: readonly ImageIdentifier[],
  selected: readonly ImageIdentifier[],
  line: AnnotationLine,
): Result<UpdaterFreeze, GitOpsError> {
  const parts: UpdaterFreeze[] = [];
  for (const image of selected) {
    const key = keyOfImage(image, line);
    const others = images.filter((one) => !selected.includes(one) && (key === null || keyOfImage(one, line) === key));
    // Also where the application-wide key is frozen now: whoever froze it may resume it first.
    if (key === null || others.length > 0) return err(coversNeighbour(application, image, others));
    parts.push(freezeKey(application, key));
  }
  return ok(joined(parts));
}

/** The annotation that holds what is ignored for one image; null where no legal annotation reaches it. */
function keyOfImage(image: ImageIdentifier, line: AnnotationLine): string | null {
  const alias = line === 'v0' ? aliasInKeysV0(image.alias) : image.alias;
  const key = annotationKey(alias, 'ignore-tags');
  return alias !== '' && isQualifiedName(key) ? key : null;
}

function isOwnIgnoreTags(key: string): boolean {
  return key.startsWith(annotationPrefix) && key.endsWith('.ignore-tags');
}

function isFrozenAt(application: UpdaterApplication, key: string): boolean {
  const value = annotation(application.annotations, key);
  return value !== null && isFrozenBy(value.split(',').map(trimSpace));
}

function freezeKey(application: UpdaterApplication, key: string): UpdaterFreeze {
  const { file, name } = application;
  const at = annotationPointer(application, key);
  const short = key.slice(annotationPrefix.length);
  const isWide = key === applicationWide;
  const whom = isWide ? `all images of ${name}` : `the image ${short.slice(0, -'.ignore-tags'.length)} of ${name}`;
  if (isFrozenAt(application, key)) {
    const held: HeldValue = { file, at, why: `${short} already keeps Image Updater from ${whom}` };
    return { ...nothing, held: [held] };
  }
  const exists = annotation(application.annotations, key) !== null;
  const edit = exists ? ({ at, set: everyTag, quote: 'single' } as const) : { at, insert: everyTag };
  return { ...nothing, edits: [{ file, edit, why: `keeps Image Updater from ${whom}` }] };
}

function inTemplate(application: UpdaterApplication): GitOpsError {
  return problem(
    'freeze-in-template',
    application.template === undefined
      ? `${application.name} comes from the template of an ApplicationSet that also makes applications outside the freeze, so its annotations cannot freeze it alone.`
      : `${application.name} is made of ${application.template}, a template of a chart, a base of Kustomize or a file with placeholders; those are not edited, so its annotations cannot freeze it.`,
    `Configure it in an ImageUpdater resource with an entry of its own (namePattern: ${application.name}) and without useAnnotations${application.template === undefined ? ', or freeze every environment of the template' : ''}.`,
    {
      at: positionOf(application, [...application.base, 'metadata']),
      details: { application: application.name },
    },
  );
}

function coversNeighbour(
  application: UpdaterApplication,
  image: ImageIdentifier,
  others: readonly ImageIdentifier[],
): GitOpsError {
  const names = others.map((one) => one.name);
  const why =
    image.alias === ''
      ? `has no alias in ${imageListKey}, so only the annotation of the whole application reaches it`
      : others.some((one) => one.alias === image.alias)
        ? `shares the alias ${image.alias} with another image`
        : `has the alias ${image.alias}, which no annotation can be named after`;
  return problem(
    'freeze-covers-neighbour',
    `${image.name} of ${application.name} ${why}; freezing it would also freeze ${fewNames(names)}.`,
    `Give it an alias of its own in ${imageListKey}, of letters, digits, "-" and "_": ${suggestedAlias(image)}=${image.original.slice(image.original.indexOf('=') + 1)}. Or freeze the whole application.`,
    {
      at: positionOf(application, annotationPointer(application, imageListKey).path),
      details: { application: application.name, image: image.name, neighbours: names },
    },
  );
}

function suggestedAlias(image: ImageIdentifier): string {
  const last = image.name.slice(image.name.lastIndexOf('/') + 1);
  return last.replace(/[^A-Za-z0-9_-]/g, '-').replace(/^[-_]+|[-_]+$/g, '') || 'app';
}
