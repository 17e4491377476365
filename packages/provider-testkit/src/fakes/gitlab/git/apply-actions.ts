import { logCommits } from '../../host/history.js';
import { editTree, listTree, type TreeChange } from '../../host/objects.js';
import { badRequest } from '../failure.js';
import type { FileAction } from './actions.js';
import { writeBlobs } from './write-blobs.js';

interface Entry {
  readonly mode: string;
  /** An object that is there, or bytes that are still to be written. */
  readonly holds: string | Buffer;
  readonly file: boolean;
}

/**
 * The tree of `start` (null: of nothing) after the actions, each of which sees what the ones before it made. However
 * many they are, Git is started a handful of times.
 */
export async function applyActions(
  folder: string,
  start: string | null,
  actions: readonly FileAction[],
): Promise<string> {
  const files = new Map<string, Entry>();
  const folders = new Map<string, number>();
  const put = (path: string, entry: Entry | null) => {
    const step = (entry === null ? 0 : 1) - (files.has(path) ? 1 : 0);
    if (entry === null) files.delete(path);
    else files.set(path, entry);
    for (const above of ancestors(path)) folders.set(above, (folders.get(above) ?? 0) + step);
  };
  for (const entry of start === null ? [] : await listTree(folder, start, { recursive: true })) {
    if (entry.type !== 'tree') put(entry.path, { mode: entry.mode, holds: entry.oid, file: entry.type === 'blob' });
  }
  const touched = new Set<string>();
  for (const action of actions) {
    const { path } = action;
    if (action.action === 'create' || action.action === 'move') {
      if ((folders.get(path) ?? 0) > 0) throw badRequest('A directory with this name already exists');
      if (files.has(path) || ancestors(path).some((above) => files.has(above))) {
        throw badRequest('A file with this name already exists');
      }
    }
    const from = action.action === 'move' ? (action.previousPath ?? '') : path;
    const old = action.action === 'create' ? null : (files.get(from) ?? null);
    if (action.action !== 'create' && old?.file !== true) throw badRequest("A file with this name doesn't exist");
    if (old !== null) await guard(folder, start, from, action);
    if (action.action === 'delete' || action.action === 'move') {
      put(from, null);
      touched.add(from);
    }
    if (action.action !== 'delete') {
      const before = old?.mode ?? '100644';
      const mode = action.executable === null ? before : action.executable ? '100755' : '100644';
      const kept = old?.holds ?? Buffer.alloc(0);
      put(path, { mode, holds: action.action === 'chmod' ? kept : (action.content ?? kept), file: true });
      touched.add(path);
    }
  }
  return editTree(folder, start, await toChanges(folder, files, touched));
}

async function toChanges(
  folder: string,
  files: ReadonlyMap<string, Entry>,
  touched: ReadonlySet<string>,
): Promise<readonly TreeChange[]> {
  const paths = [...touched].filter((path) => Buffer.isBuffer(files.get(path)?.holds));
  const oids = await writeBlobs(
    folder,
    paths.map((path) => files.get(path)?.holds as Buffer),
  );
  const written = new Map(paths.map((path, index) => [path, oids[index] ?? '']));
  // what goes comes first: a file may take the place of a folder
  const gone = [...touched].filter((path) => !files.has(path));
  const kept = [...touched].flatMap((path) => {
    const entry = files.get(path);
    if (entry === undefined) return [];
    return [{ path, mode: entry.mode, oid: written.get(path) ?? (entry.holds as string) }];
  });
  return [...gone.map((path) => ({ path, mode: '0', oid: null })), ...kept];
}

function ancestors(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** `last_commit_id`: the last commit that touched the file must be that one. */
async function guard(folder: string, start: string | null, path: string, action: FileAction): Promise<void> {
  if (action.lastCommit === null || start === null) return;
  const [last] = await logCommits(folder, { from: start, path, limit: 1 });
  if (last !== action.lastCommit) throw badRequest(`The file has changed since you started editing it: ${path}`);
}
