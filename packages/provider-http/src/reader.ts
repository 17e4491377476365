import type { CommitId, FileChange, Snapshot } from '@gitops/core';
import type { DiskCache } from './cache.js';
import type { TreeEntry } from './git-objects.js';

/** What a forge's API can tell of a repository; each method is one request, or a page of batches. */
export interface ReadSource {
  /**
   * The tar.gz archive of a branch or commit, status 200. Throws a Failure where it is refused: `rate-limited`,
   * `forbidden`, `not-found`, `unavailable` or `unsupported` let the reader go on with listing and blobs.
   * GitLab must be asked with `include_lfs_blobs=false`: else pointers are replaced.
   */
  archive(ref: string, signal: AbortSignal): Promise<Response>;
  /** Every file, link and submodule of a commit; null where there are too many for one listing of the forge. */
  listing(commit: CommitId, signal: AbortSignal): Promise<readonly TreeEntry[] | null>;
  /** Contents by object id; all that were asked for. */
  blobs(entries: readonly TreeEntry[], at: CommitId, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Tip of a branch; only asked where its archive was refused. Null where there is no such branch. */
  commitOf(ref: string, signal: AbortSignal): Promise<CommitId | null>;
  /** The id of the commit's root tree, if the forge has told it already: no request. */
  treeOf(commit: CommitId): string | null;
}

export interface ReaderOptions {
  /** `host/path` of the repository: whose contents the cache holds. */
  readonly key: string;
  readonly cache: DiskCache;
}

/** A snapshot whose commit is known. */
export type ReadSnapshot = Snapshot & { readonly commit: CommitId };

export interface Reader {
  /** Texts of the files that the globs take, byte for byte as Git holds them. `ref`: a branch, whose tip is read. */
  read(
    at: { readonly commit: CommitId } | { readonly ref: string },
    globs: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadSnapshot>;
  /** Every file, link and submodule of a commit. */
  listing(commit: CommitId, signal: AbortSignal): Promise<readonly TreeEntry[]>;
  /**
   * What `after` changed against `before` (null: the empty tree), sorted by path, in the form of `GitPort.changes`:
   * where a side is no text, or the mode alone changed, both sides are `<mode> <object id>`.
   */
  difference(before: CommitId | null, after: CommitId, signal: AbortSignal): Promise<readonly FileChange[]>;
}

export function makeReader(_source: ReadSource, _options: ReaderOptions): Reader {
  throw new Error('being written');
}
