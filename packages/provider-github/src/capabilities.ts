import type { Capabilities } from '@gitops/core';
import type { Address } from './address.js';
import type { GitHubOptions } from './options.js';

/** What GitHub can do for everybody; what a repository's own settings forbid is answered when it is asked for. */
export function capabilitiesOf(address: Address, options: GitHubOptions): Capabilities {
  const graphql = options.graphql !== false;
  return {
    labels: true,
    // made by REST as well, but never made ready
    drafts: graphql,
    reviewers: true,
    assignees: true,
    milestones: true,
    autoMerge: graphql,
    approvals: 'enforced',
    approve: true,
    // on a server of one's own only where it was given a key to sign with, which it does not tell
    signedCommits: options.signedCommits ?? address.isCloud,
    ssh: false,
    atomicPush: graphql,
    mergeMethods: ['squash', 'merge', 'rebase'],
    descriptionLimit: 65_536,
    terms: { request: 'pull request', sigil: '#' },
  };
}
