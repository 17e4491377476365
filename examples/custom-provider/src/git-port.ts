import type { CommitId, FileChange, GitPort, Identity } from '@gitops/core';
import {
  answer,
  applyFiles,
  fail,
  failureIn,
  formatOf,
  largestFile,
  pathFilter,
  stopIfAborted,
  type TreeEntry,
  textOf,
  treeId,
} from '@gitops/provider-http';
import { commitFiles } from './make-commit.ts';
import { checkBranch, checkFiles } from './names.ts';
import { branchRef, type Repository } from './repository.ts';

export function makeGitPort(repository: Repository, by: Identity, now: () => string): GitPort {
  async function head(branch: string | null) {
    const name = branch ?? (await repository.must(['symbolic-ref', '--short', 'HEAD'])).toString('utf8').trim();
    await checkBranch(repository, name);
    const commit = await repository.ref(branchRef(name));
    return commit === null ? null : { branch: name, commit };
  }

  const noBranch = (branch: string | null): never =>
    fail('not-found', `There is no branch ${branch ?? 'that is the default'}.`, 'Name one that is there.', { branch });

  return {
    head: (branch, call) => answer(call, () => head(branch)),

    snapshot: (source, globs, call) =>
      answer(call, async (signal) => {
        const tip = 'commit' in source ? null : ((await head(source.branch)) ?? noBranch(source.branch));
        const commit = 'commit' in source ? source.commit : (tip?.commit ?? '');
        await repository.commit(commit);
        const { matches } = pathFilter(globs);
        const entries = (await repository.listing(commit)).filter(({ path }) => matches(path));
        stopIfAborted(signal);
        const texts = await textsOf(repository, entries);
        const skipped = entries.filter((entry) => typeof texts.get(entry.path) !== 'string');
        return {
          commit,
          branch: tip?.branch ?? null,
          files: Object.fromEntries([...texts].filter((one): one is [string, string] => one[1] !== null)),
          skipped: skipped.map((entry) => ({ path: entry.path, reason: whySkipped(entry) })),
        };
      }),

    holds: (commit, { files }, call) =>
      answer(call, async () => {
        const { tree, parents } = await repository.commit(commit);
        const [parent, ...others] = parents;
        if (parent === undefined || others.length > 0 || files.length === 0) return false;
        return tree === treeAfter(await repository.listing(parent), files);
      }),

    changes: (commit, call) =>
      answer(call, async () => {
        const [parent] = (await repository.commit(commit)).parents;
        const before = parent === undefined ? [] : await repository.listing(parent);
        return differences(repository, before, await repository.listing(commit));
      }),

    commit: ({ branch, expectedHead, base, files, message }, call) =>
      answer(call, async (signal) => {
        checkFiles(files);
        const standing = (await head(branch))?.commit ?? null;
        if (standing !== expectedHead) return moved(branch);
        await repository.commit(base);
        const listing = applyFiles(await repository.listing(base), files);
        if (standing !== null) {
          const there = await repository.commit(standing);
          const isSame = there.parents.length === 1 && there.parents[0] === base && there.message === trimmed(message);
          if (isSame && there.tree === treeId(listing, formatOf(base))) return { commit: standing, unchanged: true };
        }
        stopIfAborted(signal);
        const commit = await commitFiles(repository, { base, files, listing, message, by, at: now() });
        stopIfAborted(signal);
        const isMoved = await repository.move([{ ref: branchRef(branch), from: expectedHead, to: commit }]);
        return isMoved ? { commit, unchanged: false } : moved(branch);
      }),

    deleteBranch: (branch, expectedHead, call) =>
      answer(call, async () => {
        const standing = (await head(branch))?.commit ?? null;
        if (standing === null) return;
        const isGone =
          standing === expectedHead && (await repository.move([{ ref: branchRef(branch), from: standing, to: null }]));
        if (!isGone) moved(branch);
      }),

    log: ({ from, limit, until, paths }, call) =>
      answer(call, async () => {
        await repository.commit(from);
        if (until !== undefined) await repository.commit(until);
        const range = [from, ...(until === undefined ? [] : [`^${until}`])];
        const ids = await (paths === undefined ? newest(repository, range, limit) : touching(repository, range, paths));
        const found = ids.slice(0, limit);
        const infos = await repository.commits(found);
        return infos.map(({ parents, message, author, at }, index) => {
          return { commit: found[index] ?? '', parents, message, author, at };
        });
      }),

    identity: (call) => answer(call, () => Promise.resolve(by)),
  };
}

