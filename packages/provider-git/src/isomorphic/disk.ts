import * as promises from 'node:fs/promises';

/** The calls of the file system that this backend makes: all of them, so that a test can stand between. */
export type Disk = Pick<
  typeof promises,
  'open' | 'readFile' | 'readdir' | 'stat' | 'lstat' | 'readlink' | 'rename' | 'link' | 'unlink' | 'mkdir' | 'rmdir'
>;

export const nodeDisk: Disk = promises;

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The text of a file; null where there is none. */
export async function readText(disk: Disk, path: string): Promise<string | null> {
  try {
    return await disk.readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error))) return null;
    throw error;
  }
}
