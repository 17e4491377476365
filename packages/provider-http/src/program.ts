import { spawn } from 'node:child_process';
import { stopIfAborted } from './answer.js';

/** No token is longer; a program that says more is not telling a token. */
const longestOutput = 64 * 1024;

/**
 * What a program of this machine says on its standard output, never through a shell. Null where it is not there, fails,
 * says too much, or takes longer than `limitMs`; nothing that it starts outlives the limit. It cannot ask anybody: its
 * input ends, and it has no terminal. Failure: `aborted`.
 */
export async function outputOf(
  command: readonly [string, ...string[]],
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly input?: string;
    readonly signal: AbortSignal;
    readonly limitMs: number;
  },
): Promise<string | null> {
  const { signal, limitMs } = options;
  stopIfAborted(signal);
  const output = await new Promise<string | null>((resolve) => {
    const [program, ...args] = command;
    const child = spawn(program, args, {
      env: { ...options.env },
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
      // a session of its own: no terminal to ask on, and one group to end
      detached: process.platform !== 'win32',
    });
    const pieces: Buffer[] = [];
    let length = 0;
    const end = (result: string | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(result);
    };
    const stop = (): void => {
      endGroup(child.pid);
      child.stdout.destroy();
      child.unref();
      end(null);
    };
    const timer = setTimeout(stop, limitMs);
    signal.addEventListener('abort', stop);
    child.on('error', () => end(null));
    // a program that reads no input may be gone before it was written
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.stdout.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length > longestOutput) stop();
    });
    child.on('close', (code) => end(code === 0 ? Buffer.concat(pieces).toString('utf8') : null));
  });
  stopIfAborted(signal);
  return output;
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // it has ended by itself meanwhile
  }
}
