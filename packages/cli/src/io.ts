import type { AbortSignalLike, Clock } from '@gitops/core';

/** Everything that the program touches besides repositories, so that a test can run it in its own process. */
export interface Io {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  /** All of standard input; only asked for where an argument is `-`. */
  readonly readInput: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** True where standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Aborts when the user gives up (Ctrl-C). */
  readonly signal?: AbortSignalLike;
  /** Left out: the machine's clock. */
  readonly clock?: Clock;
}
