import type { RequestOf } from '../change/request.js';
import type { Run } from '../invocation.js';
import type { CommandSpec, OptionSpec } from './table.js';

/** Which applications and images: the same flags everywhere. */
export const selectionOptions: readonly OptionSpec[] = [
  { flags: '--app <names>', about: 'only these applications', list: true },
  { flags: '--image <names>', about: 'only these images, by full name or its last part', list: true },
  { flags: '--except <names>', about: 'all but these applications or images', list: true },
];

/** Who merges, and who approves: on every verb that may merge. */
export const mergeOptions: readonly OptionSpec[] = [
  { flags: '--auto', about: 'let the forge merge it as soon as it may, as --merge does where it may already' },
  {
    flags: '--approve-with <variable>',
    about: 'approve with a second identity, whose token is in this variable, where approvals are missing',
  },
];

/** How a change is carried out: on every verb that makes one. */
export const changeOptions: readonly OptionSpec[] = [
  { flags: '--merge', about: 'merge when it may be merged' },
  { flags: '--wait [state]', about: 'wait until it is merged; with --merge, merge as soon as it may be' },
  { flags: '--timeout <duration>', about: 'how long to wait: 30m, 24h (default 30m)' },
  ...mergeOptions,
  { flags: '--dry-run', about: 'show what would happen, write nothing' },
  { flags: '--check', about: 'write nothing, exit with 10 if something would change' },
  { flags: '--update-approved', about: 'change a pull request that is approved already' },
  { flags: '--overwrite', about: 'replace commits that somebody made on our branch by hand' },
];

const reason: OptionSpec = { flags: '--reason <text>', about: 'why; kept in the record' };
const until: OptionSpec = { flags: '--until <date|duration>', about: 'when it should end: 2026-11-27, 3d' };

/** What a verb asks for, without how it is carried out: `gitops plan` takes the same. */
export interface VerbSpec extends CommandSpec {
  readonly asks: readonly OptionSpec[];
  readonly load: () => Promise<{ readonly run: Run; readonly requestOf: RequestOf }>;
}

function verb(spec: Omit<VerbSpec, 'options'>): VerbSpec {
  return { ...spec, options: [...spec.asks, ...changeOptions] };
}

export const verbs: readonly VerbSpec[] = [
  verb({
    name: 'freeze',
    summary: 'hold the versions of an environment',
    about: 'Holds versions: Image Updater changes nothing there, and promotions stay out. Freezing again extends.',
    arguments: [{ name: '<environment>', about: 'the environment to hold' }],
    asks: [
      ...selectionOptions,
      reason,
      until,
      { flags: '--on-behalf-of <name>', about: 'who asked, where it is not the one who runs this' },
    ],
    examples: ['gitops freeze dev --reason "QA of 2.4" --until 3d', 'gitops freeze dev --app payments --merge'],
    load: () => import('./freeze.js'),
  }),
  verb({
    name: 'resume',
    summary: 'end a freeze, byte for byte',
    about:
      'Undoes exactly what a freeze changed. Name the selection that was frozen; without one, the whole environment.',
    arguments: [{ name: '[environment]', about: 'the environment; may be left out with --expired' }],
    asks: [
      ...selectionOptions,
      { flags: '--expired', about: 'only freezes whose end is past; what a scheduled job runs' },
      { flags: '--keep-changes', about: 'leave what somebody edited since as it is, instead of refusing' },
    ],
    examples: ['gitops resume dev', 'gitops resume --expired --merge'],
    load: () => import('./resume.js'),
  }),
  verb({
    name: 'promote',
    summary: 'bring the versions of one environment to the next',
    about: 'Sets the versions of one environment to those of one before it, in one commit and one pull request.',
    arguments: [
      { name: '<from>', about: 'where the versions are taken; from@commit takes those of an earlier commit' },
      { name: '<to>', about: 'where they go; several separated by commas' },
    ],
    asks: selectionOptions,
    examples: [
      'gitops promote dev prod',
      'gitops promote dev prod --app payments --merge --wait',
      'gitops promote dev@3f2c1ab prod --dry-run',
    ],
    load: () => import('./promote.js'),
  }),
  verb({
    name: 'revert',
    summary: 'take a promotion back',
    about:
      'Sets back what one promotion set, on the branch as it is today. Without a name: the last one that still stands.',
    arguments: [{ name: '[pull-request|commit]', about: 'what to take back' }],
    asks: [
      { flags: '--env <name>', about: 'where to set back, if several environments had promotions' },
      ...selectionOptions,
      { flags: '--skip-changed', about: 'leave out what was changed again since, instead of refusing' },
      { flags: '--hold', about: 'freeze it as well, and keep the reverted version out' },
      { ...reason, about: 'why; kept in the record of the hold' },
      { ...until, about: 'when the hold should end: 2026-11-27, 3d' },
    ],
    examples: [
      'gitops revert',
      'gitops revert 300b46d9f775 --hold --reason "payments fail"',
      'gitops revert --env prod --app users',
    ],
    load: () => import('./revert.js'),
  }),
  verb({
    name: 'set',
    summary: 'set versions outright',
    about: 'Sets versions by the same pins and rules as a promotion.',
    arguments: [
      { name: '<environment>', about: 'where' },
      { name: '<versions...>', about: 'application=version; application/image=version where it has several images' },
    ],
    asks: [],
    examples: ['gitops set prod payments=1.8.2', 'gitops set dev payments/sidecar=2.0.0 users=2.1.0'],
    load: () => import('./set.js'),
  }),
];
