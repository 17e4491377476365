import { spawn } from 'node:child_process';
import { devNull } from 'node:os';

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers; any other one throws. Left out: only 0. */
  readonly codes?: readonly number[];
}

/** What `git` sees of the environment: nothing of the machine's or the user's configuration. */
export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: devNull,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    ...extra,
  };
}

/** Runs `git` in a repository's folder. */
export function runGit(folder: string, args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', ...args], {
      cwd: folder,
      env: gitEnvironment(options.env),
      stdio: 'pipe',
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (status) => {
      const code = status ?? -1;
      const stderr = Buffer.concat(err).toString('utf8');
      if ((options.codes ?? [0]).includes(code)) resolve({ code, stdout: Buffer.concat(out), stderr });
      else reject(new Error(`git ${args.join(' ')} in ${folder}: exit ${code}: ${stderr}`));
    });
    child.stdin.end(options.input ?? '');
  });
}

/** Standard output as text, without the last line's end. */
export async function gitText(folder: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await runGit(folder, args, options)).stdout.toString('utf8').replace(/\n$/, '');
}

/** The same, or null where `git` says no. */
export async function gitTextOrNull(folder: string, args: readonly string[]): Promise<string | null> {
  const result = await runGit(folder, args, { codes: [0, 1, 2, 128, 129] });
  return result.code === 0 ? result.stdout.toString('utf8').replace(/\n$/, '') : null;
}
