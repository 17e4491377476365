import type { Environment, EnvironmentDifference, Fleet, FreezeState, PullRequest } from '@gitops/core';
import type { Look } from '../repository/look.js';

/** Everything that a status shows. */
export interface StatusView {
  readonly fleet: Fleet;
  readonly source: Look['source'];
  /** Path or address of the repository. */
  readonly place: string;
  readonly environments: readonly Environment[];
  /** Each environment against the first of those that it is promoted from. */
  readonly differences: readonly EnvironmentDifference[];
  readonly freezes: readonly { readonly environment: Environment; readonly states: readonly FreezeState[] }[];
  /** Null: no forge could be asked. */
  readonly open: readonly PullRequest[] | null;
  readonly next: readonly NextStep[];
}

/** A command that makes sense now, and why. */
export interface NextStep {
  readonly command: string;
  readonly why: string;
}
