import { type ErrorKind, problem } from '@gitops/core';
import { Failure, type ReadSource, type TreeEntry } from '../src/index.js';
import { gitArchive } from './archives.js';
import { git, gitBytes, listingOf } from './repository.js';

/** A forge on a real repository, that notes what it was asked for. */
export interface FakeForge {
  readonly source: ReadSource;
  /** `archive main`, `listing <commit>`, `blobs 3`, `commitOf main`, in order. */
  readonly asked: string[];
}

export interface Behaviour {
  /** Whether it tells trees beforehand, as GitHub does. */
  readonly trees?: boolean;
  readonly prefix?: (ref: string) => string;
  readonly refuseArchive?: ErrorKind;
  readonly tooManyToList?: boolean;
  readonly archive?: (bytes: Buffer) => ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
  readonly listing?: (entries: TreeEntry[]) => TreeEntry[];
  readonly blobs?: (blobs: Map<string, Uint8Array>) => Map<string, Uint8Array>;
}

export function fakeForge(folder: string, behaviour: Behaviour = {}): FakeForge {
  const asked: string[] = [];
  const source: ReadSource = {
    archive: async (ref) => {
      asked.push(`archive ${ref}`);
      const { refuseArchive } = behaviour;
      if (refuseArchive !== undefined) throw new Failure(problem(refuseArchive, 'No archive.', 'Wait.'));
      const bytes = gitArchive(folder, ref, behaviour.prefix?.(ref));
      return new Response(behaviour.archive?.(bytes) ?? new Uint8Array(bytes));
    },
    listing: async (commit) => {
      asked.push(`listing ${commit}`);
      if (behaviour.tooManyToList === true) return null;
      const entries = listingOf(folder, commit);
      return behaviour.listing?.(entries) ?? entries;
    },
    blobs: async (entries) => {
      asked.push(`blobs ${entries.length}`);
      const blobs = new Map<string, Uint8Array>();
      for (const { oid } of entries) blobs.set(oid, new Uint8Array(gitBytes(folder, ['cat-file', 'blob', oid])));
      return behaviour.blobs?.(blobs) ?? blobs;
    },
    commitOf: async (ref) => {
      asked.push(`commitOf ${ref}`);
      const found = git(folder, ['for-each-ref', '--format=%(objectname)', `refs/heads/${ref}`]).trim();
      return found === '' ? null : found;
    },
    treeOf: (commit) => (behaviour.trees === false ? null : git(folder, ['rev-parse', `${commit}^{tree}`]).trim()),
  };
  return { source, asked };
}
