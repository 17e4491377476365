import { type Credential, fromGitHelper, fromGlab, fromVariables } from '@gitops/provider-http';
import type { Project } from './address.js';
import { type Env, envOf, type GitLabOptions } from './options.js';

export type { Credential } from '@gitops/provider-http';

/** What was found, and what was passed over because it belongs to another host. */
export interface FoundCredential {
  readonly credential: Credential | null;
  /** For people, in a remedy: `GITLAB_TOKEN belongs to gitlab.com`. */
  readonly passedOver: readonly string[];
}

/**
 * Who asks, in this order: the option `credential`, the option `token`, `GITLAB_TOKEN` (then `GITLAB_ACCESS_TOKEN`),
 * GitLab CI's own `CI_JOB_TOKEN`, `glab`, Git's credential helpers. Nobody is fine for reading a public project.
 *
 * A token of the environment belongs to one host: the one that `GITLAB_HOST` (or `GITLAB_URI`) names, in a job of
 * GitLab CI its own server, else gitlab.com; the options `host`, `apiUrl` and `allowHosts` add to it. `glab` and Git's
 * helpers keep a token for each host themselves.
 */
export async function findCredential(
  options: GitLabOptions,
  project: Project,
  signal: AbortSignal,
): Promise<FoundCredential> {
  if (options.credential !== undefined) return { credential: options.credential, passedOver: [] };
  if (options.token !== undefined && options.token !== '') {
    return {
      credential: { kind: 'token', token: options.token, user: null, origin: 'the option token' },
      passedOver: [],
    };
  }
  const env = envOf(options);
  const passedOver: string[] = [];
  for (const [names, hosts] of [
    [['GITLAB_TOKEN', 'GITLAB_ACCESS_TOKEN'], hostsOfToken(env, options)],
    [['CI_JOB_TOKEN'], hostsOfJob(env)],
  ] as const) {
    const found = fromVariables(env, names);
    if (found === null) continue;
    if ([...hosts, ...(options.allowHosts ?? []).map(hostIn)].includes(project.host)) {
      return { credential: found, passedOver };
    }
    passedOver.push(`${found.origin} belongs to ${hosts.join(' or ') || 'another host'}`);
  }
  const kept = (await fromGlab(env, project.host, signal)) ?? (await fromGitHelper(env, `${project.baseUrl}/`, signal));
  return { credential: kept, passedOver };
}

/** Header and value that a credential goes into: GitLab takes three kinds of them. */
export function authOf(credential: Credential | null): {
  readonly token?: string;
  readonly oauthToken?: string;
  readonly jobToken?: string;
} {
  if (credential === null) return {};
  if (credential.kind === 'job-token') return { jobToken: credential.token };
  // an OAuth token is taken as Bearer alone; a password of a Git helper is either, and Bearer takes both
  const isOAuth =
    credential.kind === 'basic' || credential.user === 'oauth2' || /^[0-9a-f]{64}$/.test(credential.token);
  return isOAuth ? { oauthToken: credential.token } : { token: credential.token };
}

/** What a token seems to be, by the beginnings that GitLab gives them. */
export function kindOf(credential: Credential): string {
  if (credential.kind === 'job-token') return 'the token of a CI job';
  if (credential.token.startsWith('gldt-')) return 'a deploy token';
  if (credential.token.startsWith('glptt-')) return 'a trigger token';
  if (/^[0-9a-f]{64}$/.test(credential.token)) return 'an OAuth token';
  return 'an access token';
}

function hostsOfToken(env: Env, options: GitLabOptions): readonly string[] {
  const given = [options.apiUrl, options.host].filter((one) => one !== undefined).map(hostIn);
  const named = env['GITLAB_HOST'] || env['GITLAB_URI'] || env['GL_HOST'];
  if (named) return [hostIn(named), ...given];
  const jobs = hostsOfJob(env);
  return [...(jobs.length > 0 ? jobs : ['gitlab.com']), ...given];
}

function hostsOfJob(env: Env): readonly string[] {
  const server = env['CI_SERVER_URL'] || env['CI_API_V4_URL'] || env['CI_SERVER_HOST'];
  return server ? [hostIn(server)] : [];
}

function hostIn(text: string): string {
  try {
    return new URL(/^https?:\/\//i.test(text) ? text : `https://${text}`).host;
  } catch {
    return text.toLowerCase();
  }
}
