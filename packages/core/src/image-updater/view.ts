import type { SourcePosition } from '../model.js';
import type { Pointer } from '../yaml/node.js';

/** How Argo CD Image Updater sees one Application: which images it would update, under which rules, decided where. */
export interface UpdaterView {
  /** `none`: it does not look at this Application. `annotations` of v0.x also count where no resource is in the tree. */
  readonly configuredBy: 'none' | 'annotations' | 'resource';
  /** Annotations that stand there while a resource without `useAnnotations` decides. */
  readonly inertAnnotations: boolean;
  readonly images: readonly UpdaterImage[];
  /** Names of the `ImageUpdater` resources that match. */
  readonly resources: readonly string[];
  readonly writeBack: { readonly method: string; readonly target: string | null; readonly branch: string | null } | null;
  readonly problems: readonly string[];
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
  /** True where one of the patterns matches every tag. */
  readonly frozen: boolean;
  /** Where the effective list stands; null where no level sets one. */
  readonly decidedAt: { readonly file: string; readonly at: SourcePosition; readonly pointer: Pointer } | null;
}
