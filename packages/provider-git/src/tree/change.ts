import type { FileChange } from '@gitops/core';
import { fail, textOf } from '@gitops/provider-http';
import type { TreeEntry } from '../store/codec.js';
import type { Repository } from '../store/repository.js';
import type { Oid } from '../store/store.js';
import { entryAt } from './walk.js';

interface Folder {
  readonly files: Map<string, { readonly oid: Oid | null; readonly mode: string }>;
  readonly folders: Map<string, Folder>;
}

/** The tree that `base` becomes with the changes applied, each checked against what `base` holds. Modes are kept. */
export async function changedTree(repository: Repository, base: Oid, changes: readonly FileChange[]): Promise<Oid> {
  const root: Folder = { files: new Map(), folders: new Map() };
  const seen = new Set<string>();
  for (const change of changes) {
    checkPath(change.path);
    if (seen.has(change.path)) refuse(change.path, 'it stands twice in the change');
    seen.add(change.path);
    const was = await entryAt(repository, base, change.path);
    await checkBefore(repository, change, was);
    const steps = change.path.split('/');
    const name = steps.pop() as string;
    let folder = root;
    for (const step of steps) {
      const next = folder.folders.get(step) ?? { files: new Map(), folders: new Map() };
      folder.folders.set(step, next);
      folder = next;
    }
    const oid = change.after === null ? null : repository.store.write('blob', Buffer.from(change.after, 'utf8'));
    folder.files.set(name, { oid, mode: was?.mode ?? '100644' });
  }
  return (await rebuilt(repository, base, root, '')) ?? repository.writeTree([]);
}

/** A folder with nothing in it is no folder: null. */
async function rebuilt(repository: Repository, tree: Oid | null, folder: Folder, path: string): Promise<Oid | null> {
  const entries = new Map<string, TreeEntry>();
  for (const entry of tree === null ? [] : await repository.tree(tree)) entries.set(entry.name, entry);
  for (const [name, { oid }] of folder.files) if (oid === null) entries.delete(name);
  for (const [name, below] of folder.folders) {
    const was = entries.get(name);
    if (was !== undefined && was.mode !== '40000')
      refuse(`${path}${name}`, 'it is a file, and the change needs a folder there');
    const oid = await rebuilt(repository, was?.oid ?? null, below, `${path}${name}/`);
    if (oid === null) entries.delete(name);
    else entries.set(name, { name, mode: '40000', oid });
  }
  for (const [name, { oid, mode }] of folder.files) {
    if (oid === null) continue;
    if (entries.get(name)?.mode === '40000')
      refuse(`${path}${name}`, 'it is a folder, and the change needs a file there');
    entries.set(name, { name, mode, oid });
  }
  return entries.size === 0 ? null : repository.writeTree([...entries.values()]);
}

async function checkBefore(repository: Repository, change: FileChange, was: TreeEntry | null): Promise<void> {
  if (was === null || was.mode === '40000') {
    if (change.before !== null) stale(change.path, 'it is not there any more');
    return;
  }
  if (was.mode === '120000' || was.mode === '160000') {
    refuse(change.path, was.mode === '120000' ? 'it is a symbolic link' : 'it is a submodule');
  }
  if (change.before === null) stale(change.path, 'it is there already');
  const [bytes] = await repository.blobs([was.oid]);
  if (textOf(bytes as Uint8Array) !== change.before) stale(change.path, 'its text is another one');
}

function checkPath(path: string): void {
  const steps = path.split('/');
  // ".git" in all the spellings that file systems take for it
  const bad = steps.some((step) => step === '' || step === '.' || step === '..' || /^(\.git|git~1)[ .]*$/i.test(step));
  if (bad || /[\u0000-\u001f\\]/.test(path)) refuse(path, 'it is no path inside a repository');
}

function stale(path: string, why: string): never {
  return fail(
    'stale-head',
    `The file ${path} is not as the change expects: ${why}.`,
    'Read the branch again and make the change anew.',
    { path },
  );
}

function refuse(path: string, why: string): never {
  return fail(
    'rejected',
    `The file ${JSON.stringify(path)} cannot be changed: ${why}.`,
    'Leave it out of the change.',
    {
      path,
    },
  );
}
