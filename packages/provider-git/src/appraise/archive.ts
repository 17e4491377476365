import type { CommitId } from '@gitops/core';
import type { Signature } from '../store/codec.js';
import { reaches } from '../store/history.js';
import type { Repository } from '../store/repository.js';
import type { RefMove } from '../store/store.js';
import { refs } from './lines.js';

/**
 * The move of the archive ref that keeps a commit from garbage collection for as long as a note speaks of it, as
 * git-appraise does: a commit with the archive so far and the kept one as its parents. Null where it is kept already.
 */
export async function keep(repository: Repository, commit: CommitId, who: Signature): Promise<RefMove | null> {
  const archive = await repository.ref(refs.archive);
  if (archive !== null && (await reaches(repository, archive, commit))) return null;
  const { tree } = await repository.commit(commit);
  const parents = archive === null ? [commit] : [archive, commit];
  const message = `Archive ${commit}\n`;
  return {
    ref: refs.archive,
    from: archive,
    to: repository.writeCommit({ tree, parents, author: who, committer: who, message }),
  };
}
