import type { FileChange } from '@gitops/core';
import { fail } from './failure.js';
import { blobId, formatOf, type TreeEntry } from './git-objects.js';

/**
 * The listing that a commit of `files` on a listing gives: modes are kept, new files are plain ones, folders come and
 * go with their files. Nothing is read: each `before` is compared by object id. Failures: `stale-head` where `before`
 * is not what stands there; `rejected` where the change cannot be made (a path that stands twice, a link, a submodule,
 * a file where a folder is).
 */
export function applyFiles(entries: Iterable<TreeEntry>, files: readonly FileChange[]): readonly TreeEntry[] {
  const after = new Map<string, TreeEntry>();
  for (const entry of entries) after.set(entry.path, entry);
  const [first] = after.values();
  const format = formatOf(first?.oid ?? '');
  const seen = new Set<string>();
  for (const file of files) {
    checkPath(file.path);
    if (seen.has(file.path)) refuse(file.path, 'it stands twice in the change');
    seen.add(file.path);
    const was = after.get(file.path);
    if (was === undefined) {
      if (file.before !== null) stale(file.path, 'it is not there any more');
    } else {
      if (was.mode === '120000') refuse(file.path, 'it is a symbolic link');
      if (was.mode === '160000') refuse(file.path, 'it is a submodule');
      if (file.before === null) stale(file.path, 'it is there already');
      if (blobId(file.before, formatOf(was.oid)) !== was.oid) stale(file.path, 'its text is another one');
    }
    if (file.after === null) after.delete(file.path);
    else {
      const bytes = Buffer.from(file.after, 'utf8');
      after.set(file.path, {
        path: file.path,
        mode: was?.mode ?? '100644',
        oid: blobId(bytes, format),
        size: bytes.length,
      });
    }
  }
  checkFolders(after, files);
  return [...after.values()];
}

/** No file may stand where a folder is, before nor after: only paths of the change can bring that about. */
function checkFolders(after: ReadonlyMap<string, TreeEntry>, files: readonly FileChange[]): void {
  const made = files.filter((file) => file.before === null && file.after !== null).map((file) => file.path);
  if (made.length === 0) return;
  for (const path of made) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (after.has(path.slice(0, end)))
        refuse(path.slice(0, end), 'it is a file, and the change needs a folder there');
    }
  }
  const folders = new Set(made.map((path) => `${path}/`));
  for (const path of after.keys()) {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      if (folders.has(path.slice(0, end + 1)))
        refuse(path.slice(0, end), 'it is a folder, and the change needs a file there');
    }
  }
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
    { path },
  );
}
