import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatSecret, formOf, startService } from './service.mjs';

const signingKey = 'a-key-of-this-test-that-is-long-enough';

test('what is wrong with its settings is told all at once, and it does not start', async () => {
  await assert.rejects(
    startService({ PERSON_HEADER: '', TRUSTED_PROXIES: '' }),
    /ended with 2: PERSON_HEADER[\s\S]*TRUSTED_PROXIES/,
  );
});

test('a connection from elsewhere than the proxy is nobody, and without a secret there is no chat', async () => {
  const service = await startService({ TRUSTED_PROXIES: '10.0.0.0/8', CHAT_SIGNING_SECRET: '', CHAT_PEOPLE: '' });
  try {
    assert.equal((await service.get('/', 'ana')).status, 401);
    assert.equal((await service.chat('status')).status, 404);
  } finally {
    await service.close();
  }
});

test('a forge that refuses is told with the remedy; no secret is in a page or in the log', async () => {
  const service = await startService({ SIGNING_KEY: signingKey });
  try {
    const { fields } = formOf((await service.get('/')).page, 'dev', 'prod');
    const refusal = { do: { status: 401, body: { message: 'Bad credentials' } } };
    service.fake.faults.next(refusal);
    const board = await service.get('/');
    service.fake.faults.next(refusal);
    const approval = await service.post('/approve', fields);
    for (const { status, page } of [board, approval]) {
      assert.equal(status, 502); // the service's own account, and not the person's doing
      assert.match(page.querySelector('pre.problem').text, /unauthenticated/);
    }
    assert.equal(await service.stop(), 0);
    const all = [board.text, approval.text, ...service.lines, service.stderr()].join('\n');
    assert.match(all, /"method":"POST","path":"\/approve","status":502,.*"person":"ana"/);
    for (const secret of [service.env.GITHUB_TOKEN, signingKey, chatSecret, fields.mark])
      assert.ok(!all.includes(secret));
  } finally {
    await service.close();
  }
});