const trimmed = (message: string): string => message.replace(/\n+$/, '');

function moved(branch: string): never {
  return fail('stale-head', `The branch ${branch} is not where it was.`, 'Read it again, then repeat.', { branch });
}

function treeAfter(entries: readonly TreeEntry[], files: readonly FileChange[]): string | null {
  try {
    const [first] = entries;
    return treeId(applyFiles(entries, files), first === undefined ? 'sha1' : formatOf(first.oid));
  } catch (error) {
    if (failureIn(error) === undefined) throw error;
    return null; // it cannot be made there
  }
}

function whySkipped({ mode, size }: TreeEntry) {
  if (mode === '120000') return 'link';
  if (mode === '160000') return 'submodule';
  return (size ?? 0) > largestFile ? 'too-large' : 'not-utf8';
}

/** Null for what is no text. */
async function textsOf(repository: Repository, entries: readonly TreeEntry[]): Promise<Map<string, string | null>> {
  const readable = entries.filter(({ mode, size }) => mode.startsWith('100') && (size ?? 0) <= largestFile);
  const contents = await repository.objects(readable.map(({ oid }) => oid));
  const texts = new Map<string, string | null>();
  readable.forEach(({ path }, index) => {
    const bytes = contents[index];
    texts.set(path, bytes === null || bytes === undefined ? null : textOf(bytes));
  });
  return texts;
}

async function differences(repository: Repository, before: readonly TreeEntry[], after: readonly TreeEntry[]) {
  const byPath = (entries: readonly TreeEntry[]) => new Map(entries.map((one) => [one.path, one]));
  const [old, now] = [byPath(before), byPath(after)];
  const differs = (path: string) =>
    old.get(path)?.oid !== now.get(path)?.oid || old.get(path)?.mode !== now.get(path)?.mode;
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter(differs).sort();
  const chosen = (entries: Map<string, TreeEntry>) => paths.flatMap((path) => entries.get(path) ?? []);
  const [was, is] = [await textsOf(repository, chosen(old)), await textsOf(repository, chosen(now))];
  return paths.map((path) => {
    const [a, b] = [old.get(path), now.get(path)];
    const isText = (entry: TreeEntry | undefined, texts: Map<string, string | null>) =>
      entry === undefined || typeof texts.get(path) === 'string';
    if (isText(a, was) && isText(b, is) && a?.oid !== b?.oid) {
      return { path, before: was.get(path) ?? null, after: is.get(path) ?? null };
    }
    const ids = (entry: TreeEntry | undefined) => (entry === undefined ? null : `${entry.mode} ${entry.oid}`);
    return { path, before: ids(a), after: ids(b) };
  });
}

async function newest(repository: Repository, range: readonly string[], limit: number): Promise<CommitId[]> {
  if (limit === 0) return [];
  const out = await repository.must(['rev-list', '--first-parent', `--max-count=${limit}`, ...range]);
  return out
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** Commits that changed a path that matches, against their first parents. */
async function touching(repository: Repository, range: readonly string[], globs: readonly string[]) {
  const { matches } = pathFilter(globs);
  const flags = ['--first-parent', '--diff-merges=first-parent', '--root', '--no-renames', '--name-only', '-z'];
  const out = (await repository.must(['log', ...flags, '--format=%x01%H', ...range])).toString('utf8');
  const found: CommitId[] = [];
  let current = '';
  for (const token of out.split('\0')) {
    const text = token.replace(/^\n/, '');
    if (text.startsWith('\x01')) current = text.slice(1);
    else if (text !== '' && matches(text) && found.at(-1) !== current) found.push(current);
  }
  return found;
}
