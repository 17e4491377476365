import type { Capabilities } from '@gitops/core';
import { limits } from './limits.js';

/**
 * What GitLab can do, in any edition and project. Where an edition or a project forbids one of these (a merge method,
 * more than one reviewer), the call says so: the capabilities are known before anything was asked.
 *
 * `approvals` are `advisory`: only the paid editions refuse a merge for want of one.
 */
export const capabilities: Capabilities = {
  labels: true,
  drafts: true,
  reviewers: true,
  assignees: true,
  milestones: true,
  autoMerge: true,
  approvals: 'advisory',
  approve: true,
  signedCommits: false,
  ssh: false,
  atomicPush: false,
  mergeMethods: ['merge', 'squash', 'rebase'],
  descriptionLimit: limits.description,
  terms: { request: 'merge request', sigil: '!' },
};
