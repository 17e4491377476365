import type { CommitId, FileChange, Snapshot } from '../model.js';
import type { Answer } from '../result.js';

/**
 * The two ports of a forge. No optional methods, no forge's types, pagination invisible, no rejection. A method that a
 * forge cannot serve answers `unsupported`; `capabilities` says so beforehand, and the contract suite of
 * `@gitops/provider-testkit` checks both directions.
 */
export interface Forge {
  /** `git`, `github`, `gitlab`, … */
  readonly id: string;
  /** What people see: `github.com/acme/gitops`, or a path. Holds no secret. */
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly git: GitPort;
  readonly pullRequests: PullRequestPort;
}

/** Facts that callers may branch on. */
export interface Capabilities {
  readonly labels: boolean;
  readonly drafts: boolean;
  readonly reviewers: boolean;
  readonly assignees: boolean;
  readonly milestones: boolean;
  /** A pull request can be told to merge as soon as nothing is awaited any more: auto-merge, a merge queue or train. */
  readonly autoMerge: boolean;
  /** `enforced`: the forge itself refuses a merge without approvals. `advisory`: anyone who can push could bypass. */
  readonly approvals: 'enforced' | 'advisory';
  readonly approve: boolean;
  readonly signedCommits: boolean;
  readonly ssh: boolean;
  /** Several refs move together or not at all. */
  readonly atomicPush: boolean;
  readonly mergeMethods: readonly MergeMethod[];
  /** Longest description kept whole, in UTF-16 code units; null where there is no limit. */
  readonly descriptionLimit: number | null;
  readonly terms: { readonly request: 'pull request' | 'merge request'; readonly sigil: '' | '#' | '!' };
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface CallOptions {
  readonly signal?: AbortSignalLike;
  /**
   * How old the answer of a reading call may be, in milliseconds. A forge that is asked over a network may then answer
   * from what it saw at most that long ago, by this same instance, and not changed by it since. Left out or 0: it asks.
   */
  readonly maxAgeMs?: number;
}

/** The part of the platform's AbortSignal that is needed; core knows no platform. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface Identity {
  readonly name: string;
  /** Null where the forge does not tell. */
  readonly email: string | null;
}

export interface CommitInfo {
  readonly commit: CommitId;
  readonly parents: readonly CommitId[];
  /** The whole message. */
  readonly message: string;
  readonly author: Identity;
  /** Commit time, ISO 8601 in UTC. */
  readonly at: string;
}

/** A branch and the commit at its tip. */
export interface BranchHead {
  readonly branch: string;
  readonly commit: CommitId;
}

/** What a snapshot is taken of: one commit, or the tip of a branch (null: the default branch). */
export type SnapshotSource = { readonly commit: CommitId } | { readonly branch: string | null };

/** A snapshot of a repository's commit; `branch` is the one whose tip was asked for, null where a commit was. */
export interface CommitSnapshot extends Snapshot {
  readonly commit: CommitId;
  readonly branch: string | null;
}

