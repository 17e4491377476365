import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gitText, gitTextOrNull, runGit } from './git-run.js';

/** Forty zeroes: "there is no such ref" in Git's own protocol. */
export const zeroOid = '0'.repeat(40);

/** Makes an empty bare repository that `git http-backend` serves, with partial clones and pushes. */
export async function initRepository(folder: string, defaultBranch: string): Promise<void> {
  await mkdir(join(folder, 'hooks'), { recursive: true });
  await runGit(folder, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${defaultBranch}`, '.']);
  await appendFile(join(folder, 'config'), settings);
}

/** In one piece: a process for each setting would cost more than the repository. The forge's own refs take no push. */
const settings = `[http]
	receivepack = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[receive]
	denyDeleteCurrent = refuse
	hideRefs = refs/pull
	hideRefs = refs/merge-requests
[core]
	logAllRefUpdates = false
`;

/** Points a bare repository's HEAD at another branch. */
export async function setDefaultBranch(folder: string, branch: string): Promise<void> {
  await runGit(folder, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
}

/** All refs below a prefix (`refs/heads/`), by full name, sorted. */
export async function listRefs(folder: string, prefix: string): Promise<ReadonlyMap<string, string>> {
  const text = await gitText(folder, ['for-each-ref', '--format=%(objectname) %(refname)', prefix]);
  const refs = new Map<string, string>();
  for (const line of text === '' ? [] : text.split('\n')) refs.set(line.slice(41), line.slice(0, 40));
  return refs;
}

/** The object a full ref name points at, or null. */
export async function readRef(folder: string, ref: string): Promise<string | null> {
  const text = await gitTextOrNull(folder, ['show-ref', '--hash', '--verify', ref]);
  return text;
}

/**
 * A commit by anything a forge accepts: a full or short object id, a branch, a tag, a full ref name. Null where there
 * is none. Names are looked up as refs, never as `git rev-parse` expressions.
 */
export async function resolveCommit(folder: string, name: string): Promise<string | null> {
  if (!/^[\w./@+=%,#-]+$/u.test(name) || name.startsWith('-') || name.includes('..') || name.includes('@{')) {
    if (!(await isRefName(folder, name))) return null;
  }
  const tries = [`refs/heads/${name}`, `refs/tags/${name}`, ...(name.startsWith('refs/') ? [name] : [])];
  for (const ref of tries) {
    const oid = await gitTextOrNull(folder, [
      'rev-parse',
      '--quiet',
      '--verify',
      '--end-of-options',
      `${ref}^{commit}`,
    ]);
    if (oid !== null) return oid;
  }
  if (name === 'HEAD' || /^[0-9a-f]{4,40}$/.test(name)) {
    return gitTextOrNull(folder, ['rev-parse', '--quiet', '--verify', '--end-of-options', `${name}^{commit}`]);
  }
  return null;
}

/** Whether Git accepts this as the name of a branch. */
export async function isRefName(folder: string, branch: string): Promise<boolean> {
  return (await runGit(folder, ['check-ref-format', '--branch', branch], { codes: [0, 1, 128] })).code === 0;
}

export interface RefMove {
  readonly ref: string;
  /** Null deletes. */
  readonly to: string | null;
  /** What the ref must be at now; null: it must not be there; left out: anything. */
  readonly from?: string | null;
}

/** Moves refs together or not at all; null on success, else Git's complaint. */
export async function moveRefs(folder: string, moves: readonly RefMove[]): Promise<string | null> {
  const lines = ['start'];
  for (const { ref, to, from } of moves) {
    const old = from === undefined ? '' : ` ${from ?? zeroOid}`;
    lines.push(to === null ? `delete ${ref}${old}` : `update ${ref} ${to}${old}`);
  }
  const input = [...lines, 'prepare', 'commit', ''].join('\n');
  const result = await runGit(folder, ['update-ref', '--stdin'], { input, codes: [0, 1, 128] });
  return result.code === 0 ? null : result.stderr.trim();
}
