import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { startGitHub } from '@gitops/provider-testkit/fakes';
import { pushInto } from './repository.mjs';
import { runAction } from './runner.mjs';

let fake;
let number = 0;
let repository;

before(async () => {
  fake = await startGitHub({ repositories: [], base: '/api/v3' });
});
after(() => fake.close());
afterEach(() => assert.deepEqual(fake.violations, []));

/** Another repository for each test, as a job of it sees itself. */
async function job(options = {}, more = {}) {
  repository = `acme/gitops-${++number}`;
  await fake.addRepository({ name: repository, private: true, ...options });
  pushInto(fake.folder(repository), more);
  return { env: { GITHUB_SERVER_URL: fake.webUrl, GITHUB_API_URL: fake.apiUrl, GITHUB_REPOSITORY: repository } };
}

const actionsToken = () =>
  fake.issueToken({
    login: 'alice',
    kind: 'actions',
    repositories: [repository],
    permissions: { contents: 'write', pull_requests: 'write', issues: 'write', statuses: 'write', metadata: 'read' },
  });
const app = () => ({ 'app-id': String(fake.app.id), 'app-private-key': fake.app.privateKey });
const promote = { command: 'promote', from: 'dev', to: 'prod' };

test('promote opens a pull request, and tells it by outputs and summary; again, it changes nothing', async () => {
  const where = await job();
  const token = actionsToken();
  const first = await runAction({ ...promote, token }, where);
  assert.equal(first.status, 0, first.stdout);
  const { json, 'json-file': file, 'pull-requests': list, ...outputs } = first.outputs;
  assert.deepEqual(outputs, {
    changed: 'true',
    'would-change': 'true',
    'pull-request-url': `${fake.webUrl}/${repository}/pull/1`,
    'pull-request-number': '1',
    'pull-request-kind': 'opened',
    summary: JSON.parse(json).summary,
    plan: '',
    sarif: '',
    'error-kind': '',
    'exit-code': '0',
  });
  assert.equal(JSON.parse(first.written).schema, 'gitops/change/1');
  assert.deepEqual(JSON.parse(list), JSON.parse(json).pullRequests);
  assert.match(file, /answer\.json$/);
  assert.match(first.summary, /\| prod \| payments \| ghcr\.io\/acme\/payments \| 1\.9 \| 1\.10 \| minor \|/);
  assert.match(first.summary, new RegExp(`Opened \\[.*\\]\\(${fake.webUrl}/${repository}/pull/1\\)`));

  const again = await runAction({ ...promote, token }, where);
  assert.equal(again.status, 0);
  assert.equal(again.outputs.changed, 'false');
  assert.equal(again.outputs['pull-request-kind'], 'unchanged');
});

test('a GitHub App asks, where there is one', async () => {
  const where = await job();
  const { status, stdout, outputs } = await runAction({ ...promote, ...app(), token: 'not-used' }, where);
  assert.equal(status, 0, stdout);
  const answer = await fetch(`${fake.apiUrl}/repos/${repository}/pulls/${outputs['pull-request-number']}`, {
    headers: { authorization: `Bearer ${fake.tokens.alice}` },
  });
  assert.equal((await answer.json()).user.type, 'Bot');
});

test('secrets are masked before anything else, and are in no other line', async () => {
  const where = await job();
  const token = actionsToken();
  const asToken = await runAction({ command: 'status', token }, where);
  assert.equal(asToken.commands[0].name, 'add-mask');
  assert.equal(asToken.commands[0].message, token);
  assert.equal(asToken.stdout.split(token).length, 2);
  const { stdout, commands } = await runAction({ command: 'status', ...app(), token: '' }, where);
  const lines = fake.app.privateKey.trim().split('\n').slice(1, -1);
  const masked = commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message);
  assert.deepEqual(masked, lines);
  for (const line of lines) assert.equal(stdout.split(line).length, 2);
});