/** Git data of one repository. */
export interface GitPort {
  /**
   * The tip of `branch`, or of the default branch for null (a remote's HEAD, else a bare repository's HEAD, else the
   * branch checked out). Null where there is no such branch.
   */
  head(branch: string | null, call?: CallOptions): Answer<BranchHead | null>;
  /**
   * Text of the files whose path matches one of the globs (picomatch, dot files included), byte for byte as Git holds
   * them, whatever attributes a repository has. Errors: `not-found` for a commit or branch that is not there.
   */
  snapshot(source: SnapshotSource, globs: readonly string[], call?: CallOptions): Answer<CommitSnapshot>;
  /**
   * True where `commit` holds exactly what committing `files` on `base` would hold: it has one parent (`base`, or a
   * commit where those files held the same `before`), takes each file from `before` to `after`, and changes nothing
   * else. A forge that tells trees but no parents may answer true for a commit with the very same tree.
   */
  holds(
    commit: CommitId,
    change: { readonly base: CommitId; readonly files: readonly FileChange[] },
    call?: CallOptions,
  ): Answer<boolean>;
  /**
   * What a commit changed against its first parent, sorted by path. Of a file that is no text, or whose mode alone
   * changed, object ids and modes stand in the place of the text. `not-found` for a commit that is not there.
   */
  changes(commit: CommitId, call?: CallOptions): Answer<readonly FileChange[]>;
  /**
   * Points `branch` at ONE new commit whose only parent is `base`, holding `base`'s tree with `files` applied, moving
   * the ref once. `expectedHead` is compared first (null: the branch must not exist), else `stale-head`. Where the
   * branch already stands at a commit of the same parent, tree and message, nothing is written and `unchanged` is true.
   * Each `before` must be what `base` holds, else `stale-head`. Modes are kept; new files are plain ones.
   */
  commit(
    input: {
      readonly branch: string;
      readonly expectedHead: CommitId | null;
      readonly base: CommitId;
      readonly files: readonly FileChange[];
      readonly message: string;
    },
    call?: CallOptions,
  ): Answer<{ readonly commit: CommitId; readonly unchanged: boolean }>;
  /** Deletes `branch` if it stands at `expectedHead`, else `stale-head`. A branch that is gone already is no error. */
  deleteBranch(branch: string, expectedHead: CommitId, call?: CallOptions): Answer<void>;
  /** Commits reachable from `from`, first parents only, newest first, at most `limit`. */
  log(
    query: {
      readonly from: CommitId;
      readonly limit: number;
      /** Only commits after this one (not included). */
      readonly until?: CommitId;
      /** Only commits that changed a path matching one of these globs. */
      readonly paths?: readonly string[];
    },
    call?: CallOptions,
  ): Answer<readonly CommitInfo[]>;
  /** Who writes commits here: Git's own configuration, or the token's account. `identity-missing` where nobody is. */
  identity(call?: CallOptions): Answer<Identity>;
}

export type PullRequestState = 'open' | 'merged' | 'closed';

export interface PullRequest {
  /** A string on every forge: `12`, `300b46d9f775`. */
  readonly id: string;
  /** For people: a web address, or on the embedded forge the command that shows it. */
  readonly url: string;
  readonly state: PullRequestState;
  readonly title: string;
  readonly description: string;
  readonly source: string;
  readonly target: string;
  /** Tip of the source branch now, or the reviewed head once merged or closed. */
  readonly head: CommitId;
  readonly author: string;
  readonly createdAt: string;
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
  readonly milestone: string | null;
  /** The range that landed (first landed commit and last); null until merged. */
  readonly landed: { readonly first: CommitId; readonly last: CommitId } | null;
}

export interface PullRequestText {
  readonly title: string;
  readonly description: string;
}

/** How a pull request is filed, and who is asked. What is left out stays as it is; what is given is added. */
export interface PullRequestPeople {
  /** Made on the forge where they are missing. */
  readonly labels?: readonly string[];
  /** Account names, `@team` or `@organisation/team`; with or without the `@`. */
  readonly reviewers?: readonly string[];
  readonly assignees?: readonly string[];
  /** Title of a milestone that is there. */
  readonly milestone?: string;
}

export interface Comment {
  readonly author: string;
  readonly at: string;
  readonly text: string;
  /** True for an approval, false for a rejection, null for a plain comment. */
  readonly approves: boolean | null;
  readonly commit: CommitId | null;
}

export interface Check {
  readonly name: string;
  readonly state: 'pending' | 'success' | 'failure';
  readonly url: string | null;
}

