import type { CommitId, Snapshot } from '@gitops/core';
import type { TreeEntry } from './git-objects.js';

/** What is kept of one commit for one set of globs. */
export interface CachedCommit {
  /** The whole listing; null where it is not known for sure. */
  readonly entries: readonly TreeEntry[] | null;
  /** Texts of the wanted files. */
  readonly files: Readonly<Record<string, string>>;
  readonly skipped: Snapshot['skipped'];
}

/** Objects of Git on this machine's disk. Never wrong, may be deleted at any time; any damage is a miss. */
export interface DiskCache {
  blob(oid: string): Promise<Uint8Array | null>;
  putBlobs(blobs: ReadonlyMap<string, Uint8Array>): Promise<void>;
  commit(key: string): Promise<CachedCommit | null>;
  putCommit(key: string, commit: CachedCommit): Promise<void>;
}

export interface CacheOptions {
  /** @default `$XDG_CACHE_HOME/gitops/objects`, else `~/.cache/gitops/objects` */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Bytes that the folder may hold; the oldest are removed. @default 256 MiB */
  readonly maxBytes?: number;
}

/** Keeps nothing. */
export const noCache: DiskCache = {
  blob: async () => null,
  putBlobs: async () => undefined,
  commit: async () => null,
  putCommit: async () => undefined,
};

/** The key of a commit's record: the repository (`host/path`), the commit, and what was asked of it. */
export function commitKey(_repository: string, _commit: CommitId, _globs: readonly string[]): string {
  throw new Error('being written');
}

export function openCache(_options: CacheOptions): DiskCache {
  throw new Error('being written');
}
