/** What Image Updater's configuration says of one image of an Application, as far as it helps to find its version. */
export interface UpdaterTarget {
  readonly alias: string | null;
  /** Full name without version. */
  readonly image: string;
  /** Paths of its Helm parameters; by default `image.name` and `image.tag`. */
  readonly helm?: { readonly name?: string; readonly tag?: string; readonly spec?: string };
  /** The name that its image has in the kustomization, where it is another. */
  readonly kustomize?: string;
}

export function tagPathOf(target: UpdaterTarget): string | null {
  return target.helm?.spec === undefined ? (target.helm?.tag ?? 'image.tag') : null;
}
