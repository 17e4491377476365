import { isAncestor } from '../../host/history.js';
import { editTree, findEntry, objectType, type TreeChange, writeBlob, writeCommit } from '../../host/objects.js';
import { isRefName, moveRefs, readRef, zeroOid } from '../../host/repository.js';
import { landWaiting } from '../land/auto.js';
import { protectionRefuses } from '../land/ref-rules.js';
import { forgeItself, signForge } from '../land/signature.js';
import { syncPullRequests } from '../land/sync.js';
import { fullName, type Repository } from '../state/repository.js';
import { findRepository } from '../state/world.js';
import { demandWrite, type Fields, type GraphqlContext, refById, repositoryById, within } from './context.js';
import { refuseField } from './failure.js';
import { commitNode } from './git.js';
import { refNode } from './ref.js';

export type Input = Readonly<Record<string, unknown>>;
export type Mutation = (context: GraphqlContext, input: Input) => Promise<Fields>;

async function checkMove(
  context: GraphqlContext,
  repository: Repository,
  move: { readonly ref: string; readonly from: string | null; readonly to: string | null; readonly force: boolean },
): Promise<void> {
  const { ref, from, to, force } = move;
  const { folder } = repository;
  if (to !== null && (await objectType(folder, to)) === null) {
    refuseField('UNPROCESSABLE', `Could not find the object ${to} in the repository.`);
  }
  if (ref.startsWith('refs/heads/')) {
    const branch = ref.slice('refs/heads/'.length);
    const why = await protectionRefuses(context.world, repository, context.token, { branch, from, to });
    if (why !== null) refuseField('UNPROCESSABLE', why);
  }
  if (!force && from !== null && to !== null && !(await isAncestor(folder, from, to))) {
    refuseField('UNPROCESSABLE', `Reference cannot be updated: ${ref} is not a fast forward`);
  }
}

async function moved(context: GraphqlContext, repository: Repository): Promise<void> {
  repository.pushedAt = context.world.clock.iso();
  await syncPullRequests(context.world, repository);
  await landWaiting(context.world, repository);
}

