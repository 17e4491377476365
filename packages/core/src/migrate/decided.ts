import { fullNameWithoutTag, type ImageIdentifier } from '../image/index.js';
import type { ConfiguredImage } from '../image-updater/images.js';
import {
  type Annotations,
  annotatedImages,
  type CredentialSource,
  isFrozenBy,
  parseCredentialSource,
  type SelectedTag,
  selectTag,
  type TagSelection,
} from '../image-updater/index.js';

/** Everything that decides what happens to one image, whoever configured it: what both sides are compared by. */
export interface DecidedImage {
  readonly image: string;
  readonly selection: TagSelection;
  /** True where pre-releases pass an empty constraint, as in 0.x. */
  readonly emptyTakesAll: boolean;
  readonly forceUpdate: boolean;
  readonly pullSecret: CredentialSource | null;
  readonly platforms: readonly string[];
  /** Where its version is written: the paths of Helm, the name of Kustomize. Empty texts where the defaults count. */
  readonly targets: { readonly helm: readonly string[]; readonly kustomize: string };
  readonly frozen: boolean;
}

/** The images of an application as 0.x updates them (v0.18.0). */
export function decidedV0(annotations: Annotations): readonly DecidedImage[] {
  return annotatedImages(annotations).map((one) => {
    const ignoreTags = one.ignoreTags ?? [];
    return {
      image: fullNameWithoutTag(one.image),
      selection: {
        strategy: one.updateStrategy,
        constraint: constraintOf(one.image),
        allowTags: one.allowTags,
        ignoreTags,
      },
      emptyTakesAll: true,
      forceUpdate: one.forceUpdate,
      pullSecret: one.pullSecret,
      platforms: one.platforms,
      targets: targetsOf({ helm: one.helm, kustomize: { name: one.kustomizeName } }),
      frozen: isFrozenBy(ignoreTags),
    };
  });
}

/** The images of an entry as v1.3.0 updates them, whether a resource or `useAnnotations` configures it. */
export function decidedV1(images: readonly ConfiguredImage[]): readonly DecidedImage[] {
  return images.map((one) => ({
    image: fullNameWithoutTag(one.image),
    selection: {
      strategy: one.updateStrategy,
      constraint: constraintOf(one.image),
      allowTags: one.allowTags === '' ? null : one.allowTags,
      ignoreTags: one.ignoreTags,
    },
    emptyTakesAll: false,
    forceUpdate: one.forceUpdate,
    pullSecret: one.pullSecret === '' ? null : parseCredentialSource(one.pullSecret).unwrapOr(null),
    platforms: one.platforms,
    targets: targetsOf({
      ...one.targets,
      ...(one.kustomizeImage === null ? {} : { kustomize: one.targets.kustomize ?? {} }),
    }),
    frozen: isFrozenBy(one.ignoreTags),
  }));
}

/** What would be chosen of these tags. */
export function decide(image: DecidedImage, tags: Parameters<typeof selectTag>[0]): SelectedTag {
  const { selection, emptyTakesAll } = image;
  const isOpen = emptyTakesAll && selection.strategy === 'semver' && selection.constraint === null;
  return selectTag(tags, isOpen ? { ...selection, constraint: '>=0.0.0-0' } : selection);
}

function constraintOf(image: ImageIdentifier): string | null {
  return image.tag?.name || null;
}

/** With the path of the whole reference, those of name and tag do not count. */
function targetsOf(targets: {
  readonly helm?: { readonly name?: string; readonly tag?: string; readonly spec?: string };
  readonly kustomize?: { readonly name?: string };
}): DecidedImage['targets'] {
  const { name = '', tag = '', spec = '' } = targets.helm ?? {};
  return { helm: spec === '' ? [name, tag, ''] : ['', '', spec], kustomize: targets.kustomize?.name ?? '' };
}
