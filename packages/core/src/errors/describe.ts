import { errorKinds, type GitOpsError } from './error.js';

/** The exit code of the command line for this failure: design's table of codes, 2 to 6. */
export function exitCodeOf(error: GitOpsError): number {
  return errorKinds[error.kind];
}

/**
 * The failure as people read it: what, where, why, what to do.
 *
 * @example
 * error[duplicate-key] apps/prod/users/application.yaml:22:9
 *   The key "value" stands twice in this parameter; Argo CD uses the last, other readers the first.
 *   Remove one of the lines 22 and 23, then run again. Nothing was changed.
 */
export function describeError(error: GitOpsError): string {
  return [error, ...error.also].map(describeOne).join('\n\n');
}

function describeOne(error: GitOpsError): string {
  const where = error.at === null ? '' : ` ${error.at.file}:${error.at.line}:${error.at.column}`;
  const lines = [error.message, error.remedy].filter((line) => line !== '').flatMap((text) => text.split('\n'));
  return [`error[${error.kind}]${where}`, ...lines.map((line) => `  ${line}`)].join('\n');
}
