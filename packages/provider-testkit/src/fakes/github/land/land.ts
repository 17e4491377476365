import { logCommits } from '../../host/history.js';
import { mergeTree, mergeTreeFrom } from '../../host/merge.js';
import { readCommit, readCommits, writeCommit } from '../../host/objects.js';
import { moveRefs } from '../../host/repository.js';
import type { Account } from '../state/accounts.js';
import type { Method, PullRequest } from '../state/pull-request.js';
import { fullName } from '../state/repository.js';
import type { World } from '../state/world.js';
import { forgeItself, signForge } from './signature.js';
import { markMerged, syncPullRequests } from './sync.js';

export interface LandRequest {
  readonly by: Account;
  readonly method: Method;
  readonly title: string | null;
  readonly message: string | null;
}

export type Landed =
  | { readonly kind: 'landed'; readonly sha: string }
  | { readonly kind: 'conflict' }
  /** A merge cannot be replayed. */
  | { readonly kind: 'no-rebase' }
  | { readonly kind: 'base-moved' };

/** Puts a pull request's commits on its base, by Git, and moves the base from where it was seen. */
export async function land(world: World, pull: PullRequest, request: LandRequest): Promise<Landed> {
  const { repository } = pull;
  const base = pull.base.sha;
  const made = await makeCommits(world, pull, request);
  if (typeof made !== 'string') return made;
  const refused = await moveRefs(repository.folder, [{ ref: `refs/heads/${pull.base.branch}`, to: made, from: base }]);
  if (refused !== null) return { kind: 'base-moved' };
  if (request.method !== 'rebase') repository.signed.add(made);
  repository.pushedAt = world.clock.iso();
  markMerged(world, pull, made);
  pull.merged = { at: world.clock.iso(), by: request.by, commit: made };
  if (repository.settings.deleteBranchOnMerge && pull.head.repository === repository) {
    await moveRefs(repository.folder, [{ ref: `refs/heads/${pull.head.branch}`, to: null, from: pull.head.sha }]);
  }
  await syncPullRequests(world, repository);
  return { kind: 'landed', sha: made };
}

async function makeCommits(world: World, pull: PullRequest, request: LandRequest): Promise<string | Landed> {
  const { folder } = pull.repository;
  const at = world.clock.now();
  if (request.method === 'rebase') return replay(world, pull, request.by);
  const merged = await mergeTree(folder, pull.base.sha, pull.head.sha);
  if (merged.kind === 'conflict') return { kind: 'conflict' };
  const squash = request.method === 'squash';
  const title = request.title ?? (squash ? `${pull.title} (#${pull.number})` : mergeTitle(pull));
  const message = request.message ?? (squash ? await squashedMessages(pull) : pull.title);
  return writeCommit(folder, {
    tree: merged.tree,
    parents: squash ? [pull.base.sha] : [pull.base.sha, pull.head.sha],
    author: signForge(squash ? pull.author : request.by, at),
    committer: forgeItself(at),
    message: message === '' ? title : `${title}\n\n${message}`,
  });
}

function mergeTitle(pull: PullRequest): string {
  const from = pull.head.repository.owner.login;
  return `Merge pull request #${pull.number} from ${from}/${pull.head.branch}`;
}

/** As GitHub's default has it: the one commit's body, or all messages as a list. */
async function squashedMessages(pull: PullRequest): Promise<string> {
  const commits = await readCommits(pull.repository.folder, await ownCommits(pull));
  const [only] = commits;
  if (commits.length === 1 && only !== undefined) return only.message.split('\n').slice(1).join('\n').trim();
  return commits.map((commit) => `* ${commit.message.trim()}`).join('\n\n');
}

/** A pull request's own commits, oldest first; once it has merged, those it had then. */
export async function ownCommits(pull: PullRequest): Promise<readonly string[]> {
  const { folder } = pull.repository;
  return logCommits(folder, { from: pull.head.sha, not: [pull.base.sha], reverse: true, limit: 250 });
}

async function replay(world: World, pull: PullRequest, by: Account): Promise<string | Landed> {
  const { folder } = pull.repository;
  let onto = pull.base.sha;
  for (const oid of await ownCommits(pull)) {
    const commit = await readCommit(folder, oid);
    const [parent, ...others] = commit.parents;
    if (parent === undefined || others.length > 0) return { kind: 'no-rebase' };
    const picked = await mergeTreeFrom(folder, parent, onto, oid);
    if (picked.kind === 'conflict') return { kind: 'conflict' };
    const { tree, author, message } = { ...commit, tree: picked.tree };
    // GitHub always writes new commits, even where nothing has to be replayed
    const committer = signForge(by, world.clock.now());
    onto = await writeCommit(folder, { tree, parents: [onto], author, committer, message });
  }
  return onto;
}

/** Takes the base into the head, as "Update branch" does; null where they conflict. */
export async function updateHead(world: World, pull: PullRequest, by: Account): Promise<string | null> {
  const { folder } = pull.head.repository;
  const merged = await mergeTree(pull.repository.folder, pull.head.sha, pull.base.sha);
  if (merged.kind === 'conflict') return null;
  const at = world.clock.now();
  const made = await writeCommit(pull.repository.folder, {
    tree: merged.tree,
    parents: [pull.head.sha, pull.base.sha],
    author: signForge(by, at),
    committer: forgeItself(at),
    message: `Merge branch '${pull.base.branch}' into ${pull.head.branch}`,
  });
  if (pull.head.repository !== pull.repository)
    throw new Error(`${fullName(pull.head.repository)} is a fork: not updated`);
  const ref = `refs/heads/${pull.head.branch}`;
  const refused = await moveRefs(folder, [{ ref, to: made, from: pull.head.sha }]);
  if (refused !== null) return null;
  pull.repository.signed.add(made);
  await syncPullRequests(world, pull.repository);
  return made;
}
