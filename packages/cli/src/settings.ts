import { usage } from './failure.js';
import { hostIn } from './forge/host-name.js';
import type { Io } from './io.js';

/** What may stand on every command line. A flag wins over its variable. */
export interface Settings {
  /** A path or a URL; null: where the command runs. */
  readonly repo: string | null;
  readonly provider: string | null;
  /** Hosts, besides their own, that tokens of the environment may be sent to. */
  readonly allowHosts: readonly string[];
  /** A file of certificates to trust besides the usual ones, as it was named. */
  readonly caFile: string | null;
  /** False: nothing that was read is kept on disk. */
  readonly cache: boolean;
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

interface GlobalOption {
  readonly flags: string;
  readonly about: string;
  readonly variable: string;
  /** May be repeated, and holds several values separated by commas. */
  readonly list?: boolean;
}

/** Options and their help; each has the variable `GITOPS_<NAME>`. */
export const globalOptions: readonly GlobalOption[] = [
  { flags: '--repo <path|url>', about: 'the repository; here, where left out', variable: 'GITOPS_REPO' },
  {
    flags: '--provider <name>',
    about: 'git, github or gitlab; else the host of the origin decides',
    variable: 'GITOPS_PROVIDER',
  },
  {
    flags: '--allow-host <host>',
    about: "a host that tokens of the environment may be sent to, where only the clone's origin names it",
    variable: 'GITOPS_ALLOW_HOST',
    list: true,
  },
  {
    flags: '--ca-file <path>',
    about: 'certificates (PEM) to trust besides the usual ones',
    variable: 'GITOPS_CA_FILE',
  },
  { flags: '--no-cache', about: 'keep nothing on disk of what is read from a forge', variable: 'GITOPS_NO_CACHE' },
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
  { flags: '-v, --verbose', about: 'every step and every request on standard error', variable: 'GITOPS_VERBOSE' },
  { flags: '--no-color', about: 'no colours', variable: 'GITOPS_NO_COLOR' },
];

type Given = Readonly<Record<string, unknown>>;

/** Reads the options that commander found, and the variables for what it did not. */
export function readSettings(given: Given, isGiven: (name: string) => boolean, io: Io): Settings {
  const variable = (name: string) => io.env[variableOf(name)];
  const text = (name: string): string | null => {
    const value = isGiven(name) ? given[name] : variable(name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const flag = (name: string): boolean =>
    isGiven(name) ? given[name] === true : isTrue(variableOf(name), variable(name));
  const output = text('output') ?? 'text';
  if (output !== 'text' && output !== 'json') {
    return usage(`${JSON.stringify(output)} is no form of output.`, 'Give --output text or --output json.');
  }
  const hosts = isGiven('allowHost') ? given['allowHost'] : (variable('allowHost') ?? '').split(',');
  const noColor =
    isGiven('color') || isTrue('GITOPS_NO_COLOR', io.env['GITOPS_NO_COLOR']) || Boolean(io.env['NO_COLOR']);
  return {
    repo: text('repo'),
    provider: text('provider'),
    allowHosts: (hosts as readonly string[]).flatMap(hostNamed),
    caFile: text('caFile'),
    cache: !isGiven('cache') && !isTrue('GITOPS_NO_CACHE', io.env['GITOPS_NO_CACHE']),
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

/** `allowHost`: `GITOPS_ALLOW_HOST`. */
function variableOf(name: string): string {
  return `GITOPS_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** A host as it is compared: without scheme and path, in lower case. */
function hostNamed(text: string): readonly string[] {
  if (text.trim() === '') return [];
  const host = hostIn(text);
  return host === null
    ? usage(`--allow-host ${JSON.stringify(text)} is no host.`, 'Give its name: --allow-host git.example.com')
    : [host];
}

function isTrue(name: string, value: string | undefined): boolean {
  if (value === undefined || /^(0|false|no|)$/i.test(value)) return false;
  if (/^(1|true|yes)$/i.test(value)) return true;
  return usage(`The variable ${name} is ${JSON.stringify(value)}.`, 'Set it to 1 or 0.');
}
