import type { Place } from '../fleet/fleet.js';
import type { Tree } from '../fleet/read.js';
import type { Deployed } from './deployed.js';

/** What leaves open which files an Application reads. */
const open = ['value-file-elsewhere', 'source-elsewhere', 'plugin-not-read', 'chart-of-applications'];

/**
 * Tells the files of a place whose Applications are all known, and all that each of them reads: for those, what they name
 * has been followed already.
 */
export function isPlainlyRead(tree: Tree, place: Place, deployed: readonly Deployed[]): (file: string) => boolean {
  const clean = new Map<string, boolean>();
  for (const { manifest, place: stands, read } of deployed) {
    if (stands.id !== place.id) continue;
    const isClean =
      read.problems.length === 0 && !manifest.name.includes('*') && !read.notes.some((one) => open.includes(one.kind));
    clean.set(manifest.file, (clean.get(manifest.file) ?? true) && isClean);
  }
  for (const note of tree.at(place).notes)
    if (note.at !== null && /^(?:application-set|template)/.test(note.kind)) clean.set(note.at.file, false);
  return (file) => clean.get(file) ?? false;
}
