import { type Answer, errAsync, type Forge, type GitOpsError } from '@gitops/core';
import { redact } from '@gitops/provider-http';
import { type Address, addressOf, nameOf } from './address.js';
import { capabilitiesOf } from './capabilities.js';
import { makeContext } from './context.js';
import { gitPort } from './git-port.js';
import type { GitHubOptions } from './options.js';
import { pullRequestPort } from './pull-request-port.js';

/**
 * A repository on GitHub (github.com, Enterprise Cloud on ghe.com, or Enterprise Server) as a forge, by its REST API of
 * 2022-11-28 and its GraphQL API; a server without GraphQL is served by REST alone, with more requests. Nothing is asked
 * before the first call. Where an option is wrong, every call answers `usage` and says which.
 *
 * Errors: `unauthenticated` (no token, or one that GitHub does not take), `forbidden` (with the permission that is
 * missing), `not-found` (which GitHub also says where access is missing), `rate-limited` (with when to come back),
 * `unavailable`, `response-invalid`, `stale-head` and `already-exists` (somebody else was there first), `rejected` (with
 * GitHub's own words).
 *
 * @example
 * const forge = github({ repository: 'acme/gitops', token });
 * const head = orThrow(await forge.git.head(null));
 */
export function github(options: GitHubOptions): Forge {
  const address = addressOf(options);
  if ('kind' in address) return unusable(options, address);
  const context = makeContext(options, address);
  return {
    id: 'github',
    name: `${address.host}/${nameOf(address)}`,
    capabilities: capabilitiesOf(address, options),
    git: gitPort(context),
    pullRequests: pullRequestPort(context),
  };
}

function unusable(options: GitHubOptions, error: GitOpsError): Forge {
  const no = (): Answer<never> => errAsync(error);
  const nowhere: Address = { host: '', apiUrl: '', graphqlUrl: '', owner: '', name: '', isCloud: false };
  return {
    id: 'github',
    name: redact(String(options.repository)),
    capabilities: capabilitiesOf(nowhere, options),
    git: {
      head: no,
      snapshot: no,
      holds: no,
      changes: no,
      commit: no,
      deleteBranch: no,
      log: no,
      identity: no,
    },
    pullRequests: {
      findOpen: no,
      list: no,
      get: no,
      open: no,
      update: no,
      status: no,
      setStatus: no,
      approve: no,
      merge: no,
      close: no,
      comment: no,
    },
  };
}
