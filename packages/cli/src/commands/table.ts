import type { Run } from '../invocation.js';
import { migrateCommand } from './migrate-table.js';
import { planCommand } from './plan-table.js';
import { pullRequestCommand } from './pr-table.js';
import { changeOptions, selectionOptions, verbs } from './verbs.js';

/** A command as the help shows it; its code is loaded when it runs. */
export interface CommandSpec {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  readonly about: string;
  readonly arguments?: readonly { readonly name: string; readonly about: string }[];
  readonly options?: readonly OptionSpec[];
  readonly examples?: readonly string[];
  readonly commands?: readonly CommandSpec[];
  /** Left out where only `commands` do something. */
  readonly load?: () => Promise<{ readonly run: Run }>;
}

export interface OptionSpec {
  readonly flags: string;
  readonly about: string;
  /** May be repeated, and holds several values separated by commas. */
  readonly list?: boolean;
}

const at: OptionSpec = { flags: '--at <ref>', about: 'a branch, tag or commit instead of the working tree' };

const status: CommandSpec = {
  name: 'status',
  summary: 'versions by application and environment, freezes, open pull requests',
  about:
    'Shows which version runs where, what is frozen, what is open, and what can be done next. Reads the working tree.',
  arguments: [{ name: '[environments...]', about: 'only these environments' }],
  options: [
    { flags: '--explain', about: 'where each version is written, what hides what, how environments were found' },
    at,
  ],
  examples: ['gitops status', 'gitops status dev prod --explain', 'gitops status --at main --output json'],
  load: () => import('./status.js'),
};

const diff: CommandSpec = {
  name: 'diff',
  summary: 'what a promotion would move, and what differs besides',
  about:
    'Compares two environments: what a promotion from the first into the second would move, and what else differs.',
  arguments: [
    { name: '<from>', about: 'the environment that has the newer versions' },
    { name: '<to>', about: 'the environment that would get them' },
  ],
  options: [at, { flags: '--check', about: 'exit with 10 where a version differs' }],
  examples: ['gitops diff dev prod', 'gitops diff dev prod --check'],
  load: () => import('./diff.js'),
};

const simulate: CommandSpec = {
  name: 'simulate',
  summary: 'which version Image Updater would choose, and why not the others',
  about:
    'Shows what Image Updater would do if registries had the tags that are given, or with --registry what they have: the tag it would choose of each image, where it would write it, and why it would pass over the others. Changes nothing. Registries are asked with the credentials of `docker login`, and only on request.',
  arguments: [{ name: '[tags...]', about: 'image=tag,tag; the image by its full name or the end of it' }],
  options: [
    {
      flags: '--tags <file>',
      about: 'tags by image as JSON, or what `skopeo list-tags` prints; - reads standard input',
    },
    { flags: '--registry', about: 'ask the registries of all images that no tags are given for' },
    { flags: '--limit <n>', about: 'how many tags of an image are read from its registry; 1000, where left out' },
    {
      flags: '--platform <os/arch>',
      about: 'where Image Updater runs, for images that name no platforms; linux/amd64, where left out',
    },
    { flags: '--env <names>', about: 'only these environments', list: true },
    ...selectionOptions,
    at,
  ],
  examples: [
    'gitops simulate payments=1.8.2,1.9.0-rc1,2.0.0',
    'skopeo list-tags docker://ghcr.io/acme/payments | gitops simulate --tags - --env dev',
    'gitops simulate --registry --env dev --app payments',
  ],
  load: () => import('./simulate.js'),
};

/** Every command, in the order of the help. */
export const commands: readonly CommandSpec[] = [
  status,
  diff,
  ...verbs,
  planCommand,
  applySpec(),
  pullRequestCommand,
  {
    name: 'lint',
    summary: 'what is broken here, or does not do what its writer meant',
    about:
      'Looks for what Argo CD would refuse, what Image Updater passes over, and what nobody can rely on. With --fix, what is certain is mended in the working tree, byte for byte: look at it, then commit it. Silence a finding with its reason: `# gitops-lint: ignore <rule> -- <reason>` in its line or above it, or under "lint" in gitops.yaml.',
    options: [
      { flags: '--fix', about: 'mend what is certain in the files of the working tree' },
      { flags: '--dry-run', about: 'with --fix: show the patch, write nothing' },
      { flags: '--format <format>', about: 'text, sarif (GitHub code scanning) or code-quality (GitLab)' },
      { flags: '--strict', about: 'exit with 10 for warnings, too' },
      at,
    ],
    examples: ['gitops lint', 'gitops lint --fix --dry-run', 'gitops lint --format sarif > gitops.sarif'],
    load: () => import('./lint.js'),
  },
  simulate,
  migrateCommand,
  {
    name: 'init',
    summary: 'write down what was discovered, as gitops.yaml',
    about:
      'Writes gitops.yaml into the working tree: the environments that were found, their order and their other names, and what was not understood, as comments. Never needed, and never over a file that is there.',
    options: [{ flags: '--dry-run', about: 'show the file, write nothing' }],
    examples: ['gitops init --dry-run', 'gitops init'],
    load: () => import('./init.js'),
  },
  {
    name: 'doctor',
    summary: 'what would fail here, and how to mend it',
    about:
      'Looks at this machine, the repository and its forge: token and permissions, protection, proxies. Changes nothing.',
    examples: ['gitops doctor', 'gitops doctor --repo https://gitlab.example.com/acme/gitops --output json'],
    load: () => import('./doctor.js'),
  },
];

function applySpec(): CommandSpec {
  return {
    name: 'apply',
    summary: 'carry out a plan that was written down',
    about:
      'Carries out a plan of `gitops plan`. It is planned again on the target branch of today, and goes on only with the same edits.',
    arguments: [{ name: '<plan.json>', about: 'the plan; - reads standard input' }],
    options: changeOptions,
    examples: ['gitops apply plan.json', 'gitops apply plan.json --merge --wait --timeout 30m'],
    load: () => import('./apply.js'),
  };
}
