import { type Credential, fromGitHelper } from '@gitops/provider-http';

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
    const { token, user = null, kind = 'token', origin = 'the option "credential"' } = given;
    return { token, user, kind, origin };
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
  const token = env['GITOPS_GIT_TOKEN'] ?? '';
  // a token of one host is never shown to another
  if (token === '' || env['GITOPS_GIT_HOST']?.trim().toLowerCase() !== host) return null;
  return { kind: 'token', token, user: env['GITOPS_GIT_USER'] ?? null, origin: 'GITOPS_GIT_TOKEN' };
}

/** What Git's credential helpers know of an address; null where there is no git, or no helper that does. */
export function helperFor(url: string, env: Env): (signal: AbortSignal) => Promise<Credential | null> {
  return (signal) => fromGitHelper(env, url, signal);
}

/** User and password as servers take tokens: the user may be anything there, but for a job token of GitLab. */
export function userOf(credential: Pick<Credential, 'kind' | 'user'>): string {
  return credential.user ?? (credential.kind === 'job-token' ? 'gitlab-ci-token' : 'x-access-token');
}
