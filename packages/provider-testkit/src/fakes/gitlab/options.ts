import type { Role } from './accounts.js';

/** How a project is set up; what is left out is as a new project of GitLab has it. */
export interface ProjectOptions {
  /** `acme/gitops`, `acme/platform/gitops`: groups, sub-groups and the project. */
  readonly path: string;
  readonly visibility?: 'private' | 'internal' | 'public';
  readonly defaultBranch?: string;
  /** Username to role. Left out: ana and mia are maintainers, ben a developer, rob a reporter. */
  readonly members?: Readonly<Record<string, Role>>;
  readonly settings?: Partial<ProjectSettings>;
  readonly protectedBranches?: readonly ProtectedBranch[];
  /** Paths that the project had before it was moved. */
  readonly formerPaths?: readonly string[];
}

/** Settings of a project that decide about merging, by GitLab's own names. */
export interface ProjectSettings {
  readonly merge_method: 'merge' | 'rebase_merge' | 'ff';
  readonly squash_option: 'never' | 'always' | 'default_on' | 'default_off';
  readonly remove_source_branch_after_merge: boolean;
  readonly only_allow_merge_if_pipeline_succeeds: boolean;
  readonly allow_merge_on_skipped_pipeline: boolean;
  readonly only_allow_merge_if_all_discussions_are_resolved: boolean;
  /** Rebases by itself where the merge method asks for it. */
  readonly automatic_rebase_enabled: boolean;
  /** Approvals that a merge needs; Enterprise Edition only. */
  readonly approvals_required: number;
  /** Enterprise Edition: a push takes the approvals back. The Community Edition keeps them. */
  readonly reset_approvals_on_push: boolean;
  /** Enterprise Edition: the author may approve. In the Community Edition everyone who may approve may. */
  readonly merge_requests_author_approval: boolean;
  readonly merge_trains_enabled: boolean;
  /** A merge that does not wait for its turn is allowed. */
  readonly merge_trains_skip_train_allowed: boolean;
  /** A job token may push by Git. */
  readonly ci_push_repository_for_job_token_allowed: boolean;
  readonly archived: boolean;
}

export const usualSettings: ProjectSettings = {
  merge_method: 'merge',
  squash_option: 'default_off',
  remove_source_branch_after_merge: false,
  only_allow_merge_if_pipeline_succeeds: false,
  allow_merge_on_skipped_pipeline: false,
  only_allow_merge_if_all_discussions_are_resolved: false,
  automatic_rebase_enabled: false,
  approvals_required: 0,
  reset_approvals_on_push: true,
  merge_requests_author_approval: false,
  merge_trains_enabled: false,
  merge_trains_skip_train_allowed: true,
  ci_push_repository_for_job_token_allowed: false,
  archived: false,
};

/** A protected branch: a name or a pattern with `*`, and who may. */
export interface ProtectedBranch {
  readonly name: string;
  /** `no one` where it is left out or null. */
  readonly push?: Role | null;
  readonly merge?: Role | null;
  readonly allowForcePush?: boolean;
  /** Enterprise Edition. */
  readonly codeOwnerApproval?: boolean;
}

/** Sizes from which GitLab leaves diffs out. */
export interface DiffLimits {
  /** Files of an answer; more are left out and the answer says so (`overflow`, fewer `diffs`). */
  readonly files: number;
  /** Bytes of one file's diff that is still shown; larger ones are `collapsed` and empty. */
  readonly collapseBytes: number;
  /** Bytes from which one file's diff is `too_large` and empty. */
  readonly fileBytes: number;
}

export const usualDiffLimits: DiffLimits = { files: 1000, collapseBytes: 10_240, fileBytes: 204_800 };

export interface FakeGitLabOptions {
  /** `[{ path: 'acme/gitops' }]` where it is left out. */
  readonly projects?: readonly ProjectOptions[];
  /** Where GitLab is installed below a host: `/gitlab`. Empty where it is left out. */
  readonly base?: string;
  /** `19.5.0-ee` where it is left out. */
  readonly version?: string;
  readonly edition?: 'ce' | 'ee';
  /**
   * How many reads of a merge request still find its mergeability unchecked after each change, and how many find a
   * rebase not yet done. 0 where it is left out: it is known at the first read. A merge before that is refused with 405.
   */
  readonly asyncMergeability?: number;
  /** Archives a minute for each user and project; GitLab's five where it is left out. */
  readonly archiveLimit?: number;
  /** Requests a minute for each user (or all without one); null, the default: no limit, and no `RateLimit-*` headers. */
  readonly rateLimit?: number | null;
  /** False: as a version without keyset pagination of trees and commits, which then passes over `pagination`. */
  readonly keysetPagination?: boolean;
  readonly diffLimits?: Partial<DiffLimits>;
  /** Longest description of a merge request in characters; GitLab's 1,048,576 where it is left out. */
  readonly descriptionLimit?: number;
  /**
   * False: a request that does not fit GitLab's description is answered as GitLab answers it, for tests of that. Where
   * it is left out such a request is a violation, answered with 500.
   */
  readonly checkRequests?: boolean;
  /** Milliseconds since 1970 at which the fake's clock starts and stands; left out: the machine's time. */
  readonly now?: number;
  readonly latencyMs?: number;
}