const createRef: Mutation = async (context, input) => {
  const repository = repositoryById(context, String(input['repositoryId']));
  demandWrite(context, repository, 'contents', 'write');
  const ref = String(input['name']);
  const oid = String(input['oid']);
  return within(context, repository, async () => {
    const { folder } = repository;
    if (!ref.startsWith('refs/') || !(await isRefName(folder, ref.replace(/^refs\/[^/]+\//, '')))) {
      refuseField('UNPROCESSABLE', `'${ref}' is not a valid ref name.`);
    }
    await checkMove(context, repository, { ref, from: null, to: oid, force: true });
    if ((await moveRefs(folder, [{ ref, to: oid, from: null }])) !== null) {
      refuseField('UNPROCESSABLE', `A ref named "${ref}" already exists in the repository.`);
    }
    await moved(context, repository);
    return { ref: refNode(context, repository, ref, oid) };
  });
};

const updateRef: Mutation = async (context, input) => {
  const { repository, ref } = refById(context, String(input['refId']));
  demandWrite(context, repository, 'contents', 'write');
  const to = String(input['oid']);
  return within(context, repository, async () => {
    const from = await readRef(repository.folder, ref);
    if (from === null)
      refuseField('NOT_FOUND', `Could not resolve to a node with the global id of '${input['refId']}'`);
    await checkMove(context, repository, { ref, from, to, force: input['force'] === true });
    const refused = await moveRefs(repository.folder, [{ ref, to, from }]);
    if (refused !== null) refuseField('UNPROCESSABLE', 'Reference cannot be updated');
    await moved(context, repository);
    return { ref: refNode(context, repository, ref, to) };
  });
};

interface RefUpdate {
  readonly name: string;
  readonly beforeOid?: string | null;
  readonly afterOid: string;
  readonly force?: boolean;
}

/** All together or not at all. Without `beforeOid` a ref may stand anywhere; zeroes: it must not be there. */
const updateRefs: Mutation = async (context, input) => {
  const repository = repositoryById(context, String(input['repositoryId']));
  demandWrite(context, repository, 'contents', 'write');
  const updates = input['refUpdates'] as readonly RefUpdate[];
  return within(context, repository, async () => {
    const moves = [];
    for (const { name, beforeOid, afterOid, force } of updates) {
      const now = await readRef(repository.folder, name);
      const expected = beforeOid === undefined || beforeOid === null ? now : beforeOid === zeroOid ? null : beforeOid;
      if (expected !== now) {
        const sentence = `Reference update failed: expected "${name}" to be at ${expected ?? zeroOid} but it is at ${now ?? zeroOid}.`;
        refuseField('STALE_DATA', sentence);
      }
      const to = afterOid === zeroOid ? null : afterOid;
      await checkMove(context, repository, { ref: name, from: now, to, force: force === true });
      moves.push({ ref: name, to, from: now });
    }
    const refused = await moveRefs(repository.folder, moves);
    if (refused !== null) refuseField('UNPROCESSABLE', `Reference update failed: ${refused}`);
    await moved(context, repository);
    return {};
  });
};

const deleteRef: Mutation = async (context, input) => {
  const { repository, ref } = refById(context, String(input['refId']));
  demandWrite(context, repository, 'contents', 'write');
  return within(context, repository, async () => {
    const from = await readRef(repository.folder, ref);
    if (from === null)
      refuseField('NOT_FOUND', `Could not resolve to a node with the global id of '${input['refId']}'`);
    await checkMove(context, repository, { ref, from, to: null, force: true });
    await moveRefs(repository.folder, [{ ref, to: null, from }]);
    await moved(context, repository);
    return {};
  });
};

interface CommitInput {
  readonly branch: { readonly id?: string; readonly repositoryNameWithOwner?: string; readonly branchName?: string };
  readonly message: { readonly headline: string; readonly body?: string | null };
  readonly fileChanges?: {
    readonly additions?: readonly { readonly path: string; readonly contents: string }[] | null;
    readonly deletions?: readonly { readonly path: string }[] | null;
  } | null;
}

function committable(
  context: GraphqlContext,
  branch: CommitInput['branch'],
): { readonly repository: Repository; readonly ref: string } {
  if (branch.id !== undefined) return refById(context, branch.id);
  const [owner = '', name = ''] = (branch.repositoryNameWithOwner ?? '').split('/');
  const repository = findRepository(context.world, owner, name);
  if (repository === null) {
    refuseField('NOT_FOUND', `Could not resolve to a Repository with the name '${branch.repositoryNameWithOwner}'.`);
  }
  return { repository, ref: `refs/heads/${(branch.branchName ?? '').replace(/^refs\/heads\//, '')}` };
}

/** Appends one commit that the forge signs. New and changed files are plain ones: no mode can be given. */
const createCommitOnBranch: Mutation = async (context, input) => {
  const { branch, message, fileChanges } = input as unknown as CommitInput;
  const { repository, ref } = committable(context, branch);
  demandWrite(context, repository, 'contents', 'write');
  return within(context, repository, async () => {
    const { folder } = repository;
    const head = await readRef(folder, ref);
    if (head === null)
      refuseField('NOT_FOUND', `Could not resolve to a Ref with the name '${ref}' on ${fullName(repository)}.`);
    const expected = String(input['expectedHeadOid']);
    if (head !== expected) {
      refuseField('STALE_DATA', `Expected branch to point to "${expected}" but it did not. Pull and try again.`);
    }
    const changes: TreeChange[] = [];
    for (const { path } of fileChanges?.deletions ?? []) {
      if ((await findEntry(folder, head, path)) === null) {
        refuseField('UNPROCESSABLE', `A file was requested to be deleted, but it does not exist: ${path}`);
      }
      changes.push({ path, mode: '100644', oid: null });
    }
    for (const { path, contents } of fileChanges?.additions ?? []) {
      if (path.split('/').some((part) => ['', '.', '..', '.git'].includes(part))) {
        refuseField('UNPROCESSABLE', `A path was requested for addition which is not valid: ${path}`);
      }
      changes.push({ path, mode: '100644', oid: await writeBlob(folder, Buffer.from(contents, 'base64')) });
    }
    const tree = await editTree(folder, head, changes);
    const at = context.world.clock.now();
    const made = await writeCommit(folder, {
      tree,
      parents: [head],
      author: signForge(context.token.account, at),
      committer: forgeItself(at),
      message: [message.headline, message.body ?? ''].filter((part) => part !== '').join('\n\n'),
    });
    await checkMove(context, repository, { ref, from: head, to: made, force: false });
    const refused = await moveRefs(folder, [{ ref, to: made, from: head }]);
    if (refused !== null) {
      refuseField('STALE_DATA', `Expected branch to point to "${expected}" but it did not. Pull and try again.`);
    }
    repository.signed.add(made);
    await moved(context, repository);
    return { commit: commitNode(context, repository, made), ref: refNode(context, repository, ref, made) };
  });
};

export const refMutations: Readonly<Record<string, Mutation>> = {
  createRef,
  updateRef,
  updateRefs,
  deleteRef,
  createCommitOnBranch,
};
