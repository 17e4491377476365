import type { Account, Role } from './accounts.js';
import type { ProjectSettings, ProtectedBranch } from './options.js';

export interface Group {
  readonly id: number;
  readonly path: string;
  readonly parent: number | null;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

export interface Milestone {
  readonly id: number;
  readonly iid: number;
  readonly title: string;
  readonly state: 'active' | 'closed';
  readonly createdAt: string;
}

export type PipelineStatus =
  | 'created'
  | 'pending'
  | 'running'
  | 'success'
  | 'failed'
  | 'canceled'
  | 'skipped'
  | 'manual';

export interface Pipeline {
  readonly id: number;
  readonly iid: number;
  readonly sha: string;
  readonly ref: string;
  /** `external` for one that commit statuses made. */
  readonly source: 'push' | 'external' | 'merge_request_event';
  status: PipelineStatus;
  readonly user: Account;
  readonly createdAt: string;
  updatedAt: string;
}

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly name: string;
  readonly pipeline: Pipeline;
  readonly author: Account;
  status: PipelineStatus;
  targetUrl: string | null;
  description: string | null;
  coverage: number | null;
  readonly createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** A later report of the same name took its place. */
  retried: boolean;
}

export interface Note {
  readonly id: number;
  body: string;
  readonly author: Account;
  readonly system: boolean;
  readonly createdAt: string;
  updatedAt: string;
  /** Null: it cannot be resolved; it opens no thread. */
  resolved: boolean | null;
  internal: boolean;
}

export interface Reviewer {
  readonly account: Account;
  readonly since: string;
  state: 'unreviewed' | 'reviewed' | 'requested_changes' | 'approved';
}

/** One state of the source branch, as GitLab keeps them: what was pushed, and when. */
export interface Version {
  readonly id: number;
  readonly head: string;
  /** Merge base and the target's head then. */
  readonly base: string;
  readonly start: string;
  readonly createdAt: string;
  /** How many files it changes, once that was asked for. */
  changes: number | null;
}

export interface AutoMerge {
  readonly strategy: 'merge_when_checks_pass' | 'merge_train';
  readonly by: Account;
  readonly sha: string;
  readonly wish: MergeWish;
}

/** How a merge was asked for. */
export interface MergeWish {
  readonly squash: boolean;
  readonly mergeMessage: string | null;
  readonly squashMessage: string | null;
  readonly removeSource: boolean;
}

export interface MergeRequest {
  readonly id: number;
  readonly iid: number;
  readonly project: Project;
  title: string;
  description: string | null;
  state: 'opened' | 'closed' | 'merged';
  readonly author: Account;
  readonly sourceBranch: string;
  targetBranch: string;
  readonly versions: Version[];
  labels: string[];
  assignees: Account[];
  reviewers: Reviewer[];
  milestone: Milestone | null;
  squash: boolean;
  /** The wish of who opened it; null where nothing was said. */
  removeSource: boolean | null;
  readonly approvals: { readonly account: Account; readonly at: string }[];
  readonly notes: Note[];
  readonly createdAt: string;
  updatedAt: string;
  mergedAt: string | null;
  mergedBy: Account | null;
  closedAt: string | null;
  closedBy: Account | null;
  mergeCommit: string | null;
  squashCommit: string | null;
  mergeError: string | null;
  autoMerge: AutoMerge | null;
  /** What the mergeability check said, of which two heads, and how many reads still find it not done. */
  check: { key: string; conflict: boolean; waits: number } | null;
  /** Reads that still find a rebase in progress, and what it will do then. */
  rebase: { waits: number; readonly by: Account } | null;
  prepared: boolean;
}

export interface TrainCar {
  readonly id: number;
  readonly mergeRequest: MergeRequest;
  readonly user: Account;
  readonly targetBranch: string;
  readonly createdAt: string;
  updatedAt: string;
  mergedAt: string | null;
  status: 'idle' | 'fresh' | 'merged' | 'skip_merged';
}

export interface Project {
  readonly id: number;
  path: string;
  readonly formerPaths: string[];
  /** The bare repository on disk. */
  readonly folder: string;
  readonly visibility: 'private' | 'internal' | 'public';
  defaultBranch: string;
  settings: ProjectSettings;
  readonly members: Map<number, Role>;
  readonly protectedBranches: ProtectedBranch[];
  readonly creator: Account;
  readonly createdAt: string;
  readonly mergeRequests: MergeRequest[];
  readonly labels: Label[];
  readonly milestones: Milestone[];
  readonly pipelines: Pipeline[];
  readonly statuses: CommitStatus[];
  readonly train: TrainCar[];
}
