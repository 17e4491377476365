import { countCommits, isAncestor, logCommits, mergeBase } from '../../host/history.js';
import { readCommit } from '../../host/objects.js';
import { moveRefs } from '../../host/repository.js';
import { branchTip } from '../git/refs.js';
import type { Instance } from '../instance.js';
import type { MergeRequest, Version } from '../state.js';
import { addSystemNote } from './notes.js';

export function versionOf(mergeRequest: MergeRequest): Version {
  const version = mergeRequest.versions.at(-1);
  if (version === undefined) throw new Error(`!${mergeRequest.iid} has no version`);
  return version;
}

/** The source branch's tip as the merge request knows it; it stays when the branch goes. */
export function headOf(mergeRequest: MergeRequest): string {
  return versionOf(mergeRequest).head;
}

/** Keeps a new state of the source branch, and GitLab's own ref on it. */
export async function addVersion(
  instance: Instance,
  mergeRequest: MergeRequest,
  head: string,
  target: string,
): Promise<void> {
  const { folder } = mergeRequest.project;
  const base = (await mergeBase(folder, target, head)) ?? target;
  mergeRequest.versions.push({
    id: instance.nextId(),
    head,
    base,
    start: target,
    createdAt: instance.now(),
    changes: null,
  });
  await moveRefs(folder, [{ ref: `refs/merge-requests/${mergeRequest.iid}/head`, to: head }]);
}

/**
 * Follows what was pushed since, as GitLab does after each push: a new head is a new version, takes approvals back in
 * the Enterprise Edition, and stops an auto-merge; a head that has landed on the target by a push closes it as merged.
 */
export async function followPushes(instance: Instance, mergeRequest: MergeRequest): Promise<void> {
  if (mergeRequest.state !== 'opened') return;
  const { project } = mergeRequest;
  const target = await branchTip(project.folder, mergeRequest.targetBranch);
  const source = await branchTip(project.folder, mergeRequest.sourceBranch);
  if (target === null) return;
  if (source !== null && source !== headOf(mergeRequest)) {
    const count = await countCommits(project.folder, source, headOf(mergeRequest));
    await addVersion(instance, mergeRequest, source, target);
    mergeRequest.updatedAt = instance.now();
    mergeRequest.autoMerge = null;
    if (instance.enterprise && project.settings.reset_approvals_on_push) {
      mergeRequest.approvals.length = 0;
      for (const reviewer of mergeRequest.reviewers) if (reviewer.state === 'approved') reviewer.state = 'unreviewed';
    }
    const text = `added ${count} commit${count === 1 ? '' : 's'}`;
    addSystemNote(instance, mergeRequest, mergeRequest.author, text);
  }
  await noticeLanding(instance, mergeRequest, target);
}

async function noticeLanding(instance: Instance, mergeRequest: MergeRequest, target: string): Promise<void> {
  const { folder } = mergeRequest.project;
  const { head, start, base } = versionOf(mergeRequest);
  if (target === start || head === base || !(await isAncestor(folder, head, target))) return;
  const landed = await logCommits(folder, { from: target, not: [start], firstParent: true, reverse: true });
  let mergeCommit: string | null = null;
  for (const oid of landed) {
    if (!(await isAncestor(folder, head, oid))) continue;
    const commit = await readCommit(folder, oid);
    mergeCommit = commit.parents.length > 1 ? oid : null;
    break;
  }
  Object.assign(mergeRequest, {
    state: 'merged',
    mergedAt: instance.now(),
    mergedBy: mergeRequest.author,
    updatedAt: instance.now(),
    mergeCommit,
    autoMerge: null,
  } satisfies Partial<MergeRequest>);
}
