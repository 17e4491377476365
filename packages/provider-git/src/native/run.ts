import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { devNull } from 'node:os';
import { fail } from '@gitops/provider-http';

/** Where and how `git` runs: the environment is given whole, nothing of the caller's shell leaks in. */
export interface GitProgram {
  readonly env: Readonly<Record<string, string>>;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/**
 * Settings that hold for every call: hooks and monitors never run, nothing asks for input, replaced objects are not
 * looked through, locks of others are waited for, and what is written is on the disk before a ref names it.
 */
const always = [
  '--no-replace-objects',
  ...[
    `core.hooksPath=${devNull}`,
    'core.fsmonitor=false',
    'core.filesRefLockTimeout=5000',
    'core.packedRefsTimeout=5000',
    'core.fsync=committed,reference',
    'gc.auto=0',
    'maintenance.auto=false',
    'protocol.ext.allow=never',
  ].flatMap((setting) => ['-c', setting]),
];

/** Variables that would point `git` at another repository, index or object store than the one asked for. */
const misleading =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|QUARANTINE_PATH|CEILING_DIRECTORIES|GRAFT_FILE|SHALLOW_FILE|REPLACE_REF_BASE|DEFAULT_HASH|DEFAULT_REF_FORMAT|REFLOG_ACTION|LITERAL_PATHSPECS|GLOB_PATHSPECS|ICASE_PATHSPECS|NOGLOB_PATHSPECS|TRACE.*|CURL_VERBOSE|PUSH_OPTION.*|EXTERNAL_DIFF|EDITOR|PAGER)$/;

export function gitProgram(env: Readonly<Record<string, string | undefined>>): GitProgram {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !misleading.test(name)) clean[name] = value;
  }
  return { env: { ...clean, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', LANGUAGE: '' } };
}

function start(program: GitProgram, args: readonly string[], cwd: string | undefined): ChildProcessWithoutNullStreams {
  const child = spawn('git', [...always, ...args], {
    env: program.env,
    stdio: 'pipe',
    windowsHide: true,
    ...(cwd === undefined ? {} : { cwd }),
  });
  // a child that has gone takes no more input; what matters then is its exit code
  child.stdin.on('error', () => undefined);
  return child;
}

/** Starts a long-running `git` that is talked to through its pipes. */
export function startGit(program: GitProgram, args: readonly string[]): ChildProcessWithoutNullStreams {
  return start(program, args, undefined);
}

/** Runs `git` to its end, never through a shell. A `git` that cannot be started is a failure, an exit code is not. */
export function runGit(
  program: GitProgram,
  args: readonly string[],
  options: { readonly signal?: AbortSignal; readonly input?: string | Uint8Array; readonly cwd?: string } = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = start(program, args, options.cwd);
    const out: Buffer[] = [];
    const errors: Buffer[] = [];
    const stop = (): void => void child.kill('SIGTERM');
    options.signal?.addEventListener('abort', stop);
    if (options.signal?.aborted === true) stop();
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', (error) => {
      options.signal?.removeEventListener('abort', stop);
      reject(asFailure(error));
    });
    child.on('close', (code, killedBy) => {
      options.signal?.removeEventListener('abort', stop);
      const stderr = Buffer.concat(errors).toString('utf8');
      resolve({
        code: code ?? 128,
        stdout: Buffer.concat(out),
        stderr: killedBy === null ? stderr : `${stderr}killed by ${killedBy}`,
      });
    });
    child.stdin.end(options.input ?? '');
  });
}

function asFailure(error: Error): unknown {
  try {
    return fail(
      'repository-unsupported',
      `The program "git" could not be started: ${error.message}.`,
      'Install git and put it on the PATH, or choose the backend "isomorphic".',
    );
  } catch (failure) {
    return failure;
  }
}
