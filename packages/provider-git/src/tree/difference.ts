import type { FileChange } from '@gitops/core';
import { largestFile, textOf } from '@gitops/provider-http';
import type { TreeEntry } from '../store/codec.js';
import type { Repository } from '../store/repository.js';
import type { Oid } from '../store/store.js';

interface Difference {
  readonly path: string;
  readonly before: TreeEntry | null;
  readonly after: TreeEntry | null;
}

/**
 * What one tree changed against another, sorted by path. Where a side is no text (bytes, a link, a submodule, a very
 * large file), or the mode alone changed, both sides are `<mode> <object id>`.
 */
export async function changesBetween(
  repository: Repository,
  before: Oid | null,
  after: Oid | null,
): Promise<readonly FileChange[]> {
  const found: Difference[] = [];
  await compare(repository, before, after, '', found);
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
  const changed = found.filter((one) => one.before?.oid !== one.after?.oid);
  const texts = await textsOf(repository, changed);
  return found.map(({ path, before: was, after: is }) => {
    const [wasText, isText] = [sideOf(was, texts), sideOf(is, texts)];
    const shown = was?.oid !== is?.oid && wasText !== undefined && isText !== undefined;
    return shown ? { path, before: wasText, after: isText } : { path, before: named(was), after: named(is) };
  });
}

async function compare(
  repository: Repository,
  before: Oid | null,
  after: Oid | null,
  folder: string,
  found: Difference[],
): Promise<void> {
  if (before === after) return;
  const listing = async (tree: Oid | null): Promise<Map<string, TreeEntry>> =>
    new Map((tree === null ? [] : await repository.tree(tree)).map((entry) => [entry.name, entry]));
  const [older, newer] = [await listing(before), await listing(after)];
  for (const name of new Set([...older.keys(), ...newer.keys()])) {
    const [was, is] = [older.get(name) ?? null, newer.get(name) ?? null];
    if (was?.oid === is?.oid && was?.mode === is?.mode) continue;
    const path = `${folder}${name}`;
    const [wasFile, isFile] = [asFile(was), asFile(is)];
    if (wasFile !== null || isFile !== null) found.push({ path, before: wasFile, after: isFile });
    await compare(repository, asFolder(was), asFolder(is), `${path}/`, found);
  }
}

const asFile = (entry: TreeEntry | null): TreeEntry | null => (entry?.mode === '40000' ? null : entry);
const asFolder = (entry: TreeEntry | null): Oid | null => (entry?.mode === '40000' ? entry.oid : null);
const isRegular = (entry: TreeEntry | null): entry is TreeEntry => entry?.mode.startsWith('100') === true;
const named = (entry: TreeEntry | null): string | null => (entry === null ? null : `${entry.mode} ${entry.oid}`);

/** Texts of all files by object id, in one read; one that is no text is left out. */
async function textsOf(repository: Repository, changed: readonly Difference[]): Promise<ReadonlyMap<Oid, string>> {
  const files = changed.flatMap(({ before, after }) => [before, after].filter(isRegular));
  const oids = [...new Set(files.map((entry) => entry.oid))];
  const contents = await repository.blobs(oids);
  const texts = new Map<Oid, string>();
  for (const [index, oid] of oids.entries()) {
    const bytes = contents[index] as Uint8Array;
    const text = bytes.length > largestFile ? null : textOf(bytes);
    if (text !== null) texts.set(oid, text);
  }
  return texts;
}

/** Null for no file, undefined for one that is no text. */
function sideOf(entry: TreeEntry | null, texts: ReadonlyMap<Oid, string>): string | null | undefined {
  if (entry === null) return null;
  return isRegular(entry) ? texts.get(entry.oid) : undefined;
}
