import type { Access } from './state/accounts.js';
import type { Method } from './state/pull-request.js';
import type { MergeQueue, Protection } from './state/repository.js';

export interface RepositoryOptions {
  /** `owner/name`; the owner is `acme` or one of the people. */
  readonly name: string;
  readonly private?: boolean;
  readonly archived?: boolean;
  /** `main` where left out. */
  readonly defaultBranch?: string;
  readonly forkOf?: string;
  /** By login; where left out: alice admin, bob and carol write, rita read. */
  readonly access?: Readonly<Record<string, Access>>;
  /** By branch. */
  readonly protection?: Readonly<Record<string, Partial<Protection>>>;
  readonly mergeMethods?: readonly Method[];
  readonly allowAutoMerge?: boolean;
  readonly deleteBranchOnMerge?: boolean;
  readonly mergeQueue?: Readonly<Record<string, MergeQueue>>;
  readonly actions?: boolean;
  readonly actionsPullRequests?: boolean;
}

export interface RateLimitOptions {
  /** Requests an hour of one token; 5,000 where left out. */
  readonly limit?: number;
  /** Without a token; 60 where left out. */
  readonly anonymous?: number;
}

export interface GitHubOptions {
  /** Empty ones; `acme/gitops` where left out. */
  readonly repositories?: readonly RepositoryOptions[];
  readonly rateLimit?: RateLimitOptions;
  /** `/api/v3` for the addresses of an Enterprise Server; empty, as on api.github.com, where left out. */
  readonly base?: '' | '/api/v3';
  /** False: a server without GraphQL, which answers 404. */
  readonly graphql?: boolean;
  /** How often a changed pull request is answered with `mergeable: null` first; 0 where left out. */
  readonly asyncMergeability?: number;
  /** The largest number of entries of a recursive listing before it is cut; 100,000 where left out. */
  readonly treeLimit?: number;
  /**
   * False: a request that does not fit the published description is answered as GitHub answers it, instead of being a
   * violation. Answers are held to the description all the same.
   */
  readonly checkRequests?: boolean;
  /** Milliseconds since 1970 that the clock starts at and stands still; the machine's time where left out. */
  readonly now?: number;
}
