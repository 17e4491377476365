import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, plainProblem } from '../failure.js';
import { ciOf } from '../forge/ci.js';

/** The repository that a command line means. */
export type Located =
  /** `within` is the folder that was named, relative to the root, with `/`; empty for the root itself. */
  | { readonly kind: 'working-tree'; readonly root: string; readonly gitDir: string; readonly within: string }
  | { readonly kind: 'bare'; readonly root: string; readonly gitDir: string }
  /** `from` is the variable of a CI system that named it, where nothing else did. */
  | { readonly kind: 'url'; readonly url: string; readonly from?: string };

/**
 * Finds it from `--repo` (a path or a URL), else from the folder that the command runs in, else from what the CI system
 * says that this job belongs to.
 */
export function locate(repo: string | null, cwd: string, env: Readonly<Record<string, string | undefined>>): Located {
  if (repo !== null && isUrl(repo) && !existsSync(resolve(cwd, repo))) {
    return repo.startsWith('file://') ? locate(fileURLToPath(repo), cwd, env) : { kind: 'url', url: repo };
  }
  const start = resolve(cwd, repo ?? '.');
  for (let folder = start; ; folder = dirname(folder)) {
    const gitDir = gitDirIn(folder);
    if (gitDir !== null) {
      return { kind: 'working-tree', root: folder, gitDir, within: relative(folder, start).split(sep).join('/') };
    }
    if (isGitDir(folder)) return { kind: 'bare', root: folder, gitDir: folder };
    if (dirname(folder) === folder) break;
  }
  const ci = repo === null ? ciOf(env) : null;
  if (ci?.repository != null) return { kind: 'url', url: ci.repository, from: ci.from ?? ci.system };
  return fail(
    plainProblem(
      'not-a-repository',
      existsSync(start) ? `There is no Git repository at ${start}.` : `There is nothing at ${start}.`,
      'Run the command in a clone, or name one: --repo <path|url>',
      { path: start },
    ),
  );
}

/** `https://…`, `ssh://…`, `git@host:path`; not `C:\\folder`. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[^/\s:]{2,}:(?!\/\/)/.test(text);
}

/** The Git directory of a working tree: `.git`, or where the file `.git` of a linked one points to. */
function gitDirIn(folder: string): string | null {
  const inside = join(folder, '.git');
  const found = statSync(inside, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (found.isDirectory()) return isGitDir(inside) ? inside : null;
  const link = /^gitdir: (.*)$/m.exec(readFileSync(inside, 'utf8'))?.[1];
  return link === undefined ? null : resolve(folder, link.trim());
}

function isGitDir(folder: string): boolean {
  return existsSync(join(folder, 'HEAD')) && existsSync(join(folder, 'objects')) && existsSync(join(folder, 'refs'));
}

/** The branch that is checked out; null for a detached head. */
export function checkedOutBranch(gitDir: string): string | null {
  try {
    return /^ref: refs\/heads\/(.*)$/m.exec(readFileSync(join(gitDir, 'HEAD'), 'utf8'))?.[1]?.trim() ?? null;
  } catch {
    return null;
  }
}
