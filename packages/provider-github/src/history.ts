import type { CommitId, CommitInfo, FileChange, GitPort } from '@gitops/core';
import { applyFiles, Failure, formatOf, type PathFilter, pathFilter, treeId } from '@gitops/provider-http';
import type { Run } from './api.js';
import { type Context, fullNameOf } from './context.js';
import { checkCommitId } from './git-port.js';
import { missing } from './read.js';
import * as schema from './schema.js';
import { objects } from './schema-graphql.js';

/** Tree and parents of a commit, from what was seen or by one request. */
export async function commitFacts(
  context: Context,
  run: Run,
  commit: CommitId,
): Promise<{ readonly tree: string; readonly parents: readonly CommitId[] }> {
  const { seen } = context;
  const [tree, parents] = [seen.trees.get(commit), seen.parents.get(commit)];
  if (tree !== undefined && parents !== undefined) return { tree, parents };
  return rawCommit(context, run, commit);
}

export async function rawCommit(context: Context, run: Run, commit: CommitId) {
  checkCommitId(commit);
  const found = await context.api.request(run, {
    to: 'show a commit',
    what: `the commit ${commit.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    parameters: { commit_sha: commit },
    schema: schema.gitCommit,
    means: missing(commit),
  });
  const facts = { tree: found.tree.sha, parents: found.parents.map(({ sha }) => sha), message: found.message };
  context.seen.trees.set(commit, facts.tree);
  context.seen.parents.set(commit, facts.parents);
  return facts;
}

/** By trees: what the commit's only parent becomes with the files applied is hashed here and held against its own tree. */
export async function holds(
  context: Context,
  run: Run,
  commit: CommitId,
  change: Parameters<GitPort['holds']>[1],
): Promise<boolean> {
  checkCommitId(change.base);
  const { tree, parents } = await commitFacts(context, run, commit);
  const [parent] = parents;
  if (parent === undefined || parents.length > 1) return false;
  const entries = await context.reader.listing(parent, run.signal);
  try {
    return treeId(applyFiles(entries, change.files), formatOf(tree)) === tree;
  } catch (error) {
    // what could not be committed on the parent is not what it became
    if (error instanceof Failure && ['stale-head', 'rejected'].includes(error.problem.kind)) return false;
    throw error;
  }
}

export async function changes(context: Context, run: Run, commit: CommitId): Promise<readonly FileChange[]> {
  const { parents } = await commitFacts(context, run, commit);
  return context.reader.difference(parents[0] ?? null, commit, run.signal);
}

/** A page of 100 commits a request; with paths, folders are compared where they differ, many commits in one query. */
export async function log(
  context: Context,
  run: Run,
  query: Parameters<GitPort['log']>[0],
): Promise<readonly CommitInfo[]> {
  const { from, limit, until, paths } = query;
  checkCommitId(from);
  const filter = paths === undefined ? null : pathFilter(paths);
  const chain = new Chain(context, run, filter === null ? limit : 100);
  const trees = new Trees(context, run);
  const found: CommitInfo[] = [];
  let next: CommitId | undefined = from;
  while (next !== undefined && next !== until && found.length < limit) {
    // enough for one query of trees, not so many that most are read for nothing
    const part: schema.Commit[] = [];
    while (next !== undefined && next !== until && part.length < (filter === null ? limit - found.length : 25)) {
      const commit: schema.Commit = await chain.get(next);
      part.push(commit);
      next = commit.parents[0]?.sha;
    }
    const kept = filter === null ? part : await touching(context, run, chain, trees, part, filter);
    found.push(...kept.map(infoOf));
  }
  return found.slice(0, Math.max(0, limit));
}

function infoOf({ sha, parents, commit }: schema.Commit): CommitInfo {
  return {
    commit: sha,
    parents: parents.map((parent) => parent.sha),
    message: commit.message.replace(/\n+$/, ''),
    author: { name: commit.author?.name ?? '', email: nonEmpty(commit.author?.email) },
    at: commit.committer?.date ?? '1970-01-01T00:00:00Z',
  };
}

function nonEmpty(text: string | null | undefined): string | null {
  return text === undefined || text === null || text === '' ? null : text;
}

/** Commits by id, read by pages: a page begins with the commit that was asked for, and mostly holds its ancestors. */
class Chain {
  readonly #context: Context;
  readonly #run: Run;
  readonly #size: number;
  readonly #known = new Map<CommitId, schema.Commit>();

  constructor(context: Context, run: Run, size: number) {
    this.#context = context;
    this.#run = run;
    this.#size = Math.min(Math.max(size, 1), 100);
  }

  async get(commit: CommitId): Promise<schema.Commit> {
    const known = this.#known.get(commit);
    if (known !== undefined) return known;
    const page = await this.#context.api.request(this.#run, {
      to: 'list commits',
      what: `the commit ${commit.slice(0, 12)}`,
      route: 'GET /repos/{owner}/{repo}/commits',
      parameters: { sha: commit, per_page: this.#size },
      schema: schema.commits,
      means: missing(commit),
    });
    for (const one of page) {
      this.#known.set(one.sha, one);
      this.#context.seen.trees.set(one.sha, one.commit.tree.sha);
    }
    const found = this.#known.get(commit);
    if (found === undefined) throw new Failure(unknownCommit(commit));
    return found;
  }
}

function unknownCommit(commit: CommitId): Failure['problem'] {
  return {
    kind: 'not-found',
    at: null,
    message: `There is no commit ${JSON.stringify(commit)}.`,
    remedy: 'Look for a slip in its id, and whether it was pushed to this repository.',
    details: {},
    also: [],
  };
}

interface Folder {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Those of the commits that changed a path which the filter takes: level by level, all commits at once. */
async function touching(
  context: Context,
  run: Run,
  chain: Chain,
  trees: Trees,
  commits: readonly schema.Commit[],
  filter: PathFilter,
): Promise<readonly schema.Commit[]> {
  const open = new Map<schema.Commit, Folder[]>();
  for (const commit of commits) {
    const parent = commit.parents[0]?.sha;
    const before =
      parent === undefined ? null : (context.seen.trees.get(parent) ?? (await chain.get(parent)).commit.tree.sha);
    open.set(commit, [{ path: '', before, after: commit.commit.tree.sha }]);
  }
  const touched = new Set<schema.Commit>();
  while (open.size > 0) {
    const wanted = [...open.values()]
      .flat()
      .flatMap(({ before, after }) => [before, after].filter((one) => one !== null));
    if (!(await trees.load(wanted))) return byFiles(context, run, commits, filter);
    for (const [commit, folders] of [...open]) {
      const next: Folder[] = [];
      for (const folder of folders) {
        if (touched.has(commit)) break;
        for (const below of trees.differences(folder)) {
          if (below.isFile && filter.matches(below.path)) touched.add(commit);
          if ((below.before !== null || below.after !== null) && filter.mayHold(below.path))
            next.push({ ...below, path: `${below.path}/` });
        }
      }
      if (touched.has(commit) || next.length === 0) open.delete(commit);
      else open.set(commit, next);
    }
  }
  return commits.filter((commit) => touched.has(commit));
}

/** Without GraphQL: the files of each commit, as GitHub lists them against its first parent. */
async function byFiles(
  context: Context,
  run: Run,
  commits: readonly schema.Commit[],
  filter: PathFilter,
): Promise<readonly schema.Commit[]> {
  const kept: schema.Commit[] = [];
  for (const commit of commits) {
    const pages = await context.api.pages(run, {
      to: 'show the files of a commit',
      what: `the commit ${commit.sha.slice(0, 12)}`,
      route: 'GET /repos/{owner}/{repo}/commits/{ref}',
      parameters: { ref: commit.sha },
      schema: schema.commitFiles,
    });
    const paths = pages.flatMap(({ filename, previous_filename }) => [filename, previous_filename ?? filename]);
    if (paths.some((path) => filter.matches(path))) kept.push(commit);
  }
  return kept;
}

/** Folders by object id, read many at once. */
class Trees {
  readonly #context: Context;
  readonly #run: Run;
  readonly #known = new Map<string, ReadonlyMap<string, { readonly mode: number; readonly oid: string }>>();

  constructor(context: Context, run: Run) {
    this.#context = context;
    this.#run = run;
  }

  /** False where this server cannot hand them out this way. */
  async load(oids: readonly string[]): Promise<boolean> {
    const wanted = [...new Set(oids)].filter((oid) => !this.#known.has(oid));
    const [owner, name] = fullNameOf(this.#context).split('/');
    for (let start = 0; start < wanted.length; start += 50) {
      const part = wanted.slice(start, start + 50);
      const told = await this.#context.api.graphql(this.#run, {
        to: 'list folders',
        what: 'the folders',
        query: `query Folders($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    ${part.map((oid, index) => `o${index}: object(oid: "${oid}") { ...folder }`).join('\n    ')}
  }
}
fragment folder on Tree { oid entries { name mode oid } }`,
        variables: { owner, name },
        schema: objects,
      });
      const found = told?.data?.repository;
      if (found === null || found === undefined) return false;
      for (const [index, oid] of part.entries()) {
        const entries = found[`o${index}`]?.entries;
        if (entries === null || entries === undefined) return false;
        this.#known.set(oid, new Map(entries.map((entry) => [entry.name, entry])));
      }
    }
    return true;
  }

  /** What differs in one folder: `before` and `after` are the ids of folders below, null where it is none. */
  *differences(folder: Folder): Generator<Folder & { readonly isFile: boolean }> {
    const older = (folder.before === null ? undefined : this.#known.get(folder.before)) ?? new Map();
    const newer = (folder.after === null ? undefined : this.#known.get(folder.after)) ?? new Map();
    for (const name of new Set<string>([...older.keys(), ...newer.keys()])) {
      const [was, is] = [older.get(name), newer.get(name)];
      if (was?.oid === is?.oid && was?.mode === is?.mode) continue;
      const isFolder = (entry: { readonly mode: number } | undefined): boolean => entry?.mode === 0o40000;
      yield {
        path: `${folder.path}${name}`,
        before: isFolder(was) ? (was?.oid ?? null) : null,
        after: isFolder(is) ? (is?.oid ?? null) : null,
        isFile: [was, is].some((entry) => entry !== undefined && !isFolder(entry)),
      };
    }
  }
}
