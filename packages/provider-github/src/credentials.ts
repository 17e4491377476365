import { type Credential, fail, fromGh, fromGitHelper, fromVariables } from '@gitops/provider-http';
import { type Address, hostOf, nameOf } from './address.js';
import { environmentOf, type GitHubApp, type GitHubOptions } from './options.js';

/** As whom the API is asked. `origin` is for people: where the credential was found. */
export type Access =
  | { readonly kind: 'token'; readonly token: string; readonly origin: string }
  | { readonly kind: 'app'; readonly app: GitHubApp; readonly origin: string }
  /** Public repositories can be read without; `passedOver` says what was there and is for another host. */
  | { readonly kind: 'none'; readonly origin: string; readonly passedOver: readonly string[] };

const cloudVariables = ['GH_TOKEN', 'GITHUB_TOKEN'];
const enterpriseVariables = ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];
const appVariables = ['GITHUB_APP_ID', 'GITHUB_APP_PRIVATE_KEY', 'GITHUB_APP_INSTALLATION_ID'] as const;

/**
 * The first of: the App, the token and the credential of the options; an App of the environment (`GITHUB_APP_ID`,
 * `GITHUB_APP_PRIVATE_KEY`, `GITHUB_APP_INSTALLATION_ID`); `GH_TOKEN`, `GITHUB_TOKEN`, on a server of one's own first
 * `GH_ENTERPRISE_TOKEN`, `GITHUB_ENTERPRISE_TOKEN`; what `gh` keeps for the host; what Git's credential helpers keep.
 *
 * Variables belong to a host that the environment or the caller names ({@link ownHosts}), never to one that is only
 * read in a repository; `gh` and the helpers keep theirs by host.
 */
export async function findAccess(options: GitHubOptions, address: Address, signal: AbortSignal): Promise<Access> {
  if (options.app !== undefined) return { kind: 'app', app: checked(options.app), origin: 'the App of the options' };
  if (options.token !== undefined) return tokenOf(options.token, 'the token of the options');
  if (options.credential !== undefined) return tokenOf(options.credential.token, options.credential.origin);
  const env = environmentOf(options);
  const names = address.isCloud ? cloudVariables : [...enterpriseVariables, ...cloudVariables];
  const app = appOfEnvironment(env);
  const found = fromVariables(env, names);
  const isOurs = ownHosts(options, env).has(address.host);
  if (isOurs && app !== null) return { kind: 'app', app, origin: appVariables[0] };
  if (isOurs && found !== null) return tokenOf(found.token, found.origin);
  const url = `https://${address.host}/${nameOf(address)}.git`;
  const kept: Credential | null = (await fromGh(env, address.host, signal)) ?? (await fromGitHelper(env, url, signal));
  if (kept !== null) return tokenOf(kept.token, kept.origin);
  const passedOver = [app === null ? null : appVariables[0], found?.origin ?? null].filter((one) => one !== null);
  return { kind: 'none', origin: 'no credential', passedOver };
}

/** Hosts that tokens of the environment may be sent to. */
export function ownHosts(
  options: GitHubOptions,
  env: Readonly<Record<string, string | undefined>>,
): ReadonlySet<string> {
  const named = [options.host, options.apiUrl === undefined ? undefined : new URL(options.apiUrl).origin];
  const ofEnvironment = [env['GITHUB_SERVER_URL'], env['GH_HOST']].filter((one) => one !== undefined && one !== '');
  // in GitHub Actions on a server of one's own, GITHUB_TOKEN is for that server
  const hosts = [
    ...named,
    ...(ofEnvironment.length > 0 ? ofEnvironment : ['github.com']),
    ...(options.allowHosts ?? []),
  ];
  return new Set(hosts.flatMap((one) => (one === undefined ? [] : [hostOf(one)?.host ?? one.toLowerCase()])));
}

/** An installation of an App: GitHub signs what it commits, and it may not ask who it is as a user. */
export function isInstallation(access: Access): boolean {
  return access.kind === 'app' || (access.kind === 'token' && access.token.startsWith('ghs_'));
}

/** The kind of a token, by its prefix, for people. */
export function kindOfToken(token: string): string {
  if (token.startsWith('ghp_')) return 'a personal access token (classic)';
  if (token.startsWith('github_pat_')) return 'a fine-grained personal access token';
  if (token.startsWith('gho_')) return 'a token of an OAuth app';
  if (token.startsWith('ghu_')) return 'a user token of a GitHub App';
  if (token.startsWith('ghs_')) return 'an installation token of a GitHub App';
  return 'a token of a kind that its form does not tell';
}

function tokenOf(token: string, origin: string): Access {
  if (token.trim() === '' || /[^\x21-\x7e]/.test(token.trim())) {
    return fail(
      'unauthenticated',
      `${sentence(origin)} is empty, or holds characters that no token has.`,
      'Set it to a token, without quotes and blanks.',
      { origin },
    );
  }
  return { kind: 'token', token: token.trim(), origin };
}

function checked(app: GitHubApp): GitHubApp {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(app.privateKey)) {
    return fail(
      'usage',
      'The private key of the GitHub App is not in PEM format.',
      'Give the whole text of the .pem file that GitHub made, from "-----BEGIN" to "-----END".',
    );
  }
  return { ...app, privateKey: app.privateKey.replace(/\\n/g, '\n') };
}

function appOfEnvironment(env: Readonly<Record<string, string | undefined>>): GitHubApp | null {
  const [id, privateKey, installation] = appVariables.map((name) => env[name] ?? '');
  if (id === undefined || id === '' || privateKey === undefined || privateKey === '') return null;
  const number = Number(installation);
  return checked({ id, privateKey, ...(Number.isInteger(number) && number > 0 ? { installation: number } : {}) });
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
