import type { CommitId, CommitInfo, FileChange, GitPort } from '@gitops/core';
import { applyFiles, fail, failureIn, pathFilter, type TreeEntry } from '@gitops/provider-http';
import type * as v from 'valibot';
import type { Ask } from './api.js';
import type { Context } from './context.js';
import { applyDiff, showsAll } from './diff.js';
import { limits, severally } from './limits.js';
import { commitOf, isCommitId, listingOf, missingCommit, patiently, readFiles } from './read.js';
import * as schema from './schema.js';
import { tried } from './verdicts.js';

type Change = Parameters<GitPort['holds']>[1];
type LogQuery = Parameters<GitPort['log']>[0];
type Commit = v.InferOutput<typeof schema.commit>;

/**
 * Whether a commit is what committing `files` on `base` would give. Few files: one comparison (`repository/compare`),
 * whose diffs, if they are whole, are applied to each `before` and held against `after`. Else, and wherever that leaves
 * a doubt, the listings of both (their archives) are compared, object id by object id.
 */
export async function holds(context: Context, ask: Ask, commit: CommitId, change: Change): Promise<boolean> {
  for (const one of [commit, change.base]) if (!isCommitId(one)) missingCommit(context, one);
  const files = change.files.filter((file) => file.before !== file.after);
  const isFew = files.length > 0 && files.length <= limits.comparedFiles;
  // a server that compares nothing, or not these two, may still hand out both
  const compared = isFew ? await tried(() => byComparison(context, ask, commit, change.base, files)) : null;
  return compared ?? byListings(context, ask, commit, change.base, files);
}

/** Null: GitLab has not told enough to say. */
async function byComparison(
  context: Context,
  ask: Ask,
  commit: CommitId,
  base: CommitId,
  files: readonly FileChange[],
): Promise<boolean | null> {
  const compared = await compare(context, ask, base, commit);
  const [only, ...more] = compared.commits;
  if (only === undefined || more.length > 0 || only.id !== commit || compared.compare_timeout === true) return null;
  if (only.parent_ids === null) return null;
  if (only.parent_ids.length !== 1) return false;
  const diffs = compared.diffs;
  const isCut = (diff: schema.Diff): boolean =>
    diff.collapsed === true || diff.too_large === true || diff.overflow === true || diff.diff === null;
  if (diffs === null || compared.overflow === true || diffs.some(isCut)) return null;
  const made = filesOf(diffs, files);
  if (made === null) return null;
  if (made.size !== files.length) return made.size < files.length ? null : false;
  if (!files.every((file) => made.get(file.path) === file.after && made.has(file.path))) return false;
  if (only.parent_ids[0] === base) return true;
  const before = new Map(files.map((file) => [file.path, file.before]));
  if (diffs.every((diff) => isWhole(diff, before.get(diff.old_path) ?? ''))) return true;
  // made on an older base: the diffs show the lines around a change alone, so the files are read whole as well
  const read = await readFiles(
    context,
    ask,
    { commit },
    files.map((file) => escapeGlob(file.path)),
  );
  return files.every((file) => (read.files[file.path] ?? null) === file.after);
}

export function compare(
  context: Context,
  ask: Ask,
  from: string,
  to: string,
): Promise<v.InferOutput<typeof schema.comparison>> {
  const question = { call: `compare ${short(from)} with ${short(to)}`, about: 'commit', subject: to } as const;
  return context.api.one(ask, question, schema.comparison, (sdk) => sdk.repositories.compare(context.id(), from, to));
}

function short(name: string): string {
  return isCommitId(name) ? name.slice(0, 12) : `"${name}"`;
}

/**
 * What the diffs make of each `before`, by path. Null where one of them cannot be read; a path that must not change, a
 * changed mode or a diff that does not fit stands in it as something that no file can be.
 */
