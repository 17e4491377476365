import { countCommits, isAncestor } from '../../host/history.js';
import { mergeTree } from '../../host/merge.js';
import { readCommit, writeCommit } from '../../host/objects.js';
import { moveRefs } from '../../host/repository.js';
import type { Account } from '../accounts.js';
import { branchTip, refTip } from '../git/refs.js';
import type { Instance } from '../instance.js';
import { canPush } from '../protection.js';
import type { MergeRequest, MergeWish } from '../state.js';
import { addSystemNote } from './notes.js';
import { rebase } from './rebase.js';
import { headOf, versionOf } from './versions.js';

/** The message of a merge commit for which none is given. */
export function usualMergeMessage(mergeRequest: MergeRequest): string {
  const { sourceBranch, targetBranch, title, project, iid } = mergeRequest;
  return `Merge branch '${sourceBranch}' into '${targetBranch}'\n\n${title}\n\nSee merge request ${project.path}!${iid}`;
}

/**
 * Merges by the project's method with Git itself: a merge commit, a semi-linear one, or a fast-forward; squashed where
 * that is wished. False where Git refuses: a conflict, a target that moved.
 */
export async function merge(
  instance: Instance,
  mergeRequest: MergeRequest,
  by: Account,
  wish: MergeWish,
): Promise<boolean> {
  const { folder, settings } = mergeRequest.project;
  const ref = `refs/heads/${mergeRequest.targetBranch}`;
  const target = await refTip(folder, ref);
  if (target === null) return false;
  const linear = settings.merge_method !== 'merge';
  if (linear && settings.automatic_rebase_enabled && !(await rebase(instance, mergeRequest, by))) return false;
  const head = headOf(mergeRequest);
  if (linear && !(await isAncestor(folder, target, head))) return false;
  const squashed = wish.squash ? await squash(instance, mergeRequest, by, wish, linear ? target : null) : head;
  if (squashed === null) return false;
  let mergeCommit: string | null = null;
  if (settings.merge_method !== 'ff') {
    const merged = await mergeTree(folder, target, squashed);
    if (merged.kind === 'conflict') return false;
    const person = { name: by.name, email: by.email, at: instance.clock.now() };
    const message = wish.mergeMessage ?? usualMergeMessage(mergeRequest);
    const commit = { tree: merged.tree, parents: [target, squashed], author: person, committer: person, message };
    mergeCommit = await writeCommit(folder, commit);
  }
  const moved = await moveRefs(folder, [{ ref, from: target, to: mergeCommit ?? squashed }]);
  if (moved !== null) return false;
  const now = instance.now();
  Object.assign(mergeRequest, {
    state: 'merged',
    mergedAt: now,
    mergedBy: by,
    updatedAt: now,
    mergeCommit,
    squashCommit: wish.squash ? squashed : null,
    mergeError: null,
    autoMerge: null,
  } satisfies Partial<MergeRequest>);
  addSystemNote(instance, mergeRequest, by, 'merged');
  if (wish.removeSource) await removeSource(mergeRequest, by);
  return true;
}

/** The one commit that stands for all of the source branch; the head itself where it is that already. */
async function squash(
  instance: Instance,
  mergeRequest: MergeRequest,
  by: Account,
  wish: MergeWish,
  target: string | null,
): Promise<string | null> {
  const { folder } = mergeRequest.project;
  const { head, base, start } = versionOf(mergeRequest);
  const message = wish.squashMessage ?? mergeRequest.title;
  const own = await readCommit(folder, head);
  if ((await countCommits(folder, head, base)) === 1 && own.message.trimEnd() === message.trimEnd()) return head;
  const onto = target ?? start;
  const merged = await mergeTree(folder, onto, head);
  if (merged.kind === 'conflict') return null;
  const { author } = mergeRequest;
  const at = instance.clock.now();
  return writeCommit(folder, {
    tree: merged.tree,
    parents: [onto],
    author: { name: author.name, email: author.email, at },
    committer: { name: by.name, email: by.email, at },
    message,
  });
}

async function removeSource(mergeRequest: MergeRequest, by: Account): Promise<void> {
  const { project, sourceBranch } = mergeRequest;
  if (sourceBranch === project.defaultBranch || !canPush(project, by, sourceBranch)) return;
  if (project.protectedBranches.some(({ name }) => name === sourceBranch)) return;
  const from = headOf(mergeRequest);
  await moveRefs(project.folder, [{ ref: `refs/heads/${sourceBranch}`, from, to: null }]);
}

/**
 * The commit that GitLab keeps at `refs/merge-requests/<iid>/merge`: what a merge now would give. The same one as long
 * as neither branch moves; null on a conflict.
 */
export async function trialMerge(instance: Instance, mergeRequest: MergeRequest): Promise<string | null> {
  const { folder } = mergeRequest.project;
  const target = await branchTip(folder, mergeRequest.targetBranch);
  const head = headOf(mergeRequest);
  if (target === null) return null;
  const ref = `refs/merge-requests/${mergeRequest.iid}/merge`;
  const standing = await refTip(folder, ref);
  if (standing !== null && (await readCommit(folder, standing)).parents.join() === [target, head].join())
    return standing;
  const merged = await mergeTree(folder, target, head);
  if (merged.kind === 'conflict') return null;
  const { author } = mergeRequest;
  const person = { name: author.name, email: author.email, at: instance.clock.now() };
  const message = usualMergeMessage(mergeRequest);
  const parents = [target, head];
  const commit = await writeCommit(folder, { tree: merged.tree, parents, author: person, committer: person, message });
  await moveRefs(folder, [{ ref, to: commit }]);
  return commit;
}
