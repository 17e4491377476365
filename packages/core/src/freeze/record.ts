import type { AppliedEdit } from '../yaml/edit-types.js';

/** A freeze as its record file tells it: `.gitops/freezes/<environment>[+<hash>].yaml`. */
export interface FreezeRecord {
  /** Path of the record file. */
  readonly file: string;
  readonly environment: string;
  /** Empty: the whole environment. */
  readonly selection: Selection;
  readonly reason: string;
  readonly by: string;
  /** ISO 8601. */
  readonly since: string;
  readonly until: string | null;
  /** Versions that a revert took back: promotions and Image Updater must not bring them again. A hold has some. */
  readonly denied: readonly { readonly application: string; readonly image: string; readonly version: string }[];
  readonly undo: readonly UndoEntry[];
}

/** One enforcing edit: what `resume` undoes. */
export interface UndoEntry extends AppliedEdit {
  readonly file: string;
}

/** Which applications and images a command is about. Everything empty: all. */
export interface Selection {
  readonly applications: readonly string[];
  readonly images: readonly string[];
  readonly except: readonly string[];
}