function filesOf(
  diffs: readonly schema.Diff[],
  files: readonly FileChange[],
): ReadonlyMap<string, string | null | false> | null {
  const wanted = new Map(files.map((file) => [file.path, file]));
  const made = new Map<string, string | null | false>();
  for (const diff of diffs) {
    const text = diff.diff ?? '';
    const isNew = diff.new_file === true;
    const isGone = diff.deleted_file === true;
    const isMoved = diff.renamed_file === true && diff.old_path !== diff.new_path;
    if (/^Binary files /m.test(text) && !text.includes('@@')) return null;
    const isPlain = isNew ? diff.b_mode === '100644' || diff.b_mode === null : isGone || diff.a_mode === diff.b_mode;
    const old = isNew ? '' : wanted.get(diff.old_path)?.before;
    const isFree = isGone || (!isNew && !isMoved) || wanted.get(diff.new_path)?.before === null;
    const now = isPlain && isFree && typeof old === 'string' ? becomes(old, text, isMoved) : null;
    // an empty diff may have been left out by the server, unless it is of an empty file
    if (now === undefined || (isNew && text === '' && wanted.get(diff.new_path)?.after !== '')) return null;
    if (isMoved) made.set(diff.old_path, now === null ? false : null);
    if (isGone) made.set(diff.old_path, now === '' ? null : false);
    else made.set(diff.new_path, now ?? false);
  }
  return made;
}

/** Whether a diff leaves nothing open of what stood there before. */
function isWhole(diff: schema.Diff, before: string): boolean {
  return diff.new_file === true || diff.deleted_file === true || showsAll(before, diff.diff ?? '');
}

/** Null: the diff is not of that text. Undefined: it does not tell. */
function becomes(old: string, text: string, isMoved: boolean): string | null | undefined {
  if (text !== '') return applyDiff(old, text);
  return isMoved || old === '' ? old : undefined;
}

/** By object ids: the whole of the commit against the whole of its parent with the files applied. */
async function byListings(
  context: Context,
  ask: Ask,
  commit: CommitId,
  base: CommitId,
  files: readonly FileChange[],
): Promise<boolean> {
  const found = await listingOf(context, ask, commit);
  if (isSameListing(changed(await listingOf(context, ask, base), files), found)) return commit !== base;
  const parents = (await commitOf(context, ask, commit)).parent_ids ?? [];
  const [parent] = parents;
  if (parent === undefined || parents.length > 1 || parent === base) return false;
  return isSameListing(changed(await listingOf(context, ask, parent), files), found);
}

/** Null where the files cannot be committed there. */
function changed(entries: readonly TreeEntry[], files: readonly FileChange[]): readonly TreeEntry[] | null {
  try {
    return applyFiles(entries, files);
  } catch (error) {
    if (['stale-head', 'rejected'].includes(failureIn(error)?.problem.kind ?? '')) return null;
    throw error;
  }
}

function isSameListing(one: readonly TreeEntry[] | null, other: readonly TreeEntry[]): boolean {
  if (one === null || one.length !== other.length) return false;
  const ids = new Map(other.map((entry) => [entry.path, `${entry.mode} ${entry.oid}`]));
  return one.every((entry) => ids.get(entry.path) === `${entry.mode} ${entry.oid}`);
}

/** What a commit changed against its first parent: their listings, and the texts of what differs. */
export async function changesOf(context: Context, ask: Ask, commit: CommitId): Promise<readonly FileChange[]> {
  const { parent_ids: parents } = await commitOf(context, ask, commit);
  if (parents === null) {
    return fail(
      'repository-unsupported',
      `GitLab (${context.project.host}) does not tell what ${commit.slice(0, 12)} was made on.`,
      'Use a newer version of GitLab, or a clone of the repository.',
      { what: 'commit' },
    );
  }
  const parent = parents[0] ?? null;
  await readDifferences(context, ask, parent, commit);
  return patiently(ask, () => context.reader.difference(parent, commit, ask.signal));
}

