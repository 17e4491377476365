import { type ImageIdentifier, parseIdentifier } from '../image/index.js';
import { err, ok, type Result } from '../result.js';
import type { UpdateSettings, UpdateStrategy, VerificationSettings } from './settings.js';
import { mergeUpdateSettings, mergeVerification, parseUpdateStrategy } from './settings.js';

/** An image of an application reference, or of `image-list`: the shape of the resource. */
export interface ImageConfig {
  /** Empty where `image-list` gives none. */
  readonly alias: string;
  readonly imageName: string;
  readonly commonUpdateSettings?: UpdateSettings;
  readonly imagesVerification?: VerificationSettings;
  readonly manifestTargets?: ManifestTargets;
}

/** Where the version stands in the manifests; at most one member counts as valid. */
export interface ManifestTargets {
  readonly helm?: NamedTarget;
  readonly kustomize?: { readonly name?: string };
  readonly plugin?: NamedTarget;
}

export interface NamedTarget {
  readonly name?: string;
  readonly tag?: string;
  readonly spec?: string;
}

/** An image with everything that decides its updates, defaults filled in. */
export interface ConfiguredImage {
  /** What it was configured from; null for defaults alone. */
  readonly config: ImageConfig | null;
  readonly image: ImageIdentifier;
  /** The name in the kustomization where that differs. */
  readonly kustomizeImage: ImageIdentifier | null;
  readonly updateStrategy: UpdateStrategy;
  readonly forceUpdate: boolean;
  /** Empty: all. */
  readonly allowTags: string;
  readonly ignoreTags: readonly string[];
  readonly pullSecret: string;
  readonly platforms: readonly string[];
  /** Names as they count: with `spec`, name and tag are left out. */
  readonly targets: ManifestTargets;
}

/** A webhook's event: only images of this repository are looked at. */
export interface WebhookEvent {
  readonly registryUrl: string;
  readonly repository: string;
}

export interface ImageListContext {
  readonly settings?: UpdateSettings | null;
  readonly verification?: VerificationSettings | null;
  readonly webhookEvent?: WebhookEvent | null;
  /** Whether a public key can be read; without it, every key is taken to be there. */
  readonly hasKey?: (secretName: string, key: string) => boolean;
}

/**
 * The images of an application as Image Updater v1.3.0 would update them (`parseImageList`): the application's settings
 * with the image's own on top. Left out are images with more than one kind of manifest target, images whose signature
 * must be checked without a key, and with a webhook's event those of other repositories. An empty registry matches any.
 */
export function configureImages(
  images: readonly ImageConfig[],
  context: ImageListContext = {},
): readonly ConfiguredImage[] {
  return images.flatMap((config) => {
    const targets = effectiveTargets(config.manifestTargets ?? {});
    const verification = mergeVerification(context.verification, config.imagesVerification);
    if (targets.isErr() || !canVerify(verification, context)) return [];
    const image = parseIdentifier(`${config.alias}=${config.imageName}`);
    if (!isMeant(image, context.webhookEvent ?? null)) return [];
    const kustomizeName = config.manifestTargets?.kustomize?.name ?? '';
    return [
      {
        ...imageDefaults(mergeUpdateSettings(context.settings, config.commonUpdateSettings)),
        config,
        image,
        kustomizeImage: kustomizeName === '' ? null : parseIdentifier(kustomizeName),
        targets: targets.value,
      },
    ];
  });
}

/** An image without a name, with these settings over the defaults (`newImageFromCommonUpdateSettings`). */
export function imageDefaults(settings: UpdateSettings | null): ConfiguredImage {
  return {
    config: null,
    image: { alias: '', registry: '', name: '', tag: null, original: '' },
    kustomizeImage: null,
    updateStrategy: parseUpdateStrategy(settings?.updateStrategy ?? 'semver'),
    forceUpdate: settings?.forceUpdate ?? false,
    allowTags: settings?.allowTags ?? '',
    ignoreTags: settings?.ignoreTags ?? [],
    pullSecret: settings?.pullSecret ?? '',
    platforms: settings?.platforms ?? [],
    targets: {},
  };
}

/** The targets that count; `several-targets` where Helm, Kustomize and plugin stand together. */
function effectiveTargets(targets: ManifestTargets): Result<ManifestTargets, 'several-targets'> {
  const { helm, kustomize, plugin } = targets;
  const count = [helm, kustomize, plugin].filter((one) => one !== undefined).length;
  if (count > 1) return err('several-targets');
  return ok({
    ...(helm === undefined ? {} : { helm: specOrParts(helm) }),
    ...(kustomize === undefined ? {} : { kustomize }),
    ...(plugin === undefined ? {} : { plugin: specOrParts(plugin) }),
  });
}

function specOrParts(target: NamedTarget): NamedTarget {
  return target.spec === undefined ? target : { spec: target.spec };
}

function canVerify(verification: VerificationSettings | null, context: ImageListContext): boolean {
  if (verification === null || verification.enabled === false) return true;
  const key = verification.cosignKey;
  return key !== undefined && (context.hasKey?.(key.secretName, key.key) ?? true);
}

function isMeant(image: ImageIdentifier, event: WebhookEvent | null): boolean {
  if (event === null) return true;
  return (image.registry === '' || image.registry === event.registryUrl) && image.name === event.repository;
}
