import type { CommitId, Identity } from '@gitops/core';

export type Oid = string;
export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

export interface RawObject {
  readonly type: ObjectType;
  readonly bytes: Uint8Array;
}

/** A ref to move: from a value (null: it must not exist) to another one (null: delete it). */
export interface RefMove {
  readonly ref: string;
  readonly from: Oid | null;
  readonly to: Oid | null;
}

/** Either all refs moved, or none did because this one was not where it was expected. */
export type MoveOutcome = { readonly moved: true } | { readonly moved: false; readonly ref: string };

/** A working tree with the branch that is checked out in it (full ref; null: detached). */
export interface Worktree {
  readonly path: string;
  readonly branch: string | null;
}

/** What a repository has to say about itself, read once. */
export interface RepositoryFacts {
  /** For people; no secret. */
  readonly name: string;
  readonly bare: boolean;
  readonly hash: 'sha1' | 'sha256';
  /** The path or address to give to `--repo`. */
  readonly address: string;
}

/**
 * The seam between the provider and a way to reach a repository. Everything above it (trees, merges, pull requests) is
 * written once; a backend only reads objects, adds objects and moves refs by compare-and-swap.
 */
export interface Backend {
  readonly kind: 'native' | 'isomorphic' | 'remote';
  readonly facts: RepositoryFacts;
  readonly ssh: boolean;
  readonly atomicPush: boolean;
  /**
   * Starts a session: everything that one call of a port needs. It is closed whatever happens. Refs of a repository
   * elsewhere may be what another session saw at most `maxAgeMs` milliseconds ago, unless one has moved a ref since.
   */
  session(signal: AbortSignal, maxAgeMs: number): Promise<Store>;
  /** Author and committer by Git's rules; null where Git would have to invent one. */
  identities(signal: AbortSignal): Promise<{ readonly author: Identity | null; readonly committer: Identity | null }>;
}

/** One session on a repository. Objects that were written are readable at once, and in Git after {@link Store.flush}. */
export interface Store {
  readonly hash: 'sha1' | 'sha256';
  /** Objects in the order asked for; null for one that is not there. */
  read(oids: readonly Oid[]): Promise<readonly (RawObject | null)[]>;
  write(type: ObjectType, bytes: Uint8Array): Oid;
  /** Puts everything written so far into the repository, durably. */
  flush(): Promise<void>;
  /** All refs below `refs/heads/`, `refs/notes/devtools/` and `refs/devtools/`, as they were when first asked. */
  refs(): Promise<ReadonlyMap<string, Oid>>;
  /** Forgets what {@link Store.refs} answered (and fetches, where the repository is elsewhere). */
  refresh(): Promise<void>;
  /** The branch that HEAD names, as a full ref; null where it is detached. */
  headRef(): Promise<string | null>;
  /** Moves all refs or none. Objects must have been flushed. */
  move(moves: readonly RefMove[], reason: string): Promise<MoveOutcome>;
  /** Of `tips`, those that are not ancestors of (or equal to) `from`. Unknown ones count as not reachable. */
  notReachable(tips: readonly CommitId[], from: CommitId): Promise<ReadonlySet<CommitId>>;
  /** A best common ancestor of two commits. */
  mergeBase(one: CommitId, other: CommitId): Promise<CommitId | null>;
  /** Commits at which history was cut off by a shallow clone. */
  shallow(): Promise<ReadonlySet<CommitId>>;
  worktrees(): Promise<readonly Worktree[]>;
  /**
   * Takes index and files of a working tree from one commit to another, where both are clean at the touched paths;
   * answers what is in the way (nothing was changed then). With `dryRun` nothing is changed in any case.
   */
  updateWorktree(worktree: Worktree, from: CommitId, to: CommitId, dryRun: boolean): Promise<string | null>;
  close(): Promise<void>;
}