/** Brings the texts that differ into memory: many of them by two archives, since each alone would cost a request. */
async function readDifferences(context: Context, ask: Ask, before: CommitId | null, after: CommitId): Promise<void> {
  const older = before === null ? [] : await listingOf(context, ask, before);
  const newer = await listingOf(context, ask, after);
  const ids = (entries: readonly TreeEntry[]) => new Map(entries.map((entry) => [entry.path, entry.oid]));
  const [old, now] = [ids(older), ids(newer)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
  if (paths.length <= limits.fewBlobs) return;
  const globs = paths.map(escapeGlob);
  if (before !== null) await readFiles(context, ask, { commit: before }, globs);
  await readFiles(context, ask, { commit: after }, globs);
}

/** A page of a hundred commits a request; paths other than one file or folder cost one more for each commit looked at. */
export async function logOf(context: Context, ask: Ask, query: LogQuery): Promise<readonly CommitInfo[]> {
  if (!isCommitId(query.from)) missingCommit(context, query.from);
  if (query.limit <= 0) return [];
  const filter = query.paths === undefined ? null : pathFilter(query.paths);
  const place = query.paths === undefined ? { path: '', isWhole: true } : placeOf(query.paths);
  const question = {
    call: `list the commits of ${query.from.slice(0, 12)}`,
    about: 'commit',
    subject: query.from,
  } as const;
  const found: CommitInfo[] = [];
  for (let page = 1; page <= limits.mostPages; page++) {
    const perPage = filter === null || place.isWhole ? Math.min(limits.perPage, query.limit) : limits.perPage;
    const commits = await context.api.one(ask, question, schema.commits, (sdk) =>
      sdk.commits.all(context.id(), {
        refName: query.from,
        firstParent: true,
        perPage,
        page,
        ...(place.path === '' ? {} : { path: place.path }),
      } as never),
    );
    const end = commits.findIndex((commit) => commit.id === query.until);
    const some = end < 0 ? commits : commits.slice(0, end);
    const wanted =
      filter === null || place.isWhole
        ? some
        : await touching(context, ask, some, filter.matches, query.limit - found.length);
    found.push(...wanted.map(infoOf));
    if (found.length >= query.limit || end >= 0 || commits.length < perPage) break;
  }
  if (found.length === 0 && place.path !== '') await commitOf(context, ask, query.from);
  return found.slice(0, query.limit);
}

function infoOf(commit: Commit): CommitInfo {
  const at = commit.committed_date ?? commit.created_at;
  return {
    commit: commit.id,
    parents: commit.parent_ids ?? [],
    message: (commit.message ?? commit.title ?? '').replace(/\n+$/, ''),
    author: { name: commit.author_name ?? '', email: commit.author_email || null },
    at: at === null ? '1970-01-01T00:00:00Z' : instant(at),
  };
}

/** GitLab's times, with zone and milliseconds, as ISO 8601 in UTC with seconds. */
export function instant(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** The file or folder that all globs lie in; `isWhole`: everything in it is taken, so that GitLab's own filter is exact. */
function placeOf(globs: readonly string[]): { readonly path: string; readonly isWhole: boolean } {
  const places = globs.map((glob) => {
    const isFolder = glob.endsWith('/**');
    const literal = isFolder ? glob.slice(0, -3) : glob;
    if (!/[*?[\]{}()!+@\\]/.test(literal)) return { path: literal, isWhole: true };
    const steps = literal.split('/');
    const end = steps.findIndex((step) => /[*?[\]{}()!+@\\]/.test(step));
    return { path: steps.slice(0, end).join('/'), isWhole: false };
  });
  const [first] = places;
  if (first === undefined) return { path: '', isWhole: false };
  if (places.length === 1) return first;
  const steps = places.map((place) => place.path.split('/'));
  let shared = 0;
  while (steps.every((one) => one[shared] !== undefined && one[shared] === steps[0]?.[shared])) shared++;
  return { path: steps[0]?.slice(0, shared).join('/') ?? '', isWhole: false };
}

/** Of some commits those that changed a path that fits, in their order, as far as they are needed. */
async function touching(
  context: Context,
  ask: Ask,
  commits: readonly Commit[],
  matches: (path: string) => boolean,
  needed: number,
): Promise<readonly Commit[]> {
  const found: Commit[] = [];
  for (let at = 0; at < commits.length && found.length < needed; at += limits.atOnce) {
    const some = commits.slice(at, at + limits.atOnce);
    const flags = await severally(some, (commit) => touches(context, ask, commit.id, matches));
    found.push(...some.filter((_, index) => flags[index] === true));
  }
  return found;
}

async function touches(
  context: Context,
  ask: Ask,
  commit: CommitId,
  matches: (path: string) => boolean,
): Promise<boolean> {
  const question = { call: `read what ${commit.slice(0, 12)} changed`, about: 'commit', subject: commit } as const;
  const keep = (diff: schema.Diff): boolean => matches(diff.new_path) || matches(diff.old_path);
  const found = await context.api.list(
    ask,
    question,
    schema.diffs,
    (sdk, { page, perPage }) => sdk.commits.showDiff(context.id(), commit, { page, perPage } as never),
    { limit: 1, keep },
  );
  return found.length > 0;
}

/** A path as a glob that takes that path alone. */
export function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@|$^]/g, '\\$&');
}
