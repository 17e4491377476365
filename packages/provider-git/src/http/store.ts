import type { CommitId } from '@gitops/core';
import type { Disk } from '../isomorphic/disk.js';
import { IsomorphicStore, type Library } from '../isomorphic/store.js';
import type { MirrorCache } from '../mirror-cache.js';
import { nameClash } from '../native/explain.js';
import { decodeCommit } from '../store/codec.js';
import type { MoveOutcome, Oid, RawObject, RefMove, Worktree } from '../store/store.js';
import { type Advertisement, readAdvertisement } from './advertisement.js';
import { explainLibrary } from './answers.js';
import type { GitClient } from './client.js';
import { type FetchPlace, fetchTips, fetchWhole, isWhole } from './fetch.js';
import { push } from './push.js';

const ours = ['refs/heads/', 'refs/notes/devtools/', 'refs/devtools/'];

/** What sessions of one repository share. */
export interface HttpRemote {
  readonly library: Library;
  readonly disk: Disk;
  readonly mirror: MirrorCache;
  readonly client: GitClient;
  readonly address: string;
  /** What a session last saw, and when (`performance.now`); null once a ref was moved. */
  seen: { readonly advertised: Advertisement; readonly at: number } | null;
}

/**
 * A session on a repository that is reached over HTTP, by isomorphic-git and a mirror. Refs are asked for once; objects
 * are fetched when they are read and not there: the tip of a branch without its history, everything when more than
 * tips is looked at.
 */
export class HttpStore extends IsomorphicStore {
  readonly #remote: HttpRemote;
  readonly #place: FetchPlace;
  #maxAgeMs: number;
  #advertised: Promise<Advertisement> | null = null;

  constructor(remote: HttpRemote, signal: AbortSignal, maxAgeMs: number) {
    const { gitDir } = remote.mirror;
    super(remote.library, remote.disk, { gitDir, commonDir: gitDir, bare: true }, signal);
    this.#remote = remote;
    this.#maxAgeMs = maxAgeMs;
    const { library, disk, client, address } = remote;
    this.#place = { library, disk, gitDir, client, address, signal };
  }

