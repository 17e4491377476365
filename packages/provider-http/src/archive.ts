import type { CommitId, Snapshot } from '@gitops/core';
import type { TreeEntry } from './git-objects.js';

/** What an archive of one commit (`git archive --format=tar.gz`) holds. */
export interface ArchiveReading {
  /** The commit, from the global pax header that Git writes; null where there is none. */
  readonly commit: CommitId | null;
  /** The one folder that everything lies in, without slash: `<project>-<ref>-<sha>` on GitLab. */
  readonly root: string;
  /** Texts of the files that the globs take. */
  readonly files: Readonly<Record<string, string>>;
  readonly skipped: Snapshot['skipped'];
  /** Every file and link, hashed while streaming; contents that are not wanted are dropped. */
  readonly entries: readonly TreeEntry[];
  /** Empty folders: submodules (whose commit an archive does not tell), or folders emptied by `export-ignore`. */
  readonly emptyFolders: readonly string[];
  /** Id of the root tree of `entries`; null where a folder is empty, since it cannot be known then. */
  readonly tree: string | null;
  /** Bytes of the archive before unpacking. */
  readonly bytes: number;
  /** True where a `.gitattributes` file is in it: bytes may differ from what Git holds. */
  readonly attributes: boolean;
}

/**
 * Reads an archive as it streams in. Failures: `response-invalid` for anything that is not a whole, well-formed archive
 * of one commit (never a part of one), `aborted`, and those of the network.
 */
export function readArchive(
  _body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  _globs: readonly string[],
  _options: { readonly signal: AbortSignal },
): Promise<ArchiveReading> {
  throw new Error('being written');
}
