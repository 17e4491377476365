import { type ErrorKind, type GitOpsError, type JsonValue, problem } from '@gitops/core';

/**
 * An expected failure on its way to the boundary. Inside the provider it is thrown once, where it is found; every
 * method of the ports turns it into a value (`answer.ts`), so that none of them rejects with it.
 */
export class Failure extends Error {
  readonly problem: GitOpsError;

  constructor(found: GitOpsError) {
    super(`${found.kind}: ${found.message}`);
    this.name = 'Failure';
    this.problem = found;
  }
}

/** Throws a {@link Failure}; secrets are taken out of the message. */
export function fail(kind: ErrorKind, message: string, remedy: string, details: Record<string, JsonValue> = {}): never {
  throw new Failure(problem(kind, redact(message), redact(remedy), { details }));
}

/** Takes user names, passwords and tokens out of addresses: `https://x:secret@host/` becomes `https://host/`. */
export function redact(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)([^\s/'"]*)@(?=[^\s/])/gi, (_, scheme: string, user: string) =>
      /ssh/i.test(scheme) ? `${scheme}${user.replace(/:.*$/, '')}@` : scheme,
    )
    .replace(/([?&](?:access_|private_)?token=)[^&\s'"]+/gi, '$1***')
    .replace(/\b(authorization: (?:basic|bearer|token) )\S+/gi, '$1***');
}

interface SystemError {
  readonly code?: unknown;
  readonly path?: unknown;
  readonly message: string;
}

/** What an error of the file system means here; undefined for one that no caller can be blamed for. */
export function problemOfSystem(error: SystemError): GitOpsError | undefined {
  const path = typeof error.path === 'string' ? error.path : null;
  const where = path === null ? '' : ` ${path}`;
  const details = path === null ? {} : { path };
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return problem(
        'forbidden',
        `The repository may not be written or read here: permission denied for${where || ' a file'}.`,
        'Give this user access to the repository, or run as the user who owns it.',
        { details },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return problem(
        'unavailable',
        `There is no space left to write${where}. Nothing was changed.`,
        'Free some disk space or quota, then run again.',
        { details },
      );
    case 'EMFILE':
    case 'ENFILE':
    case 'EIO':
    case 'ESTALE':
      return problem(
        'unavailable',
        `The file system answered ${String(error.code)} for${where || ' a file'}.`,
        'Mend the file system or its limits, then run again.',
        { details },
      );
    default:
      return undefined;
  }
}
