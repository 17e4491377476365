import { accessSync, chmodSync, constants, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FileChange, problem } from '@gitops/core';
import { fail } from '../failure.js';

/**
 * Writes files of a working tree: all of them, or none. Each is written beside the old one and takes its place as a whole.
 * Fails with `stale-head` where a file is no longer what was read, with `forbidden` where it may not be written.
 */
export function writeFiles(root: string, changes: readonly FileChange[]): void {
  for (const { path, before } of changes) if (textAt(root, path) !== before) changedMeanwhile(path);
  const written: string[] = [];
  const moved: FileChange[] = [];
  let path = '';
  try {
    for (const one of changes) {
      path = one.path;
      accessSync(join(root, path), constants.W_OK);
      const fresh = besideOf(root, path, written.length);
      written.push(fresh);
      writeFileSync(fresh, one.after ?? '', { flag: 'wx' });
      chmodSync(fresh, statSync(join(root, path)).mode);
    }
    for (const [index, one] of changes.entries()) {
      path = one.path;
      renameSync(besideOf(root, path, index), join(root, path));
      moved.push(one);
    }
  } catch (thrown) {
    for (const one of moved) writeFileSync(join(root, one.path), one.before ?? '');
    for (const one of written) rmSync(one, { force: true });
    refused(path, thrown);
  }
}

/** In the same folder, so that it can take the place of the old one as a whole; no longer than a name may be. */
function besideOf(root: string, path: string, index: number): string {
  return join(root, dirname(path), `.${process.pid}-${index}.gitops`);
}

function textAt(root: string, path: string): string | null {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return null;
  }
}

function changedMeanwhile(path: string): never {
  return fail(
    problem(
      'stale-head',
      `${path} was changed while it was looked at. Nothing was written.`,
      'Run the command again.',
      {
        at: { file: path, line: 1, column: 1 },
      },
    ),
  );
}

function refused(path: string, thrown: unknown): never {
  const { code, message } = thrown as NodeJS.ErrnoException;
  const mayNot = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  if (!mayNot && code !== 'ENOSPC' && code !== 'EDQUOT') throw thrown;
  return fail(
    problem(
      'forbidden',
      `${path} cannot be written: ${mayNot ? 'permission denied' : message}. Nothing was changed.`,
      mayNot ? 'Run as the user who owns the folder, or change its mode.' : 'Make room on the disk, then run again.',
      { at: { file: path, line: 1, column: 1 }, details: { path } },
    ),
  );
}
