/** The plain data that everything else is made of. Nothing here runs. */

/** Full hexadecimal id of a Git commit. */
export type CommitId = string;

/** A place in a file; lines and columns count from 1, columns in UTF-16 code units. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Any value that survives JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Why a file of the repository is not in a snapshot. */
export type SkipReason = 'not-utf8' | 'link' | 'submodule' | 'too-large';

/**
 * The files of one commit that an operation needs, as text. Paths are relative to the repository's root, with `/`.
 * What was left out is listed with the reason; nothing is left out silently.
 */
export interface Snapshot {
  /** Null where the files are not those of one commit: a working tree, or files made in memory. */
  readonly commit: CommitId | null;
  readonly files: Readonly<Record<string, string>>;
  readonly skipped: readonly { readonly path: string; readonly reason: SkipReason }[];
}

/** One file of a change: `before: null` makes it, `after: null` deletes it. Its mode is kept. */
export interface FileChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What an image is set to. Both are strings; at least one is not null. */
export interface Version {
  readonly tag: string | null;
  /** `sha256:…` */
  readonly digest: string | null;
}

/** A snapshot from files in memory. Paths with a leading `./` or `/` are made relative. */
export function snapshotOf(files: Readonly<Record<string, string>>, commit: CommitId | null = null): Snapshot {
  const own: Record<string, string> = Object.create(null);
  for (const [path, text] of Object.entries(files)) own[path.replace(/^(\.?\/)+/, '')] = text;
  return { commit, files: own, skipped: [] };
}
