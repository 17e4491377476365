import { type ImageIdentifier, parseIdentifier } from '../image/index.js';
import { type Annotations, annotation, annotationKey, imageListKey } from './annotations.js';
import { type CredentialSource, parseCredentialSource } from './credentials.js';
import { trimSpace } from './go-text.js';
import { parseUpdateStrategy, type UpdateStrategy } from './settings.js';

/** An image of `image-list` as Image Updater v0.x (up to v0.18) updates it. */
export interface AnnotatedImage {
  readonly image: ImageIdentifier;
  readonly updateStrategy: UpdateStrategy;
  readonly forceUpdate: boolean;
  /** Null: all. */
  readonly allowTags: string | null;
  /** Null where neither the image nor the application sets one. */
  readonly ignoreTags: readonly string[] | null;
  /** The annotation that decides what is ignored, also where it is empty; null where there is none. */
  readonly ignoreTagsKey: string | null;
  readonly pullSecret: CredentialSource | null;
  /** `os/architecture[/variant]`; empty where none is set. */
  readonly platforms: readonly string[];
  /** Empty where not set. */
  readonly helm: { readonly name: string; readonly tag: string; readonly spec: string };
  readonly kustomizeName: string;
}

/** The images of `image-list` for v0.x; none where the annotation is missing. Blank entries are left out. */
export function annotatedImages(annotations: Annotations): readonly AnnotatedImage[] {
  return (annotation(annotations, imageListKey) ?? '')
    .split(',')
    .map(trimSpace)
    .filter((entry) => entry !== '')
    .map((entry) => annotatedImage(annotations, parseIdentifier(entry)));
}

/**
 * The settings of one image for v0.x, which differs from `useAnnotations` of v1: a setting of the image counts even where
 * it is empty; nothing fails, a wrong value gives the default; `force-update` is exactly `true`; empty elements of
 * `ignore-tags` are dropped; the old `tag-match` stands in for `allow-tags`; a `/` in the alias becomes `_`.
 */
export function annotatedImage(annotations: Annotations, image: ImageIdentifier): AnnotatedImage {
  const alias = aliasInKeysV0(image.alias);
  // Image Updater also asks for `.ignore-tags` of an image without alias: no annotation can have that name.
  const own = (name: string) => (alias === '' ? null : annotation(annotations, annotationKey(alias, name)));
  const setting = (name: string) => own(name) ?? annotation(annotations, annotationKey('', name)) ?? '';
  const ignored = setting('ignore-tags');
  const pullSecret = setting('pull-secret');
  return {
    image,
    updateStrategy: parseUpdateStrategy(setting('update-strategy')),
    forceUpdate: setting('force-update') === 'true',
    allowTags: setting('allow-tags') || own('tag-match') || null,
    ignoreTags:
      ignored === ''
        ? null
        : ignored
            .split(',')
            .map(trimSpace)
            .filter((one) => one !== ''),
    ignoreTagsKey: ignoreTagsKeyV0(annotations, image.alias),
    pullSecret: pullSecret === '' ? null : parseCredentialSource(pullSecret).unwrapOr(null),
    platforms: (own('platforms') ?? '')
      .split(',')
      .map(trimSpace)
      .filter((one) => one !== ''),
    helm: {
      name: own('helm.image-name') ?? '',
      tag: own('helm.image-tag') ?? '',
      spec: own('helm.image-spec') ?? '',
    },
    kustomizeName: own('kustomize.image-name') ?? '',
  };
}

/** How v0.x writes an alias in the names of annotations. */
export function aliasInKeysV0(alias: string): string {
  return alias.replaceAll('/', '_');
}

function ignoreTagsKeyV0(annotations: Annotations, alias: string): string | null {
  const keys = [
    ...(alias === '' ? [] : [annotationKey(aliasInKeysV0(alias), 'ignore-tags')]),
    annotationKey('', 'ignore-tags'),
  ];
  return keys.find((key) => annotation(annotations, key) !== null) ?? null;
}
