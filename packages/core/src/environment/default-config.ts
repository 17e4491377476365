import type { Config, PullRequestConfig } from './config.js';

export const defaultPullRequest: PullRequestConfig = {
  branchPrefix: 'gitops',
  labels: [],
  reviewers: [],
  assignees: [],
  milestone: null,
  draft: false,
  merge: { method: 'merge', auto: false, approvals: 0, holdLabel: null },
};

/** What holds where there is no `gitops.yaml`: everything is discovered. */
export function defaultConfig(): Config {
  return {
    file: null,
    root: '',
    name: null,
    layout: [],
    ignore: [],
    environments: [],
    groups: {},
    versions: [],
    lint: { ignore: [] },
    images: [],
    rules: [],
    freeze: { requireReason: false, longest: null },
    commit: { title: '{summary}', signOff: false, trailers: {} },
    pullRequest: defaultPullRequest,
    pullRequestFor: {},
  };
}
