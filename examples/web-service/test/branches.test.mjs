import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { git } from '../try/forge.mjs';
import { merge, pullRequestsOf, startService } from './service.mjs';

const gitopsYaml = `version: 1
environments:
  dev: {}
  prod: { from: dev, branch: release }
`;

let service;
before(async () => {
  service = await startService();
  const folder = mkdtempSync(join(tmpdir(), 'gitops-web-'));
  try {
    git(folder, 'clone', '--quiet', service.bare, '.');
    git(folder, 'push', '--quiet', 'origin', 'HEAD:refs/heads/release');
    writeFileSync(join(folder, 'gitops.yaml'), gitopsYaml);
    git(folder, 'rm', '-r', '--quiet', 'infra/apps/prod');
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '--message', 'prod lives on release');
    git(folder, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
after(() => service.close());

test('an environment on another branch is promoted and taken back there', async () => {
  const { chat, fake, bare } = service;
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
