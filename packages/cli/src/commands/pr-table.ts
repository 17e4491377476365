import type { CommandSpec, OptionSpec } from './table.js';
import { mergeOptions } from './verbs.js';

const id = { name: '<id>', about: 'its number; on the embedded forge its identifier or a beginning of it' };
const head: OptionSpec = { flags: '--head <commit>', about: 'only if its head is this commit: what was reviewed' };
const message: OptionSpec = { flags: '-m, --message <text>', about: 'a comment with it' };

/** `gitops pr …`: reviews, on every forge alike. */
export const pullRequestCommand: CommandSpec = {
  name: 'pr',
  summary: 'list, show, comment, approve, merge or close pull requests',
  about: 'Pull requests of the repository, on every forge alike.',
  examples: ['gitops pr list', 'gitops pr show 12'],
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
      examples: ['gitops pr show 12'],
      load: () => import('./pr-show.js'),
    },
    {
      name: 'comment',
      summary: 'write a comment',
      about: 'Writes a comment.',
      arguments: [id, { name: '<text...>', about: 'what to say; - reads standard input' }],
      options: [
        { flags: '--marker <name>', about: 'change the comment of this account that carries the same name, instead' },
      ],
      examples: [
        'gitops pr comment 12 "Checked in dev, works."',
        'gitops pr comment 12 --marker smoke-test "Passed at 10:04."',
      ],
      load: () => import('./pr-comment.js'),
    },
    {
      name: 'approve',
      summary: 'approve what stands there now',
      about:
        'Approves exactly the present head, as the account whose token is used. Nobody approves their own on GitHub.',
      arguments: [id],
      options: [message, head],
      examples: ['gitops pr approve 12', 'gitops pr approve 12 --head 4c1f0de --message "LGTM"'],
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
        ...mergeOptions,
        head,
      ],
      examples: [
        'gitops pr merge 12',
        'gitops pr merge 12 --wait --timeout 1h',
        'gitops pr merge 12 --auto --approve-with APPROVER_TOKEN',
      ],
      load: () => import('./pr-merge.js'),
    },
    {
      name: 'close',
      summary: 'close it without merging',
      about: 'Closes a pull request without merging.',
      arguments: [id],
      options: [{ flags: '--reason <text>', about: 'why; becomes a comment' }],
      examples: ['gitops pr close 12 --reason "superseded"'],
      load: () => import('./pr-close.js'),
    },
  ],
};
