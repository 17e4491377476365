import { problem } from '@gitops/core';
import { fail } from '../failure.js';
import type { Invocation } from '../invocation.js';
import { askGit } from '../repository/local-git.js';
import type { Target } from './plan.js';

/**
 * Refuses where the clone's own target branch and the one that is changed have each gone their own way: what people see
 * in their working tree is then not what is planned on. A branch that is only behind, or only ahead, is no reason.
 */
export function refuseDiverged({ opened, target }: Pick<Target, 'opened' | 'target'>, { io }: Invocation): void {
  const { located, choice } = opened;
  if (located.kind !== 'working-tree' || ('path' in choice && choice.path === located.root)) return;
  const { branch, commit } = target;
  // Null where the clone does not know the commit yet: then it is behind, and may be more, but nothing can be said.
  const counts = askGit(
    ['rev-list', '--left-right', '--count', `refs/heads/${branch}...${commit}`, '--'],
    located.root,
    io,
  );
  const [own = 0, theirs = 0] = (counts ?? '').split(/\s+/).map(Number);
  if (!(own > 0 && theirs > 0)) return;
  const commits = (count: number) => `${count} ${count === 1 ? 'commit' : 'commits'}`;
  fail(
    problem(
      'branch-diverged',
      `${branch} here has ${commits(own)} that the ${branch} of ${opened.forge.name} does not have, and lacks ${theirs} of its.`,
      'Bring them together (git pull --rebase), then run again.',
      { details: { branch, ahead: own, behind: theirs } },
    ),
  );
}
