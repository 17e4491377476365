import { createHash, type Hash } from 'node:crypto';

/** One entry of a commit's listing: a file, a link or a submodule by its whole path. */
export interface TreeEntry {
  readonly path: string;
  /** `100644`, `100755`, `120000` (link) or `160000` (submodule); `40000` where a whole folder is one entry. */
  readonly mode: string;
  readonly oid: string;
  /** Bytes of the content, where whoever listed it told. */
  readonly size?: number;
}

/** Git's two object formats. Ids of 40 digits are SHA-1, of 64 digits SHA-256. */
export type ObjectFormat = 'sha1' | 'sha256';

/** The format of an object id. */
export function formatOf(oid: string): ObjectFormat {
  return oid.length === 64 ? 'sha256' : 'sha1';
}

/** A hash that has taken the header of an object; its content follows by `update`. */
export function objectHash(type: 'blob' | 'tree', bytes: number, format: ObjectFormat = 'sha1'): Hash {
  return createHash(format).update(`${type} ${bytes}\0`);
}

/** The id that Git gives a file with this content. */
export function blobId(content: string | Uint8Array, format: ObjectFormat = 'sha1'): string {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return objectHash('blob', bytes.length, format).update(bytes).digest('hex');
}

interface Folder {
  readonly leaves: Map<string, TreeEntry>;
  readonly folders: Map<string, Folder>;
}

/**
 * The id of the tree that holds exactly these entries, folders made from their paths, in Git's order of names. A path
 * that stands twice, or as file and folder at once, is a defect of the caller: throws.
 */
export function treeId(entries: Iterable<TreeEntry>, format?: ObjectFormat): string {
  const root: Folder = { leaves: new Map(), folders: new Map() };
  let found = format;
  for (const entry of entries) {
    found ??= formatOf(entry.oid);
    const steps = entry.path.split('/');
    const name = steps.pop() as string;
    let folder = root;
    for (const step of steps) {
      let next = folder.folders.get(step);
      if (next === undefined) {
        next = { leaves: new Map(), folders: new Map() };
        folder.folders.set(step, next);
      }
      folder = next;
    }
    if (folder.leaves.has(name)) throw new Error(`the path ${entry.path} stands twice in a listing`);
    folder.leaves.set(name, entry);
  }
  return hashFolder(root, found ?? 'sha1');
}

function hashFolder(folder: Folder, format: ObjectFormat): string {
  const rows: { readonly order: Buffer; readonly head: Buffer; readonly oid: Buffer }[] = [];
  const add = (name: string, mode: string, oid: string): void => {
    const isFolder = mode === '40000';
    rows.push({
      // Git compares the name of a folder as if a slash stood behind it
      order: Buffer.from(isFolder ? `${name}/` : name, 'utf8'),
      head: Buffer.from(`${mode} ${name}\0`, 'utf8'),
      oid: Buffer.from(oid, 'hex'),
    });
  };
  for (const [name, entry] of folder.leaves) add(name, entry.mode.replace(/^0+/, ''), entry.oid);
  for (const [name, below] of folder.folders) {
    if (folder.leaves.has(name)) throw new Error(`the path ${name} is a file and a folder in one listing`);
    add(name, '40000', hashFolder(below, format));
  }
  rows.sort((a, b) => Buffer.compare(a.order, b.order));
  const body = Buffer.concat(rows.flatMap((row) => [row.head, row.oid]));
  return objectHash('tree', body.length, format).update(body).digest('hex');
}
