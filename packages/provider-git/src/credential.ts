import { type Credential, fail, fromGitHelper, fromVariables } from '@gitops/provider-http';

type Env = Readonly<Record<string, string | undefined>>;

/** A token for the repository's host, or a password. */
export interface GivenCredential {
  readonly token: string;
  /** Left out or null: servers that take tokens ask for none. */
  readonly user?: string | null;
  /** `job-token`: GitLab CI's own. */
  readonly kind?: Credential['kind'];
  /** Where it was found, for people. */
  readonly origin?: string;
}

/**
 * The credential for an HTTP(S) address, in this order: the one given, user and password in the address, then
 * `GITOPS_GIT_TOKEN` (with `GITOPS_GIT_USER`) where `GITOPS_GIT_HOST` names the address's host. Null where there is
 * none; Git's credential helpers are asked only when the server wants to know who it is.
 */
export function credentialFor(url: string, given: GivenCredential | undefined, env: Env): Credential | null {
  if (given !== undefined) {
    const { user = null, kind = 'token', origin = 'the option "credential"' } = given;
    return { token: oneLine(given.token, origin), user, kind, origin };
  }
  if (!URL.canParse(url)) return null;
  const { username, password, host } = new URL(url);
  if (password !== '') {
    return {
      kind: 'basic',
      token: decodeURIComponent(password),
      user: decodeURIComponent(username),
      origin: 'the address',
    };
  }
  // a token of one host is never shown to another
  if (env['GITOPS_GIT_HOST']?.trim().toLowerCase() !== host) return null;
  const found = fromVariables(env, ['GITOPS_GIT_TOKEN']);
  return found === null ? null : { ...found, user: env['GITOPS_GIT_USER'] ?? null };
}

/** A line break would end the password where Git reads it, and begin another field. */
function oneLine(token: string, origin: string): string {
  const trimmed = token.trim();
  if (trimmed !== '' && !/[\u0000-\u001f\u007f]/.test(trimmed)) return trimmed;
  return fail(
    'usage',
    `The credential of ${origin} is ${trimmed === '' ? 'empty' : 'no single line'}.`,
    'Give the token alone.',
  );
}

/** What Git's credential helpers know of an address; null where there is no git, or no helper that does. */
export function helperFor(url: string, env: Env): (signal: AbortSignal) => Promise<Credential | null> {
  return (signal) => fromGitHelper(env, url, signal);
}

/** User and password as servers take tokens: the user may be anything there, but for a job token of GitLab. */
export function userOf(credential: Pick<Credential, 'kind' | 'user'>): string {
  return credential.user ?? (credential.kind === 'job-token' ? 'gitlab-ci-token' : 'x-access-token');
}
