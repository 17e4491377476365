import type { CommitId, Forge } from '@gitops/core';

/** What a seeded file is: text or bytes of a plain file, or something with a mode of its own. Null removes it. */
export type SeedFile =
  | string
  | Uint8Array
  | { readonly executable: string }
  | { readonly link: string }
  | { readonly submodule: CommitId }
  | null;

/** Makes commits past the provider, as somebody with a clone would. */
export interface Seed {
  /**
   * One commit on `branch`, which is made where it is not there: from `parent` (null: a root commit), or where the
   * branch stands when that is left out. `at` is in seconds since 1970.
   */
  commit(input: {
    readonly branch: string;
    readonly parent?: CommitId | null;
    readonly files: Readonly<Record<string, SeedFile>>;
    readonly message?: string;
    readonly at?: number;
  }): Promise<CommitId>;
  /** Points a branch at a commit, whatever it was at before. */
  setBranch(branch: string, commit: CommitId): Promise<void>;
  /** A person with access who is neither of the two forges' identities rejects the pull request. */
  reject(pullRequest: string, head: CommitId, text: string): Promise<void>;
}

export interface RawCommit {
  readonly tree: string;
  readonly parents: readonly CommitId[];
  readonly authorName: string;
  readonly authorEmail: string;
  readonly message: string;
}

/** Reads raw facts of Git past the provider. */
export interface Inspect {
  branches(): Promise<Readonly<Record<string, CommitId>>>;
  commit(commit: CommitId): Promise<RawCommit>;
  /** Mode and object of every path of a commit. */
  tree(commit: CommitId): Promise<Readonly<Record<string, { readonly mode: string; readonly oid: string }>>>;
  bytes(commit: CommitId, path: string): Promise<Uint8Array>;
  /** Complaints of a strict check of the whole repository; empty where all is well. */
  faults(): Promise<readonly string[]>;
}

/** A fresh forge on an empty repository whose default branch will be `main`. */
export interface ForgeUnderTest {
  readonly forge: Forge;
  /** The same repository by the same provider, as another person. */
  readonly colleague: Forge;
  /** How the colleague is named where reviewers and assignees are asked for. */
  readonly colleagueName: string;
  /** Title of a milestone that is there; null on a forge without milestones. */
  readonly milestone: string | null;
  readonly seed: Seed;
  readonly inspect: Inspect;
  dispose(): Promise<void>;
}

export type MakeForge = () => Promise<ForgeUnderTest>;
