import { type ErrorKind, type GitOpsError, type JsonValue, problem } from '@gitops/core';

/**
 * An expected failure on its way to the boundary. Inside a provider it is thrown once, where it is found; `answer()`
 * turns it into a value, so that no method of a port rejects with it.
 */
export class Failure extends Error {
  readonly problem: GitOpsError;

  constructor(found: GitOpsError, cause?: unknown) {
    super(`${found.kind}: ${found.message}`, cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.problem = found;
  }
}

/** Throws a {@link Failure}; secrets are taken out of message and remedy. */
export function fail(kind: ErrorKind, message: string, remedy: string, details: Record<string, JsonValue> = {}): never {
  throw new Failure(problem(kind, redact(message), redact(remedy), { details }));
}

/**
 * The failure that an error is or was caused by: libraries wrap what their `fetch` threw. Undefined where there is
 * none. Recognised by name, since an ESM and a CommonJS copy of the package may coexist.
 */
export function failureIn(error: unknown): Failure | undefined {
  const seen = new Set<unknown>();
  for (let one = error; one instanceof Error && !seen.has(one); one = one.cause) {
    if (one.name === 'Failure' && 'problem' in one) return one as Failure;
    seen.add(one);
  }
  return undefined;
}

const secretParameter =
  /([?&](?:[\w.%-]*(?:token|secret|signature|credential|password)|x-amz-[\w-]*|sig|jwt|key)=)[^&\s'"#]+/gi;

/** Takes user names, passwords and tokens out of addresses and headers: `https://x:secret@host/` becomes `https://host/`. */
export function redact(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)([^\s/'"]*)@(?=[^\s/])/gi, (_, scheme: string, user: string) =>
      /ssh/i.test(scheme) ? `${scheme}${user.replace(/:.*$/, '')}@` : scheme,
    )
    .replace(secretParameter, '$1***')
    .replace(/\b((?:proxy-)?authorization: *(?:basic|bearer|token) +)\S+/gi, '$1***')
    .replace(/\b((?:private|job)-token: *)\S+/gi, '$1***')
    .replace(/\b(?:gh[opsur]_|github_pat_|glpat-|glcbt-|gldt-|gloas-|glptt-)[\w.-]{8,}/g, '***');
}

interface SystemError {
  readonly code?: unknown;
  readonly path?: unknown;
  readonly message: string;
}

/** What an error of the file system means here; undefined for one that no caller can be blamed for. */
export function problemOfSystem(error: SystemError): GitOpsError | undefined {
  const path = typeof error.path === 'string' ? error.path : null;
  const where = path === null ? 'a file' : path;
  const details = path === null ? {} : { path };
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return problem(
        'forbidden',
        `Permission denied for ${where} on this machine.`,
        'Give this user access to it, or run as the user who owns it.',
        { details },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return problem(
        'unavailable',
        `There is no space left to write ${where}.`,
        'Free some disk space or quota, then run again.',
        { details },
      );
    case 'EMFILE':
    case 'ENFILE':
    case 'EIO':
    case 'ESTALE':
      return problem(
        'unavailable',
        `The file system answered ${String(error.code)} for ${where}.`,
        'Mend the file system or its limits, then run again.',
        { details },
      );
    default:
      return undefined;
  }
}
