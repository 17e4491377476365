/**
 * The one module that imports neverthrow: everybody else imports results from here, so that the library can be
 * replaced in one place.
 */
import { err, errAsync, fromAsyncThrowable, fromThrowable, ok, okAsync, Result, ResultAsync } from 'neverthrow';
import type { GitOpsError } from './errors/error.js';

export { err, errAsync, fromAsyncThrowable, fromThrowable, ok, okAsync, Result, ResultAsync };

/** An answer from a forge: a value, or a {@link GitOpsError}. Never rejects. */
export type Answer<T> = ResultAsync<T, GitOpsError>;

/** Thrown by {@link orThrow}. Recognise it by `name`, since an ESM and a CommonJS copy of the package may coexist. */
export interface GitOpsFailure extends Error {
  readonly name: 'GitOpsFailure';
  readonly error: GitOpsError;
}

/**
 * The bridge for callers who want exceptions (a script of a Jenkins step): the value, or a {@link GitOpsFailure}
 * whose `error` is the value that the Result held.
 */
export function orThrow<T>(result: Result<T, GitOpsError>): T;
export function orThrow<T>(result: ResultAsync<T, GitOpsError>): Promise<T>;
export function orThrow<T>(result: Result<T, GitOpsError> | ResultAsync<T, GitOpsError>): T | Promise<T> {
  if (result instanceof ResultAsync || typeof (result as { then?: unknown }).then === 'function') {
    return (result as ResultAsync<T, GitOpsError>).then((settled) => orThrow(settled)) as Promise<T>;
  }
  return (result as Result<T, GitOpsError>).match(
    (value) => value,
    (error) => {
      throw Object.assign(new Error(`${error.kind}: ${error.message}`), { name: 'GitOpsFailure', error });
    },
  );
}

/** For the end of a closed `switch`: a new member of the union fails to compile here. */
export function assertNever(value: never): never {
  throw new Error(`a case was not handled: ${JSON.stringify(value)}`);
}