test('status shows which version runs where, without a clone', async () => {
  const where = await job();
  const { status, stdout, summary, outputs } = await runAction({ command: 'status', token: actionsToken() }, where);
  assert.equal(status, 0, stdout);
  assert.match(summary, /^\| {2}\| dev \| prod \|$/m);
  assert.match(summary, /^\| payments \| 1\.10 \| 1\.9 ≠ dev \|$/m);
  assert.equal(outputs['would-change'], 'true');
  assert.equal(outputs.changed, 'false');
  assert.equal(JSON.parse(outputs.json).schema, 'gitops/status/1');
});

test('merge: what still waits fails the step, or only notes it', async () => {
  const where = await job({ protection: { main: { requiredChecks: ['build'] } } });
  const token = actionsToken();
  const strict = await runAction({ ...promote, token, merge: 'true' }, where);
  assert.equal(strict.status, 7, strict.stdout);
  assert.equal(strict.outputs['pull-request-kind'], 'waiting');
  assert.match(strict.commands.find(({ name }) => name === 'error').message, /still waits/);
  const patient = await runAction({ ...promote, token, merge: 'true', 'allow-waiting': 'true' }, where);
  assert.equal(patient.status, 0, patient.stdout);
  assert.equal(patient.outputs['exit-code'], '7');
  assert.deepEqual(
    patient.commands.filter(({ name }) => name === 'error'),
    [],
  );
});

test('plan in one job, apply in another: what was approved is what lands', async () => {
  const where = await job();
  const token = actionsToken();
  const plan = `${fake.folder(repository)}-plan.json`;
  const planned = await runAction({ ...promote, token, 'write-plan': plan, expires: '24h' }, where);
  assert.equal(planned.status, 0, planned.stdout);
  assert.equal(planned.outputs.plan, plan);
  assert.equal(planned.outputs['would-change'], 'true');
  assert.match(planned.summary, /apps\/prod\/payments\/application\.yaml .* \| 1\.9 \| 1\.10 \|/);
  const applied = await runAction({ command: 'apply', token, plan, merge: 'true' }, where);
  assert.equal(applied.status, 0, applied.stdout);
  assert.equal(applied.outputs['pull-request-kind'], 'merged');
  assert.equal(applied.outputs.changed, 'true');
  const late = await runAction({ command: 'apply', token, plan }, where);
  assert.equal(late.outputs.changed, 'false', late.stdout);
});

test('a freeze is shown with its reason, which stays text', async () => {
  const where = await job();
  const token = actionsToken();
  const inputs = {
    command: 'freeze',
    environment: 'dev',
    reason: 'QA of 2.4 | <b>now</b>',
    until: '3d',
    merge: 'true',
  };
  const frozen = await runAction({ token, ...inputs }, where);
  assert.equal(frozen.status, 0, frozen.stdout);
  const { summary } = await runAction({ command: 'status', token }, where);
  assert.match(summary, /\| dev ❄️ \|/);
  assert.match(summary, /- dev is frozen until 20.* by .*: QA of 2\.4 &#124; &#60;b&#62;now&#60;\/b&#62;/);
});

test('check fails where something would change, and says so', async () => {
  const where = await job();
  const { status, commands, outputs } = await runAction({ ...promote, token: actionsToken(), check: 'true' }, where);
  assert.equal(status, 10);
  assert.equal(outputs['would-change'], 'true');
  assert.equal(outputs.changed, 'false');
  assert.match(commands.find(({ name }) => name === 'error').message, /would change/);
});

test('no permission: the error tells what is missing', async () => {
  const where = await job();
  const token = fake.issueToken({
    login: 'alice',
    kind: 'actions',
    repositories: [repository],
    permissions: { contents: 'read', metadata: 'read' },
  });
  const { status, commands, outputs, summary } = await runAction({ ...promote, token }, where);
  assert.equal(status, 4);
  const [error] = commands.filter(({ name }) => name === 'error');
  assert.equal(error.title, `gitops: ${outputs['error-kind']}`);
  assert.match(summary, /### Refused/);
});
