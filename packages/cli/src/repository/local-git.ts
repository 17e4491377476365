import { spawnSync } from 'node:child_process';
import type { Io } from '../io.js';

/** Runs `git` and answers its standard output; null where it failed or is not installed. */
export function askGit(args: readonly string[], folder: string, io: Pick<Io, 'env'>): string | null {
  const done = spawnSync('git', [...args], {
    cwd: folder,
    env: io.env as NodeJS.ProcessEnv,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  return done.status === 0 ? done.stdout.replace(/\r?\n$/, '') : null;
}
