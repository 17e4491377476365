import type { CommandSpec, OptionSpec } from './table.js';

const id = { name: '<id>', about: 'its identifier, or an unambiguous beginning of it' };
const head: OptionSpec = { flags: '--head <commit>', about: 'only if its head is this commit: what was reviewed' };
const message: OptionSpec = { flags: '-m, --message <text>', about: 'a comment with it' };

/** `gitops pr …`: reviews, on every forge alike. */
export const pullRequestCommand: CommandSpec = {
  name: 'pr',
  summary: 'list, show, comment, approve, merge or close pull requests',
  about: 'Pull requests of the repository, on every forge alike.',
  examples: ['gitops pr list', 'gitops pr show 300b46d9f775'],
  commands: [
    {
      name: 'list',
      summary: 'pull requests, newest first',
      about: 'Lists pull requests, newest first.',
      options: [
        { flags: '--state <state>', about: 'open (default), merged, closed or all' },
        { flags: '--limit <number>', about: 'at most so many (default 30)' },
      ],
      examples: ['gitops pr list', 'gitops pr list --state merged --limit 5'],
      load: () => import('./pr-list.js'),
    },
    {
      name: 'show',
      summary: 'one pull request with its checks, reviews and changed lines',
      about: 'Shows a pull request: what it changes, its checks and reviews, and what it still waits for.',
      arguments: [id],
      examples: ['gitops pr show 300b46d9f775'],
      load: () => import('./pr-show.js'),
    },
    {
      name: 'comment',
      summary: 'write a comment',
      about: 'Writes a comment.',
      arguments: [id, { name: '<text...>', about: 'what to say' }],
      examples: ['gitops pr comment 300b46d9f775 "Checked in dev, works."'],
      load: () => import('./pr-comment.js'),
    },
    {
      name: 'approve',
      summary: 'approve what stands there now (embedded forge only)',
      about: 'Approves exactly the present head. On GitHub and GitLab people approve in the browser.',
      arguments: [id],
      options: [message, head],
      examples: ['gitops pr approve 300b46d9f775', 'gitops pr approve 300b46d9f775 --head 4c1f0de --message "LGTM"'],
      load: () => import('./pr-approve.js'),
    },
    {
      name: 'merge',
      summary: 'merge it when it may be merged',
      about:
        'Merges, after reading what would land: the versions of the plan, and nothing that a rule of today refuses.',
      arguments: [id],
      options: [
        { flags: '--method <method>', about: 'merge, squash or rebase; else as gitops.yaml says' },
        { flags: '--wait', about: 'wait for checks and approvals' },
        { flags: '--timeout <duration>', about: 'how long to wait: 30m, 24h (default 30m)' },
        head,
      ],
      examples: ['gitops pr merge 300b46d9f775', 'gitops pr merge 300b46d9f775 --wait --timeout 1h'],
      load: () => import('./pr-merge.js'),
    },
    {
      name: 'close',
      summary: 'close it without merging',
      about: 'Closes a pull request without merging.',
      arguments: [id],
      options: [{ flags: '--reason <text>', about: 'why; becomes a comment' }],
      examples: ['gitops pr close 300b46d9f775 --reason "superseded"'],
      load: () => import('./pr-close.js'),
    },
  ],
};
