import type { CommitId, Snapshot } from '@gitops/core';
import { blobId, formatOf, type TreeEntry } from './git-objects.js';

/** The wanted part of one commit, for one list of globs. */
export interface Reading {
  readonly files: Snapshot['files'];
  readonly skipped: Snapshot['skipped'];
}

interface Known {
  entries: readonly TreeEntry[] | null;
  readonly readings: Map<string, Reading>;
  readonly texts: Map<string, string>;
}

/** What one run has read already: the last few commits. */
export interface KnownCommits {
  reading(commit: CommitId, globs: readonly string[]): Reading | null;
  entries(commit: CommitId): readonly TreeEntry[] | null;
  /** The text of an object that a known commit holds; undefined where none does. */
  text(oid: string): string | undefined;
  addEntries(commit: CommitId, entries: readonly TreeEntry[]): void;
  /** `entries` null: not known for sure. */
  addReading(commit: CommitId, globs: readonly string[], reading: Reading, entries: readonly TreeEntry[] | null): void;
}

/** A run looks at a base, a pull request's head, a merge result and a target. */
const mostCommits = 4;

export function knownCommits(): KnownCommits {
  const known = new Map<CommitId, Known>();
  const keyOf = (globs: readonly string[]): string => JSON.stringify([...globs].sort());
  const touch = (commit: CommitId): Known => {
    const one = known.get(commit) ?? { entries: null, readings: new Map(), texts: new Map() };
    known.delete(commit);
    known.set(commit, one);
    for (const oldest of known.keys()) {
      if (known.size <= mostCommits) break;
      known.delete(oldest);
    }
    return one;
  };
  return {
    reading: (commit, globs) => known.get(commit)?.readings.get(keyOf(globs)) ?? null,
    entries: (commit) => known.get(commit)?.entries ?? null,
    text: (oid) => {
      for (const { texts } of known.values()) {
        const text = texts.get(oid);
        if (text !== undefined) return text;
      }
      return undefined;
    },
    addEntries: (commit, entries) => {
      touch(commit).entries = entries;
    },
    addReading: (commit, globs, reading, entries) => {
      const one = touch(commit);
      one.entries ??= entries;
      one.readings.set(keyOf(globs), reading);
      const oids = new Map((one.entries ?? []).map((entry) => [entry.path, entry.oid]));
      for (const [path, text] of Object.entries(reading.files)) {
        one.texts.set(oids.get(path) ?? blobId(text, formatOf(commit)), text);
      }
    },
  };
}
