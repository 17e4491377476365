import { isAncestor, logCommits } from '../../host/history.js';
import { mergeTreeFrom } from '../../host/merge.js';
import { readCommit, readCommits, writeCommit } from '../../host/objects.js';
import { moveRefs } from '../../host/repository.js';
import type { Account } from '../accounts.js';
import { branchTip, refTip } from '../git/refs.js';
import type { Instance } from '../instance.js';
import type { MergeRequest } from '../state.js';
import { addVersion, headOf } from './versions.js';

/** What GitLab leaves in `merge_error` when a rebase stopped. */
const failed = 'Rebase failed: Rebase locally, resolve all conflicts, then push the branch.';

/**
 * Puts the source branch's commits on the target's tip one by one, authors kept. True where the branch stands there
 * afterwards; false on a conflict, when nothing moves and the merge request carries the error.
 */
export async function rebase(instance: Instance, mergeRequest: MergeRequest, by: Account): Promise<boolean> {
  const { folder } = mergeRequest.project;
  const source = `refs/heads/${mergeRequest.sourceBranch}`;
  const target = await branchTip(folder, mergeRequest.targetBranch);
  const head = await refTip(folder, source);
  mergeRequest.mergeError = null;
  if (target === null || head === null) return fail(mergeRequest);
  if (await isAncestor(folder, target, head)) return true;
  const own = await logCommits(folder, { from: head, not: [target], reverse: true });
  const committer = { name: by.name, email: by.email, at: instance.clock.now() };
  let tip = target;
  for (const commit of await readCommits(folder, own)) {
    const [parent, ...others] = commit.parents;
    // merges flatten: what they brought in is in the commits beside them
    if (parent === undefined || others.length > 0) continue;
    const merged = await mergeTreeFrom(folder, parent, tip, commit.oid);
    if (merged.kind === 'conflict') return fail(mergeRequest);
    if (merged.tree === (await readCommit(folder, tip)).tree) continue;
    tip = await writeCommit(folder, { ...commit, tree: merged.tree, parents: [tip], committer });
  }
  if ((await moveRefs(folder, [{ ref: source, from: headOf(mergeRequest), to: tip }])) !== null)
    return fail(mergeRequest);
  await addVersion(instance, mergeRequest, tip, target);
  mergeRequest.updatedAt = instance.now();
  return true;
}

function fail(mergeRequest: MergeRequest): false {
  mergeRequest.mergeError = failed;
  return false;
}

/** A read of the merge request: a rebase that was asked for gets done, after as many reads as the instance waits for. */
export async function continueRebase(instance: Instance, mergeRequest: MergeRequest): Promise<void> {
  const { rebase: pending } = mergeRequest;
  if (pending === null) return;
  if (pending.waits > 0) {
    pending.waits--;
    return;
  }
  mergeRequest.rebase = null;
  await rebase(instance, mergeRequest, pending.by);
}
