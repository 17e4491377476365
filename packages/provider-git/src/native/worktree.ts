import type { CommitId } from '@gitops/core';
import type { Worktree } from '../store/store.js';
import { type GitProgram, type GitResult, runGit } from './run.js';

interface Place {
  readonly program: GitProgram;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** Working trees of `git worktree list --porcelain`, without bare ones and those whose folder is gone. */
export function parseWorktrees(porcelain: string): Worktree[] {
  const found: Worktree[] = [];
  for (const block of porcelain.split('\n\n')) {
    const lines = block.split('\n');
    const path = lines.find((line) => line.startsWith('worktree '))?.slice('worktree '.length);
    if (path === undefined || lines.some((line) => line === 'bare' || line.startsWith('prunable'))) continue;
    const branch = lines.find((line) => line.startsWith('branch '))?.slice('branch '.length) ?? null;
    found.push({ path, branch });
  }
  return found;
}

/**
 * What stands in the way of taking this working tree from one commit to another: changed or untracked files at the
 * touched paths. Nothing is changed. Null: it can be done.
 */
export async function cleanAtTouchedPaths(place: Place, from: CommitId, to: CommitId): Promise<string | null> {
  // sees through touched but equal files, as the two-tree merge below would not
  await inWorktree(place, ['update-index', '-q', '--ignore-submodules', '--refresh']);
  return reasonOf(await inWorktree(place, ['read-tree', '-m', '-u', '-n', from, to]));
}

export async function moveWorktree(place: Place, from: CommitId, to: CommitId): Promise<string | null> {
  await inWorktree(place, ['update-index', '-q', '--ignore-submodules', '--refresh']);
  return reasonOf(await inWorktree(place, ['read-tree', '-m', '-u', from, to]));
}

function inWorktree(place: Place, args: readonly string[]): Promise<GitResult> {
  return runGit(place.program, args, { cwd: place.path, signal: place.signal });
}

function reasonOf(result: GitResult): string | null {
  if (result.code === 0) return null;
  const files = [
    ...result.stderr.matchAll(/Entry '(.+?)' (?:not uptodate|would be overwritten)|file '(.+?)' would be/g),
  ];
  if (files.length > 0) return files.map((file) => file[1] ?? file[2]).join(', ');
  return (
    result.stderr
      .replace(/^(fatal|error): /gm, '')
      .trim()
      .split('\n')[0] ?? 'git gave no reason'
  );
}
