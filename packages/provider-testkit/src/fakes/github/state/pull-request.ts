import type { Account, Team } from './accounts.js';
import type { Repository } from './repository.js';

export interface Review {
  readonly id: number;
  readonly author: Account;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly body: string;
  readonly commit: string;
  readonly at: string;
}

export interface Comment {
  readonly id: number;
  readonly author: Account;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
}

export type Method = 'merge' | 'squash' | 'rebase';

export interface AutoMerge {
  readonly by: Account;
  readonly method: Method;
  readonly title: string | null;
  readonly message: string | null;
  readonly at: string;
}

/** The last merge that was tried, and the two commits that it was tried with. */
export interface Trial {
  readonly base: string;
  readonly head: string;
  readonly mergeable: boolean;
  /** How many more readers are told that it is not known yet. */
  unknownReads: number;
}

export interface PullRequest {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly author: Account;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  draft: boolean;
  base: { branch: string; sha: string };
  readonly head: { readonly repository: Repository; readonly branch: string; sha: string };
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  merged: { readonly at: string; readonly by: Account; readonly commit: string } | null;
  labels: string[];
  assignees: Account[];
  reviewers: Account[];
  teams: Team[];
  milestone: number | null;
  readonly reviews: Review[];
  readonly comments: Comment[];
  autoMerge: AutoMerge | null;
  queued: {
    readonly at: string;
    readonly by: Account;
    readonly head: string;
    /** Grows with each that joins. */
    readonly place: number;
  } | null;
  trial: Trial | null;
  /** The newest test merge that worked. */
  testMerge: string | null;
  readonly maintainerCanModify: boolean;
}
