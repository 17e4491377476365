import type { CommitId, FileChange, SkipReason, Snapshot } from '@gitops/core';
import { stopIfAborted } from './answer.js';
import { commitKey, type DiskCache } from './cache.js';
import { type ContentSources, contentsOf, isFile } from './contents.js';
import { type Failure, fail } from './failure.js';
import { blobId, formatOf, type TreeEntry, treeId } from './git-objects.js';
import { asGlob, pathFilter } from './globs.js';
import { knownCommits, type Reading } from './known-commits.js';
import { checkListing } from './listing-check.js';
import { filesOf, listingDifference, toFileChange } from './listing-difference.js';
import { ArchiveRefused, archiveOf, commitOfArchive } from './read-archive-of.js';

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

/** So many files of a listing that is known are fetched one batch of blobs at a time rather than by an archive. */
const fewFiles = 20;

/**
 * Reads commits with as few requests as can be: from memory (the last few commits), from the disk, by the few blobs that
 * are missing where a listing is known, by an archive, and by listing and blobs where the archive is refused.
 *
 * An archive holds what Git exports, which attributes may change (gitattributes(5)). It is taken as it is where the
 * tree that its files give is the commit's own, or, where the forge has not told that, where no attribute in it changes
 * exports. Else the listing decides, and every wanted file that differs is fetched as a blob.
 */
