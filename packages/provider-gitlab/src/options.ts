import type { Clock } from '@gitops/core';
import type { Credential, RequestEvent, Transport } from '@gitops/provider-http';

/** What is being waited for, and for how long. */
export interface Wait {
  readonly why: string;
  readonly milliseconds: number;
}

export interface GitLabOptions {
  /**
   * The project: its address in any form that Git takes (`https://gitlab.example.com/acme/platform/gitops`,
   * `git@gitlab.com:acme/gitops.git`, `ssh://…`), its path (`acme/platform/gitops`), or its numeric id (`4711`).
   */
  readonly repository: string | URL;
  /**
   * Where GitLab is, when the address does not tell: `gitlab.example.com`, or with the sub-path of an install below one
   * (`https://example.com/gitlab`). Else the address's host, `GITLAB_HOST`, or gitlab.com.
   */
  readonly host?: string;
  /** The same, as the address of the API: `https://example.com/gitlab/api/v4` (`CI_API_V4_URL`). Wins over `host`. */
  readonly apiUrl?: string;
  /** A personal, project or group access token, or an OAuth token. It is sent to this project's GitLab and nowhere else. */
  readonly token?: string;
  /** A token with its kind and origin, for callers that find credentials themselves. Wins over `token`. */
  readonly credential?: Credential;
  /** The environment to look for tokens, proxies and certificates in. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A file of certificates (PEM) to trust besides those of Node and `NODE_EXTRA_CA_CERTS`. */
  readonly caFile?: string;
  /** Sends the requests instead of the built-in transport: for tests and special networks. */
  readonly transport?: Transport;
  /** Hosts besides its own that a token of the environment may be sent to. */
  readonly allowHosts?: readonly string[];
  /** Where objects are kept between runs. @default `$XDG_CACHE_HOME/gitops/objects` */
  readonly cacheFolder?: string;
  /** `false`: nothing is kept on disk. */
  readonly cache?: false;
  /** Time for waits. @default the machine's */
  readonly clock?: Clock;
  /** All of one call, waits included, in milliseconds. @default 600_000 */
  readonly timeoutMs?: number;
  /** Told of every request, without secrets. */
  readonly onRequest?: (event: RequestEvent) => void;
  /** Told what is waited for: a rate limit, GitLab's own checks, a server that does not answer. */
  readonly onWait?: (wait: Wait) => void;
}

export type Env = Readonly<Record<string, string | undefined>>;

export function envOf(options: GitLabOptions): Env {
  return options.env ?? process.env;
}
