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

/** The first of the variables that is set and not empty. `CI_JOB_TOKEN` is a job token. */
export function fromVariables(_env: Env, _names: readonly string[]): Credential | null {
  throw new Error('being written');
}

/** What `gh auth token` says for a host; null where gh is not there, not logged in, or silent for ten seconds. */
export function fromGh(_env: Env, _host: string, _signal: AbortSignal, _limitMs?: number): Promise<Credential | null> {
  throw new Error('being written');
}

/** What `glab config get token` says for a host; null as with {@link fromGh}. */
export function fromGlab(
  _env: Env,
  _host: string,
  _signal: AbortSignal,
  _limitMs?: number,
): Promise<Credential | null> {
  throw new Error('being written');
}

/** What Git's credential helpers say for an address (`git credential fill`), without asking anybody. */
export function fromGitHelper(
  _env: Env,
  _url: string,
  _signal: AbortSignal,
  _limitMs?: number,
): Promise<Credential | null> {
  throw new Error('being written');
}
