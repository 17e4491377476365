// Other programs, run to their end.
import { spawn } from 'node:child_process';

/**
 * Runs a program and gives what it wrote to stdout. Asynchronous, so that a server of this process can answer it.
 *
 * @param {string} program
 * @param {readonly string[]} [args]
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, input?: string, status?: number }} [options] `status`: the exit code
 *   that is wanted, 0 if none is said.
 * @returns {Promise<string>} Throws an Error whose message holds the command and all of its output.
 */
export function run(program, args = [], { cwd, env = process.env, input, status: wanted = 0 } = {}) {
  return new Promise((resolve, reject) => {
    const shell = process.platform === 'win32';
    const child = spawn(program, args, { cwd, env, shell, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let all = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      all += text;
    });
    const command = [program, ...args].join(' ');
    child.on('error', (error) => reject(new Error(`${command}\n${error.message}`)));
    child.on('close', (status, signal) => {
      if (status === wanted) return resolve(stdout);
      const how = signal === null ? `exit code ${status}` : `ended by ${signal}`;
      reject(Object.assign(new Error(`${command}\n${all.trim()}\n${how}`), { status, stdout, output: all }));
    });
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(input ?? '');
  });
}
