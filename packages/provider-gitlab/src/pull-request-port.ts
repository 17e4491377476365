import type { PullRequestPort } from '@gitops/core';
import { approve, close, comment, setStatus } from './comment.js';
import type { Context } from './context.js';
import { findOpen, get, list } from './find.js';
import { merge } from './merge.js';
import { open, update } from './open.js';
import { statusOf } from './status.js';

/** Merge requests by GitLab's REST API. */
export function pullRequestPort(context: Context): PullRequestPort {
  return {
    findOpen: (branches, call) => context.reading(call, (ask) => findOpen(context, ask, branches, call?.maxAgeMs ?? 0)),
    list: (query, call) => context.reading(call, (ask) => list(context, ask, query, call?.maxAgeMs ?? 0)),
    get: (id, call) => context.reading(call, (ask) => get(context, ask, id)),
    open: (draft, call) => context.writing(call, (ask) => open(context, ask, draft)),
    update: (id, patch, call) => context.writing(call, (ask) => update(context, ask, id, patch)),
    status: (id, call) => context.reading(call, (ask) => statusOf(context, ask, id)),
    setStatus: (commit, check, call) => context.writing(call, (ask) => setStatus(context, ask, commit, check)),
    approve: (id, input, call) => context.writing(call, (ask) => approve(context, ask, id, input)),
    merge: (id, input, call) => context.writing(call, (ask) => merge(context, ask, id, input)),
    close: (id, input, call) => context.writing(call, (ask) => close(context, ask, id, input)),
    comment: (id, input, call) => context.writing(call, (ask) => comment(context, ask, id, input)),
  };
}
