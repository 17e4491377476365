import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { objectType } from '../../host/objects.js';
import { readRef, resolveCommit } from '../../host/repository.js';

/** The commit that a branch stands at, or null. Git is asked only where the ref has no file of its own. */
export async function branchTip(folder: string, branch: string): Promise<string | null> {
  return refTip(folder, `refs/heads/${branch}`);
}

/** The same for any ref by its full name. */
export async function refTip(folder: string, ref: string): Promise<string | null> {
  const plain = ref.split('/').every((part) => /^[^.\0][^\0]*$/.test(part));
  const text = plain ? await readFile(join(folder, ref), 'utf8').catch(() => null) : null;
  const oid = /^([0-9a-f]{40})\n$/.exec(text ?? '')?.[1];
  return oid ?? readRef(folder, ref);
}

/** A commit by its id, a branch or a tag; null where there is none. */
export async function findCommit(folder: string, name: string): Promise<string | null> {
  if (/^[0-9a-f]{40}$/.test(name) && (await objectType(folder, name)) === 'commit') return name;
  return (await branchTip(folder, name)) ?? resolveCommit(folder, name);
}
