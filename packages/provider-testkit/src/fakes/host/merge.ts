import { gitText, runGit } from './git-run.js';
import { readCommit } from './objects.js';

export type Merged =
  | { readonly kind: 'clean'; readonly tree: string }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

/** Merges two commits' trees as Git does, without a worktree; the merge base is Git's own. */
export async function mergeTree(folder: string, ours: string, theirs: string): Promise<Merged> {
  const args = ['merge-tree', '--write-tree', '-z', '--no-messages', '--name-only', '--allow-unrelated-histories'];
  const { code, stdout } = await runGit(folder, [...args, ours, theirs], { codes: [0, 1] });
  const [tree = '', ...paths] = stdout.toString('utf8').split('\0');
  if (code === 0) return { kind: 'clean', tree: tree.trim() };
  return { kind: 'conflict', paths: paths.filter((path) => path !== '') };
}

/** The same with a merge base that is given: how a commit is picked onto another one, or reverted. */
export async function mergeTreeFrom(folder: string, base: string, ours: string, theirs: string): Promise<Merged> {
  // `merge-tree --merge-base` is newer than the oldest Git that has `--write-tree`: stand-in commits have that base
  const env = {
    GIT_AUTHOR_NAME: 'merge',
    GIT_AUTHOR_EMAIL: 'merge@localhost',
    GIT_AUTHOR_DATE: '@1 +0000',
    GIT_COMMITTER_NAME: 'merge',
    GIT_COMMITTER_EMAIL: 'merge@localhost',
    GIT_COMMITTER_DATE: '@1 +0000',
  };
  const stand = async (commit: string, parents: readonly string[], name: string): Promise<string> => {
    const { tree } = await readCommit(folder, commit);
    return gitText(folder, ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], { env, input: name });
  };
  const root = await stand(base, [], 'base');
  return mergeTree(folder, await stand(ours, [root], 'ours'), await stand(theirs, [root], 'theirs'));
}
