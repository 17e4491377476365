import type { Forge } from '@gitops/core';
import type { GitHubOptions } from '@gitops/provider-github';
import type { GitLabOptions } from '@gitops/provider-gitlab';
import type { HostedChoice } from '../choose-forge.js';
import { usage } from '../failure.js';
import type { Invocation } from '../invocation.js';
import { connectionOf } from './connection.js';
import { appOf } from './github-app.js';
import { allowedHosts, isNamedHost } from './hosts.js';

type Asked = Pick<Invocation, 'io' | 'settings' | 'console'>;

/** What a caller may ask for besides what the command line says. */
export interface HostedOptions {
  /** Asks with this token instead of those that are found. */
  readonly token?: string;
  /** Longest that one call may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Opens a forge that is asked over the network. Asks nothing yet. */
export async function openHosted(choice: HostedChoice, asked: Asked, more: HostedOptions = {}): Promise<Forge> {
  if (choice.provider === 'github') {
    const { github } = await import('@gitops/provider-github');
    return github(githubOptions(choice, asked, more));
  }
  const { gitlab } = await import('@gitops/provider-gitlab');
  return gitlab(gitlabOptions(choice, asked, more));
}

export function githubOptions(choice: HostedChoice, asked: Asked, more: HostedOptions = {}): GitHubOptions {
  const isNamed = isTrusted(choice, asked);
  const app = more.token === undefined && isNamed ? appOf(asked.io) : null;
  return {
    ...commonOptions(choice, asked, more),
    repository: choice.repository,
    ...(app === null ? {} : { app }),
    onNotice: (message) => asked.console.warn(message),
  };
}

export function gitlabOptions(choice: HostedChoice, asked: Asked, more: HostedOptions = {}): GitLabOptions {
  return {
    ...commonOptions(choice, asked, more),
    repository: choice.repository,
    // whoever is told where a GitLab is may send it the tokens of the environment
    ...(choice.base === null
      ? {}
      : { host: choice.base, env: isTrusted(choice, asked) ? asked.io.env : untold(asked) }),
  };
}

function commonOptions(choice: HostedChoice, asked: Asked, { token, timeoutMs }: HostedOptions) {
  const { io, settings, console } = asked;
  if (token !== undefined && !isTrusted(choice, asked)) {
    return usage(
      `A token of the environment is not sent to ${choice.host ?? choice.repository}, which only the origin of this clone names.`,
      `If it is meant for that host, say so: --allow-host ${choice.host ?? '<host>'}`,
      { host: choice.host },
    );
  }
  return {
    ...connectionOf(asked),
    allowHosts: allowedHosts(settings, io.env),
    ...(settings.cache ? {} : { cache: false as const }),
    ...(token === undefined ? {} : { token }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(io.clock === undefined ? {} : { clock: io.clock }),
    onWait: (wait: { readonly why: string; readonly milliseconds: number }) => console.waiting(wait),
  };
}

/** True where tokens of the environment may go: its host is the forge's own, or somebody named it. */
function isTrusted({ provider, host }: HostedChoice, { settings, io }: Asked): boolean {
  return host === null || isNamedHost(provider, host, settings, io.env);
}

const tokens = ['GITLAB_TOKEN', 'GITLAB_ACCESS_TOKEN', 'CI_JOB_TOKEN'];

/** The environment without tokens; says so where there was one. */
function untold({ io, console }: Asked): Invocation['io']['env'] {
  const held = tokens.filter((name) => (io.env[name] ?? '') !== '');
  if (held.length > 0) {
    console.warn(
      `${held.join(' and ')} is not used: only the origin of this clone names that host. --allow-host names it.`,
    );
  }
  return Object.fromEntries(Object.entries(io.env).filter(([name]) => !tokens.includes(name)));
}
