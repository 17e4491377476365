import { dirname, join } from 'node:path';
import { fail } from '@gitops/provider-http';
import { nameClash } from '../native/explain.js';
import type { MoveOutcome, Oid, RefMove } from '../store/store.js';
import { codeOf, type Disk, readText } from './disk.js';
import { flushFolder } from './durable-fs.js';
import { type HeldLock, LockFolder } from './ref-lock.js';

/** Refs as files: loose ones over `packed-refs`, moved one by one under Git's own locks. */
export class FileRefs {
  readonly #disk: Disk;
  readonly #dir: string;
  readonly #locks: LockFolder;

  constructor(disk: Disk, commonDir: string) {
    this.#disk = disk;
    this.#dir = commonDir;
    this.#locks = new LockFolder(disk, commonDir);
  }

  async list(prefixes: readonly string[]): Promise<Map<string, Oid>> {
    const found = new Map<string, Oid>();
    for (const [ref, oid] of await this.#packed()) {
      if (prefixes.some((prefix) => ref.startsWith(prefix))) found.set(ref, oid);
    }
    for (const prefix of prefixes) await this.#listLoose(prefix.replace(/\/$/, ''), found);
    return found;
  }

  async #listLoose(folder: string, found: Map<string, Oid>): Promise<void> {
    let entries: Awaited<ReturnType<typeof this.readFolder>>;
    try {
      entries = await this.readFolder(folder);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return;
      throw error;
    }
    for (const entry of entries) {
      const ref = `${folder}/${entry.name}`;
      if (entry.isDirectory()) await this.#listLoose(ref, found);
      else if (!ref.endsWith('.lock')) {
        const oid = await this.read(ref);
        if (oid !== null) found.set(ref, oid);
      }
    }
  }

  readFolder(folder: string) {
    return this.#disk.readdir(join(this.#dir, folder), { withFileTypes: true });
  }

  /** Where a ref stands: loose first, then packed; symbolic ones are followed. */
  async read(ref: string, depth = 0): Promise<Oid | null> {
    const text = (await readText(this.#disk, join(this.#dir, ref)))?.trim() ?? '';
    if (text.startsWith('ref: ') && depth < 5) return this.read(text.slice(5).trim(), depth + 1);
    if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text;
    if (text !== '') {
      fail(
        'repository-unsupported',
        `The ref ${ref} holds no commit: its file is damaged.`,
        `Find its last commit with "git reflog" or "git fsck --lost-found", then set it with "git update-ref ${ref}".`,
        { ref },
      );
    }
    return (await this.#packed()).get(ref) ?? null;
  }

  async #packed(): Promise<Map<string, Oid>> {
    const text = (await readText(this.#disk, join(this.#dir, 'packed-refs'))) ?? '';
    const found = new Map<string, Oid>();
    for (const line of text.split('\n')) {
      const entry = /^([0-9a-f]{40,64}) (refs\/\S+)$/.exec(line);
      if (entry?.[1] !== undefined && entry[2] !== undefined) found.set(entry[2], entry[1]);
    }
    return found;
  }

  /** All locks first (in one order, so that two writers never wait for each other), then all comparisons, then moves. */
  async move(moves: readonly RefMove[], signal: AbortSignal): Promise<MoveOutcome> {
    const held = new Map<string, HeldLock>();
    try {
      for (const { ref, to } of [...moves].sort((a, b) => (a.ref < b.ref ? -1 : 1))) {
        if (to !== null) await this.#checkName(ref);
        held.set(ref, await this.#lock(ref, signal));
      }
      for (const { ref, from } of moves) if ((await this.read(ref)) !== from) return { moved: false, ref };
      for (const { ref, to } of moves) {
        const lock = held.get(ref) as HeldLock;
        if (to === null) await this.#delete(ref, lock, signal);
        else await this.#set(ref, to, lock);
      }
      return { moved: true };
    } finally {
      for (const lock of held.values()) await lock.release();
    }
  }

  async #lock(ref: string, signal: AbortSignal): Promise<HeldLock> {
    const path = join(this.#dir, ref);
    try {
      return await this.#locks.take(path, signal);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      await this.#disk.mkdir(dirname(path), { recursive: true });
      return this.#locks.take(path, signal);
    }
  }

  /** Git keeps refs like files and folders: `a` and `a/b` exclude each other, packed or not. */
  async #checkName(ref: string): Promise<void> {
    const steps = ref.split('/');
    for (let length = 3; length < steps.length; length++) {
      const above = steps.slice(0, length).join('/');
      if ((await this.read(above)) !== null) nameClash(ref, above);
    }
    for (const other of (await this.list([`${ref}/`])).keys()) nameClash(ref, other);
  }

  async #set(ref: string, oid: Oid, lock: HeldLock): Promise<void> {
    try {
      await lock.commit(`${oid}\n`);
    } catch (error) {
      if (!['EISDIR', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) throw error;
      // folders of deleted branches, empty but for our look into them a moment ago
      await this.#removeEmpty(join(this.#dir, ref));
      await lock.commit(`${oid}\n`);
    }
  }

  async #removeEmpty(folder: string): Promise<void> {
    for (const name of await this.#disk.readdir(folder)) await this.#removeEmpty(join(folder, name));
    await this.#disk.rmdir(folder);
  }

  /** First out of `packed-refs`, then the file: a crash between leaves the ref where it was. */
  async #delete(ref: string, lock: HeldLock, signal: AbortSignal): Promise<void> {
    if ((await this.#packed()).has(ref)) {
      const path = join(this.#dir, 'packed-refs');
      const packedLock = await this.#locks.take(path, signal);
      try {
        const text = (await readText(this.#disk, path)) ?? '';
        await packedLock.commit(withoutPacked(text, ref));
      } finally {
        await packedLock.release();
      }
    }
    const path = join(this.#dir, ref);
    for (const file of [path, join(this.#dir, 'logs', ref)]) {
      try {
        await this.#disk.unlink(file);
      } catch (error) {
        if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw error;
      }
    }
    await flushFolder(this.#disk, dirname(path));
    await lock.release();
  }
}

/** A packed ref goes with the peeled line below it. */
function withoutPacked(text: string, ref: string): string {
  const kept: string[] = [];
  let dropping = false;
  for (const line of text.split(/(?<=\n)/)) {
    dropping = line.startsWith('^') ? dropping : line.trimEnd().endsWith(` ${ref}`);
    if (!dropping) kept.push(line);
  }
  return kept.join('');
}
