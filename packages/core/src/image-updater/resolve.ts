import { fullNameWithoutTag, type ImageIdentifier } from '../image/index.js';
import type { Path, Pointer } from '../yaml/node.js';
import { annotation, settingKeysOf, writeBackFromAnnotations } from './annotations.js';
import { annotatedImages } from './annotations-v0.js';
import { isFrozenBy } from './glob.js';
import type { ConfiguredImage } from './images.js';
import {
  type Attachment,
  annotationPointer,
  attachmentsOf,
  hasImageList,
  type Placed,
  positionOf,
  type UpdaterApplication,
  type UpdaterOptions,
  type UpdaterResource,
} from './inputs.js';
import { decidingLevel, imageIn, settingsPath } from './levels.js';
import { problemsOf } from './problems.js';
import type { WriteBackSettings } from './settings.js';
import type { UpdaterImage, UpdaterView, UpdaterWriteBack } from './view.js';
import { resolveWriteBack, type WriteBack } from './write-back.js';

/**
 * How Image Updater sees an application, given all `ImageUpdater` resources of the tree. Without any resource, its
 * annotations decide, as in v0.x. With resources, only those that match do (v1.3.0): all of them are listed, since Image
 * Updater does not arbitrate; annotations count only through `useAnnotations`. Total: what is wrong is in `problems`.
 */
export function resolveUpdater(
  application: UpdaterApplication,
  resources: readonly UpdaterResource[],
  options: UpdaterOptions = {},
): UpdaterView {
  if (resources.length === 0) return annotatedView(application, options);
  const attachments = attachmentsOf(application, resources, options);
  const decides = (via: 'annotations' | 'resource') => attachments.some(({ match }) => match.via === via);
  const first = attachments[0];
  return {
    configuredBy: decides('resource') ? 'resource' : decides('annotations') ? 'annotations' : 'none',
    inertAnnotations: hasImageList(application) && !decides('annotations'),
    images: attachments.flatMap((attachment) =>
      attachment.match.images.map((image) => viewOf(image, attachment, application)),
    ),
    resources: attachments.map(({ from }) => from.resource.name),
    writeBack: first === undefined ? null : writeBackView(first.match.writeBackSettings, first.match.writeBack),
    problems: problemsOf(application, resources, options),
  };
}

function annotatedView(application: UpdaterApplication, options: UpdaterOptions): UpdaterView {
  const images = annotatedImages(application.annotations);
  const settings = writeBackFromAnnotations(application.annotations);
  const writeBack =
    application.spec === undefined
      ? null
      : resolveWriteBack(application, settings, options.controllerNamespace ?? 'argocd').unwrapOr(null);
  return {
    configuredBy: images.length > 0 ? 'annotations' : 'none',
    inertAnnotations: false,
    images: images.map((one) => ({
      ...nameOf(one.image),
      strategy: one.updateStrategy,
      allowTags: one.allowTags,
      ...ignoring(one.ignoreTags ?? []),
      ...onPlatforms(one.platforms),
      decidedAt:
        one.ignoreTagsKey === null ? null : placeOf(application, annotationPointer(application, one.ignoreTagsKey)),
      resource: null,
    })),
    resources: [],
    writeBack: images.length > 0 ? writeBackView(settings, writeBack) : null,
    problems: [],
  };
}

function viewOf(image: ConfiguredImage, attachment: Attachment, application: UpdaterApplication): UpdaterImage {
  return {
    ...nameOf(image.image),
    strategy: image.updateStrategy,
    allowTags: image.allowTags || null,
    ...ignoring(image.ignoreTags),
    ...onPlatforms(image.platforms),
    decidedAt: decidedAt(image, attachment, application),
    resource: attachment.from.resource.name,
  };
}

function decidedAt(
  image: ConfiguredImage,
  { from, match }: Attachment,
  application: UpdaterApplication,
): UpdaterImage['decidedAt'] {
  if (match.via === 'annotations') {
    const keys = [settingKeysOf(image.image.alias).ignoreTags, settingKeysOf('').ignoreTags];
    const key = keys.find((one) => annotation(application.annotations, one) !== null);
    return key === undefined ? null : placeOf(application, annotationPointer(application, key));
  }
  const configured = imageIn(match.ref, image.config);
  const level = configured === null ? null : decidingLevel(from, match.ref, configured);
  if (level === null) return null;
  const path: Path = [...settingsPath(from, level), 'ignoreTags'];
  return placeOf(from, { document: from.document, path });
}

function placeOf(placed: Placed, pointer: Pointer): NonNullable<UpdaterImage['decidedAt']> {
  return { file: placed.file, at: positionOf(placed, pointer.path), pointer };
}

function nameOf(image: ImageIdentifier): Pick<UpdaterImage, 'alias' | 'image' | 'constraint'> {
  return { alias: image.alias || null, image: fullNameWithoutTag(image), constraint: image.tag?.name || null };
}

function ignoring(ignoreTags: readonly string[]): Pick<UpdaterImage, 'ignoreTags' | 'frozen'> {
  return { ignoreTags, frozen: isFrozenBy(ignoreTags) };
}

function onPlatforms(platforms: readonly string[]): Pick<UpdaterImage, 'platforms'> {
  return platforms.length === 0 ? {} : { platforms };
}

function writeBackView(settings: WriteBackSettings | null, resolved: WriteBack | null): UpdaterWriteBack {
  const method = (settings?.method ?? 'argocd').trim();
  return {
    method: method === 'git' || method.startsWith('git:') ? 'git' : method,
    target: settings?.gitConfig?.writeBackTarget ?? null,
    branch: resolved?.gitBranch ?? (settings?.gitConfig?.branch?.split(':')[0] || null),
    ...(resolved === null ? {} : { file: resolved.kustomizeBase ?? resolved.target }),
  };
}
