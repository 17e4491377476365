import type { Access, Account } from './accounts.js';
import type { Comment, Method, PullRequest } from './pull-request.js';

/** Rules of one branch. */
export interface Protection {
  /** Names of checks or statuses that must succeed. */
  readonly requiredChecks: readonly string[];
  /** The branch must hold the target's head before it is merged. */
  readonly strict: boolean;
  readonly requiredApprovals: number;
  readonly dismissStale: boolean;
  readonly codeOwners: boolean;
  readonly linearHistory: boolean;
  /** Administrators are bound too. */
  readonly enforceAdmins: boolean;
  /** Changes come by pull request only. */
  readonly pullRequests: boolean;
  readonly forcePushes: boolean;
  readonly deletions: boolean;
  /** Told as a ruleset: `GET …/branches/{b}/protection` knows nothing of it, `GET …/rules/branches/{b}` does. */
  readonly ruleset: boolean;
}

export interface MergeQueue {
  readonly method: Method;
}

export interface Settings {
  private: boolean;
  archived: boolean;
  mergeMethods: readonly Method[];
  allowAutoMerge: boolean;
  deleteBranchOnMerge: boolean;
  /** A workflow's token may open and approve pull requests. */
  actionsPullRequests: boolean;
  /** GitHub Actions may run here. */
  actions: boolean;
}

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Milestone {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly creator: Account;
  readonly createdAt: string;
  state: 'open' | 'closed';
}

export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly at: string;
}

export interface CheckRun {
  readonly id: number;
  readonly sha: string;
  readonly name: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion:
    | 'success'
    | 'failure'
    | 'neutral'
    | 'cancelled'
    | 'skipped'
    | 'timed_out'
    | 'action_required'
    | null;
  readonly detailsUrl: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
}

export interface Repository {
  readonly id: number;
  readonly nodeId: string;
  readonly owner: Account;
  name: string;
  /** The bare repository on disk. */
  readonly folder: string;
  readonly parent: Repository | null;
  readonly settings: Settings;
  /** By login in lower case; the owner of a person's repository is an administrator. */
  readonly access: Map<string, Access>;
  readonly protection: Map<string, Protection>;
  readonly queues: Map<string, MergeQueue>;
  readonly pulls: PullRequest[];
  nextNumber: number;
  readonly labels: Label[];
  readonly milestones: Milestone[];
  readonly statuses: Status[];
  readonly checkRuns: CheckRun[];
  /** Commits that the forge itself has signed. */
  readonly signed: Set<string>;
  readonly comments: Comment[];
  readonly createdAt: string;
  pushedAt: string;
  /** Runs writes one after the other. */
  readonly exclusive: <T>(task: () => Promise<T>) => Promise<T>;
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}
