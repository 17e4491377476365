import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId } from '@gitops/core';
import { hashObject } from '../store/codec.js';
import type { MoveOutcome, ObjectType, Oid, RawObject, RefMove, Store, Worktree } from '../store/store.js';
import { ObjectReader } from './cat-file.js';
import { explain } from './explain.js';
import { packOf } from './pack.js';
import { type GitProgram, type GitResult, runGit } from './run.js';
import { cleanAtTouchedPaths, moveWorktree, parseWorktrees } from './worktree.js';

/** From this many new objects on they stay one pack; fewer become single files, as `git` itself does. */
const packFrom = 100;

const ours = ['refs/heads/', 'refs/notes/devtools/', 'refs/devtools/'];

export interface NativeLocation {
  /** The folder that all working trees share. */
  readonly gitDir: string;
  /** The folder with the HEAD that was asked for: a linked working tree has its own. */
  readonly headDir: string;
  readonly hash: 'sha1' | 'sha256';
}

/** A session on a repository of this machine, by the `git` program. */
export class NativeStore implements Store {
  readonly hash: 'sha1' | 'sha256';
  protected readonly program: GitProgram;
  protected readonly gitDir: string;
  protected readonly signal: AbortSignal;
  readonly #headDir: string;
  readonly #pending = new Map<Oid, RawObject>();
  readonly #written = new Map<Oid, RawObject>();
  #reader: ObjectReader | null = null;
  #refs: Map<string, Oid> | null = null;

  constructor(program: GitProgram, location: NativeLocation, signal: AbortSignal) {
    this.program = program;
    this.gitDir = location.gitDir;
    this.#headDir = location.headDir;
    this.hash = location.hash;
    this.signal = signal;
    signal.addEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => void this.#reader?.close();

  protected git(args: readonly string[], input?: string | Uint8Array): Promise<GitResult> {
    return runGit(this.program, [`--git-dir=${this.gitDir}`, ...args], {
      signal: this.signal,
      ...(input === undefined ? {} : { input }),
    });
  }

  protected async text(args: readonly string[], doing: string, input?: string): Promise<string> {
    const result = await this.git(args, input);
    return result.code === 0 ? result.stdout.toString('utf8') : explain(result, doing);
  }

  async read(oids: readonly Oid[]): Promise<readonly (RawObject | null)[]> {
    const elsewhere = oids.filter((oid) => !this.#written.has(oid));
    if (elsewhere.length > 0) this.#reader ??= new ObjectReader(this.program, this.gitDir);
    const answers = elsewhere.length === 0 ? [] : await (this.#reader as ObjectReader).read(elsewhere);
    const found = new Map(elsewhere.map((oid, index) => [oid, answers[index] ?? null]));
    return oids.map((oid) => this.#written.get(oid) ?? found.get(oid) ?? null);
  }

  write(type: ObjectType, bytes: Uint8Array): Oid {
    const oid = hashObject(this.hash, type, bytes);
    if (!this.#written.has(oid)) {
      this.#pending.set(oid, { type, bytes });
      this.#written.set(oid, { type, bytes });
    }
    return oid;
  }

  async flush(): Promise<void> {
    if (this.#pending.size === 0) return;
    const pack = packOf(this.#pending.values(), this.#pending.size, this.hash);
    const command = this.#pending.size < packFrom ? ['unpack-objects', '-q'] : ['index-pack', '--stdin', '--fix-thin'];
    const result = await this.git(command, pack);
    if (result.code !== 0) explain(result, 'store new objects');
    this.#pending.clear();
  }

  async refs(): Promise<ReadonlyMap<string, Oid>> {
    if (this.#refs === null) {
      const listed = await this.text(['for-each-ref', '--format=%(objectname) %(refname)', ...ours], 'list the refs');
      this.#refs = new Map();
      for (const line of listed.split('\n')) {
        const space = line.indexOf(' ');
        if (space > 0) this.#refs.set(line.slice(space + 1), line.slice(0, space));
      }
    }
    return this.#refs;
  }

  refresh(): Promise<void> {
    this.#refs = null;
    return Promise.resolve();
  }

  async headRef(): Promise<string | null> {
    const args = [`--git-dir=${this.#headDir}`, 'symbolic-ref', '--quiet', 'HEAD'];
    const result = await runGit(this.program, args, { signal: this.signal });
    if (result.code === 1) return null;
    return result.code === 0 ? result.stdout.toString('utf8').trim() : explain(result, 'read HEAD');
  }

  async move(moves: readonly RefMove[], reason: string): Promise<MoveOutcome> {
    const zero = '0'.repeat(this.hash === 'sha1' ? 40 : 64);
    const commands = moves.map(({ ref, from, to }) =>
      to === null ? `delete ${ref} ${from ?? zero}` : `update ${ref} ${to} ${from ?? zero}`,
    );
    // an explicit transaction: a list that is cut off by a crash is not carried out
    const input = ['start', ...commands, 'prepare', 'commit', ''].join('\n');
    const result = await this.git(['update-ref', '-m', reason, '--stdin'], input);
    await this.refresh();
    if (result.code === 0) return { moved: true };
    const now = await this.refs();
    const other = moves.find(({ ref, from }) => (now.get(ref) ?? null) !== from);
    return other === undefined ? explain(result, 'move a ref') : { moved: false, ref: other.ref };
  }

  async notReachable(tips: readonly CommitId[], from: CommitId): Promise<ReadonlySet<CommitId>> {
    if (tips.length === 0) return new Set();
    const known = await this.#commitsAmong(tips);
    const missing = new Set(tips.filter((tip) => !known.has(tip)));
    if (known.size === 0) return missing;
    const input = [`^${from}`, ...known].join('\n');
    const listed = await this.text(['rev-list', '--stdin'], 'compare histories', `${input}\n`);
    for (const line of listed.split('\n')) if (known.has(line)) missing.add(line);
    return missing;
  }

  async #commitsAmong(oids: readonly CommitId[]): Promise<Set<CommitId>> {
    const objects = await this.read(oids);
    return new Set(oids.filter((_, index) => objects[index]?.type === 'commit'));
  }

  async mergeBase(one: CommitId, other: CommitId): Promise<CommitId | null> {
    const result = await this.git(['merge-base', one, other]);
    if (result.code === 1) return null;
    return result.code === 0 ? result.stdout.toString('utf8').trim() : explain(result, 'find a common ancestor');
  }

  async shallow(): Promise<ReadonlySet<CommitId>> {
    const text = await readFile(join(this.gitDir, 'shallow'), 'latin1').catch(() => '');
    return new Set(text.split('\n').filter((line) => line !== ''));
  }

  async worktrees(): Promise<readonly Worktree[]> {
    return parseWorktrees(await this.text(['worktree', 'list', '--porcelain'], 'list the working trees'));
  }

  async updateWorktree(worktree: Worktree, from: CommitId, to: CommitId, dryRun: boolean): Promise<string | null> {
    const place = { program: this.program, path: worktree.path, signal: this.signal };
    return dryRun ? cleanAtTouchedPaths(place, from, to) : moveWorktree(place, from, to);
  }

  async close(): Promise<void> {
    this.signal.removeEventListener('abort', this.#abort);
    await this.#reader?.close();
  }
}
