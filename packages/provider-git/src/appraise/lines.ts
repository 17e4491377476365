import { createHash } from 'node:crypto';
import type { CommitId } from '@gitops/core';

/** Refs of git-appraise (be4751005). */
export const refs = {
  reviews: 'refs/notes/devtools/reviews',
  discuss: 'refs/notes/devtools/discuss',
  ci: 'refs/notes/devtools/ci',
  archive: 'refs/devtools/archives/reviews',
} as const;

/** A line of `reviews`. Field order here and below is git-appraise's own: hashes of lines depend on it. */
export interface RequestLine {
  readonly timestamp: string;
  readonly reviewRef?: string;
  /** Empty: abandoned. */
  readonly targetRef: string;
  readonly requester: string;
  readonly reviewers?: readonly string[];
  readonly description?: string;
  readonly baseCommit?: CommitId;
  readonly alias?: CommitId;
  /**
   * Ours: the aliases, here and in lines before, of merges that may still land. Where refs move one by one, each of two
   * who merge at once writes its line before either target moves; what counts is the one that stands on the target.
   * git-appraise skips fields it does not know.
   */
  readonly landings?: readonly CommitId[];
}

/** A line of `discuss`. */
export interface CommentLine {
  readonly timestamp: string;
  readonly author: string;
  /** Hash of the comment that this one replaces. */
  readonly original?: string;
  /** Hash of the comment that this one answers. */
  readonly parent?: string;
  readonly location?: { readonly commit?: CommitId; readonly path?: string; readonly range?: unknown };
  readonly description?: string;
  readonly resolved?: boolean;
  /** Ours: which comment this is among those that are written anew. git-appraise skips fields it does not know. */
  readonly marker?: string;
}

/** A line of `ci`. Without `status` the check has not ended. */
export interface CheckLine {
  readonly timestamp: string;
  readonly url?: string;
  readonly status?: 'success' | 'failure';
  readonly agent: string;
}

const requestFields = [
  'timestamp',
  'reviewRef',
  'targetRef',
  'requester',
  'reviewers',
  'description',
  'v',
  'baseCommit',
  'alias',
  'signature',
];
const commentFields = [
  'timestamp',
  'author',
  'original',
  'parent',
  'location',
  'description',
  'resolved',
  'v',
  'signature',
];
const checkFields = ['timestamp', 'url', 'status', 'agent', 'v'];

export const requestText = (line: RequestLine): string => write(line, [...requestFields, 'landings']);
export const commentText = (line: CommentLine): string => write(line, [...commentFields, 'marker']);
export const checkText = (line: CheckLine): string => write(line, checkFields);

/** What `original` and `parent` of another comment name: the SHA-1 of the line as git-appraise would write it. */
export function commentHash(line: CommentLine): string {
  return createHash('sha1').update(write(line, commentFields)).digest('hex');
}

/** JSON as Go writes it: fields in a fixed order, empty ones left out, and `<`, `>`, `&` escaped. */
function write(line: object, fields: readonly string[]): string {
  const given = line as Readonly<Record<string, unknown>>;
  const ordered: Record<string, unknown> = {};
  for (const field of fields) {
    const value = given[field];
    const empty = value === undefined || value === '' || value === 0 || (Array.isArray(value) && value.length === 0);
    if (!empty || (field === 'targetRef' && value === '')) ordered[field] = value;
  }
  return JSON.stringify(ordered).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Seconds as ten digits. */
export function timestampOf(seconds: number): string {
  return String(Math.floor(seconds)).padStart(10, '0');
}

/** Not before what it follows: the last line by time is the one that counts. */
export function after(now: number, last: { readonly timestamp: string } | undefined): string {
  return timestampOf(Math.max(now, last === undefined ? 0 : Number(last.timestamp) + 1));
}

/** Lines dated further ahead than clocks differ, in seconds, are ignored: one of them would win for years. */
const clockTolerance = 300;

/** Lines of one kind, oldest first (in their order where the time is the same). What is no such line is skipped. */
function parse<T extends { readonly timestamp: string }>(
  text: string,
  now: number,
  isOne: (line: Readonly<Record<string, unknown>>) => boolean,
): T[] {
  const found: T[] = [];
  for (const line of text.split('\n')) {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    const fields = value as Readonly<Record<string, unknown>>;
    const known =
      (fields['v'] ?? 0) === 0 && typeof fields['timestamp'] === 'string' && /^\d{1,10}$/.test(fields['timestamp']);
    if (known && isOne(fields) && Number(fields['timestamp']) <= now + clockTolerance)
      found.push(fields as unknown as T);
  }
  return found.sort((a, b) => Number(a.timestamp) - Number(b.timestamp));
}

const optional = (value: unknown, type: 'string' | 'boolean'): boolean => value === undefined || typeof value === type;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');

export function parseRequests(text: string, now: number): RequestLine[] {
  const isRequest = (line: Readonly<Record<string, unknown>>): boolean =>
    ['reviewRef', 'targetRef', 'requester', 'description', 'baseCommit', 'alias'].every((field) =>
      optional(line[field], 'string'),
    ) &&
    (line['reviewers'] === undefined || line['reviewers'] === null || isTexts(line['reviewers'])) &&
    (line['landings'] === undefined || isTexts(line['landings']));
  return parse<RequestLine>(text, now, isRequest).map((line) => ({
    ...line,
    targetRef: line.targetRef ?? '',
    requester: line.requester ?? '',
  }));
}

export function parseComments(text: string, now: number): CommentLine[] {
  return parse<CommentLine>(
    text,
    now,
    (line) =>
      ['author', 'original', 'parent', 'description', 'marker'].every((field) => optional(line[field], 'string')) &&
      optional(line['resolved'], 'boolean') &&
      (line['location'] === undefined || typeof line['location'] === 'object'),
  ).map((line) => ({ ...line, author: line.author ?? '' }));
}

export function parseChecks(text: string, now: number): CheckLine[] {
  return parse<CheckLine>(
    text,
    now,
    (line) =>
      typeof line['agent'] === 'string' &&
      optional(line['url'], 'string') &&
      [undefined, 'success', 'failure'].includes(line['status'] as string),
  );
}
