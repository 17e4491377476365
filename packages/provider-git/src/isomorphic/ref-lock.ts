import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lockHeld } from '../native/explain.js';
import { codeOf, type Disk } from './disk.js';
import { flushFolder } from './durable-fs.js';

/** How long another process's lock is waited for, in milliseconds; `git` is told the same. */
const patience = 5000;

/**
 * Locks as Git takes them: `<file>.lock`, made exclusively, becomes the file by renaming. `git` honours ours and we
 * honour `git`'s.
 *
 * A process that is killed leaves its lock behind. Ours is therefore a hard link to a file that names its owner (in
 * `gitops-locks/`): a lock that is that very file, and whose owner on this machine is dead, is taken away. Any other
 * lock is waited for and then reported with its age, never broken.
 */
export class LockFolder {
  readonly #disk: Disk;
  readonly #owners: string;

  constructor(disk: Disk, commonDir: string) {
    this.#disk = disk;
    this.#owners = join(commonDir, 'gitops-locks');
  }

  async take(path: string, signal: AbortSignal): Promise<HeldLock> {
    const lock = `${path}.lock`;
    const owner = await this.#makeOwner();
    const deadline = Date.now() + patience;
    try {
      for (;;) {
        const held = await this.#tryTake(lock, owner);
        if (held !== null) return new HeldLock(this.#disk, path, lock, held);
        if (await this.#freeDead(lock)) continue;
        if (Date.now() > deadline) lockHeld(lock);
        await pause(10 + Math.floor(20 * (randomBytes(1).readUInt8() / 255)), undefined, { signal });
      }
    } catch (error) {
      await this.#disk.unlink(owner).catch(() => undefined);
      throw error;
    }
  }

  async #makeOwner(): Promise<string> {
    const owner = join(this.#owners, `${machine()}.${process.pid}.${randomBytes(6).toString('hex')}`);
    try {
      await (await this.#disk.open(owner, 'wx')).close();
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      await this.#disk.mkdir(this.#owners, { recursive: true });
      await (await this.#disk.open(owner, 'wx')).close();
    }
    return owner;
  }

  /** The file to write the new content to; null where somebody else holds the lock. */
  async #tryTake(lock: string, owner: string): Promise<{ readonly content: string; readonly owner: string } | null> {
    try {
      await this.#disk.link(owner, lock);
      return { content: owner, owner };
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EEXIST') return null;
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EMLINK', 'ENOSYS'].includes(code)) throw error;
    }
    // a file system without hard links: a plain exclusive lock, which a crash leaves for a person to remove
    try {
      await (await this.#disk.open(lock, 'wx')).close();
      return { content: lock, owner };
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return null;
      throw error;
    }
  }

  async #freeDead(lock: string): Promise<boolean> {
    const dead = await this.#deadOwnerOf(lock);
    if (dead === null) return false;
    const breaker = join(this.#owners, 'breaking');
    try {
      await (await this.#disk.open(breaker, 'wx')).close();
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
    try {
      // looked at again: only now is nobody else taking it away
      const still = await this.#deadOwnerOf(lock);
      if (still === null) return false;
      await this.#disk.unlink(lock);
      await this.#disk.unlink(still);
      return true;
    } finally {
      await this.#disk.unlink(breaker);
    }
  }

  async #deadOwnerOf(lock: string): Promise<string | null> {
    try {
      const held = await this.#disk.stat(lock);
      for (const name of await this.#disk.readdir(this.#owners)) {
        const [where, pid] = name.split('.');
        if (where !== machine() || isAlive(Number(pid))) continue;
        const path = join(this.#owners, name);
        const stat = await this.#disk.stat(path);
        if (stat.ino === held.ino && stat.dev === held.dev) return path;
      }
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    return null;
  }
}

export class HeldLock {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #lock: string;
  readonly #file: { readonly content: string; readonly owner: string };
  #done = false;

  constructor(disk: Disk, path: string, lock: string, file: { readonly content: string; readonly owner: string }) {
    this.#disk = disk;
    this.#path = path;
    this.#lock = lock;
    this.#file = file;
  }

  /** Gives the file its new content, and the lock back. */
  async commit(content: string | Uint8Array): Promise<void> {
    const file = await this.#disk.open(this.#file.content, 'r+');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#disk.rename(this.#lock, this.#path);
    this.#done = true;
    await flushFolder(this.#disk, dirname(this.#path));
    await this.#disk.unlink(this.#file.owner);
  }

  /** Gives the lock back, nothing changed; does nothing after {@link HeldLock.commit}. */
  async release(): Promise<void> {
    if (this.#done) return;
    this.#done = true;
    await this.#disk.unlink(this.#lock);
    await this.#disk.unlink(this.#file.owner);
  }
}

let thisMachine: string | null = null;

/** A process id means something on one boot of one machine, within one namespace of processes. */
function machine(): string {
  if (thisMachine === null) {
    const facts = [hostname()];
    for (const read of [
      () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
      () => readlinkSync('/proc/self/ns/pid'),
    ]) {
      try {
        facts.push(read());
      } catch {
        facts.push('');
      }
    }
    thisMachine = createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 16);
  }
  return thisMachine;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
