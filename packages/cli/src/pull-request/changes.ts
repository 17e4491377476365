import { type CallOptions, type Forge, fleetGlobs, type PullRequest } from '@gitops/core';
import { changedLines, type LineChange } from './lines.js';

/** A changed file of a pull request, line by line. */
export interface FileLines {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
  readonly lines: readonly LineChange[];
}

/** What the head of a pull request changes against its parent; null where its branch is gone. */
export async function readChanges(
  forge: Forge,
  { head, landed }: PullRequest,
  call: CallOptions,
): Promise<readonly FileLines[] | null> {
  const [tip] = (await forge.git.log({ from: landed?.last ?? head, limit: 1 }, call)).unwrapOr([]);
  const parent = tip?.parents[0];
  if (tip === undefined || parent === undefined) return null;
  const [before, after] = await Promise.all([
    forge.git.snapshot(parent, fleetGlobs, call),
    forge.git.snapshot(tip.commit, fleetGlobs, call),
  ]);
  if (before.isErr() || after.isErr()) return null;
  const [was, is] = [before.value.files, after.value.files];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((path) => was[path] !== is[path])
    .sort()
    .map((path) => ({
      path,
      change: was[path] === undefined ? 'added' : is[path] === undefined ? 'removed' : 'changed',
      lines: changedLines(was[path] ?? '', is[path] ?? ''),
    }));
}
