// The bare repository, by the `git` program: objects are read and made here, and refs move in one transaction.
import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { type CommitId, problem } from '@gitops/core';
import { Failure, fail, type TreeEntry } from '@gitops/provider-http';

export interface Commit {
  readonly tree: string;
  readonly parents: readonly CommitId[];
  readonly author: { readonly name: string; readonly email: string };
  /** ISO 8601. */
  readonly at: string;
  readonly message: string;
}
/** `from: null`: it must not exist; `to: null`: it goes. */
export interface RefMove {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string | null;
}
export type Repository = ReturnType<typeof openRepository>;

export const branchRef = (branch: string): string => `refs/heads/${branch}`;
const isId = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

const isMissing = (error: Error): boolean => 'code' in error && error.code === 'ENOENT';
const noGit = () => new Failure(problem('unavailable', 'There is no git program.', 'Install Git 2.38 or newer.'));

/** Nothing of this machine's or this user's Git settings has a say. */
function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(own), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C', ...more };
}

export function openRepository(path: string) {
  function run(args: readonly string[], input: string | Buffer = '', env: Readonly<Record<string, string>> = {}) {
    return new Promise<{ readonly code: number; readonly out: Buffer; readonly said: string }>((resolve, reject) => {
      const child = execFile(
        'git',
        [`--git-dir=${path}`, ...args],
        { env: environment(env), encoding: 'buffer', maxBuffer: 1 << 28 },
        (error, out, err) => {
          if (error !== null && typeof error.code !== 'number') return reject(isMissing(error) ? noGit() : error);
          resolve({ code: error === null ? 0 : Number(error.code), out, said: err.toString('utf8').trim() });
        },
      );
      child.stdin?.on('error', () => undefined); // it may end without reading
      child.stdin?.end(input);
    });
  }

  async function must(args: readonly string[], input?: string | Buffer, env?: Readonly<Record<string, string>>) {
    const { code, out, said } = await run(args, input, env);
    if (code === 0) return out;
    if (/not a git repository/i.test(said)) {
      return fail('not-a-repository', `There is no Git repository at ${path}.`, `Make one: git init --bare ${path}`);
    }
    return fail(
      'unavailable',
      `git ${args[0]} failed: ${said}.`,
      'Look at the repository with git fsck, then run again.',
    );
  }

  /** Contents by object id, in one run of git; null where there is no such object. */
  async function objects(ids: readonly string[]): Promise<(Buffer | null)[]> {
    if (ids.length === 0) return [];
    const out = await must(['cat-file', '--batch'], ids.map((id) => `${id}\n`).join(''));
    let at = 0;
    return ids.map(() => {
      const end = out.indexOf(10, at);
      const size = /^\S+ \S+ (\d+)$/.exec(out.toString('utf8', at, end))?.[1];
      at = end + 1;
      if (size === undefined) return null;
      const content = out.subarray(at, at + Number(size));
      at += Number(size) + 1;
      return content;
    });
  }

  async function commits(ids: readonly CommitId[]): Promise<Commit[]> {
    const raw = await objects(ids);
    return raw.map((one, index) => parseCommit(one?.toString('utf8') ?? '') ?? missing(ids[index] ?? ''));
  }
  /** What a ref points to, by its whole name. */
  async function refAt(name: string): Promise<string | null> {
    const { code, out } = await run(['rev-parse', '--verify', '--quiet', '--end-of-options', name]);
    return code === 0 ? out.toString('utf8').trim() : null;
  }

  const missing = (commit: string): never =>
    fail('not-found', `There is no commit ${commit}.`, 'Name one that is in the repository.', { commit });

  return {
    path,
    run,
    must,
    objects,
    commits,

    async commit(id: CommitId): Promise<Commit> {
      if (!isId(id)) return missing(id);
      return (await commits([id]))[0] ?? missing(id);
    },

    /** Every file, link and submodule of a commit that is there. */
    async listing(commit: CommitId): Promise<TreeEntry[]> {
      const out = (await must(['ls-tree', '-r', '-z', '-l', '--full-tree', commit])).toString('utf8');
      return out
        .split('\0')
        .filter((line) => line !== '')
        .map((line) => {
          const [, mode = '', oid = '', size = '', name = ''] = /^(\d+) \w+ (\w+) +(\S+)\t(.*)$/s.exec(line) ?? [];
          return { path: name, mode, oid, ...(size === '-' ? {} : { size: Number(size) }) };
        });
    },

    ref: refAt,

    /** Refs below a folder of refs, with what they point to. */
    async refs(below: string): Promise<ReadonlyMap<string, string>> {
      const out = (await must(['for-each-ref', '--format=%(refname) %(objectname)', below])).toString('utf8');
      return new Map(
        out
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => line.split(' ') as [string, string]),
      );
    },

    /** All of them move, or none: false where one was not where it was expected. */
    async move(moves: readonly RefMove[]): Promise<boolean> {
      const lines = moves.map(({ ref, from, to }) => {
        if (to === null) return `delete ${ref} ${from ?? ''}\n`;
        return from === null ? `create ${ref} ${to}\n` : `update ${ref} ${to} ${from}\n`;
      });
      const input = `start\n${lines.join('')}prepare\ncommit\n`;
      for (let attempt = 1; ; attempt++) {
        const { code, said } = await run(['update-ref', '--no-deref', '--stdin'], input);
        if (code === 0) return true;
        if (/exists; cannot create|cannot process .* at the same time/.test(said)) {
          return fail('rejected', 'A branch cannot have the name of a folder of others.', 'Choose another name.');
        }
        for (const { ref, from } of moves) {
          if ((await refAt(ref)) !== from) return false;
        }
        // all of them are where they were expected: another process holds a lock of Git for a moment
        if (attempt === 20) return fail('unavailable', `The repository took no change: ${said}.`, 'Run again.');
        await setTimeout(attempt * 10);
      }
    },
  };
}

function parseCommit(text: string): Commit | null {
  const end = text.indexOf('\n\n');
  const head = text.slice(0, end < 0 ? text.length : end);
  const all = (name: string) => [...head.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map((found) => found[1] ?? '');
  const author = /^(.*) <(.*)> \d+ [+-]\d+$/.exec(all('author')[0] ?? '');
  const seconds = /(\d+) [+-]\d+$/.exec(all('committer')[0] ?? '')?.[1];
  const tree = all('tree')[0];
  if (tree === undefined || author === null || seconds === undefined) return null;
  return {
    tree,
    parents: all('parent'),
    author: { name: author[1] ?? '', email: author[2] ?? '' },
    at: `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`,
    message: end < 0 ? '' : text.slice(end + 2).replace(/\n+$/, ''),
  };
}
