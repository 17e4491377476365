import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A temporary file older than this was left by a process that was killed. */
const abandonedMs = 60 * 60_000;

/** Removes what was not used for longest until the folder holds at most so many bytes, and what killed writers left. */
export async function keepWithin(folder: string, maxBytes: number): Promise<void> {
  const found: { readonly place: string; readonly bytes: number; readonly usedMs: number }[] = [];
  for (const name of await namesBelow(folder)) {
    const place = join(folder, name);
    const { size, mtimeMs } = (await stat(place).catch(() => null)) ?? { size: 0, mtimeMs: 0 };
    if (name.endsWith('.tmp')) {
      if (mtimeMs < Date.now() - abandonedMs) await remove(place);
    } else {
      found.push({ place, bytes: size, usedMs: mtimeMs });
    }
  }
  let held = found.reduce((sum, file) => sum + file.bytes, 0);
  found.sort((a, b) => a.usedMs - b.usedMs);
  for (const { place, bytes } of found) {
    if (held <= maxBytes) return;
    await remove(place);
    held -= bytes;
  }
}

/** Only what looks like ours: two folders, two letters, a hash. */
async function namesBelow(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) =>
    /^(blobs|commits)[/\\][0-9a-f]{2}[/\\][0-9a-f]{38,62}(\.[0-9a-f-]{36}\.tmp)?$/.test(name),
  );
}

async function remove(place: string): Promise<void> {
  // another process may have removed it already, or it may not be ours to remove
  await unlink(place).catch(() => undefined);
}
