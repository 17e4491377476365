// What may be the name of a branch, and the path of a file.
import type { FileChange } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import { branchRef, type Repository } from './repository.ts';

export async function checkBranch(repository: Repository, branch: string): Promise<void> {
  const isName = !branch.startsWith('-') && (await repository.run(['check-ref-format', branchRef(branch)])).code === 0;
  if (!isName) fail('rejected', `"${branch}" cannot be the name of a branch.`, 'Choose another name.', { branch });
}

/** Paths that Git itself would not check out, and changes of nothing. */
export function checkFiles(files: readonly FileChange[]): void {
  for (const { path } of files) {
    const isPath = path.split('/').every((step) => !['', '.', '..', '.git'].includes(step.toLowerCase()));
    if (!isPath || /[\0\n]/.test(path)) {
      fail('rejected', `"${path}" cannot be the path of a file.`, 'Use a relative path with "/".', { path });
    }
  }
  if (files.every(({ before, after }) => before === after)) {
    fail('rejected', 'The change changes nothing.', 'Commit only where something differs.');
  }
}
