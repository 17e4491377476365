import { type CallOptions, type CommitId, type Forge, orThrow, problem } from '@gitops/core';
import { fail } from '../failure.js';
import type { Io } from '../io.js';
import { askGit } from './local-git.js';
import type { Located } from './locate.js';

/** How far back an abbreviated id is looked for where Git itself cannot be asked. */
const horizon = 2_000;

/**
 * The commit that people name: a branch, a full or abbreviated id, and in a clone everything that `git rev-parse`
 * understands. Null where nothing is called so.
 */
export async function findCommit(
  name: string,
  where: { readonly forge: Forge; readonly located: Located; readonly io: Pick<Io, 'env' | 'signal'> },
): Promise<CommitId | null> {
  const { forge, located, io } = where;
  const call: CallOptions = io.signal === undefined ? {} : { signal: io.signal };
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name)) return name;
  const branch = await forge.git.head(name, call);
  if (branch.isOk() && branch.value !== null) return branch.value.commit;
  if (located.kind !== 'url') {
    const found = askGit(
      ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
      located.root,
      io,
    );
    if (found !== null && found !== '') return found;
  }
  if (!/^[0-9a-f]{4,63}$/.test(name)) return null;
  const head = orThrow(await forge.git.head(null, call));
  if (head === null) return null;
  const entries = orThrow(await forge.git.log({ from: head.commit, limit: horizon }, call));
  const fitting = entries.filter((one) => one.commit.startsWith(name));
  return fitting.length === 1 ? (fitting[0]?.commit ?? null) : null;
}

/** As {@link findCommit}; fails with `not-found`. */
export async function commitNamed(name: string, where: Parameters<typeof findCommit>[1]): Promise<CommitId> {
  return (
    (await findCommit(name, where)) ??
    fail(
      problem(
        'not-found',
        `No branch, tag or commit is called ${JSON.stringify(name)} in ${where.forge.name}.`,
        'Check the name; git log --oneline shows commits.',
        {
          details: { name },
        },
      ),
    )
  );
}
