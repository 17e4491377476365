import { type GitOpsError, problem } from '../errors/error.js';
import type { CommitId } from '../model.js';
import type { PlannedChange } from '../plan/plan.js';
import { err, ok, type Result } from '../result.js';
import type { ApplyOptions } from './apply.js';
import { mustBeOurs } from './own-branch.js';
import { signalOf } from './places.js';
import type { PullRequest } from './ports.js';
import { commitAt } from './read-fleet.js';

/** The commit that a branch of ours stands at. */
export interface Committed {
  readonly commit: CommitId;
  readonly unchanged: boolean;
  readonly isNewBranch: boolean;
}

/**
 * One commit on the base, made only if the branch does not hold it already. Where no pull request is open the branch is
 * thought not to be there, and looked at only where the forge refuses to make it.
 */
export async function commitOnce(
  change: PlannedChange,
  open: PullRequest | null,
  options: ApplyOptions,
): Promise<Result<Committed, GitOpsError>> {
  const { forge } = options;
  const call = signalOf(options);
  const { base, files, pullRequest } = change;
  const branch = pullRequest.sourceBranch;
  if (base === null) {
    return err(
      problem('usage', 'This plan was made on files that are no commit.', 'Plan on a branch of the repository.'),
    );
  }
  const write = async (expectedHead: CommitId | null): Promise<Result<Committed, GitOpsError>> => {
    options.onProgress?.({ step: 'commit', message: `Writing ${files.length} files in one commit.` });
    const made = await forge.git.commit({ branch, expectedHead, base, files, message: pullRequest.message }, call);
    return made.map((one) => ({ ...one, isNewBranch: expectedHead === null }));
  };
  if (open === null) {
    const made = await write(null);
    if (made.isOk() || made.error.kind !== 'stale-head') return made;
    const left = await forge.git.head(branch, call);
    if (left.isErr()) return err(left.error);
    if (left.value === null) return made;
    return takeOverBranch(left.value.commit, change, { base, write }, options);
  }
  const there = await forge.git.holds(open.head, { base, files }, call);
  if (there.isErr()) return err(there.error);
  if (there.value) return ok({ commit: open.head, unchanged: true, isNewBranch: false });
  const mayReplace = await mayReplaceHead(open.head, branch, open, options);
  return mayReplace.isErr() ? err(mayReplace.error) : write(open.head);
}

/** A branch without a pull request: what a run left that died, or somebody else's. */
async function takeOverBranch(
  head: CommitId,
  change: PlannedChange,
  {
    base,
    write,
  }: { readonly base: CommitId; readonly write: (head: CommitId) => Promise<Result<Committed, GitOpsError>> },
  options: ApplyOptions,
): Promise<Result<Committed, GitOpsError>> {
  const { forge } = options;
  const call = signalOf(options);
  const info = await commitAt(forge, head, call);
  if (info.isErr()) return err(info.error);
  if (info.value.parents[0] === base) {
    const there = await forge.git.holds(head, { base, files: change.files }, call);
    if (there.isErr()) return err(there.error);
    if (there.value) return ok({ commit: head, unchanged: true, isNewBranch: false });
  }
  const mayReplace = await mayReplaceHead(head, change.pullRequest.sourceBranch, null, options);
  return mayReplace.isErr() ? err(mayReplace.error) : write(head);
}

async function mayReplaceHead(
  head: CommitId,
  branch: string,
  open: PullRequest | null,
  options: ApplyOptions,
): Promise<Result<void, GitOpsError>> {
  const { forge } = options;
  const call = signalOf(options);
  if (options.overwrite !== true) {
    const ours = await commitAt(forge, head, call).andThen((info) => mustBeOurs(forge, branch, info, call));
    if (ours.isErr()) return ours;
  }
  if (open === null || options.updateApproved === true) return ok(undefined);
  const status = await forge.pullRequests.status(open.id, call);
  if (status.isErr()) return err(status.error);
  if (status.value.approvals.length === 0 && !status.value.queued) return ok(undefined);
  const by = status.value.approvals.map((one) => one.by).join(', ');
  return err(
    problem(
      'pull-request-approved',
      `${open.id} is ${status.value.queued ? 'waiting to be merged' : `approved by ${by}`}; another set of changes would go in under that approval.`,
      'Merge it first, or change it all the same: --update-approved',
      { details: { pullRequest: open.id, url: open.url } },
    ),
  );
}