/** What stands between a pull request and its merge. */
export interface PullRequestStatus {
  readonly pullRequest: PullRequest;
  /** Approvals of exactly this head. */
  readonly approvals: readonly { readonly by: string; readonly at: string }[];
  readonly rejections: readonly { readonly by: string; readonly at: string }[];
  readonly checks: readonly Check[];
  readonly comments: readonly Comment[];
  readonly mergeable: 'yes' | 'conflict' | 'unknown';
  /**
   * A commit that holds what a merge now would give, and the target's head it was made on: so that the result can be
   * read before it lands. Null while unknown or in conflict.
   */
  readonly trial: { readonly target: CommitId; readonly result: CommitId } | null;
  /** Armed for auto-merge or in a merge queue: not to be changed silently. */
  readonly queued: boolean;
  /** What the forge still awaits, for people: `1 approval`, `check build`. Empty: it may be merged. */
  readonly awaits: readonly string[];
}

export type MergeAnswer =
  | { readonly kind: 'merged'; readonly landed: { readonly first: CommitId; readonly last: CommitId } }
  | { readonly kind: 'waiting'; readonly for: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string };

/** Review requests of one repository. */
export interface PullRequestPort {
  /** The open pull request from `source` into `target`; null where there is none. */
  findOpen(
    branches: { readonly source: string; readonly target: string },
    call?: CallOptions,
  ): Answer<PullRequest | null>;
  /** Newest first. */
  list(
    query: { readonly state: PullRequestState | 'all'; readonly sourcePrefix?: string; readonly limit: number },
    call?: CallOptions,
  ): Answer<readonly PullRequest[]>;
  /** By identifier, or an unambiguous beginning of one. `not-found` otherwise. */
  get(id: string, call?: CallOptions): Answer<PullRequest>;
  /** `already-exists` where one is open for the same two branches. */
  open(
    draft: PullRequestText & {
      readonly source: string;
      readonly target: string;
      readonly draft?: boolean;
    } & PullRequestPeople,
    call?: CallOptions,
  ): Answer<PullRequest>;
  /**
   * New text, labels or reviewers; also makes the record follow a source branch that was moved. Approvals of an
   * earlier head do not count afterwards.
   */
  update(
    id: string,
    patch: Partial<PullRequestText> & PullRequestPeople & { readonly draft?: boolean },
    call?: CallOptions,
  ): Answer<PullRequest>;
  status(id: string, call?: CallOptions): Answer<PullRequestStatus>;
  /** Sets a check on a commit. */
  setStatus(
    commit: CommitId,
    check: {
      readonly name: string;
      readonly state: Check['state'];
      readonly url?: string;
      readonly description?: string;
    },
    call?: CallOptions,
  ): Answer<void>;
  approve(id: string, input: { readonly head: CommitId; readonly text?: string }, call?: CallOptions): Answer<void>;
  /**
   * Merges when it may be merged. `expectedHead` is the head that was reviewed, `expectedTarget` the target's head that
   * the result was checked on (null: any); another one is `stale-head`.
   */
  merge(
    id: string,
    input: {
      readonly method: MergeMethod;
      readonly expectedHead: CommitId;
      readonly expectedTarget: CommitId | null;
      readonly message: { readonly title: string; readonly body: string };
      /** Approvals of this head that must be there besides what the forge demands. */
      readonly approvals: number;
      readonly deleteSource: boolean;
      /** Where it may not be merged yet: arm the forge's auto-merge, or join its queue, for exactly this head. */
      readonly auto?: boolean;
    },
    call?: CallOptions,
  ): Answer<MergeAnswer>;
  /** Closes without merging, with a reason as a comment. Closing what is closed is no error. */
  close(id: string, input: { readonly reason: string }, call?: CallOptions): Answer<void>;
  /**
   * Adds a comment. With a `marker` (letters, digits, `-`), the comment of this account that carries the same marker is
   * changed instead; where it says the same already, nothing is written.
   */
  comment(id: string, input: { readonly text: string; readonly marker?: string }, call?: CallOptions): Answer<void>;
}

/** Time for `applyPlan`: the pure part of the toolkit has none of its own. */
export interface Clock {
  /** Now, ISO 8601 in UTC with seconds. */
  now(): string;
  /** Resolves after this many milliseconds, or early when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignalLike): Promise<void>;
}
