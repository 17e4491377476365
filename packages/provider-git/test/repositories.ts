import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Forge, orThrow } from '@gitops/core';
import {
  cleanGitEnvironment,
  type ForgeUnderTest,
  gitRepository,
  runGit,
  type Seed,
} from '@gitops/provider-testkit/contract';
import { type GitOptions, git } from '../src/index.js';
import { allowPush, type GitServer, serveGit } from './http-server.js';

export const ana = { name: 'Ana Author', email: 'ana@example.com' };
export const ben = { name: 'Ben Buddy', email: 'ben@example.com' };

/** The environment of a person who has no settings but a name. */
export function envOf(who: { readonly name: string; readonly email: string }): Record<string, string> {
  return {
    ...cleanGitEnvironment(),
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_COMMITTER_NAME: who.name,
    GIT_COMMITTER_EMAIL: who.email,
  };
}

export type Kind = 'bare' | 'ordinary' | 'worktree';

export interface MadeRepository {
  /** A temporary folder for everything of this test. */
  readonly folder: string;
  /** What a user would name. */
  readonly path: string;
  readonly gitDir: string;
}

/** An empty repository whose default branch is `main`. */
export async function makeRepository(kind: Kind): Promise<MadeRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'gitops-git-'));
  const path = join(folder, 'repository');
  await runGit(['init', '--quiet', '--initial-branch=main', ...(kind === 'bare' ? ['--bare'] : []), path]);
  if (kind === 'bare') return { folder, path, gitDir: path };
  const gitDir = join(path, '.git');
  if (kind === 'ordinary') return { folder, path, gitDir };
  const linked = join(folder, 'linked tree');
  const { seed } = gitRepository(gitDir);
  const commit = await seed.commit({ branch: 'aside', parent: null, files: { 'aside.txt': 'x' } });
  await runGit([`--git-dir=${gitDir}`, 'worktree', 'add', '--quiet', '--detach', linked, commit]);
  // as if it had been made with an unborn branch, which is what the suite starts from
  await runGit(['symbolic-ref', 'HEAD', 'refs/heads/main'], { cwd: linked });
  await runGit([`--git-dir=${gitDir}`, 'symbolic-ref', 'HEAD', 'refs/heads/elsewhere']);
  await runGit([`--git-dir=${gitDir}`, 'update-ref', '-d', 'refs/heads/aside']);
  return { folder, path: linked, gitDir };
}

export async function openAs(
  who: { readonly name: string; readonly email: string },
  options: GitOptions,
): Promise<Forge> {
  return orThrow(git({ env: envOf(who), ...options }));
}

/** A rejection as `git appraise reject` writes it. */
function rejectBy(gitDir: string): Seed['reject'] {
  return async (id, head, text) => {
    const name = (await runGit([`--git-dir=${gitDir}`, 'rev-parse', id])).toString('utf8').trim();
    const timestamp = String(Math.floor(Date.now() / 1000));
    const line = {
      timestamp,
      author: 'cleo@example.com',
      location: { commit: head },
      description: text,
      resolved: false,
    };
    const config = ['-c', 'user.name=Cleo', '-c', 'user.email=cleo@example.com'];
    const notes = ['notes', '--ref=refs/notes/devtools/discuss', 'append', '-m', JSON.stringify(line), name];
    await runGit([...config, `--git-dir=${gitDir}`, ...notes]);
  };
}

export function underTest(
  kind: Kind,
  options: (made: MadeRepository) => GitOptions,
): (prepare?: (made: MadeRepository) => Promise<void>) => Promise<ForgeUnderTest> {
  return async (prepare) => {
    const made = await makeRepository(kind);
    await prepare?.(made);
    const given = options(made);
    const { seed, inspect } = gitRepository(made.gitDir);
    return {
      forge: await openAs(ana, given),
      colleague: await openAs(ben, given),
      colleagueName: ben.email,
      milestone: null,
      seed: { ...seed, reject: rejectBy(made.gitDir) },
      inspect,
      dispose: () => rm(made.folder, { recursive: true, force: true }),
    };
  };
}

/** The same over HTTP, from a server of this test. */
export function overHttp(backend: 'native' | 'isomorphic'): () => Promise<ForgeUnderTest> {
  return async () => {
    let server: GitServer | null = null;
    const make = underTest('bare', ({ folder }) => ({
      url: `${server?.origin ?? ''}/repository`,
      backend,
      cacheFolder: join(folder, 'cache'),
    }));
    const made = await make(async ({ folder, gitDir }) => {
      await allowPush(gitDir);
      server = await serveGit(folder);
    });
    return {
      ...made,
      dispose: async () => {
        await server?.close();
        await made.dispose();
      },
    };
  };
}
