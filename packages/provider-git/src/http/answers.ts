import { type Failure, fail, failureIn } from '@gitops/provider-http';

/** What is known of the request that failed, for people. */
export interface Asked {
  readonly host: string;
  /** Where the credential came from; null: none was sent. */
  readonly credential: string | null;
  /** Where a redirect to another server led; null where there was none. */
  readonly movedTo: string | null;
}

const wholeAddress = 'Look at the address: it is the one that "git clone" takes.';

/** What a status of a Git server means (gitprotocol-http; 203 is how Azure DevOps asks people to sign in). */
export function refuseStatus(status: number, said: string, retryAfter: string | null, asked: Asked): never {
  const { host, credential, movedTo } = asked;
  const moved = movedTo === null ? '' : ` The address given leads to ${movedTo}, where no credential is sent.`;
  const words = `${said === '' ? '' : ` It says: ${said}`}${moved}`;
  const details = { what: 'status', found: status, host };
  switch (status) {
    case 203:
    case 401:
      return fail(
        'unauthenticated',
        credential === null
          ? `${host} asks who you are.${words}`
          : `${host} does not take the credential of ${credential}.${words}`,
        credential === null
          ? 'Give a token, set GITOPS_GIT_TOKEN with GITOPS_GIT_HOST, or set up a credential helper of Git.'
          : 'Check that it is whole, has not expired and was made on this host; make a new one otherwise.',
        details,
      );
    case 403:
      return fail(
        'forbidden',
        `${host} does not allow it${credential === null ? ' without a credential' : ` to the credential of ${credential}`}.${words}`,
        'Give a token that may read the repository, and write to it where something is pushed.',
        details,
      );
    case 404:
    case 410:
      return fail(
        'not-a-repository',
        `${host} knows no such repository, or does not show it${credential === null ? ' without a credential' : ` to the credential of ${credential}`}.${words}`,
        'Check the address, and that the credential may read the repository.',
        details,
      );
    case 413:
      return fail('rejected', `${host} takes no push of this size.${words}`, 'Change fewer files at once.', details);
    case 429:
      return fail(
        'rate-limited',
        `${host} was asked too often.${words}`,
        retryAfter === null ? 'Wait a while, then run again.' : `Run again after ${retryAfter} seconds.`,
        { ...details, ...(retryAfter === null ? {} : { retryAfter }) },
      );
  }
  if (status >= 500) {
    return fail('unavailable', `${host} failed with status ${status}.${words}`, 'Run again later.', details);
  }
  return fail('response-invalid', `${host} answered with status ${status}.${words}`, wholeAddress, details);
}

export function notGit(host: string): never {
  return fail(
    'not-a-repository',
    `${host} answered, but not as a Git server does.`,
    `${wholeAddress} A sign-in page or a proxy may stand before the server.`,
    { what: 'content type', host },
  );
}

/**
 * What went wrong in a call of isomorphic-git: a failure of ours that it passed on or swallowed, an abort, or an
 * answer that it could not read. Anything else is a defect.
 */
export function explainLibrary(error: unknown, broken: Failure | null, host: string): never {
  const known = broken ?? failureIn(error);
  if (known !== undefined) throw known;
  // its own errors carry their name as a code as well; an abort, or a fault of the disk, does not
  if (!(error instanceof Error) || !('code' in error) || error.code !== error.name) throw error;
  return fail(
    'response-invalid',
    `The answer of ${host} broke off or cannot be read as Git's: ${error.message}`,
    'Run again. If it happens again, look for a proxy that changes what it passes on.',
    { what: 'answer', host, found: error.name },
  );
}
