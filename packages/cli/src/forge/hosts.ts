import type { Settings } from '../settings.js';
import { ciOf, hostsOfJenkins } from './ci.js';
import { hostIn, hostOf } from './host-name.js';

type Env = Readonly<Record<string, string | undefined>>;

export type HostedForge = 'github' | 'gitlab';

/** Which forge runs at a host, and how that is known. */
export interface KnownHost {
  readonly forge: HostedForge;
  /** For people, after "since": `the host is github.com`, `GITLAB_HOST names it`. */
  readonly why: string;
}

const variables: readonly (readonly [HostedForge, readonly string[]])[] = [
  ['github', ['GITHUB_SERVER_URL', 'GH_HOST']],
  ['gitlab', ['CI_SERVER_URL', 'CI_API_V4_URL', 'CI_SERVER_HOST', 'GITLAB_HOST', 'GITLAB_URI', 'GL_HOST']],
];

/** The forge of a host by its name alone, else by what the environment says; null where neither tells. */
export function forgeOfHost(host: string, env: Env): KnownHost | null {
  const name = host.replace(/:\d+$/, '');
  if (/^(www\.|ssh\.)?github\.com$/.test(name) || /^[^.]+\.ghe\.com$/.test(name)) {
    return { forge: 'github', why: `the host is ${name}` };
  }
  if (/^(www\.|altssh\.)?gitlab\.com$/.test(name)) return { forge: 'gitlab', why: `the host is ${name}` };
  for (const [forge, names] of variables) {
    const named = names.find((one) => sameHost(hostIn(env[one]), host));
    if (named !== undefined) return { forge, why: `${named} names ${host}` };
  }
  const ci = ciOf(env);
  const isOfJob = ci?.forge != null && ci.repository !== null && sameHost(hostOf(ci.repository), host);
  return isOfJob && ci.forge !== null ? { forge: ci.forge, why: `${ci.system} names ${host}` } : null;
}

/**
 * Hosts that the command line names, besides those that tokens are for by themselves: `--allow-host`, the host of
 * `--repo`, and of the repository that a Jenkins job was set up with. The origin of a clone names none.
 */
export function allowedHosts(settings: Pick<Settings, 'allowHosts' | 'repo'>, env: Env): readonly string[] {
  const repo = settings.repo === null ? null : hostOf(settings.repo);
  return [...new Set([...settings.allowHosts, ...(repo === null ? [] : [repo]), ...hostsOfJenkins(env)])];
}

/** True where a token of the environment may be sent to this host: it is the forge's own, or was named. */
export function isNamedHost(
  forge: HostedForge,
  host: string,
  settings: Pick<Settings, 'allowHosts' | 'repo'>,
  env: Env,
): boolean {
  const names = variables.find(([one]) => one === forge)?.[1] ?? [];
  const ofEnvironment = names.flatMap((one) => hostIn(env[one]) ?? []);
  const own = ofEnvironment.length > 0 ? ofEnvironment : [forge === 'github' ? 'github.com' : 'gitlab.com'];
  return [...own, ...allowedHosts(settings, env)].some((one) => sameHost(one, host));
}

/** The other names under which the two clouds serve the same repositories. */
function sameHost(a: string | null, b: string): boolean {
  const plain = (host: string): string => host.replace(/^(?:www|ssh|altssh|api)\.(?=(?:github|gitlab)\.com$)/, '');
  return a !== null && plain(a) === plain(b);
}
