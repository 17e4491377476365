import type { Disk } from '../../src/isomorphic/disk.js';

/** A disk that ends the process before its n-th write; of a file's content, after the first half. */
export function killingDisk(disk: Disk, killAt: number, count: (n: number) => void): Disk {
  let writes = 0;
  const die = (): never => {
    process.kill(process.pid, 'SIGKILL');
    throw new Error('not reached');
  };
  const before = (): void => {
    writes += 1;
    count(writes);
    if (writes === killAt) die();
  };
  const guarded = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
    return (...args: A): Promise<R> => {
      before();
      return call(...args);
    };
  };
  const open: Disk['open'] = async (path, flags, mode) => {
    if (flags !== 'r') before();
    const handle = await disk.open(path, flags, mode);
    const writeFile = handle.writeFile.bind(handle);
    handle.writeFile = async (content) => {
      writes += 1;
      count(writes);
      if (writes === killAt) {
        const bytes = Buffer.from(content as string);
        await writeFile(bytes.subarray(0, Math.floor(bytes.length / 2)));
        die();
      }
      await writeFile(content);
    };
    return handle;
  };
  return {
    ...disk,
    open,
    rename: guarded(disk.rename),
    link: guarded(disk.link),
    unlink: guarded(disk.unlink),
    rmdir: guarded(disk.rmdir),
    mkdir: guarded(disk.mkdir as (...args: unknown[]) => Promise<undefined>) as Disk['mkdir'],
  };
}
