// What is shown and checked: commands as people type them, their output, the requests they made.
import { spawn } from 'node:child_process';
import { cli } from './repository.mjs';

class DemoFailure extends Error {
  name = 'DemoFailure';
}

function collect(args, cwd, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text) => {
        out[name] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (status) => resolve({ ...out, status }));
  });
}

function requestLine({ method, path, query, area, operation, status, bytes }) {
  const where = area === 'api' ? '' : ` (${area})`;
  const what = operation === null ? '' : ` ${operation}`;
  return `    ${method} ${path}${query === '' ? '' : `?${query}`}${what} → ${status}, ${bytes} bytes${where}`;
}

export function makeStage(place) {
  let checked = 0;
  const fail = (message) => {
    throw new DemoFailure(message);
  };
  const expect = (what, found, wanted) => {
    checked += 1;
    if (JSON.stringify(found) === JSON.stringify(wanted)) return;
    fail(`${what}\n  found   ${JSON.stringify(found)}\n  wanted  ${JSON.stringify(wanted)}`);
  };
  const run = (args, as) => collect(args, place.cwd, place.envOf(as));

  /** One step of the story: the command as people type it, its output, its requests, and its exit code as promised. */
  async function gitops(args, { as = 'author', exitCode = 0, most = null } = {}) {
    const words = args.map((one) => (/^[\w@,=./:-]+$/.test(one) ? one : JSON.stringify(one)));
    console.log(`$ ${as === 'reviewer' ? place.reviewer.prefix : ''}gitops ${words.join(' ')}`);
    place.requests();
    const ran = await run(args, as);
    process.stdout.write(`${ran.stderr}${ran.stdout}`);
    const requests = place.requests();
    if (requests !== null) {
      const counted = requests.filter((one) => one.area === 'api').length;
      console.log(`\n  ${counted} ${counted === 1 ? 'request' : 'requests'}:\n${requests.map(requestLine).join('\n')}`);
      if (most !== null) expect(`the requests of gitops ${args[0]}, at most ${most}`, counted <= most, true);
    }
    console.log();
    expect(`the exit code of gitops ${args[0]}`, ran.status, exitCode);
    return ran.stdout;
  }

  /** The same facts as JSON, for the checks. */
  async function ask(...args) {
    const ran = await run([...args, '--output', 'json'], 'author');
    if (ran.status !== 0) fail(`gitops ${args.join(' ')} ended with ${ran.status}:\n${ran.stdout}${ran.stderr}`);
    return JSON.parse(ran.stdout);
  }

  /** The identifier on the last line: `Opened pull request 300b46d9f775: …`. */
  function openedBy(output) {
    const last = output.trimEnd().split('\n').at(-1);
    const id = new RegExp(`^Opened ${place.term} [!#]?([0-9a-f]+): `).exec(last)?.[1];
    return id ?? fail(`no ${place.term} on the last line: ${last}`);
  }

  async function merge(id) {
    await gitops(['pr', 'merge', id]);
    expect(`the state of ${id}`, (await ask('pr', 'show', id)).pullRequest.state, 'merged');
  }

  function title(text) {
    console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 100 - text.length))}\n`);
  }

  return { ask, checked: () => checked, expect, fail, gitops, merge, openedBy, title };
}
