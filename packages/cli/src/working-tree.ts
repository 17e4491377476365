import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '@gitops/core';
import { isReadName, largestBytes } from './read-names.js';

const leftOut = new Set(['.git', 'node_modules']);

/**
 * The files of a working tree that a fleet is read from, as they are now, committed or not: synchronous, in one walk,
 * which for thousands of small files is several times faster than promises. Paths are relative to `root`, with `/`.
 *
 * @param isWanted which files are read as well, whatever their names.
 */
export function readWorkingTree(root: string, isWanted: (path: string) => boolean = () => false): Snapshot {
  const files: Record<string, string> = Object.create(null) as Record<string, string>;
  const skipped: Snapshot['skipped'][number][] = [];
  const walk = (folder: string, prefix: string): void => {
    const entries = readdirSync(folder, { withFileTypes: true });
    if (prefix !== '' && entries.some((one) => one.name === '.git')) {
      skipped.push({ path: prefix.slice(0, -1), reason: 'submodule' });
      return;
    }
    for (const entry of entries.sort(byName)) {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory()) {
        if (!leftOut.has(entry.name)) walk(join(folder, entry.name), `${path}/`);
      } else if (!isReadName(entry.name) && !isWanted(path)) continue;
      else if (entry.isSymbolicLink()) skipped.push({ path, reason: 'link' });
      else if (entry.isFile()) readInto(join(folder, entry.name), path);
    }
  };
  const readInto = (file: string, path: string): void => {
    const text = readFileSync(file, 'utf8');
    if (text.length > largestBytes / 4 && statSync(file).size > largestBytes)
      skipped.push({ path, reason: 'too-large' });
    else if (text.includes('\0') || (text.includes('\uFFFD') && !isUtf8(file)))
      skipped.push({ path, reason: 'not-utf8' });
    else files[path] = text;
  };
  walk(root, '');
  return { commit: null, files, skipped };
}

/** Code units, as Git orders names. */
function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** A replacement character may stand in the text itself. */
function isUtf8(file: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    return true;
  } catch {
    return false;
  }
}
