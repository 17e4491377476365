import type { Fleet, PlanRequest, ReadOptions, Selection } from '@gitops/core';
import type { Invocation } from '../invocation.js';
import type { Opened } from '../repository/open.js';

/** What a verb needs to say what is asked for. */
export interface Asking {
  readonly invocation: Invocation;
  readonly opened: Opened;
  /** The target branch as it is today. */
  readonly fleet: Fleet;
  readonly reading: ReadOptions;
  /** ISO 8601. */
  readonly now: string;
  /** Who asks, as `Name <e-mail>`: asked of the forge only where it stands in a record or a sign-off. */
  readonly by: () => Promise<string>;
}

/** Arguments and options of a verb as a request of the library. */
export type RequestOf = (asking: Asking) => PlanRequest | Promise<PlanRequest>;

/** `--app`, `--image`, `--except`. */
export function selectionOf({ options }: Pick<Invocation, 'options'>): Selection {
  return { applications: options.list('app'), images: options.list('image'), except: options.list('except') };
}
