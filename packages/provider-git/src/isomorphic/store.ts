import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CommitId, Identity } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { PromiseFsClient } from 'isomorphic-git';
import { whoIs } from '../identity.js';
import { packOf } from '../native/pack.js';
import { hashObject } from '../store/codec.js';
import { Repository } from '../store/repository.js';
import type { Backend, MoveOutcome, ObjectType, Oid, RawObject, RefMove, Store, Worktree } from '../store/store.js';
import { readSettings } from './config.js';
import { discover, type Location } from './discover.js';
import { type Disk, readText } from './disk.js';
import { durableFs, writeDurably } from './durable-fs.js';
import { ancestors, bestCommon } from './graph.js';
import { FileRefs } from './refs.js';
import { checkedOut } from './worktrees.js';

const packFrom = 100;

export type Library = typeof import('isomorphic-git');

/** Opens the repository that holds `path` with isomorphic-git, over a disk whose writes are durable. */
export async function openIsomorphic(
  disk: Disk,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Backend> {
  const location = await discover(disk, path);
  // takes long to load, and is not needed where `git` is installed
  const library = await import('isomorphic-git');
  return {
    kind: 'isomorphic',
    facts: { name: path, address: path, bare: location.bare, hash: 'sha1' },
    ssh: false,
    atomicPush: false,
    session: (signal) => Promise.resolve(new IsomorphicStore(library, disk, location, signal)),
    identities: async (): Promise<{ author: Identity | null; committer: Identity | null }> => {
      const settings = await readSettings(disk, location, env);
      return { author: whoIs('author', settings, env), committer: whoIs('committer', settings, env) };
    },
  };
}

/** A session on a repository of this machine, by isomorphic-git. */
export class IsomorphicStore implements Store {
  readonly hash = 'sha1';
  protected readonly library: Library;
  protected readonly disk: Disk;
  protected readonly location: Location;
  protected readonly signal: AbortSignal;
  readonly #fs: PromiseFsClient;
  readonly #fileRefs: FileRefs;
  readonly #written = new Map<Oid, RawObject>();
  readonly #pending = new Map<Oid, RawObject>();
  readonly #ancestors = new Map<CommitId, Set<CommitId>>();
  readonly #history: Repository;
  #refs: Map<string, Oid> | null = null;
  #cache: object = {};

  constructor(library: Library, disk: Disk, location: Location, signal: AbortSignal) {
    this.library = library;
    this.disk = disk;
    this.#fs = durableFs(disk);
    this.location = location;
    this.signal = signal;
    this.#fileRefs = new FileRefs(disk, location.commonDir);
    this.#history = new Repository(this);
  }

  async read(oids: readonly Oid[]): Promise<readonly (RawObject | null)[]> {
    const found: (RawObject | null)[] = [];
    for (const oid of oids) found.push(this.#written.get(oid) ?? (await this.#readOne(oid)));
    return found;
  }

  async #readOne(oid: Oid): Promise<RawObject | null> {
    try {
      const place = { fs: this.#fs, gitdir: this.location.commonDir, cache: this.#cache };
      const result = await this.library.readObject({ ...place, oid, format: 'content' });
      return { type: result.type as ObjectType, bytes: result.object as Uint8Array };
    } catch (error) {
      if (error instanceof Error && error.name === 'NotFoundError') return null;
      return fail(
        'repository-unsupported',
        `The object ${oid} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
        'Run "git fsck --full" there and restore it from another clone; install git if its format is a newer one.',
        { object: oid },
      );
    }
  }

  write(type: ObjectType, bytes: Uint8Array): Oid {
    const oid = hashObject('sha1', type, bytes);
    if (!this.#written.has(oid)) {
      this.#pending.set(oid, { type, bytes });
      this.#written.set(oid, { type, bytes });
    }
    return oid;
  }

  async flush(): Promise<void> {
    if (this.#pending.size >= packFrom) await this.#writePack();
    else for (const { type, bytes } of this.#pending.values()) await this.#writeLoose(type, bytes);
    this.#pending.clear();
  }

  async #writeLoose(type: ObjectType, bytes: Uint8Array): Promise<void> {
    const place = { fs: this.#fs, gitdir: this.location.commonDir };
    await this.library.writeObject({ ...place, type, object: bytes, format: 'content' });
  }

  /** The pack is in place before its index: until then Git does not look into it. */
  async #writePack(): Promise<void> {
    const pack = packOf(this.#pending.values(), this.#pending.size, 'sha1');
    const name = createHash('sha1')
      .update([...this.#pending.keys()].sort().join(''))
      .digest('hex');
    const filepath = `objects/pack/pack-${name}.pack`;
    await writeDurably(this.disk, join(this.location.commonDir, filepath), pack);
    const dir = this.location.commonDir;
    await this.library.indexPack({ fs: this.#fs, dir, gitdir: dir, filepath });
    this.#cache = {};
  }

  async refs(): Promise<ReadonlyMap<string, Oid>> {
    this.#refs ??= await this.#fileRefs.list(['refs/heads/', 'refs/notes/devtools/', 'refs/devtools/']);
    return this.#refs;
  }

  refresh(): Promise<void> {
    this.#refs = null;
    return Promise.resolve();
  }

  async headRef(): Promise<string | null> {
    const text = (await readText(this.disk, join(this.location.gitDir, 'HEAD'))) ?? '';
    return /^ref: (refs\/\S+)/.exec(text)?.[1] ?? null;
  }

  async move(moves: readonly RefMove[]): Promise<MoveOutcome> {
    const outcome = await this.#fileRefs.move(moves, this.signal);
    await this.refresh();
    return outcome;
  }

  async notReachable(tips: readonly CommitId[], from: CommitId): Promise<ReadonlySet<CommitId>> {
    const reached = this.#ancestors.get(from) ?? (await ancestors(this.#history, from));
    this.#ancestors.set(from, reached);
    return new Set(tips.filter((tip) => !reached.has(tip)));
  }

  mergeBase(one: CommitId, other: CommitId): Promise<CommitId | null> {
    return bestCommon(this.#history, one, other);
  }

  async shallow(): Promise<ReadonlySet<CommitId>> {
    const text = (await readText(this.disk, join(this.location.commonDir, 'shallow'))) ?? '';
    return new Set(text.split('\n').filter((line) => line !== ''));
  }

  worktrees(): Promise<readonly Worktree[]> {
    return checkedOut(this.disk, this.location);
  }

  updateWorktree(): Promise<string | null> {
    return Promise.resolve('the git program is not installed');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
