import type { Forge, GitOpsError } from '@gitops/core';
import { answer, Failure, failureIn } from '@gitops/provider-http';
import { capabilities } from './capabilities.js';
import { type Context, makeContext } from './context.js';
import { gitPort } from './git-port.js';
import type { GitLabOptions } from './options.js';
import { pullRequestPort } from './pull-request-port.js';

/**
 * A project of gitlab.com or of a self-managed GitLab (Community or Enterprise Edition, REST v4, 13.10 to 19.5) as a
 * forge. Nothing is asked before the first call. Options that cannot be understood make every call answer `usage`.
 *
 * Errors besides those of the ports: `unauthenticated` and `forbidden` (the remedy names token, scope and role),
 * `not-found` (also where the account may not see the project), `rate-limited` and `timed-out` (waits that would pass
 * `timeoutMs`), `unavailable` (network, certificates, proxies, 5xx), `response-invalid` (not GitLab's answer).
 *
 * @example
 * const forge = gitlab({ repository: 'acme/platform/gitops', token });
 * const head = orThrow(await forge.git.head(null));
 */
export function gitlab(options: GitLabOptions): Forge {
  const made = attempt(() => makeContext(options));
  if (!('context' in made)) return brokenForge(made.problem);
  return {
    id: 'gitlab',
    name: made.context.project.name,
    capabilities,
    git: gitPort(made.context),
    pullRequests: pullRequestPort(made.context),
  };
}

function attempt(make: () => Context): { readonly context: Context } | { readonly problem: GitOpsError } {
  try {
    return { context: make() };
  } catch (error) {
    const failure = failureIn(error);
    if (failure === undefined) throw error;
    return { problem: failure.problem };
  }
}

/** A forge whose every call answers what is wrong with the options. */
function brokenForge(problem: GitOpsError): Forge {
  const say = <T>() =>
    answer<T>(undefined, () => {
      throw new Failure(problem);
    });
  return {
    id: 'gitlab',
    name: 'gitlab',
    capabilities,
    git: {
      head: say,
      snapshot: say,
      holds: say,
      changes: say,
      commit: say,
      deleteBranch: say,
      log: say,
      identity: say,
    },
    pullRequests: {
      findOpen: say,
      list: say,
      get: say,
      open: say,
      update: say,
      status: say,
      setStatus: say,
      approve: say,
      merge: say,
      close: say,
      comment: say,
    },
  };
}
