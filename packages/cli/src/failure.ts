import type { ErrorKind, GitOpsError, GitOpsFailure, JsonValue } from '@gitops/core';

/**
 * Ends a command with an expected failure. Commands are scripts over the library: they throw, as `orThrow` does, and
 * `run` turns the error into text or JSON and an exit code.
 */
export function fail(error: GitOpsError): never {
  throw Object.assign(new Error(`${error.kind}: ${error.message}`), { name: 'GitOpsFailure', error });
}

/** {@link fail} for what was called wrongly. */
export function usage(message: string, remedy: string, details: { readonly [key: string]: JsonValue } = {}): never {
  return fail(plainProblem('usage', message, remedy, details));
}

/** As core's `problem`, without loading core: most ways to call the program wrongly are found before. */
export function plainProblem(
  kind: ErrorKind,
  message: string,
  remedy: string,
  details: { readonly [key: string]: JsonValue } = {},
): GitOpsError {
  return { kind, at: null, message, remedy, details, also: [] };
}

/** The expected failure that was thrown; null for a defect. */
export function expectedFailure(thrown: unknown): GitOpsError | null {
  return thrown instanceof Error && thrown.name === 'GitOpsFailure' ? (thrown as GitOpsFailure).error : null;
}
