import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { type Credential, redact } from '@gitops/provider-http';
import { type MirrorCache, takeMirror } from '../mirror-cache.js';
import type { Backend, MoveOutcome, Oid, RawObject, RefMove } from '../store/store.js';
import { withCredential, withSettings } from './credential.js';
import { explain } from './explain.js';
import { identitiesByGit } from './open.js';
import { type GitProgram, runGit } from './run.js';
import { NativeStore } from './store.js';

const remote = 'gitops';
const mirrored = ['refs/heads/*', 'refs/notes/devtools/*', 'refs/devtools/*'];

/** `ssh://…`, `git@host:path`: what `git` reaches by ssh. */
export function isSsh(url: string): boolean {
  return /^(ssh|git\+ssh|ssh\+git):\/\//.test(url) || (/^[^/\s:]+:(?!\/\/)/.test(url) && !/^[A-Za-z]:[\\/]/.test(url));
}

/** An address of another protocol than the file system's. */
function isAddress(url: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) || isSsh(url);
}

/**
 * A repository elsewhere, by a mirror of its branches and notes: each call that looks at refs fetches first, each move
 * is one push that the other side carries out wholly or not at all, and only from the expected values.
 */
export async function openRemote(
  program: GitProgram,
  url: string,
  options: {
    readonly cacheFolder: string | undefined;
    readonly credential: Credential | null;
    readonly caFile: string | undefined;
  },
  signal: AbortSignal,
): Promise<Backend> {
  const address = isAddress(url) || isAbsolute(url) ? url : resolve(url);
  // the address may hold a secret: not into a file, and not into the arguments that any user of the machine can list
  const named = withSettings(program, [
    [`remote.${remote}.url`, address],
    ...(options.caFile === undefined ? [] : [['http.sslCAInfo', options.caFile] as const]),
  ]);
  const own = withCredential(named, address, options.credential);
  const head = await readHead(own, signal);
  const cache = await takeMirror({ env: own.env, folder: options.cacheFolder, key: address }, async (gitDir) => {
    if (existsSync(join(gitDir, 'HEAD'))) return;
    const made = await runGit(own, ['init', '--quiet', '--bare', gitDir], { signal });
    if (made.code !== 0) explain(made, 'make its cache');
  });
  const seen: Seen = { at: null, head: null };
  const hash = head.length === 64 ? ('sha256' as const) : ('sha1' as const);
  return {
    kind: 'remote',
    facts: { name: redact(url), address: redact(url), bare: true, hash },
    ssh: true,
    atomicPush: true,
    session: (during, maxAgeMs) =>
      Promise.resolve(new RemoteStore(own, cache, hash, seen, { signal: during, maxAgeMs })),
    identities: (during) => identitiesByGit(own, cache.gitDir, during),
  };
}

/** Asks the other side once, so that a wrong address or missing credentials are told at the start. */
async function readHead(program: GitProgram, signal: AbortSignal): Promise<string> {
  const result = await runGit(program, ['ls-remote', remote, 'HEAD'], { signal });
  if (result.code !== 0) explain(result, 'reach the remote repository');
  return result.stdout.toString('utf8').split('\t')[0] ?? '';
}

/** When sessions of one instance last fetched, and what HEAD was then (`performance.now`; null: not since a move). */
interface Seen {
  at: number | null;
  head: { readonly ref: string | null; readonly at: number } | null;
}

class RemoteStore extends NativeStore {
  readonly #cache: MirrorCache;
  readonly #seen: Seen;
  readonly #maxAgeMs: number;
  #fetched: boolean;

  constructor(
    program: GitProgram,
    cache: MirrorCache,
    hash: 'sha1' | 'sha256',
    seen: Seen,
    call: { readonly signal: AbortSignal; readonly maxAgeMs: number },
  ) {
    super(program, { gitDir: cache.gitDir, headDir: cache.gitDir, hash }, call.signal);
    this.#cache = cache;
    this.#seen = seen;
    this.#maxAgeMs = call.maxAgeMs;
    this.#fetched = this.#isRecent(seen.at);
  }

  #isRecent(at: number | null): boolean {
    return at !== null && this.#maxAgeMs > 0 && performance.now() - at <= this.#maxAgeMs;
  }

  /** A commit that others name may have been pushed since: looked for once more before it counts as missing. */
  override async read(oids: readonly Oid[]): Promise<readonly (RawObject | null)[]> {
    const found = await super.read(oids);
    if (this.#fetched || !found.includes(null)) return found;
    await this.refs();
    return super.read(oids);
  }

  override async refs(): Promise<ReadonlyMap<string, Oid>> {
    if (!this.#fetched) {
      const specs = mirrored.map((pattern) => `+${pattern}:${pattern}`);
      const args = [
        'fetch',
        '--quiet',
        '--prune',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-auto-gc',
        remote,
        ...specs,
      ];
      const at = performance.now();
      const result = await this.#cache.alone(() => this.git(args));
      if (result.code !== 0) explain(result, 'fetch');
      this.#seen.at = at;
      this.#fetched = true;
    }
    return super.refs();
  }

  override refresh(): Promise<void> {
    this.#fetched = false;
    this.#seen.at = null;
    return super.refresh();
  }

  override async headRef(): Promise<string | null> {
    const { head } = this.#seen;
    if (head !== null && this.#isRecent(head.at)) return head.ref;
    const at = performance.now();
    const text = await this.text(['ls-remote', '--symref', remote, 'HEAD'], 'ask for the default branch');
    const ref = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(text)?.[1] ?? null;
    this.#seen.head = { ref, at };
    return ref;
  }

  override async move(moves: readonly RefMove[]): Promise<MoveOutcome> {
    const leases = moves.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`);
    const specs = moves.map(({ ref, to }) => `${to ?? ''}:${ref}`);
    const args = ['push', '--porcelain', '--no-verify', '--no-follow-tags', '--recurse-submodules=no', '--atomic'];
    const result = await this.git([...args, ...leases, remote, ...specs]);
    await this.refresh();
    if (result.code === 0) return { moved: true };
    const said = `${result.stdout.toString('utf8')}\n${result.stderr}`;
    const now = await this.refs();
    const other = moves.find(({ ref, from }) => (now.get(ref) ?? null) !== from);
    // a move that arrived although the answer did not (a connection cut after the push) is no failure
    if (moves.every(({ ref, to }) => (now.get(ref) ?? null) === to)) return { moved: true };
    if (other !== undefined) return { moved: false, ref: other.ref };
    return explain({ ...result, stderr: said }, 'push');
  }
}
