// A GitHub on this machine, as ssh-agent starts: eval "$(node github.mjs)". It ends with kill "$GITHUB_PID", or by itself
// after a quarter of an hour.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as fakes from '@gitops/provider-testkit/fakes';
import { startGitHub } from './repositories.mjs';

if (process.send === undefined) {
  const server = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  server.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
  server.once('message', (variables) => {
    for (const [name, value] of Object.entries(variables)) console.log(`export ${name}='${value}'`);
    server.removeAllListeners('exit').unref();
    server.disconnect();
  });
} else {
  const fake = await startGitHub(fakes, 'acme/by-script', 'acme/by-gitops');
  const end = () => fake.close().finally(() => process.exit());
  process.once('SIGTERM', end);
  setTimeout(end, 15 * 60_000);
  process.send({
    GITHUB_PID: process.pid,
    GITHUB_SERVER_URL: fake.webUrl,
    GITHUB_API_URL: fake.apiUrl,
    GITHUB_TOKEN: fake.tokens.alice,
    GH_ENTERPRISE_TOKEN: fake.tokens.alice,
    BY_SCRIPT: fake.folder('acme/by-script'),
    BY_GITOPS: fake.folder('acme/by-gitops'),
  });
}