export function makeReader(source: ReadSource, options: ReaderOptions): Reader {
  const { cache, key } = options;
  const known = knownCommits();
  const sources: ContentSources = { known: known.text, cache, blobs: source.blobs };

  const keep = async (
    commit: CommitId,
    globs: readonly string[],
    reading: Reading,
    entries: readonly TreeEntry[] | null,
  ): Promise<ReadSnapshot> => {
    known.addReading(commit, globs, reading, entries);
    await cache.putCommit(commitKey(key, commit, globs), { ...reading, entries });
    return { commit, ...reading };
  };

  const kept = async (commit: CommitId, globs: readonly string[]): Promise<Reading | null> => {
    const inMemory = known.reading(commit, globs);
    if (inMemory !== null) return inMemory;
    const record = await cache.commit(commitKey(key, commit, globs));
    if (record === null) return null;
    const tree = source.treeOf(commit);
    if (tree !== null && record.entries !== null && treeId(record.entries, formatOf(commit)) !== tree) return null;
    const reading = { files: record.files, skipped: record.skipped };
    known.addReading(commit, globs, reading, record.entries);
    return reading;
  };

  /** By the listing; `texts` are those of an archive, taken where they are the very objects. */
  const fromListing = async (
    commit: CommitId,
    entries: readonly TreeEntry[],
    globs: readonly string[],
    texts: Snapshot['files'],
    signal: AbortSignal,
  ): Promise<ReadSnapshot> => {
    const filter = pathFilter(globs);
    const wanted = entries.filter((entry) => filter.matches(entry.path));
    const exact = new Map(Object.values(texts).map((text) => [blobId(text, formatOf(commit)), text]));
    const contents = await contentsOf(
      wanted.filter(isFile),
      commit,
      { ...sources, known: (oid) => exact.get(oid) ?? known.text(oid) },
      signal,
    );
    const files: Record<string, string> = Object.create(null);
    const skipped: { path: string; reason: SkipReason }[] = [];
    for (const entry of wanted) {
      const content = contents.get(entry.oid);
      if (content !== undefined && 'text' in content) files[entry.path] = content.text;
      else skipped.push({ path: entry.path, reason: content?.skip ?? skipReasonOf(entry) });
    }
    skipped.sort((a, b) => (a.path < b.path ? -1 : 1));
    return keep(commit, globs, { files, skipped }, entries);
  };

  const askListing = async (commit: CommitId, signal: AbortSignal): Promise<readonly TreeEntry[] | null> => {
    const entries = await source.listing(commit, signal);
    if (entries === null) return null;
    checkListing(commit, entries, source.treeOf(commit));
    known.addEntries(commit, entries);
    await cache.putCommit(commitKey(key, commit, []), { entries, files: {}, skipped: [] });
    return entries;
  };

  const fromArchive = async (
    ref: string,
    expected: CommitId | null,
    globs: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadSnapshot> => {
    const reading = await archiveOf(source, ref, globs, signal);
    const commit = commitOfArchive(reading, expected);
    const tree = source.treeOf(commit);
    const proved = tree === null ? !reading.attributes : reading.tree === tree;
    const { files, skipped } = reading;
    if (proved) return keep(commit, globs, { files, skipped }, reading.tree === null ? null : reading.entries);
    stopIfAborted(signal);
    const entries = await askListing(commit, signal);
    if (entries !== null) return fromListing(commit, entries, globs, files, signal);
    // a submodule's commit is in no archive, so that its tree cannot be proved: nothing else speaks against the files
    if (reading.tree === null && !reading.attributes) return keep(commit, globs, { files, skipped }, null);
    return tooMany(commit);
  };

  const fromListingAlone = async (
    ref: string,
    expected: CommitId | null,
    globs: readonly string[],
    refused: Failure,
    signal: AbortSignal,
  ): Promise<ReadSnapshot> => {
    const commit = expected ?? (await source.commitOf(ref, signal));
    if (commit === null) {
      return fail('not-found', `There is no branch "${ref}" any more.`, 'Look at the branch and name another one.', {
        what: 'branch',
        branch: ref,
      });
    }
    const before = await kept(commit, globs);
    if (before !== null) return { commit, ...before };
    const entries = known.entries(commit) ?? (await askListing(commit, signal));
    if (entries === null) throw refused;
    return fromListing(commit, entries, globs, {}, signal);
  };

  const listing = async (commit: CommitId, signal: AbortSignal): Promise<readonly TreeEntry[]> => {
    // what is kept on the disk brings its listing into memory
    if (known.entries(commit) === null) await kept(commit, []);
    const entries = known.entries(commit) ?? (await askListing(commit, signal));
    if (entries !== null) return entries;
    const reading = await archiveOf(source, commit, [], signal).catch((error: unknown) => {
      throw error instanceof ArchiveRefused ? error.failure : error;
    });
    const tree = source.treeOf(commit);
    commitOfArchive(reading, commit);
    if (reading.tree === null || (tree === null ? reading.attributes : reading.tree !== tree)) return tooMany(commit);
    known.addEntries(commit, reading.entries);
    return reading.entries;
  };

  const read: Reader['read'] = async (at, globs, signal) => {
    const expected = 'commit' in at ? at.commit : null;
    const ref = 'commit' in at ? at.commit : at.ref;
    if (expected !== null) {
      const before = await kept(expected, globs);
      if (before !== null) return { commit: expected, ...before };
      const entries = known.entries(expected);
      if (entries !== null && missing(entries, globs, known.text) <= fewFiles) {
        return fromListing(expected, entries, globs, {}, signal);
      }
    }
    try {
      return await fromArchive(ref, expected, globs, signal);
    } catch (error) {
      if (!(error instanceof ArchiveRefused)) throw error;
      stopIfAborted(signal);
      return fromListingAlone(ref, expected, globs, error.failure, signal);
    }
  };

  /** Many files that are not in memory yet come by one archive rather than one by one. */
  const fetchTogether = async (commit: CommitId, files: readonly TreeEntry[], signal: AbortSignal): Promise<void> => {
    const absent = files.filter((entry) => known.text(entry.oid) === undefined).map((entry) => entry.path);
    if (absent.length > fewFiles) await read({ commit }, absent.map(asGlob), signal);
  };

  return {
    listing,
    read,
    difference: async (before, after, signal) => {
      const older = before === null ? [] : await listing(before, signal);
      const changes = listingDifference(older, await listing(after, signal));
      await fetchTogether(after, filesOf(changes, 'after'), signal);
      const contents = new Map(await contentsOf(filesOf(changes, 'after'), after, sources, signal));
      if (before !== null) await fetchTogether(before, filesOf(changes, 'before'), signal);
      if (before !== null) {
        const others = filesOf(changes, 'before').filter((entry) => !contents.has(entry.oid));
        for (const [oid, content] of await contentsOf(others, before, sources, signal)) contents.set(oid, content);
      }
      return changes.map((change) => toFileChange(change, contents));
    },
  };
}

function missing(
  entries: readonly TreeEntry[],
  globs: readonly string[],
  text: (oid: string) => string | undefined,
): number {
  const filter = pathFilter(globs);
  return entries.filter((entry) => filter.matches(entry.path) && isFile(entry) && text(entry.oid) === undefined).length;
}

function skipReasonOf(entry: TreeEntry): SkipReason {
  return entry.mode === '160000' ? 'submodule' : 'link';
}

function tooMany(commit: CommitId): never {
  return fail(
    'unsupported',
    `The files of ${commit} are too many for one listing of this forge, and attributes change what its archive holds.`,
    'Take export-ignore, export-subst, ident, eol=crlf and working-tree-encoding out of .gitattributes, or use --provider git.',
    { what: 'listing', commit },
  );
}
