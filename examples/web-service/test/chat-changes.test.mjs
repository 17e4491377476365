import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { git } from '../try/forge.mjs';
import { merge, pullRequestsOf, startService } from './service.mjs';

let service;
const start = async () => {
  service = await startService();
  return service;
};
afterEach(async () => {
  await service.close();
  assert.deepEqual(service.fake.violations, []);
});

test('promote opens one pull request, however often it is said, and none once it is done', async () => {
  const { chat, fake } = await start();
  const first = await chat('promote dev prod');
  assert.equal(first.response_type, 'in_channel');
  const [only] = await pullRequestsOf(fake);
  assert.equal(first.text.split('\n').slice(0, 2).join('\n'), `opened: ${only.title}\n${only.url}`);
  assert.match((await chat('promote dev prod')).text, /^unchanged: Promote dev to prod/);
  const [{ comments }, ...more] = await pullRequestsOf(fake);
  assert.deepEqual(more, []);
  assert.equal(comments.length, 1);
  assert.match(comments[0], /Asked for by `ana`\./);

  await merge(fake, only.number);
  assert.match((await chat('promote dev prod')).text, /Nothing was to be done\./);
});

test('freeze and resume are pull requests; what is frozen is told', async () => {
  const { chat, get, fake, bare } = await start();
  const frozen = await chat('freeze dev --reason \u201cQA of <b>2.4</b>\u201d --until 2099-01-31', { account: 'U2' });
  assert.match(frozen.text, /^opened: .*dev/);
  const [{ number, branch }] = await pullRequestsOf(fake);
  const record = git(bare, 'show', `${branch}:.gitops/freezes/dev.yaml`);
  assert.match(record, /^reason: "QA of <b>2\.4<\/b>"\nby: ben\n/m);
  assert.match(record, /^until: 2099-01-31T00:00:00Z$/m);
  await merge(fake, number);
  assert.match((await chat('status')).text, /frozen by ben until 2099-01-31T00:00:00Z: QA of &lt;b&gt;2\.4&lt;\/b&gt;/);
  const { page, text } = await get('/');
  assert.equal(page.querySelectorAll('b').length, 0);
  assert.match(text, /frozen by ben until 2099-01-31T00:00:00Z: QA of &lt;b&gt;2\.4&lt;\/b&gt;/);
  const refused = await chat('promote prod dev');
  assert.equal(refused.response_type, 'ephemeral');
  assert.match(refused.text, /environment-frozen/);
  assert.match((await chat('resume dev')).text, /^opened: .*dev/);
  const [{ branch: second }] = await pullRequestsOf(fake);
  assert.equal(git(bare, 'ls-tree', '--name-only', '-r', second, '--', '.gitops'), '');
});
