import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pullRequestsOf, startService } from './service.mjs';

let service;
before(async () => {
  service = await startService();
});
after(() => service.close());

test('status tells versions and what could be promoted, to the one who asks', async () => {
  const { chat } = service;
  const { status, response_type: to, text } = await chat('status', { account: 'U3' });
  assert.deepEqual([status, to], [200, 'ephemeral']);
  assert.match(text, /^dev\n {2}payments 1\.8\.2\n {2}users 2\.0\.4\nprod\n {2}payments 1\.7\.0\n/);
  assert.match(text, /Possible: Promote dev to prod: payments 1\.8\.2/);
});

test('errors of the library are told with their remedy', async () => {
  const { chat } = service;
  const { status, response_type: to, text } = await chat('promote dev prd');
  assert.deepEqual([status, to], [200, 'ephemeral']);
  assert.match(text, /unknown-environment[\s\S]*Did you mean "prod"\?/);
});

test('promote of what is promoted already opens nothing', async () => {
  const { chat, fake } = service;
  await chat('promote dev prod --app users');
  assert.deepEqual(await pullRequestsOf(fake), []);
});

test('who is not known, and who is no approver, changes nothing', async () => {
  const { chat, fake } = service;
  assert.match((await chat('promote dev prod', { account: 'U9' })).text, /I do not know you \(U9\)/);
  assert.match((await chat('status', { account: 'U9' })).text, /I do not know you/);
  for (const command of ['promote dev prod', 'freeze dev --reason x', 'resume dev', 'revert prod']) {
    assert.match((await chat(command, { account: 'U3' })).text, /^rita may look, and not /);
  }
  assert.deepEqual(await pullRequestsOf(fake), []);
});

test('only what the chat signed, and only lately, is listened to', async () => {
  const { chat, url, fake, lines } = service;
  const text = 'promote dev prod';
  assert.equal((await chat(text, { secret: 'another' })).status, 401);
  assert.equal((await chat(text, { secondsAgo: 301 })).status, 401);
  assert.equal((await chat(text, { secondsAgo: -301 })).status, 401);
  assert.equal((await chat(text, { tamper: (body) => body.replace('U1', 'U2') })).status, 401);
  assert.equal((await chat(text, { tamper: (body) => body.replace(/\+/g, '%20') })).status, 401); // the same fields
  assert.equal((await fetch(`${url}/chat`, { method: 'POST', body: text })).status, 401);
  assert.deepEqual(await pullRequestsOf(fake), []);
  assert.equal(lines.filter((line) => line.includes('refused a chat command')).length, 6);
  assert.equal((await chat('help', { secondsAgo: 290 })).status, 200);
  assert.equal((await chat(`help ${'x'.repeat(2 ** 20)}`)).status, 413);
});
