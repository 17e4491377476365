// New commits: of changed files, and of a merge. Refs are not moved here.
import { randomUUID } from 'node:crypto';
import type { CommitId, FileChange, Identity } from '@gitops/core';
import type { TreeEntry } from '@gitops/provider-http';
import type { Repository } from './repository.ts';

interface Stamp {
  readonly by: Identity;
  /** ISO 8601. */
  readonly at: string;
}

/** One commit on `base`. `listing` is what it will hold, with the modes of its files. */
export async function commitFiles(
  repository: Repository,
  input: {
    readonly base: CommitId;
    readonly files: readonly FileChange[];
    readonly listing: readonly TreeEntry[];
    readonly message: string;
  } & Stamp,
): Promise<CommitId> {
  const modes = new Map(input.listing.map(({ path, mode }) => [path, mode]));
  const ref = `refs/folder/made/${randomUUID()}`;
  const stream: (string | Buffer)[] = [
    `commit ${ref}\n`,
    `committer ${clean(input.by.name)} <${clean(input.by.email ?? '')}> ${Date.parse(input.at) / 1000} +0000\n`,
    ...data(input.message),
    `from ${input.base}\n`,
  ];
  for (const { path, after } of input.files) {
    const quoted = `"${path.replace(/["\\]/g, '\\$&')}"`;
    if (after === null) stream.push(`D ${quoted}\n`);
    else stream.push(`M ${modes.get(path) ?? '100644'} inline ${quoted}\n`, ...data(after));
  }
  stream.push('done\n');
  const bytes = Buffer.concat(stream.map((part) => Buffer.from(part as string)));
  await repository.must(['fast-import', '--quiet', '--done', '--date-format=raw'], bytes);
  const made = (await repository.ref(ref)) ?? '';
  await repository.move([{ ref, from: made, to: null }]); // the object stays until git collects garbage
  return made;
}

/** A commit with a tree that is there already. */
export async function commitTree(
  repository: Repository,
  input: { readonly tree: string; readonly parents: readonly CommitId[]; readonly message: string } & Stamp,
): Promise<CommitId> {
  const who = { NAME: clean(input.by.name), EMAIL: clean(input.by.email ?? ''), DATE: input.at };
  const env = Object.fromEntries(
    Object.entries(who).flatMap(([name, value]) => [
      [`GIT_AUTHOR_${name}`, value],
      [`GIT_COMMITTER_${name}`, value],
    ]),
  );
  const parents = input.parents.flatMap((parent) => ['-p', parent]);
  const out = await repository.must(['commit-tree', input.tree, ...parents], input.message, env);
  return out.toString('utf8').trim();
}

/** The tree that a merge gives; null for a conflict. */
export async function mergedTree(repository: Repository, target: CommitId, source: CommitId): Promise<string | null> {
  const { code, out } = await repository.run(['merge-tree', '--write-tree', '-z', target, source]);
  return code === 0 ? (out.toString('utf8').split('\0')[0]?.trim() ?? null) : null;
}

function data(text: string): (string | Buffer)[] {
  const bytes = Buffer.from(text);
  return [`data ${bytes.length}\n`, bytes, '\n'];
}

/** Git keeps these out of names itself, but not in a stream. */
function clean(name: string): string {
  return name.replace(/[<>\n\0]/g, '').trim();
}
