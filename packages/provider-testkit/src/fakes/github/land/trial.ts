import { mergeTree } from '../../host/merge.js';
import { readCommit, writeCommit } from '../../host/objects.js';
import { moveRefs } from '../../host/repository.js';
import type { PullRequest, Trial } from '../state/pull-request.js';
import type { World } from '../state/world.js';
import { forgeItself, signForge } from './signature.js';

/** The trial of what base and head are now; made where there is none. Its commit is `refs/pull/N/merge`. */
export async function tryMerge(world: World, pull: PullRequest): Promise<Trial> {
  const known = pull.trial;
  if (known !== null && known.base === pull.base.sha && known.head === pull.head.sha) return known;
  const { folder } = pull.repository;
  const base = pull.base.sha;
  const head = pull.head.sha;
  const merged = await mergeTree(folder, base, head);
  if (merged.kind === 'clean') {
    const { committer } = await readCommit(folder, head);
    const author = signForge(pull.author, committer.at);
    pull.testMerge = await writeCommit(folder, {
      tree: merged.tree,
      parents: [base, head],
      author,
      committer: forgeItself(committer.at),
      message: `Merge ${head} into ${base}`,
    });
    const refused = await moveRefs(folder, [{ ref: `refs/pull/${pull.number}/merge`, to: pull.testMerge }]);
    if (refused !== null) throw new Error(refused);
  }
  const trial: Trial = { base, head, mergeable: merged.kind === 'clean', unknownReads: world.asyncMergeability };
  pull.trial = trial;
  return trial;
}

/** What one reader is told: null as often as the fake was asked to, then whether it merges. */
export async function readMergeable(world: World, pull: PullRequest): Promise<boolean | null> {
  if (pull.state === 'closed') return null;
  const trial = await tryMerge(world, pull);
  if (trial.unknownReads > 0) {
    trial.unknownReads--;
    return null;
  }
  return trial.mergeable;
}
