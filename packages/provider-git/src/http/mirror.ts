import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '@gitops/provider-http';
import type { PromiseFsClient } from 'isomorphic-git';
import type { Disk } from '../isomorphic/disk.js';
import { durableFs, writeDurably } from '../isomorphic/durable-fs.js';
import type { Library } from '../isomorphic/store.js';

/** Name of the remote in a mirror's configuration. Its address, which may hold a secret, is not written there. */
export const remote = 'gitops';

/** From this many packs on a mirror is made anew: every fetch leaves one, and every read looks through them. */
const mostPacks = 100;

/** Makes the mirror where there is none, or where it has become slow. */
export async function makeMirror(library: Library, disk: Disk, gitDir: string): Promise<void> {
  const packs = join(gitDir, 'objects', 'pack');
  if (existsSync(packs) && readdirSync(packs).length > 2 * mostPacks) rmSync(gitDir, { recursive: true, force: true });
  if (existsSync(join(gitDir, 'HEAD'))) return;
  await library.init({ fs: durableFs(disk), gitdir: gitDir, bare: true, defaultBranch: 'main' });
  // where offered refs are kept: what a later fetch need not bring again
  const config = `[core]\n\trepositoryformatversion = 0\n\tbare = true\n[remote "${remote}"]\n\tfetch = +refs/heads/*:refs/offered/*\n`;
  await writeDurably(disk, join(gitDir, 'config'), config);
}

/**
 * The file system of a mirror for fetching: a pack that was cut off on its way is not kept. With `afresh`, what the
 * mirror has is not seen: isomorphic-git notes what it will have before it has it, and a process that is killed in
 * between would leave a history that every later fetch takes for complete.
 */
export function fetchingFs(disk: Disk, gitDir: string, host: string, afresh: boolean): PromiseFsClient {
  const { promises } = durableFs(disk);
  const refs = join(gitDir, 'refs');
  const shallow = join(gitDir, 'shallow');
  return {
    promises: {
      ...promises,
      readdir: (path: string) => (afresh && path.startsWith(refs) ? Promise.resolve([]) : disk.readdir(path)),
      readFile: (path: string, options?: Parameters<Disk['readFile']>[1]) =>
        afresh && path === shallow ? Promise.resolve('') : disk.readFile(path, options),
      writeFile: async (path: string, bytes: Uint8Array | string) => {
        if (path.endsWith('.pack') && !isWhole(bytes)) cutOff(host);
        await promises.writeFile(path, bytes);
      },
    },
  };
}

/** A pack ends with the SHA-1 of what is before. */
function isWhole(pack: Uint8Array | string): boolean {
  const bytes = Buffer.from(pack as Uint8Array);
  const end = bytes.length - 20;
  return end > 0 && createHash('sha1').update(bytes.subarray(0, end)).digest().equals(bytes.subarray(end));
}

function cutOff(host: string): never {
  return fail('unavailable', `What ${host} sent was cut off on its way.`, 'Run again.', { what: 'pack', host });
}

/**
 * The file system of a mirror for pushing: nothing is written, and the remote's HEAD is the branch that the pushed
 * commit was made on, so that isomorphic-git leaves out what the other side has with it.
 */
export function pushingFs(disk: Disk, gitDir: string, madeOn: string | null): PromiseFsClient {
  const { promises } = durableFs(disk);
  const head = join(gitDir, 'refs', 'remotes', remote, 'HEAD');
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    promises: {
      ...promises,
      readFile: async (path: string, options?: Parameters<Disk['readFile']>[1]) => {
        if (path !== head || madeOn === null) return disk.readFile(path, options);
        const text = `ref: refs/remotes/${remote}/${madeOn.replace(/^refs\/heads\//, '')}\n`;
        return options === undefined ? Buffer.from(text) : text;
      },
      writeFile: nothing,
      mkdir: nothing,
      unlink: nothing,
      rmdir: nothing,
    },
  };
}
