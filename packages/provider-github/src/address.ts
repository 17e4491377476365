import { type GitOpsError, problem } from '@gitops/core';
import { parseAddress, redact } from '@gitops/provider-http';
import { environmentOf, type GitHubOptions } from './options.js';

/** Where a repository is, on which server, and how its API is reached. */
export interface Address {
  /** Lower case, with a port where it is not the usual one: `github.com`. */
  readonly host: string;
  /** Root of the REST API, without a slash at the end. */
  readonly apiUrl: string;
  /** What `/graphql` follows. */
  readonly graphqlUrl: string;
  readonly owner: string;
  readonly name: string;
  /** github.com or ghe.com: GitHub runs it itself. */
  readonly isCloud: boolean;
}

/** `acme/gitops` */
export function nameOf({ owner, name }: Pick<Address, 'owner' | 'name'>): string {
  return `${owner}/${name}`;
}

/**
 * The address of a repository, from any form of URL or `owner/name`. GitHub.com has its API at `api.github.com`,
 * Enterprise Cloud with data residency at `api.<name>.ghe.com`, Enterprise Server below `/api/v3` and `/api/graphql`.
 */
export function addressOf(options: GitHubOptions): Address | GitOpsError {
  const env = environmentOf(options);
  const place = placeOf(options, env);
  if ('kind' in place) return place;
  const [owner, name, ...more] = place.path.split('/');
  const isRest = more.length === 0 || /^(tree|blob|pulls?|commits?|actions|issues|settings)$/.test(more[0] ?? '');
  if (owner === undefined || name === undefined || !isRest || !isName(owner) || !isName(name)) {
    return usage(`${JSON.stringify(redact(options.repository))} names no repository of GitHub.`);
  }
  const { host, protocol } = place;
  const apiUrl = (options.apiUrl ?? apiOfEnvironment(host, env) ?? usualApi(host, protocol)).replace(/\/+$/, '');
  if (originOf(apiUrl) === null) return usage(`${JSON.stringify(redact(apiUrl))} is no address of an API.`);
  return { host, apiUrl, graphqlUrl: graphqlOf(apiUrl), owner, name, isCloud: isCloud(host) };
}

interface Place {
  readonly host: string;
  readonly path: string;
  readonly protocol: 'https' | 'http';
}

function placeOf(options: GitHubOptions, env: Readonly<Record<string, string | undefined>>): Place | GitOpsError {
  const text = options.repository.trim();
  const short = /^[^/\s:@]+\/[^/\s:@]+$/.test(text);
  const address = short ? null : parseAddress(text);
  if (address !== null) {
    // the web server of a repository reached by ssh is the one that speaks https
    return {
      host: webHost(address.host),
      path: address.path,
      protocol: address.protocol === 'http' ? 'http' : 'https',
    };
  }
  if (!short) return usage(`${JSON.stringify(redact(text))} is no address of a repository.`);
  const path = text.replace(/\.git$/, '');
  const named = options.host ?? webOfApi(options.apiUrl) ?? env['GH_HOST'] ?? env['GITHUB_SERVER_URL'] ?? 'github.com';
  const place = hostOf(named);
  return place === null ? usage(`${JSON.stringify(named)} is no name of a host.`) : { ...place, path };
}

/** A host from `github.example.com`, `127.0.0.1:8080` or `http://github.example.com/`; null where it is none. */
export function hostOf(text: string): { readonly host: string; readonly protocol: 'https' | 'http' } | null {
  const address = parseAddress(`${/^https?:\/\//i.test(text) ? text.replace(/\/+$/, '') : `https://${text}`}/x/y`);
  if (address === null || address.path !== 'x/y') return null;
  return { host: webHost(address.host), protocol: address.protocol === 'http' ? 'http' : 'https' };
}

export function originOf(url: string): string | null {
  try {
    const { protocol, origin } = new URL(url);
    return protocol === 'https:' || protocol === 'http:' ? origin : null;
  } catch {
    return null;
  }
}

function webHost(host: string): string {
  const plain = host.replace(/^(www|ssh|api)\.(?=github\.com$)/, '');
  return plain.replace(/^api\.(?=[^.]+\.ghe\.com$)/, '');
}

function webOfApi(apiUrl: string | undefined): string | undefined {
  return apiUrl === undefined ? undefined : (originOf(apiUrl) ?? undefined);
}

/** In GitHub Actions, the server's own word for its API. */
function apiOfEnvironment(host: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const [server, api] = [env['GITHUB_SERVER_URL'], env['GITHUB_API_URL']];
  return server !== undefined && api !== undefined && hostOf(server)?.host === host ? api : undefined;
}

function usualApi(host: string, protocol: 'https' | 'http'): string {
  return isCloud(host) ? `https://api.${host}` : `${protocol}://${host}/api/v3`;
}

function graphqlOf(apiUrl: string): string {
  return apiUrl.replace(/\/api\/v3$/, '/api');
}

export function isCloud(host: string): boolean {
  return host === 'github.com' || /^[^.]+\.ghe\.com$/.test(host);
}

function isName(text: string): boolean {
  return /^[\w.-]+$/.test(text) && !/^\.+$/.test(text);
}

function usage(message: string): GitOpsError {
  return problem('usage', message, 'Name it as owner/name, as https://host/owner/name, or as git@host:owner/name.git.');
}
