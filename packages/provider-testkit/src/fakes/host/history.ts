import { gitText, gitTextOrNull, runGit } from './git-run.js';

/** Whether `ancestor` is `commit` or reachable from it. */
export async function isAncestor(folder: string, ancestor: string, commit: string): Promise<boolean> {
  return (await runGit(folder, ['merge-base', '--is-ancestor', ancestor, commit], { codes: [0, 1] })).code === 0;
}

/** The best common ancestor; null for unrelated histories. */
export async function mergeBase(folder: string, one: string, other: string): Promise<string | null> {
  return gitTextOrNull(folder, ['merge-base', one, other]);
}

export interface LogQuery {
  readonly from: string;
  /** Commits reachable from these are left out. */
  readonly not?: readonly string[];
  readonly path?: string;
  readonly limit?: number;
  readonly skip?: number;
  readonly firstParent?: boolean;
  /** Oldest first, parents before children. */
  readonly reverse?: boolean;
  /** ISO 8601 instants. */
  readonly since?: string;
  readonly until?: string;
}

/** Ids of commits reachable from one, newest first. */
export async function logCommits(folder: string, query: LogQuery): Promise<readonly string[]> {
  const args = ['rev-list', query.reverse === true ? '--topo-order' : '--date-order'];
  if (query.reverse === true) args.push('--reverse');
  if (query.firstParent === true) args.push('--first-parent');
  if (query.limit !== undefined) args.push(`--max-count=${query.limit}`);
  if (query.skip !== undefined) args.push(`--skip=${query.skip}`);
  if (query.since !== undefined) args.push(`--since=${query.since}`);
  if (query.until !== undefined) args.push(`--until=${query.until}`);
  args.push(query.from, ...(query.not ?? []).map((commit) => `^${commit}`), '--');
  if (query.path !== undefined && query.path !== '') args.push(`:(literal)${query.path}`);
  const text = await gitText(folder, args);
  return text === '' ? [] : text.split('\n');
}

/** How many commits `from` has that `not` does not reach. */
export async function countCommits(folder: string, from: string, not: string): Promise<number> {
  return Number(await gitText(folder, ['rev-list', '--count', from, `^${not}`]));
}
