import type { ImageConfig, ManifestTargets } from '../image-updater/images.js';
import {
  type AnnotatedImage,
  type Annotations,
  annotatedImages,
  annotationKey,
  imageListEntries,
  imageListKey,
  imagesFromAnnotations,
  mergeUpdateSettings,
  settingKeysOf,
  type UpdateSettings,
  updateSettingsFromAnnotations,
  type VerificationSettings,
  type WriteBackSettings,
  writeBackFromAnnotations,
} from '../image-updater/index.js';
import { err, ok, type Result } from '../result.js';

/** Which Image Updater reads the annotations: 0.x (as of v0.18.0), or 1.1 and later through `useAnnotations` (v1.3.0). */
export type AnnotationRules = '0' | '1';

/** An image as its annotations configure it: the settings that count for it, from whatever level. */
export interface SourceImage {
  /** As it stands in `image-list`; empty where there is none. */
  readonly alias: string;
  /** As it stands after the alias: name, and a constraint or a tag to track. */
  readonly imageName: string;
  readonly settings: UpdateSettings;
  readonly targets: { readonly helm: NonNullable<ManifestTargets['helm']> | null; readonly kustomize: string | null };
}

/** What the annotations of an application come to. */
export interface Source {
  readonly rules: AnnotationRules;
  readonly images: readonly SourceImage[];
  readonly writeBack: WriteBackSettings | null;
  /** Signatures, which only a resource asks for; null where none does. */
  readonly verification: VerificationSettings | null;
}

/**
 * Reads the annotations of an application by the rules of one Image Updater. The settings of an image are those that
 * count after precedence, so that nothing depends on a level any more. An error says why Image Updater does nothing.
 */
export function sourceFrom(
  annotations: Annotations,
  rules: AnnotationRules,
  verification: VerificationSettings | null,
): Result<Source, string> {
  const writeBack = writeBackFromAnnotations(annotations);
  const images = rules === '0' ? imagesV0(annotations) : imagesV1(annotations);
  return images.map((found) => ({ rules, images: found, writeBack, verification }));
}

function imagesV0(annotations: Annotations): Result<readonly SourceImage[], string> {
  const entries = imageListEntries(annotations[imageListKey] ?? '');
  const images = annotatedImages(annotations).map((one, index): SourceImage => {
    // v0.x finds the alias by its own parser, which for a constraint with "=" is not what stands before the first one
    const imageName = entries[index]?.image ?? one.image.original;
    return { alias: one.image.alias, imageName, settings: settingsV0(annotations, one), targets: targetsV0(one) };
  });
  return images.length === 0 ? err('its image-list names no image') : ok(images);
}

function settingsV0(annotations: Annotations, image: AnnotatedImage): UpdateSettings {
  const key = (name: string) => annotationKey(image.image.alias.replaceAll('/', '_'), name);
  const { platforms } = image;
  const pullSecret = annotations[key('pull-secret')] ?? annotations[annotationKey('', 'pull-secret')] ?? '';
  return {
    updateStrategy: image.updateStrategy,
    ...(image.forceUpdate ? { forceUpdate: true } : {}),
    ...(image.allowTags === null ? {} : { allowTags: image.allowTags }),
    ...(image.ignoreTags === null || image.ignoreTags.length === 0 ? {} : { ignoreTags: image.ignoreTags }),
    ...(image.pullSecret === null ? {} : { pullSecret }),
    ...(platforms.length === 0 ? {} : { platforms }),
  };
}

function targetsV0({ helm, kustomizeName }: AnnotatedImage): SourceImage['targets'] {
  return { helm: helmOf(helm), kustomize: kustomizeName === '' ? null : kustomizeName };
}

/** With the path of the whole reference, name and tag do not count. */
function helmOf(helm: { readonly name?: string; readonly tag?: string; readonly spec?: string }) {
  const { name = '', tag = '', spec = '' } = helm;
  if (spec !== '') return { spec };
  if (name === '' && tag === '') return null;
  return { ...(name === '' ? {} : { name }), ...(tag === '' ? {} : { tag }) };
}

function imagesV1(annotations: Annotations): Result<readonly SourceImage[], string> {
  const wide = updateSettingsFromAnnotations(annotations, settingKeysOf(''));
  if (wide.isErr()) return err(`${wide.error.key} is not true or false`);
  return imagesFromAnnotations(annotations)
    .mapErr((why) => `${why.key} is refused (${why.kind})`)
    .map((configs) => configs.map((config) => imageV1(config, wide.value)));
}

function imageV1(
  { alias, imageName, commonUpdateSettings, manifestTargets }: ImageConfig,
  wide: UpdateSettings | null,
) {
  const { ignoreTags = [], forceUpdate = false, ...settings } = mergeUpdateSettings(wide, commonUpdateSettings);
  // an empty pattern ignores no tag
  const patterns = ignoreTags.filter((one) => one !== '');
  return {
    alias,
    imageName,
    settings: {
      ...settings,
      ...(forceUpdate ? { forceUpdate } : {}),
      ...(patterns.length === 0 ? {} : { ignoreTags: patterns }),
    },
    targets: {
      helm: helmOf(manifestTargets?.helm ?? {}),
      kustomize: manifestTargets?.kustomize?.name ?? null,
    },
  } satisfies SourceImage;
}
