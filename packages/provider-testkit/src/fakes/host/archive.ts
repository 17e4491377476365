import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { gitEnvironment } from './git-run.js';

/**
 * A `.tar.gz` of a commit as `git archive` writes it: below one root folder, the commit's id in the pax comment at the
 * beginning, `export-ignore` and `export-subst` of the repository's attributes obeyed.
 */
export function archiveCommit(folder: string, commit: string, root: string, paths: readonly string[] = []): Readable {
  const args = ['archive', '--format=tar.gz', `--prefix=${root}/`, commit, '--', ...paths];
  const child = spawn('git', args, { cwd: folder, env: gitEnvironment(), stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.on('close', () => child.kill());
  return child.stdout;
}
