import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { fail } from '@gitops/provider-http';
import type { ObjectType, Oid, RawObject } from '../store/store.js';
import { type GitProgram, startGit } from './run.js';

/**
 * One `git cat-file --batch` that answers all reads of a session, so that any number of files costs one process.
 * Requests are answered in the order they were made.
 */
export class ObjectReader {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve(object: RawObject | null): void; reject(error: unknown): void }[] = [];
  #pieces: Buffer[] = [];
  #size = 0;
  #need: { readonly type: ObjectType; readonly length: number } | null = null;
  #stderr = '';
  #ended = false;

  constructor(program: GitProgram, gitDir: string) {
    this.#child = startGit(program, [`--git-dir=${gitDir}`, 'cat-file', '--batch']);
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString('utf8');
    });
    this.#child.on('error', (error) => this.#end(error.message));
    this.#child.on('close', () => this.#end(this.#stderr));
  }

  read(oids: readonly Oid[]): Promise<(RawObject | null)[]> {
    const answers = oids.map(
      () => new Promise<RawObject | null>((resolve, reject) => void this.#waiting.push({ resolve, reject })),
    );
    if (this.#ended) this.#end(this.#stderr);
    else this.#child.stdin.write(oids.map((oid) => `${oid}\n`).join(''));
    return Promise.all(answers);
  }

  /** Ends the process at once; what is still waited for is given up. */
  close(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      this.#child.stdin.end();
      if (this.#waiting.length > 0) this.#child.kill('SIGTERM');
    });
  }

  #take(chunk: Buffer): void {
    this.#pieces.push(chunk);
    this.#size += chunk.length;
    // joined only when an answer can be complete: a large file arrives in many pieces
    while (this.#size > 0 && (this.#need === null || this.#size > this.#need.length)) {
      const all = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces, this.#size);
      const used = this.#need === null ? this.#header(all) : this.#body(all, this.#need);
      const rest = all.subarray(used);
      this.#pieces = rest.length === 0 ? [] : [rest];
      this.#size = rest.length;
      if (used === 0) return;
    }
  }

  #header(all: Buffer): number {
    const end = all.indexOf(0x0a);
    if (end < 0) return 0;
    const [, type, length] = all.toString('latin1', 0, end).split(' ');
    if (length === undefined) this.#waiting.shift()?.resolve(null);
    else this.#need = { type: type as ObjectType, length: Number(length) };
    return end + 1;
  }

  #body(all: Buffer, need: { readonly type: ObjectType; readonly length: number }): number {
    this.#need = null;
    this.#waiting.shift()?.resolve({ type: need.type, bytes: all.subarray(0, need.length) });
    return need.length + 1;
  }

  #end(said: string): void {
    this.#ended = true;
    for (const one of this.#waiting.splice(0)) {
      try {
        fail(
          'repository-unsupported',
          `git stopped while it read objects: ${said.trim() === '' ? 'it gave no reason' : said.trim()}.`,
          'Run "git fsck --full" there and restore what is damaged from another clone.',
        );
      } catch (error) {
        one.reject(error);
      }
    }
  }
}
