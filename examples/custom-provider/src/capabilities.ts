import type { Capabilities, MergeMethod } from '@gitops/core';
import { fail } from '@gitops/provider-http';

export const capabilities: Capabilities = {
  labels: true,
  drafts: true,
  reviewers: true,
  assignees: true,
  milestones: false,
  autoMerge: false,
  approvals: 'advisory', // who can write to the folder can write anything
  approve: true,
  signedCommits: false,
  ssh: false,
  atomicPush: true,
  mergeMethods: ['merge', 'squash'],
  descriptionLimit: null,
  terms: { request: 'pull request', sigil: '#' },
};

export function checkMethod(method: MergeMethod): void {
  if (capabilities.mergeMethods.includes(method)) return;
  fail('unsupported', `This forge does not merge by ${method}.`, `Use ${capabilities.mergeMethods.join(' or ')}.`);
}

export function checkMilestone(milestone: string | undefined): void {
  if (milestone === undefined) return;
  fail('unsupported', 'This forge has no milestones.', 'Leave the milestone out.');
}
