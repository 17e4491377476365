import { type Answer, okAsync } from '../result.js';
import { callOf } from './places.js';
import type { CallOptions, Forge, PullRequest } from './ports.js';

/** How many open pull requests are looked at in one request. */
const most = 100;

/**
 * What a run was planned on may be as old as this, in milliseconds, when it is carried out: a forge that remembers is not
 * asked twice in one run. A lost race asks anew.
 */
export const recentMs = 60_000;

/** The open pull requests of a repository, read in one request. */
export interface OpenPullRequests {
  readonly all: readonly PullRequest[];
  /** The one from `source` into `target`: asks again only where there are more than could be listed. */
  find(branches: { readonly source: string; readonly target: string }): Answer<PullRequest | null>;
}

export function readOpenPullRequests(forge: Forge, call: CallOptions): Answer<OpenPullRequests> {
  return forge.pullRequests.list({ state: 'open', limit: most }, callOf(call)).map((all) => ({
    all,
    find: ({ source, target }) => {
      const found = all.find((one) => one.source === source && one.target === target);
      if (found !== undefined) return okAsync(found);
      return all.length < most ? okAsync(null) : forge.pullRequests.findOpen({ source, target }, callOf(call));
    },
  }));
}
