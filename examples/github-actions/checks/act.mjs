// Runs the workflows with act, without containers, on a fake GitHub: as somebody's repository has them. What is looked at
// afterwards is that repository. ACT, USER_REPOSITORY and ARTIFACT_ACTIONS say where everything is.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGitHub } from '@gitops/provider-testkit/fakes';
import { parse } from 'yaml';
import { git, pushInto } from '../action/test/repository.mjs';

const { ACT, USER_REPOSITORY, ARTIFACT_ACTIONS } = process.env;
const repository = 'acme/gitops';
const folder = mkdtempSync(join(tmpdir(), 'gitops-act-'));
mkdirSync(join(folder, 'artifacts'));

const fake = await startGitHub({ repositories: [{ name: repository, private: true }], base: '/api/v3' });
const bare = fake.folder(repository);
pushInto(bare);

/** Actions that only GitHub can serve, by the very commits that the workflow names. */
function standIns(workflow) {
  const text = readFileSync(join(USER_REPOSITORY, '.github/workflows', workflow), 'utf8');
  const artifacts = [...text.matchAll(/uses: (actions\/(upload|download)-artifact@[0-9a-f]{40})/g)];
  const scanning = [...text.matchAll(/uses: (github\/codeql-action)\/upload-sarif(@[0-9a-f]{40})/g)];
  return [
    ...artifacts.map(([, name, which]) => `${name}=${join(ARTIFACT_ACTIONS, which)}`),
    ...scanning.map(([, name, commit]) => `${name}${commit}=${join(ARTIFACT_ACTIONS, '../code-scanning')}`),
  ].flatMap((one) => ['--local-repository', one]);
}

/** What the workflow gives its own token, in the jobs that do not ask as the App. */
function permissionsOf(workflow) {
  const { jobs } = parse(readFileSync(join(USER_REPOSITORY, '.github/workflows', workflow), 'utf8'));
  const own = Object.values(jobs).filter(({ environment }) => environment === undefined);
  const all = own.flatMap(({ permissions }) => Object.entries(permissions));
  return { metadata: 'read', ...Object.fromEntries(all.map(([scope, level]) => [scope.replace('-', '_'), level])) };
}

function act(event, workflow, inputs = {}) {
  const env = {
    GITHUB_SERVER_URL: fake.webUrl,
    GITHUB_API_URL: fake.apiUrl,
    GITHUB_REPOSITORY: repository,
    ARTIFACTS: join(folder, 'artifacts'),
  };
  const token = fake.issueToken({
    login: 'alice',
    kind: 'actions',
    repositories: [repository],
    permissions: permissionsOf(workflow),
  });
  const args = [event, '--workflows', `.github/workflows/${workflow}`, '--actor', 'octocat'];
  args.push('--platform', 'ubuntu-24.04=-self-hosted', '--pull=false', '--no-cache-server', ...standIns(workflow));
  for (const [name, value] of Object.entries(env)) args.push('--env', `${name}=${value}`);
  for (const [name, value] of Object.entries(inputs)) args.push('--input', `${name}=${value}`);
  args.push('--var', `GITOPS_APP_ID=${fake.app.id}`, '--secret', 'GITOPS_APP_PRIVATE_KEY', '--secret', 'GITHUB_TOKEN');
  const child = spawn(ACT, args, {
    cwd: USER_REPOSITORY,
    env: {
      ...process.env,
      HOME: folder,
      XDG_CACHE_HOME: join(folder, 'cache'),
      GITOPS_APP_PRIVATE_KEY: fake.app.privateKey,
      GITHUB_TOKEN: token,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(output);
      else reject(new Error(`act ${event} ${workflow} ended with ${status}\n${output}`));
    });
  });
}

const shown = (file) => git(bare, 'show', `main:${file}`);

try {
  await act('workflow_dispatch', 'freeze.yaml', {
    command: 'freeze',
    environment: 'dev',
    reason: 'QA of 2.4',
    until: '3d',
  });
  const record = shown('.gitops/freezes/dev.yaml');
  assert.match(record, /reason: .*QA of 2\.4/);
  assert.match(record, /octocat/);

  assert.match(
    await act('push', 'status.yaml'),
    /\| {2}\| dev ❄️ \| prod \|[\s\S]*\| payments \| 1\.10 \| 1\.9 ≠ dev \|/,
  );

  assert.match(await act('push', 'lint.yaml'), /### Lint\n[\s\S]*Nothing was found/);
  const { runs } = JSON.parse(readFileSync(join(folder, 'artifacts/gitops-lint/report.sarif'), 'utf8'));
  assert.deepEqual([runs[0].tool.driver.name, runs[0].results], ['gitops lint', []]);

  const frozen = git(bare, 'rev-parse', 'main');
  await act('schedule', 'resume-expired.yaml');
  assert.equal(git(bare, 'rev-parse', 'main'), frozen, 'a freeze was ended before its time');

  await act('workflow_dispatch', 'promote.yaml', { from: 'dev', to: 'prod', merge: 'true' });
  assert.match(shown('apps/prod/payments/application.yaml'), /value: "1\.10"/);
  assert.match(git(bare, 'log', '-1', '--format=%an', 'main^2'), /bot/);

  await act('workflow_dispatch', 'revert.yaml', { environment: 'prod', hold: 'true', reason: 'payments fail' });
  assert.match(git(bare, 'branch', '--list', '--format=%(refname:short)'), /^gitops\/revert/m);

  assert.deepEqual(fake.violations, []);
  console.log('freeze, status, lint, resume, promote and revert');
} finally {
  await fake.close();
  rmSync(folder, { recursive: true, force: true });
}
