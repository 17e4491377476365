import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { git } from '../try/forge.mjs';
import { merge, pullRequestsOf, startService } from './service.mjs';

let service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

/** What is in main moves to where prod shall live, and main says so. */
function moveProd(to, where) {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-web-'));
  try {
    git(folder, 'clone', '--quiet', service.bare, '.');
    git(folder, 'push', '--quiet', ...to);
    writeFileSync(
      join(folder, 'gitops.yaml'),
      `version: 1\nenvironments:\n  dev: {}\n  prod: { from: dev, ${where} }\n`,
    );
    git(folder, 'rm', '-r', '--quiet', 'infra/apps/prod');
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '--message', 'prod lives elsewhere');
    git(folder, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('an environment on another branch is promoted and taken back there', async () => {
  const { chat, fake, bare } = service;
  moveProd(['origin', 'HEAD:refs/heads/release'], 'branch: release');
  assert.match((await chat('promote dev prod')).text, /^opened: Promote dev to prod: payments 1\.8\.2\n/);
  const [{ number, target, comments }] = await pullRequestsOf(fake);
  assert.equal(target, 'release');
  assert.match(comments.join(), /Asked for by `ana`\./);
  await merge(fake, number);
  assert.match((await chat('revert prod', { account: 'U2' })).text, /^opened: Revert/);
  assert.match((await chat('revert prod', { account: 'U2' })).text, /^unchanged: Revert/);
  const [{ branch, target: second, comments: signed }, ...more] = await pullRequestsOf(fake);
  assert.deepEqual([second, more.length], ['release', 1]);
  assert.match(signed.join(), /Asked for by `ben`\./);
  assert.match(git(bare, 'diff', '-U0', 'release', branch), /\n-\s+value: 1\.8\.2 .*\n\+\s+value: 1\.7\.0 .*\n$/);
});

test('an environment in another repository is promoted there, with the name of who asked', async () => {
  const { chat, fake } = service;
  await fake.addRepository({ name: 'acme/prod', private: true });
  moveProd([fake.folder('acme/prod'), 'HEAD:refs/heads/main'], `repository: ${fake.webUrl}/acme/prod`);
  assert.match((await chat('promote dev prod')).text, /^opened: Promote dev to prod: payments 1\.8\.2\n/);
  const [{ comments }] = await pullRequestsOf(fake, 'acme/prod');
  assert.match(comments.join(), /Asked for by `ana`\./);
  assert.deepEqual(await pullRequestsOf(fake), []);
});
