// The sample service, run as a container of a chart would run it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Starts the service, gives its address to `work`, and stops it as Kubernetes does.
 *
 * @param {string} folder infra/myapp.
 * @param {{ name: string, value?: string }[]} variables As a container has them.
 * @returns What `work` gives. Throws if the service does not start, or does not end with success.
 */
export async function withApp(folder, variables, work) {
  const given = Object.fromEntries(variables.map(({ name, value = '' }) => [name, value]));
  const env = { PATH: process.env['PATH'], PYTHONPATH: join(folder, 'src'), ...given };
  Object.assign(env, { HOST: '127.0.0.1', PORT: '0', DRAIN_SECONDS: '0', PYTHONDONTWRITEBYTECODE: '1' });
  const child = spawn('python3', ['-m', 'myapp'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) =>
      status === 0 ? resolve() : reject(new Error(`the service ended with ${status}\n${errors}`)),
    );
  });
  const listening = new Promise((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      const { message, port } = JSON.parse(line);
      if (message === 'listening') resolve(port);
    });
  });
  const port = await Promise.race([listening, ended.then(() => Promise.reject(new Error('it ended at once')))]);
  try {
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
