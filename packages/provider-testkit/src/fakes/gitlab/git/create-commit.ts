import { objectType, writeCommit } from '../../host/objects.js';
import { isRefName, listRefs, moveRefs } from '../../host/repository.js';
import type { Account } from '../accounts.js';
import { badRequest } from '../failure.js';
import type { Instance } from '../instance.js';
import { canForcePush } from '../protection.js';
import type { Project } from '../state.js';
import type { FileAction } from './actions.js';
import { applyActions } from './apply-actions.js';
import { branchTip, refTip } from './refs.js';

export interface CommitWish {
  readonly branch: string;
  readonly message: string;
  readonly actions: readonly FileAction[];
  readonly startSha: string | undefined;
  readonly startBranch: string | undefined;
  readonly force: boolean;
  readonly authorName: string | undefined;
  readonly authorEmail: string | undefined;
}

/**
 * One commit of several files on a branch, in the order and with the texts of GitLab's own service: where it starts
 * (`start_sha`, `start_branch`, else the branch), whether the branch may be there already, then file by file.
 */
export async function createCommit(
  instance: Instance,
  project: Project,
  by: Account,
  wish: CommitWish,
): Promise<string> {
  const { folder } = project;
  const ref = `refs/heads/${wish.branch}`;
  const standing = await refTip(folder, ref);
  const empty = (await listRefs(folder, 'refs/heads/')).size === 0;
  const start = await startOf(project, wish, standing, empty);
  const elsewhere = wish.startSha !== undefined || (wish.startBranch ?? wish.branch) !== wish.branch;
  if (elsewhere && standing !== null && !wish.force) {
    const hint = 'Switch to that branch in order to make changes';
    throw badRequest(`A branch called '${wish.branch}' already exists. ${hint}`);
  }
  if (elsewhere && !(await isRefName(folder, wish.branch))) {
    throw badRequest(`Something went wrong when we tried to create '${wish.branch}' for you: Branch name is invalid`);
  }
  if (elsewhere && standing !== null && !canForcePush(project, wish.branch)) {
    throw badRequest('You are not allowed to force push code to a protected branch on this project.');
  }
  const tree = await applyActions(folder, start, wish.actions);
  const at = instance.clock.now();
  const oid = await writeCommit(folder, {
    tree,
    parents: start === null ? [] : [start],
    author: { name: wish.authorName ?? by.name, email: wish.authorEmail ?? by.email, at },
    committer: { name: by.name, email: by.email, at },
    message: wish.message,
  });
  const refused = await moveRefs(folder, [{ ref, from: standing, to: oid }]);
  if (refused !== null) throw badRequest('Could not update branch. Please refresh and try again.');
  return oid;
}

async function startOf(
  project: Project,
  wish: CommitWish,
  standing: string | null,
  empty: boolean,
): Promise<string | null> {
  const { folder } = project;
  if (wish.startSha !== undefined) {
    if (wish.startBranch !== undefined) throw badRequest("You can't pass both start_branch and start_sha");
    if (!/^[0-9a-f]{40}$/.test(wish.startSha)) throw badRequest(`Invalid start_sha '${wish.startSha}'`);
    if ((await objectType(folder, wish.startSha)) !== 'commit') {
      throw badRequest(`Cannot find start_sha '${wish.startSha}'`);
    }
    return wish.startSha;
  }
  if (empty) return null;
  const branch = wish.startBranch ?? wish.branch;
  const start = branch === wish.branch ? standing : await branchTip(folder, branch);
  if (start === null) throw badRequest('You can only create or edit files when you are on a branch');
  return start;
}
