// A GitHub on this machine, as ssh-agent starts: eval "$(node github.mjs)". It ends with the shell, or by itself after a
// quarter of an hour.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as fakes from '@gitops/provider-testkit/fakes';
import { startGitHub } from './repositories.mjs';

if (process.send === undefined) {
  // holds none of our streams: whoever waits for their end is not to wait for this server
  const server = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const failed = (why) => {
    console.error(`GitHub did not start: ${why}`);
    process.exitCode = 1;
  };
  const ended = (code) => failed(`exit code ${code}`);
  server.once('exit', ended);
  server.once('message', ({ variables, problem }) => {
    if (problem !== undefined) failed(problem);
    for (const [name, value] of Object.entries(variables ?? {})) console.log(`export ${name}='${value}'`);
    if (variables !== undefined) console.log(`trap 'kill "$GITHUB_PID"' EXIT`);
    server.off('exit', ended).unref();
    server.disconnect();
  });
} else {
  try {
    process.send({ variables: await start() });
  } catch (error) {
    process.send({ problem: error.message }, () => process.exit(1));
  }
}

async function start() {
  const fake = await startGitHub(fakes, 'acme/by-script', 'acme/by-gitops');
  const end = () => fake.close().finally(() => process.exit());
  process.once('SIGTERM', end);
  setTimeout(end, 15 * 60_000);
  return {
    GITHUB_PID: process.pid,
    GITHUB_SERVER_URL: fake.webUrl,
    GITHUB_API_URL: fake.apiUrl,
    GITHUB_TOKEN: fake.tokens.alice,
    GH_ENTERPRISE_TOKEN: fake.tokens.alice,
    BY_SCRIPT: fake.folder('acme/by-script'),
    BY_GITOPS: fake.folder('acme/by-gitops'),
  };
}
