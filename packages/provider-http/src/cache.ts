import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { CommitId, Snapshot } from '@gitops/core';
import { parseRecord, toRecord } from './cache-record.js';
import { keepWithin } from './cache-size.js';
import { blobId, formatOf, type TreeEntry } from './git-objects.js';

/** What is kept of one commit for one set of globs. */
export interface CachedCommit {
  /** The whole listing; null where it is not known for sure. */
  readonly entries: readonly TreeEntry[] | null;
  /** Texts of the wanted files. */
  readonly files: Readonly<Record<string, string>>;
  readonly skipped: Snapshot['skipped'];
}

/**
 * Objects of Git on this machine's disk. Never wrong: whatever is read is checked by its hash, and any damage is a miss.
 * It may be deleted at any time. No method fails: where nothing can be written, nothing is kept.
 */
export interface DiskCache {
  blob(oid: string): Promise<Uint8Array | null>;
  putBlobs(blobs: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** By a key of {@link commitKey}. */
  commit(key: string): Promise<CachedCommit | null>;
  putCommit(key: string, commit: CachedCommit): Promise<void>;
}

export interface CacheOptions {
  /** @default `$XDG_CACHE_HOME/gitops/objects`, else `~/.cache/gitops/objects` (Windows: below `%LOCALAPPDATA%`) */
  readonly folder?: string;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Bytes that the folder may hold; what was not used for longest is removed. @default 256 MiB */
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
export function commitKey(repository: string, commit: CommitId, globs: readonly string[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([...globs].sort()))
    .digest('hex');
  return `${repository}@${commit} ${digest}`;
}

/** Opens the cache; the folder is made when something is kept. {@link noCache} where the environment names no home. */
export function openCache(options: CacheOptions): DiskCache {
  const folder = options.folder ?? homeOf(options.env ?? process.env);
  if (folder === null) return noCache;
  const maxBytes = options.maxBytes ?? 256 * 1024 * 1024;
  const placeOf = (kind: 'blobs' | 'commits', name: string): string =>
    join(folder, kind, name.slice(0, 2), name.slice(2));
  // one clock for reading and writing: that of the file system lags behind the process's by some milliseconds
  let last = 0;
  const used = (): Date => {
    last = Math.max(Date.now(), last + 1);
    return new Date(last);
  };
  const recordOf = (key: string): string => placeOf('commits', createHash('sha256').update(key).digest('hex'));
  return {
    blob: async (oid) => {
      if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(oid)) return null;
      const place = placeOf('blobs', oid);
      const bytes = await read(place, used());
      if (bytes === null) return null;
      if (blobId(bytes, formatOf(oid)) === oid) return bytes;
      await quietly(unlink(place));
      return null;
    },
    putBlobs: async (blobs) => {
      for (const [oid, bytes] of blobs) {
        if (blobId(bytes, formatOf(oid)) === oid) await write(placeOf('blobs', oid), bytes, used());
      }
      await keepWithin(folder, maxBytes);
    },
    commit: async (key) => {
      const place = recordOf(key);
      const bytes = await read(place, used());
      if (bytes === null) return null;
      const record = parseRecord(key, bytes);
      if (record === null) await quietly(unlink(place));
      return record;
    },
    putCommit: async (key, commit) => {
      await write(recordOf(key), toRecord(key, commit), used());
      await keepWithin(folder, maxBytes);
    },
  };
}

function homeOf(env: Readonly<Record<string, string | undefined>>): string | null {
  const base = env['XDG_CACHE_HOME'] ?? '';
  if (isAbsolute(base)) return join(base, 'gitops', 'objects');
  const home = env['HOME'] ?? '';
  if (isAbsolute(home)) return join(home, '.cache', 'gitops', 'objects');
  const local = env['LOCALAPPDATA'] ?? '';
  return isAbsolute(local) ? join(local, 'gitops', 'objects') : null;
}

/** Also marks the file as used. */
async function read(place: string, now: Date): Promise<Buffer | null> {
  try {
    const bytes = await readFile(place);
    await quietly(utimes(place, now, now));
    return bytes;
  } catch {
    // missing or unreadable: both are a miss
    return null;
  }
}

/** Whole or not at all: readers and other writers never see a part. */
async function write(place: string, bytes: Uint8Array, now: Date): Promise<void> {
  const temporary = `${place}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await writeFile(temporary, bytes, { mode: 0o600, flag: 'wx' });
    await utimes(temporary, now, now);
    await rename(temporary, place);
  } catch {
    // a cache that cannot be written keeps nothing; what is asked for later is asked of the forge
    await quietly(unlink(temporary));
  }
}

async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
