// The repository itself as the forge: a folder on the runner.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { git, makeRepository } from './repository.mjs';
import { runAction } from './runner.mjs';

function repositoryOf(t, more) {
  const folder = makeRepository(more);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  git(folder, 'config', 'user.name', 'Ana');
  git(folder, 'config', 'user.email', 'ana@example.com');
  const env = { GITHUB_REPOSITORY: 'acme/gitops', GITHUB_WORKSPACE: folder, GIT_CONFIG_GLOBAL: '/dev/null' };
  return { folder, run: (inputs) => runAction({ repository: folder, ...inputs }, { env, cwd: folder }) };
}

test('only freezes that are past their end are resumed, and then the manifests are as before', async (t) => {
  const { folder, run } = repositoryOf(t);
  const before = git(folder, 'rev-parse', 'main:apps');
  const frozen = await run({ command: 'freeze', environment: 'dev', reason: 'QA', until: '3d', merge: 'true' });
  assert.equal(frozen.status, 0, frozen.stdout);
  assert.equal(frozen.outputs['pull-request-kind'], 'merged');
  git(folder, 'reset', '--quiet', '--hard', 'main');
  const early = await run({ command: 'resume', expired: 'true', merge: 'true' });
  assert.equal(early.outputs['would-change'], 'false', early.stdout);

  const records = join(folder, '.gitops/freezes');
  for (const name of readdirSync(records)) {
    const text = readFileSync(join(records, name), 'utf8');
    const past = text.replace(/^(\s*"?until"?: "?)[0-9T:.Z-]+/m, '$12020-01-01T00:00:00.000Z');
    assert.notEqual(past, text);
    writeFileSync(join(records, name), past);
  }
  git(folder, 'commit', '--quiet', '--all', '--message', 'time has passed');
  const late = await run({ command: 'resume', expired: 'true', merge: 'true' });
  assert.equal(late.status, 0, late.stdout);
  assert.equal(late.outputs.changed, 'true');
  assert.equal(git(folder, 'rev-parse', 'main:apps'), before);
});

test('an error is marked at the line of the manifest, with the remedy', async (t) => {
  const { run } = repositoryOf(t, { 'gitops.yaml': 'environments:\n  dev:\n    promoted: [x]\n' });
  const { status, commands, outputs, summary } = await run({ command: 'status' });
  assert.equal(status, 3);
  const [error] = commands.filter(({ name }) => name === 'error');
  assert.equal(error.file, 'gitops.yaml');
  assert.match(error.line, /^\d+$/);
  assert.equal(error.title, `gitops: ${outputs['error-kind']}`);
  assert.match(error.message, /\n/);
  assert.match(summary, /❌/);
});

test('no input is taken for an option, or by a shell', async (t) => {
  const { folder, run } = repositoryOf(t);
  const marker = join(folder, 'touched');
  for (const inputs of [
    { command: 'promote', from: '--repo=/elsewhere', to: 'prod' },
    { command: 'promote', from: `dev; touch ${marker}`, to: `$(touch ${marker})` },
    { command: 'freeze', environment: 'dev', reason: '--merge', 'dry-run': 'true' },
    { command: 'status', environments: '--explain' },
  ]) {
    const { outputs, status } = await run(inputs);
    if (inputs.reason === undefined) assert.equal(outputs['error-kind'], 'unknown-environment', JSON.stringify(inputs));
    else assert.equal(status, 0);
  }
  assert.equal(readdirSync(folder).includes('touched'), false);
});

test('what a repository holds cannot speak to the runner', async (t) => {
  const name = '"::error title=x::y"';
  const { run } = repositoryOf(t, {
    'gitops.yaml': `environments:\n  ${name}:\n    promoted: [x]\n`,
  });
  const { commands, status, stdout } = await run({ command: 'status' });
  assert.equal(status, 3);
  assert.match(stdout, /::error title=x::y/);
  for (const one of commands.filter((each) => each.name === 'error')) assert.match(one.title, /^gitops: /);
});

test('set, diff and doctor', async (t) => {
  const { run } = repositoryOf(t);
  const set = await run({ command: 'set', environment: 'prod', versions: 'payments=1.11', merge: 'true' });
  assert.equal(set.status, 0, set.stdout);
  const diff = await run({ command: 'diff', from: 'dev', to: 'prod' });
  assert.equal(diff.outputs['would-change'], 'true', diff.stdout);
  assert.match(diff.summary, /\| payments \|.*1\.11 \| 1\.10 \|/);
  const doctor = await run({ command: 'doctor' });
  assert.match(doctor.summary, /### Doctor: (ok|warn)/);
  assert.equal(doctor.status, 0, doctor.stdout);
});