  #advertisement(): Promise<Advertisement> {
    this.#advertised ??= this.#ask();
    return this.#advertised;
  }

  async #ask(): Promise<Advertisement> {
    const { seen, client, address } = this.#remote;
    const at = performance.now();
    if (seen !== null && this.#maxAgeMs > 0 && at - seen.at <= this.#maxAgeMs) return seen.advertised;
    const http = client.during(this.signal);
    try {
      const advertised = await readAdvertisement(this.library, http, address);
      this.#remote.seen = { advertised, at };
      return advertised;
    } catch (error) {
      return explainLibrary(error, http.broken(), client.host);
    }
  }

  override async read(oids: readonly Oid[]): Promise<readonly (RawObject | null)[]> {
    const found = await super.read(oids);
    const missing = oids.filter((_, index) => found[index] === null);
    if (missing.length === 0) return found;
    await this.#remote.mirror.alone(() => this.#obtain(missing));
    return super.read(oids);
  }

  async #obtain(wanted: readonly Oid[]): Promise<void> {
    const missing = await this.#absent(wanted);
    if (missing.length === 0) return;
    const advertised = await this.#advertisement();
    const tips = [...new Set((await this.refs()).values())];
    if (await isWhole(this.disk, this.location.gitDir)) {
      await fetchWhole(this.#place, advertised, await this.#absent(tips));
    } else if (missing.every((oid) => tips.includes(oid))) {
      await fetchTips(this.#place, advertised, missing);
    } else {
      await fetchWhole(this.#place, advertised, tips);
    }
  }

  async #absent(oids: readonly Oid[]): Promise<Oid[]> {
    const found = await super.read(oids);
    return oids.filter((_, index) => found[index] === null);
  }

  override async refs(): Promise<ReadonlyMap<string, Oid>> {
    const { refs } = await this.#advertisement();
    return new Map([...refs].filter(([ref]) => ours.some((prefix) => ref.startsWith(prefix))));
  }

  override refresh(): Promise<void> {
    this.#advertised = null;
    this.#maxAgeMs = -1;
    this.#remote.seen = null;
    return Promise.resolve();
  }

  override async headRef(): Promise<string | null> {
    return (await this.#advertisement()).head;
  }

  /**
   * One push after the other, in the order given, after all have been compared. A refusal in between leaves a
   * beginning of the list, which callers order so that it counts for nothing.
   */
  override async move(moves: readonly RefMove[]): Promise<MoveOutcome> {
    if (moves.length > 1) await this.refresh();
    const now = await this.refs();
    for (const { ref, from, to } of moves) {
      if (moves.length > 1 && (now.get(ref) ?? null) !== from) return { moved: false, ref };
      if (to !== null && from === null) refuseNameClash(ref, now.keys());
    }
    try {
      for (const move of moves) {
        const standing = async (): Promise<Oid | null> => {
          await this.refresh();
          return (await this.refs()).get(move.ref) ?? null;
        };
        const outcome = await push(this.#place, move, await this.#madeOn(move, now), standing);
        if (outcome === 'elsewhere') return { moved: false, ref: move.ref };
      }
    } finally {
      await this.refresh();
    }
    return { moved: true };
  }

  /** A branch that stands at the parent of the commit to push: the other side has everything in it. */
  async #madeOn({ to }: RefMove, refs: ReadonlyMap<string, Oid>): Promise<string | null> {
    const [object] = to === null ? [] : await super.read([to]);
    const parent = object?.type === 'commit' ? decodeCommit(object.bytes).parents[0] : undefined;
    for (const [ref, oid] of refs) if (oid === parent && ref.startsWith('refs/heads/')) return ref;
    return null;
  }

  /**
   * A branch on top of another is told from what is here: a descendant is no ancestor. Only where that does not decide
   * is history fetched.
   */
  override async notReachable(tips: readonly CommitId[], from: CommitId): Promise<ReadonlySet<CommitId>> {
    const above = new Set<CommitId>();
    for (const tip of tips) if (tip !== from && (await this.#seenBelow(tip, from))) above.add(tip);
    const open = tips.filter((tip) => !above.has(tip) && tip !== from);
    return open.length === 0 ? above : new Set([...above, ...(await super.notReachable(open, from))]);
  }

  override async mergeBase(one: CommitId, other: CommitId): Promise<CommitId | null> {
    if (await this.#seenBelow(one, other)) return other;
    if (await this.#seenBelow(other, one)) return one;
    return super.mergeBase(one, other);
  }

  /** Whether `wanted` is found from `tip` downwards among the commits of a mirror without history. */
  async #seenBelow(tip: CommitId, wanted: CommitId): Promise<boolean> {
    if (tip === wanted) return true;
    if (await isWhole(this.disk, this.location.gitDir)) return false;
    const seen = new Set([tip]);
    for (const oid of seen) {
      const [object] = await super.read([oid]);
      if (object?.type !== 'commit') continue;
      for (const parent of decodeCommit(object.bytes).parents) seen.add(parent);
      if (seen.has(wanted)) return true;
    }
    return false;
  }

  /** Parents that a mirror lacks are fetched when they are read, so that history ends nowhere but at its beginning. */
  override shallow(): Promise<ReadonlySet<CommitId>> {
    return Promise.resolve(new Set());
  }

  override worktrees(): Promise<readonly Worktree[]> {
    return Promise.resolve([]);
  }
}

/** Git keeps refs like files and folders: `a` and `a/b` exclude each other. */
function refuseNameClash(ref: string, others: Iterable<string>): void {
  for (const other of others) if (ref.startsWith(`${other}/`) || other.startsWith(`${ref}/`)) nameClash(ref, other);
}
