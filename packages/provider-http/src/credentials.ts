import { outputOf } from './program.js';

/** Who asks, and where that was found. */
export interface Credential {
  /** `job-token`: GitLab CI's own, which goes into another header. `basic`: user and password of a Git helper. */
  readonly kind: 'token' | 'job-token' | 'basic';
  readonly token: string;
  readonly user: string | null;
  /** Shown to people: `GITHUB_TOKEN`, `gh`, `glab`, `git credential helper`. */
  readonly origin: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const tenSeconds = 10_000;

/** The first of the variables that is set and not empty. `CI_JOB_TOKEN` is a job token. */
export function fromVariables(env: Env, names: readonly string[]): Credential | null {
  for (const name of names) {
    const token = tokenIn(env[name]);
    if (token === null) continue;
    return { kind: name === 'CI_JOB_TOKEN' ? 'job-token' : 'token', token, user: null, origin: name };
  }
  return null;
}

/** What `gh auth token` says for a host; null where gh is not there, not logged in, or silent for ten seconds. */
export async function fromGh(
  env: Env,
  host: string,
  signal: AbortSignal,
  limitMs: number = tenSeconds,
): Promise<Credential | null> {
  if (!isHost(host)) return null;
  // gh would answer with a variable, which may be meant for another host: it is asked for what it keeps itself
  const { GH_TOKEN: _, GITHUB_TOKEN: __, GH_ENTERPRISE_TOKEN: ___, GITHUB_ENTERPRISE_TOKEN: ____, ...rest } = env;
  const said = await outputOf(['gh', 'auth', 'token', '--hostname', host], {
    env: { ...rest, ...silent },
    signal,
    limitMs,
  });
  const token = tokenIn(said);
  return token === null ? null : { kind: 'token', token, user: null, origin: 'gh' };
}

/** What `glab config get token` says for a host; null as with {@link fromGh}. */
export async function fromGlab(
  env: Env,
  host: string,
  signal: AbortSignal,
  limitMs: number = tenSeconds,
): Promise<Credential | null> {
  if (!isHost(host)) return null;
  const { GITLAB_TOKEN: _, GITLAB_ACCESS_TOKEN: __, OAUTH_TOKEN: ___, ...rest } = env;
  const said = await outputOf(['glab', 'config', 'get', 'token', '--host', host], {
    env: { ...rest, ...silent },
    signal,
    limitMs,
  });
  const token = tokenIn(said);
  return token === null ? null : { kind: 'token', token, user: null, origin: 'glab' };
}

/**
 * What Git's credential helpers say for an address (`git credential fill`), without asking anybody: helpers that would
 * ask fail instead. Null where there is no helper, it knows nothing, or it is silent for ten seconds.
 */
export async function fromGitHelper(
  env: Env,
  url: string,
  signal: AbortSignal,
  limitMs: number = tenSeconds,
): Promise<Credential | null> {
  if (!URL.canParse(url)) return null;
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  const request = [`protocol=${protocol.slice(0, -1)}`, `host=${host}`, `path=${pathname.replace(/^\//, '')}`];
  const said = await outputOf(['git', '-c', 'credential.interactive=false', 'credential', 'fill'], {
    env: { ...env, ...silent },
    input: `${request.join('\n')}\n\n`,
    signal,
    limitMs,
  });
  const values = new Map(
    (said ?? '').split('\n').flatMap((line): [string, string][] => {
      const at = line.indexOf('=');
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
  const token = values.get('password') ?? '';
  if (token === '' || values.get('quit') === '1') return null;
  return { kind: 'basic', token, user: values.get('username') ?? null, origin: 'git credential helper' };
}

/** Nothing asks: not on a terminal, not by a window. */
const silent = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  GCM_INTERACTIVE: 'never',
  GH_PROMPT_DISABLED: '1',
  GH_NO_UPDATE_NOTIFIER: '1',
  NO_PROMPT: '1',
  NO_COLOR: '1',
};

/** A name that no program takes for an option. */
function isHost(host: string): boolean {
  return /^[a-z0-9[][\w.\]:-]*$/i.test(host);
}

/** One word, as every token is; null for nothing and for a sentence that is no token. */
function tokenIn(text: string | null | undefined): string | null {
  const token = text?.trim() ?? '';
  return /^[\x21-\x7e]+$/.test(token) ? token : null;
}
