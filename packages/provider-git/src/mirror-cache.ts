import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fail } from '@gitops/provider-http';

/** More than this many processes at once on one remote are refused, rather than filling the disk with clones. */
const mostSlots = 64;

/** The caches of this process, by folder: its own calls share one, and take turns in fetching. */
const taken = new Map<string, MirrorCache>();
/** Files that say which folders are taken; given back at the end of the process. */
const slotFiles = new Set<string>();

export interface MirrorCache {
  readonly gitDir: string;
  /** Runs `work` when nobody else in this process does. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** Where mirrors are kept, and which one: `key` is the address, with what makes a mirror of another kind of it. */
export interface MirrorPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string | undefined;
  readonly key: string;
}

/**
 * A bare repository of our own that mirrors a remote one between runs. Two processes never share one: each takes the
 * first free of a few numbered folders, kept by a file with its process id, and gives it back when it ends. `make`
 * makes the repository where the folder holds none.
 */
export async function takeMirror(place: MirrorPlace, make: (gitDir: string) => Promise<void>): Promise<MirrorCache> {
  const cacheHome = place.env['XDG_CACHE_HOME'] ?? join(place.env['HOME'] ?? homedir(), '.cache');
  const name = createHash('sha256').update(place.key).digest('hex').slice(0, 32);
  const root = join(place.folder ?? join(cacheHome, 'gitops', 'git'), name);
  const known = taken.get(root);
  if (known !== undefined && existsSync(join(known.gitDir, 'HEAD'))) return known;
  mkdirSync(root, { recursive: true, mode: 0o700 });
  for (let slot = 0; slot < mostSlots; slot++) {
    if (!takeSlot(join(root, `${slot}.pid`))) continue;
    const gitDir = join(root, `${slot}.git`);
    await make(gitDir);
    const cache = mirrorCache(gitDir);
    taken.set(root, cache);
    return cache;
  }
  return fail(
    'unavailable',
    `${mostSlots} processes work on this remote from here already.`,
    'Wait for some of them to end, then run again.',
  );
}

function mirrorCache(gitDir: string): MirrorCache {
  let last: Promise<unknown> = Promise.resolve();
  return {
    gitDir,
    alone: (work) => {
      const turn = last.then(work, work);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

function giveBack(): void {
  for (const file of slotFiles) rmSync(file, { force: true });
}

/** Free is a slot without a file, or with the file of a process that has ended. */
function takeSlot(file: string): boolean {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = openSync(file, 'wx', 0o600);
      writeSync(handle, String(process.pid));
      closeSync(handle);
      if (slotFiles.size === 0) process.once('exit', giveBack);
      slotFiles.add(file);
      return true;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    if (!clearDead(file)) return false;
  }
  return false;
}

function clearDead(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid === 0 || isAlive(pid)) return false;
    // renaming decides between two that found it dead at once
    const aside = `${file}.${randomBytes(4).toString('hex')}`;
    renameSync(file, aside);
    const stillDead = Number(readFileSync(aside, 'utf8')) === pid;
    unlinkSync(aside);
    return stillDead;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
