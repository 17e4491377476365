import type { Note } from '../fleet/fleet.js';
import type { YamlEdit } from '../yaml/edit-types.js';
import type { Pointer } from '../yaml/node.js';
import type { UpdaterApplication } from './inputs.js';

/** What to freeze: an application of an environment, wholly or some of its images. */
export interface FreezeTarget {
  readonly application: UpdaterApplication;
  /**
   * Null: all. Else an image counts where one of these is its alias, its full name, or the end of that after a `/`.
   */
  readonly images: readonly string[] | null;
  /** True for the template of an ApplicationSet that also makes applications outside the selection. */
  readonly inSharedTemplate: boolean;
}

export interface UpdaterFreezeEdit {
  readonly file: string;
  readonly edit: YamlEdit;
  readonly why: string;
}

/** An existing value that already keeps Image Updater away: another freeze, or the user's own. Nothing is written. */
export interface HeldValue {
  readonly file: string;
  readonly at: Pointer;
  readonly why: string;
}

/** What makes Image Updater change nothing of a selection. */
export interface UpdaterFreeze {
  readonly edits: readonly UpdaterFreezeEdit[];
  readonly held: readonly HeldValue[];
  readonly notes: readonly Note[];
}

export const nothing: UpdaterFreeze = { edits: [], held: [], notes: [] };

/** Several freezes as one. A value that several images or applications share is listed once. */
export function joined(parts: readonly UpdaterFreeze[]): UpdaterFreeze {
  const once = <T>(values: readonly T[], address: (value: T) => unknown): readonly T[] => [
    ...new Map(values.map((value) => [JSON.stringify(address(value)), value])).values(),
  ];
  return {
    edits: once(
      parts.flatMap((part) => part.edits),
      ({ file, edit }) => [file, edit.at],
    ),
    held: once(
      parts.flatMap((part) => part.held),
      ({ file, at }) => [file, at],
    ),
    notes: once(
      parts.flatMap((part) => part.notes),
      (note) => note,
    ),
  };
}

/** What Image Updater's own pattern for "every tag" is: `*` needs quotes in YAML, since a bare one is an alias. */
export const everyTag = '*';

/** A few names for a sentence, and how many more there are. */
export function fewNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
