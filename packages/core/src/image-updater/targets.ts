import { fullNameWithoutTag } from '../image/index.js';
import { annotatedImages } from './annotations-v0.js';
import type { ManifestTargets } from './images.js';
import { attachmentsOf, type UpdaterApplication, type UpdaterOptions, type UpdaterResource } from './inputs.js';

/** Where Image Updater would write the version of one image of an application. */
export interface ImageTarget {
  readonly alias: string | null;
  /** Full name without version. */
  readonly image: string;
  /** Paths of the Helm parameters, where they are not the default `image.name` and `image.tag`. */
  readonly helm?: { readonly name?: string; readonly tag?: string; readonly spec?: string };
  /** Name in the kustomization, where it is another. */
  readonly kustomize?: string;
}

/**
 * The images that an application's configuration names, with the places of their versions: from the resources that
 * decide, else from its annotations, which tell the places also where they are inert.
 */
export function imageTargets(
  application: UpdaterApplication,
  resources: readonly UpdaterResource[],
  options: UpdaterOptions = {},
): readonly ImageTarget[] {
  const configured = attachmentsOf(application, resources, options).flatMap(({ match }) => match.images);
  if (configured.length > 0) {
    return configured.map(({ image, targets }) => targetFrom(image.alias, fullNameWithoutTag(image), targets));
  }
  return annotatedImages(application.annotations).map(({ image, helm, kustomizeName }) =>
    targetFrom(image.alias, fullNameWithoutTag(image), {
      helm: { name: helm.name, tag: helm.tag, spec: helm.spec },
      kustomize: { name: kustomizeName },
    }),
  );
}

function targetFrom(alias: string, image: string, targets: ManifestTargets): ImageTarget {
  const { name = '', tag = '', spec = '' } = targets.helm ?? {};
  const helm = { ...(name === '' ? {} : { name }), ...(tag === '' ? {} : { tag }), ...(spec === '' ? {} : { spec }) };
  const kustomize = targets.kustomize?.name ?? '';
  return {
    alias: alias === '' ? null : alias,
    image,
    ...(Object.keys(helm).length === 0 ? {} : { helm }),
    ...(kustomize === '' ? {} : { kustomize }),
  };
}
