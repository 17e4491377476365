import { dirname, join } from 'node:path';
import type { Worktree } from '../store/store.js';
import type { Location } from './discover.js';
import { codeOf, type Disk, readText } from './disk.js';

/** The main working tree (unless the repository is bare) and the linked ones, with what is checked out in each. */
export async function checkedOut(disk: Disk, location: Location): Promise<Worktree[]> {
  const found: Worktree[] = [];
  if (!location.bare) {
    found.push({ path: dirname(location.commonDir), branch: await branchOf(disk, location.commonDir) });
  }
  const linked = join(location.commonDir, 'worktrees');
  for (const name of await namesIn(disk, linked)) {
    const place = (await readText(disk, join(linked, name, 'gitdir')))?.trim();
    if (place !== undefined) found.push({ path: dirname(place), branch: await branchOf(disk, join(linked, name)) });
  }
  return found;
}

async function branchOf(disk: Disk, gitDir: string): Promise<string | null> {
  const head = (await readText(disk, join(gitDir, 'HEAD'))) ?? '';
  return /^ref: (refs\/heads\/\S+)/.exec(head)?.[1] ?? null;
}

async function namesIn(disk: Disk, folder: string): Promise<readonly string[]> {
  try {
    return await disk.readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
