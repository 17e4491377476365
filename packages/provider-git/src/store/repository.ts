import type { CommitId } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import { type CommitObject, decodeCommit, decodeTree, encodeCommit, encodeTree, type TreeEntry } from './codec.js';
import type { Oid, RawObject, Store } from './store.js';

/** Typed objects over a {@link Store}, kept for the session: they never change. */
export class Repository {
  readonly store: Store;
  readonly #commits = new Map<CommitId, CommitObject>();
  readonly #trees = new Map<Oid, readonly TreeEntry[]>();
  #shallow: ReadonlySet<CommitId> | null = null;

  constructor(store: Store) {
    this.store = store;
  }

  /** Null where there is no such commit. Parents beyond the border of a shallow clone are left out. */
  async findCommit(oid: CommitId): Promise<CommitObject | null> {
    const known = this.#commits.get(oid);
    if (known !== undefined) return known;
    if (!isOid(oid)) return null;
    const [object] = await this.store.read([oid]);
    if (object?.type !== 'commit') return null;
    const commit = decodeCommit(object.bytes);
    this.#shallow ??= await this.store.shallow();
    const seen = this.#shallow.has(oid) ? { ...commit, parents: [] } : commit;
    this.#commits.set(oid, seen);
    return seen;
  }

  async commit(oid: CommitId): Promise<CommitObject> {
    return (await this.findCommit(oid)) ?? missing('commit', oid);
  }

  async trees(oids: readonly Oid[]): Promise<readonly (readonly TreeEntry[])[]> {
    const wanted = [...new Set(oids)].filter((oid) => !this.#trees.has(oid));
    const objects = wanted.length === 0 ? [] : await this.store.read(wanted);
    for (const [index, oid] of wanted.entries()) {
      const object = objects[index];
      if (object?.type !== 'tree') damaged('tree', oid);
      this.#trees.set(oid, decodeTree((object as RawObject).bytes, this.store.hash));
    }
    return oids.map((oid) => this.#trees.get(oid) as readonly TreeEntry[]);
  }

  async tree(oid: Oid): Promise<readonly TreeEntry[]> {
    return (await this.trees([oid]))[0] as readonly TreeEntry[];
  }

  async blobs(oids: readonly Oid[]): Promise<readonly Uint8Array[]> {
    const objects = await this.store.read(oids);
    return objects.map((object, index) =>
      object?.type === 'blob' ? object.bytes : damaged('blob', oids[index] as Oid),
    );
  }

  writeTree(entries: readonly TreeEntry[]): Oid {
    const oid = this.store.write('tree', encodeTree(entries));
    this.#trees.set(oid, entries);
    return oid;
  }

  writeCommit(commit: CommitObject): CommitId {
    const oid = this.store.write('commit', encodeCommit(commit));
    this.#commits.set(oid, commit);
    return oid;
  }

  async ref(name: string): Promise<Oid | null> {
    return (await this.store.refs()).get(name) ?? null;
  }
}

export function isOid(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

function missing(what: string, oid: Oid): never {
  return fail(
    'not-found',
    `There is no ${what} ${oid} in the repository.`,
    'Fetch it, or name one that is there (git log).',
    { commit: oid },
  );
}

function damaged(what: string, oid: Oid): never {
  return fail(
    'repository-unsupported',
    `The ${what} ${oid} is missing or damaged, although the repository refers to it.`,
    'Run "git fsck --full" there and restore it from another clone; in a partial clone, install git.',
    { object: oid },
  );
}
