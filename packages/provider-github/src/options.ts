import type { Clock } from '@gitops/core';
import type { Credential, RequestEvent, Transport } from '@gitops/provider-http';

/** A GitHub App: its installation on the repository is found by itself, and its tokens are renewed before they expire. */
export interface GitHubApp {
  /** App ID or client ID, as the settings of the App show it. */
  readonly id: number | string;
  /** The private key in PEM format; line ends may be written as `\n`. */
  readonly privateKey: string;
  /** Number of the installation; left out: the one that the repository belongs to. */
  readonly installation?: number;
}

export interface GitHubOptions {
  /**
   * `owner/name`, or the address in any usual form: `https://github.com/acme/gitops`, with `.git` or without,
   * `ssh://git@host/acme/gitops.git`, `git@host:acme/gitops.git`. User names and passwords in it are dropped.
   */
  readonly repository: string;
  /**
   * For a repository given as `owner/name`: where it is. Left out: the host of `apiUrl`, then `GH_HOST`, then
   * `GITHUB_SERVER_URL`, then github.com. A host that is named here may be sent the tokens of the environment.
   */
  readonly host?: string;
  /** Root of the REST API, where it is not the usual one of the host: `https://github.example.com/api/v3`. */
  readonly apiUrl?: string;
  /** A personal access token, an installation token, or GitHub Actions' own token. */
  readonly token?: string;
  readonly app?: GitHubApp;
  /** A credential that was looked up elsewhere. */
  readonly credential?: Credential;
  /** The environment that tokens, proxies and folders are taken from; `process.env` where it is not given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A file of further certificate authorities, in PEM format. */
  readonly caFile?: string;
  /** The connection to use instead of one of our own. It is not closed. */
  readonly transport?: Transport;
  /** Hosts, besides the ones that they are for, which tokens of the environment may be sent to. */
  readonly allowHosts?: readonly string[];
  /** Where read files are kept; `$XDG_CACHE_HOME/gitops/objects` where it is not given. */
  readonly cacheFolder?: string;
  /** `false`: nothing is kept on disk. */
  readonly cache?: false;
  /** The time that limits and mergeability are waited for by; the machine's where it is not given. */
  readonly clock?: Clock;
  /** Longest that one call may take, waits included, in milliseconds; ten minutes where it is not given. */
  readonly timeoutMs?: number;
  /**
   * `false`: commits are made through the Git data API only. Otherwise, on github.com and ghe.com, those of a person's
   * token are made on a temporary branch first, so that GitHub signs them; workflows that run on every push see it.
   */
  readonly signedCommits?: boolean;
  /**
   * `false`: the server has no GraphQL. That is found out by itself as well; said beforehand, it saves the question, and
   * `capabilities` tell that nothing can be made ready or merged by itself, for which GitHub has no other way.
   */
  readonly graphql?: false;
  /** Told of every request, without secrets. */
  readonly onRequest?: (event: RequestEvent) => void;
  /** Told of every wait for a rate limit, a busy server or a computed answer. */
  readonly onWait?: (wait: { readonly why: string; readonly milliseconds: number }) => void;
  /** Told, in whole sentences, of what a call left undone although it succeeded: a reviewer who cannot be asked. */
  readonly onNotice?: (message: string) => void;
}

/** The environment of the options; never `process.env` where one is given. */
export function environmentOf(options: GitHubOptions): Readonly<Record<string, string | undefined>> {
  return options.env ?? process.env;
}
