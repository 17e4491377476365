import { readFileSync } from 'node:fs';
import { run } from './run.js';

/** Runs the program as a process: streams, signals, exit code. */
export async function runProcess(argv: readonly string[]): Promise<void> {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    // A second Ctrl-C ends the process as usual, since the listener is gone.
    controller.abort();
  });
  process.once('SIGTERM', () => controller.abort());
  // A reader that stops early (`| head`) is no failure.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  process.exitCode = await run(argv, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    readInput: async () => readFileSync(0, 'utf8'),
    env: process.env,
    cwd: process.cwd(),
    isTerminal: process.stdout.isTTY === true,
    signal: controller.signal,
  });
}
