import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { isoSeconds } from './clock.js';
import { gitText, runGit } from './git-run.js';

export interface Person {
  readonly name: string;
  readonly email: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface CommitObject {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly oid: string;
  /** Bytes of a blob, else null. */
  readonly size: number | null;
  readonly path: string;
}

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** What kind of object an id names; null where there is none. */
export async function objectType(folder: string, oid: string): Promise<ObjectType | null> {
  if (!/^[0-9a-f]{40}$/.test(oid)) return null;
  const result = await runGit(folder, ['cat-file', '-t', oid], { codes: [0, 1, 128] });
  if (result.code !== 0) return null;
  return result.stdout.toString('utf8').trim() as ObjectType;
}

/** The bytes of a blob. */
export async function readBlob(folder: string, oid: string): Promise<Buffer> {
  return (await runGit(folder, ['cat-file', 'blob', oid])).stdout;
}

export async function writeBlob(folder: string, bytes: Uint8Array): Promise<string> {
  return gitText(folder, ['hash-object', '-w', '--stdin'], { input: bytes });
}

function person(line: string): Person {
  const match = /^(.*?) ?<(.*?)> (\d+) [+-]\d{4}$/.exec(line);
  if (match === null) throw new Error(`not a person of Git: ${line}`);
  return { name: match[1] ?? '', email: match[2] ?? '', at: Number(match[3]) * 1000 };
}

function parseCommit(oid: string, raw: string): CommitObject {
  const end = raw.indexOf('\n\n');
  const headers = raw.slice(0, end).split('\n');
  const one = (name: string): string =>
    headers.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
  return {
    oid,
    tree: one('tree'),
    parents: headers.filter((line) => line.startsWith('parent ')).map((line) => line.slice(7)),
    author: person(one('author')),
    committer: person(one('committer')),
    message: raw.slice(end + 2),
  };
}

/** Commits by id, in the order asked for, by one `git` process. */
export async function readCommits(folder: string, oids: readonly string[]): Promise<readonly CommitObject[]> {
  if (oids.length === 0) return [];
  const { stdout } = await runGit(folder, ['cat-file', '--batch'], { input: `${oids.join('\n')}\n` });
  const commits: CommitObject[] = [];
  let at = 0;
  for (const oid of oids) {
    const lineEnd = stdout.indexOf('\n', at);
    const [, type, size] = stdout.toString('utf8', at, lineEnd).split(' ');
    if (type !== 'commit') throw new Error(`no commit ${oid} in ${folder}`);
    const start = lineEnd + 1;
    commits.push(parseCommit(oid, stdout.toString('utf8', start, start + Number(size))));
    at = start + Number(size) + 1;
  }
  return commits;
}

export async function readCommit(folder: string, oid: string): Promise<CommitObject> {
  const [commit] = await readCommits(folder, [oid]);
  if (commit === undefined) throw new Error(`no commit ${oid} in ${folder}`);
  return commit;
}

/** Writes a commit, its message byte for byte. */
export async function writeCommit(folder: string, commit: Omit<CommitObject, 'oid'>): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  const when = (at: number): string => `@${Math.floor(at / 1000)} +0000`;
  return gitText(folder, ['commit-tree', commit.tree, ...parents], {
    input: commit.message,
    env: {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: when(commit.author.at),
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: when(commit.committer.at),
    },
  });
}

/** Entries of a tree, or of a commit's tree; with `recursive` all below it, folders included. */
export async function listTree(
  folder: string,
  treeish: string,
  options: { readonly recursive?: boolean; readonly path?: string } = {},
): Promise<readonly TreeEntry[]> {
  const flags = options.recursive === true ? ['-r', '-t'] : [];
  const at = options.path === undefined || options.path === '' ? treeish : `${treeish}:${options.path}`;
  const { stdout } = await runGit(folder, ['ls-tree', '-z', '--long', ...flags, at]);
  const entries: TreeEntry[] = [];
  for (const line of stdout.toString('utf8').split('\0')) {
    const match = /^(\d{6}) (blob|tree|commit) ([0-9a-f]{40}) +(\d+|-)\t(.*)$/s.exec(line);
    if (match === null) continue;
    const [, mode = '', type, oid = '', size = '-', path = ''] = match;
    entries.push({ mode, type: type as TreeEntry['type'], oid, size: size === '-' ? null : Number(size), path });
  }
  return entries;
}

/** The entry at a path of a commit or tree; null where there is none. */
export async function findEntry(folder: string, treeish: string, path: string): Promise<TreeEntry | null> {
  const { stdout } = await runGit(
    folder,
    ['ls-tree', '-z', '--long', '--full-tree', treeish, '--', `:(literal)${path}`],
    {
      env: { GIT_LITERAL_PATHSPECS: '' },
      codes: [0, 128],
    },
  );
  const match = /^(\d{6}) (blob|tree|commit) ([0-9a-f]{40}) +(\d+|-)\t([^\0]*)\0/.exec(stdout.toString('utf8'));
  if (match === null) return null;
  const [, mode = '', type, oid = '', size = '-'] = match;
  return { mode, type: type as TreeEntry['type'], oid, size: size === '-' ? null : Number(size), path };
}

/** A change of one path; `oid` null deletes. */
export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  readonly oid: string | null;
}

/**
 * Writes a tree: `base` (null: empty) with changes applied, by a temporary index. Removing a folder removes all below
 * it; a change of mode `040000` puts a whole tree there.
 */
export async function editTree(folder: string, base: string | null, changes: readonly TreeChange[]): Promise<string> {
  const index = `${folder}/index-${randomUUID()}`;
  const env = { GIT_INDEX_FILE: index };
  try {
    await runGit(folder, base === null ? ['read-tree', '--empty'] : ['read-tree', base], { env });
    const whole = changes.some((change) => change.oid === null || change.mode === '040000');
    const paths = whole ? (await gitText(folder, ['ls-files', '-z'], { env })).split('\0') : [];
    const lines: string[] = [];
    const gone = (path: string): string => `0 ${'0'.repeat(40)}\t${path}\0`;
    for (const { path, mode, oid } of changes) {
      if (oid === null || mode === '040000') {
        lines.push(...paths.filter((one) => one === path || one.startsWith(`${path}/`)).map(gone));
      } else lines.push(`${mode} ${oid}\t${path}\0`);
    }
    if (lines.length > 0) {
      await runGit(folder, ['update-index', '--add', '--replace', '-z', '--index-info'], {
        env,
        input: lines.join(''),
      });
    }
    for (const { path, mode, oid } of changes) {
      if (mode === '040000' && oid !== null) await runGit(folder, ['read-tree', `--prefix=${path}/`, oid], { env });
    }
    return await gitText(folder, ['write-tree', '--missing-ok'], { env });
  } finally {
    await rm(index, { force: true });
  }
}

/** ISO 8601 of a person's time. */
export function writtenAt(who: Person): string {
  return isoSeconds(who.at);
}
