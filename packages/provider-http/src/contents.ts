import type { CommitId, SkipReason } from '@gitops/core';
import type { DiskCache } from './cache.js';
import { fail } from './failure.js';
import { blobId, formatOf, type TreeEntry } from './git-objects.js';
import { largestFile, textOf } from './text.js';

/** A file's text, or why it has none. */
export type Content = { readonly text: string } | { readonly skip: SkipReason };

export interface ContentSources {
  /** What is in memory already. */
  known(oid: string): string | undefined;
  readonly cache: DiskCache;
  blobs(entries: readonly TreeEntry[], at: CommitId, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Whether a blob is behind an entry, and not a link or a submodule. */
export function isFile(entry: TreeEntry): boolean {
  return entry.mode.startsWith('100');
}

/**
 * Contents of files by object id: from memory, from the disk, and all others from the forge. Each is checked by its
 * hash. Failure: `response-invalid` where the forge left one out or answered with another one.
 */
export async function contentsOf(
  entries: readonly TreeEntry[],
  at: CommitId,
  sources: ContentSources,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Content>> {
  const found = new Map<string, Content>();
  const asked = new Map<string, TreeEntry>();
  for (const entry of entries) {
    if (found.has(entry.oid) || asked.has(entry.oid)) continue;
    const known = sources.known(entry.oid);
    if (known !== undefined) found.set(entry.oid, { text: known });
    else if ((entry.size ?? 0) > largestFile) found.set(entry.oid, { skip: 'too-large' });
    else {
      const bytes = await sources.cache.blob(entry.oid);
      if (bytes === null) asked.set(entry.oid, entry);
      else found.set(entry.oid, contentOf(bytes));
    }
  }
  if (asked.size === 0) return found;
  const answered = await sources.blobs([...asked.values()], at, signal);
  const fresh = new Map<string, Uint8Array>();
  for (const { oid, path } of asked.values()) {
    const bytes = answered.get(oid);
    if (bytes === undefined || blobId(bytes, formatOf(oid)) !== oid) {
      return fail(
        'response-invalid',
        `The server ${bytes === undefined ? 'left out the content' : 'answered with another content'} of ${path}.`,
        'Run again. If it happens again, look whether a proxy changes answers.',
        { what: 'blob', path, expected: oid, found: bytes === undefined ? null : blobId(bytes, formatOf(oid)) },
      );
    }
    found.set(oid, contentOf(bytes));
    if (bytes.length <= largestFile) fresh.set(oid, bytes);
  }
  await sources.cache.putBlobs(fresh);
  return found;
}

function contentOf(bytes: Uint8Array): Content {
  if (bytes.length > largestFile) return { skip: 'too-large' };
  const text = textOf(bytes);
  return text === null ? { skip: 'not-utf8' } : { text };
}
