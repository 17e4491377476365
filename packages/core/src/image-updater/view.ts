import type { SourcePosition } from '../model.js';
import type { Pointer } from '../yaml/node.js';

/** How Argo CD Image Updater sees one Application: which images it would update, under which rules, decided where. */
export interface UpdaterView {
  /**
   * `none`: it does not look at this Application. `annotations` of v0.x also count where no resource is in the tree; a
   * resource with `useAnnotations` counts as `annotations`, too.
   */
  readonly configuredBy: 'none' | 'annotations' | 'resource';
  /** Annotations that stand there while resources without `useAnnotations` decide. */
  readonly inertAnnotations: boolean;
  /** Where several resources match, the images of all of them, each with its `resource`. */
  readonly images: readonly UpdaterImage[];
  /** Names of the `ImageUpdater` resources that match. */
  readonly resources: readonly string[];
  readonly writeBack: UpdaterWriteBack | null;
  readonly problems: readonly string[];
}

export interface UpdaterWriteBack {
  /** `argocd` (into the live Application only) or `git`. */
  readonly method: string;
  /** As it is configured: `helmvalues:./values.yaml`, `kustomization`; null for the default file. */
  readonly target: string | null;
  /** Branch that is written to; null for the revision that the source tracks. */
  readonly branch: string | null;
  /** File (for a kustomization: folder) in the repository that is written; absent where the source is not known. */
  readonly file?: string;
}

export interface UpdaterImage {
  readonly alias: string | null;
  /** Full name without version. */
  readonly image: string;
  /** What stands after the colon in the list: a constraint or a tag. */
  readonly constraint: string | null;
  readonly strategy: string;
  readonly allowTags: string | null;
  /** The effective list: the most specific level that sets one. */
  readonly ignoreTags: readonly string[];
  /** `os/architecture[/variant]` as configured; left out where nothing is: the platform of Image Updater itself. */
  readonly platforms?: readonly string[];
  /** True where one of the patterns matches every tag. */
  readonly frozen: boolean;
  /** Where the effective list stands; null where no level sets one. */
  readonly decidedAt: { readonly file: string; readonly at: SourcePosition; readonly pointer: Pointer } | null;
  /** The resource that it comes from; null for annotations without one. */
  readonly resource?: string | null;
}
