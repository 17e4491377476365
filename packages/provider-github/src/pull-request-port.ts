import type { PullRequestPort } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import { approve, close, comment, setStatus } from './comment.js';
import type { Context } from './context.js';
import { findOpen, get, list } from './find.js';
import { mergePullRequest } from './merge.js';
import { open, update } from './open.js';
import { statusOf } from './status.js';

/** Pull requests by the API of GitHub. */
export function pullRequestPort(context: Context): PullRequestPort {
  return {
    findOpen: (branches, call) => context.run(call, (run) => findOpen(context, run, branches, call)),
    list: (query, call) => context.run(call, (run) => list(context, run, query, call)),
    get: (id, call) => context.run(call, (run) => get(context, run, id)),
    open: (draft, call) =>
      context.change(call, (run) => {
        refuseDrafts(context, draft.draft === true);
        return open(context, run, draft);
      }),
    update: (id, patch, call) =>
      context.change(call, (run) => {
        refuseDrafts(context, patch.draft !== undefined);
        return update(context, run, id, patch);
      }),
    status: (id, call) => context.run(call, (run) => statusOf(context, run, id)),
    setStatus: (commit, check, call) => context.change(call, (run) => setStatus(context, run, commit, check)),
    approve: (id, input, call) => context.change(call, (run) => approve(context, run, id, input)),
    merge: (id, input, call) => context.change(call, (run) => mergePullRequest(context, run, id, input)),
    close: (id, input, call) => context.change(call, (run) => close(context, run, id, input)),
    comment: (id, input, call) => context.change(call, (run) => comment(context, run, id, input)),
  };
}

function refuseDrafts({ options }: Context, asked: boolean): void {
  if (!asked || options.graphql !== false) return;
  fail(
    'unsupported',
    'Drafts are made ready by GraphQL alone, which this server was said not to have.',
    'Leave the draft out: pullRequest.draft: false in gitops.yaml.',
    { capability: 'drafts' },
  );
}
