import type { Readable } from 'node:stream';
import type { Account, Role, Scope, Token } from './accounts.js';
import type { Instance } from './instance.js';
import type { Params } from './params.js';
import type { Project } from './state.js';

/** Who asks. */
export interface Caller {
  readonly account: Account;
  readonly token: Token;
}

/** One request to the API. */
export interface Call {
  readonly instance: Instance;
  readonly method: string;
  readonly params: Params;
  readonly caller: Caller | null;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The address asked for, without its query: for `Link`. */
  readonly url: string;
  readonly query: URLSearchParams;
}

/** A call below `/projects/{id}` that may see the project. */
export interface ProjectCall extends Call {
  readonly project: Project;
  readonly level: number;
}

export interface Reply {
  readonly status?: number;
  /** Anything JSON; a Buffer or a stream is sent as it is; left out: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type RawBody = Buffer | Readable;

export interface Operation {
  readonly method: string;
  /** Below `/api/v4`, as the description writes it. */
  readonly path: string;
  /** Scopes that are enough besides `api` (and `read_api` to read). */
  readonly scopes?: readonly Scope[];
  /** A job token may call it, as docs/ci/jobs/ci_job_token lists. */
  readonly jobToken?: boolean;
  handle(call: Call): Promise<Reply>;
}

export interface ProjectOperation extends Omit<Operation, 'handle'> {
  /** The least role; left out: whoever may see the project. */
  readonly role?: Role;
  handle(call: ProjectCall): Promise<Reply>;
}

/** The account of a call that cannot be anonymous. */
export function accountOf(call: Call): Account {
  if (call.caller === null) throw new Error('this operation is for those who are known');
  return call.caller.account;
}
