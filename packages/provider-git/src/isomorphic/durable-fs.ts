import { randomBytes } from 'node:crypto';
import { dirname, join, sep } from 'node:path';
import type { PromiseFsClient } from 'isomorphic-git';
import { codeOf, type Disk } from './disk.js';

/**
 * Puts a file in place whole or not at all: the bytes go to a temporary file beside it, to the disk, and then to their
 * name; the folder is flushed as well, so that a power cut does not take the name back. Git ignores (and `git gc`
 * removes) a temporary file that a crash left behind.
 */
export async function writeDurably(disk: Disk, path: string, bytes: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `tmp_obj_${randomBytes(8).toString('hex')}`);
  const mode = path.includes(`${sep}objects${sep}`) ? 0o444 : 0o666;
  const file = await disk.open(temporary, 'wx', mode);
  try {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(temporary, path);
  } catch (error) {
    await disk.unlink(temporary).catch(() => undefined);
    throw error;
  }
  await flushFolder(disk, folder);
}

/** Some systems cannot open or flush a folder (Windows): they keep names in order by themselves. */
export async function flushFolder(disk: Disk, folder: string): Promise<void> {
  try {
    const handle = await disk.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES', 'ENOTSUP', 'EBADF', 'ENOENT'].includes(codeOf(error))) throw error;
  }
}

/** What isomorphic-git gets as its file system: it reads as ever, and every write is durable. */
export function durableFs(disk: Disk): PromiseFsClient {
  return {
    promises: {
      readFile: disk.readFile,
      readdir: disk.readdir,
      stat: disk.stat,
      lstat: disk.lstat,
      readlink: disk.readlink,
      rmdir: disk.rmdir,
      unlink: disk.unlink,
      // bound by isomorphic-git, and called for working trees only, which this backend never touches
      symlink: () => Promise.reject(new Error('no link is ever written')),
      writeFile: (path: string, bytes: Uint8Array | string) => writeDurably(disk, path, bytes),
      mkdir: async (path: string) => {
        await disk.mkdir(path);
        await flushFolder(disk, dirname(path));
      },
    },
  };
}
