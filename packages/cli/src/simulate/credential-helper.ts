import { execFile } from 'node:child_process';

/** What a helper program of docker answers. */
export type HelperAnswer =
  | { readonly kind: 'found'; readonly user: string; readonly secret: string }
  | { readonly kind: 'nothing' }
  /** `why` ends the sentence "docker-credential-x …"; nothing of what the program said is in it. */
  | { readonly kind: 'failed'; readonly why: string };

const limitMs = 30_000;
const longestAnswer = 1024 * 1024;

/**
 * Asks `docker-credential-<name> get` for a server, by the protocol of docker-credential-helpers: the server on standard
 * input, an object with `Username` and `Secret` on standard output, and a fixed sentence where it has none. Never
 * through a shell; ended after thirty seconds.
 */
export async function runHelper(
  name: string,
  server: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<HelperAnswer> {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) return { kind: 'failed', why: 'is no name of a program' };
  return new Promise((resolve) => {
    const child = execFile(
      `docker-credential-${name}`,
      ['get'],
      { env: { ...env }, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: longestAnswer, signal, windowsHide: true },
      (error, output) => resolve(error === null ? answerIn(output) : failureOf(error, output)),
    );
    // a program that reads no input may be gone before it was written
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(server);
  });
}

function answerIn(output: string): HelperAnswer {
  try {
    const { Username: user, Secret: secret } = JSON.parse(output) as Readonly<Record<string, unknown>>;
    if (typeof user === 'string' && typeof secret === 'string' && secret !== '') return { kind: 'found', user, secret };
  } catch {
    // not JSON, or null: said below
  }
  return { kind: 'failed', why: 'answers without user name and secret' };
}

function failureOf(error: Error & { code?: unknown; killed?: boolean }, output: string): HelperAnswer {
  if (/credentials not found/i.test(output)) return { kind: 'nothing' };
  if (error.code === 'ENOENT') return { kind: 'failed', why: 'is not there: no folder of PATH has it' };
  if (error.killed === true) return { kind: 'failed', why: `gave no answer within ${limitMs / 1000} seconds` };
  return {
    kind: 'failed',
    why: typeof error.code === 'number' ? `failed with exit code ${error.code}` : 'could not be run',
  };
}
