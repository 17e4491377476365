import { usage } from './failure.js';
import type { Io } from './io.js';

/** What may stand on every command line. A flag wins over its variable. */
export interface Settings {
  /** A path or a URL; null: where the command runs. */
  readonly repo: string | null;
  readonly provider: string | null;
  readonly output: 'text' | 'json';
  readonly config: string | null;
  readonly root: string | null;
  /** The target branch; null: the forge's default. */
  readonly branch: string | null;
  readonly yes: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
}

/** Options and their help; each has the variable `GITOPS_<NAME>`. */
export const globalOptions: readonly { readonly flags: string; readonly about: string; readonly variable: string }[] = [
  { flags: '--repo <path|url>', about: 'the repository; here, where left out', variable: 'GITOPS_REPO' },
  {
    flags: '--provider <name>',
    about: 'git, github or gitlab; else the host of the origin decides',
    variable: 'GITOPS_PROVIDER',
  },
  {
    flags: '--branch <name>',
    about: 'the branch that changes go to; else the default branch',
    variable: 'GITOPS_BRANCH',
  },
  { flags: '--config <path>', about: 'path of gitops.yaml in the repository', variable: 'GITOPS_CONFIG' },
  { flags: '--root <path>', about: 'folder in the repository that holds .gitops/', variable: 'GITOPS_ROOT' },
  { flags: '--output <form>', about: 'text or json: one object on standard output', variable: 'GITOPS_OUTPUT' },
  { flags: '-y, --yes', about: 'never ask; for scripts (today no command asks)', variable: 'GITOPS_YES' },
  { flags: '-q, --quiet', about: 'only the last line, and errors', variable: 'GITOPS_QUIET' },
  { flags: '-v, --verbose', about: 'every step on standard error', variable: 'GITOPS_VERBOSE' },
  { flags: '--no-color', about: 'no colours', variable: 'GITOPS_NO_COLOR' },
];

type Given = Readonly<Record<string, unknown>>;

/** Reads the options that commander found, and the variables for what it did not. */
export function readSettings(given: Given, isGiven: (name: string) => boolean, io: Io): Settings {
  const variable = (name: string) => io.env[`GITOPS_${name.toUpperCase()}`];
  const text = (name: string): string | null => {
    const value = isGiven(name) ? given[name] : variable(name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const flag = (name: string): boolean =>
    isGiven(name) ? given[name] === true : isTrue(`GITOPS_${name.toUpperCase()}`, variable(name));
  const output = text('output') ?? 'text';
  if (output !== 'text' && output !== 'json') {
    return usage(`${JSON.stringify(output)} is no form of output.`, 'Give --output text or --output json.');
  }
  const noColor =
    isGiven('color') || isTrue('GITOPS_NO_COLOR', io.env['GITOPS_NO_COLOR']) || Boolean(io.env['NO_COLOR']);
  return {
    repo: text('repo'),
    provider: text('provider'),
    output,
    config: text('config'),
    root: text('root'),
    branch: text('branch'),
    yes: flag('yes'),
    quiet: flag('quiet'),
    verbose: flag('verbose'),
    color: !noColor && io.isTerminal && output === 'text',
  };
}

function isTrue(name: string, value: string | undefined): boolean {
  if (value === undefined || /^(0|false|no|)$/i.test(value)) return false;
  if (/^(1|true|yes)$/i.test(value)) return true;
  return usage(`The variable ${name} is ${JSON.stringify(value)}.`, 'Set it to 1 or 0.');
}
