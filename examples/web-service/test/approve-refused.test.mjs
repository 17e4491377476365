import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { approvalsOf } from '../src/approval.mjs';
import { push } from '../try/forge.mjs';
import { formOf, pullRequestsOf, startService } from './service.mjs';

const signingKey = 'a-key-of-this-test-that-is-long-enough';
let service;
before(async () => {
  service = await startService({ SIGNING_KEY: signingKey });
});
after(async () => {
  await service.close();
  assert.deepEqual(service.fake.violations, []);
});

const shown = async (person = 'ana') => formOf((await service.get('/', person)).page, 'dev', 'prod').fields;
const title = 'Promote dev to prod: payments 1.8.2';

test('only what was shown to this very person is approved', async () => {
  const fields = await shown('ana');
  const other = { ...fields, plan: fields.plan.replaceAll('1.8.2', '9.9.9') };
  assert.notEqual(other.plan, fields.plan);
  const refused = [
    await service.post('/approve', {}),
    await service.post('/approve', { plan: fields.plan }),
    await service.post('/approve', { ...fields, mark: '' }),
    await service.post('/approve', other),
    await service.post('/approve', fields, 'ben'),
  ];
  assert.deepEqual(
    refused.map(({ status }) => status),
    [403, 403, 403, 403, 403],
  );
  assert.equal((await service.post('/approve', fields, null)).status, 401);
  const mark = approvalsOf(Buffer.from(signingKey)).seal('rita', fields.plan); // an approver until a moment ago
  const { status, text } = await service.post('/approve', { plan: fields.plan, mark }, 'rita');
  assert.deepEqual([status, text.includes('rita is not among the approvers')], [403, true]);
  assert.deepEqual(await pullRequestsOf(service.fake), []);
});

test('what was shown half a day ago is shown again before it is approved', async () => {
  const { plan } = await shown('ana');
  const { expires, ...rest } = JSON.parse(plan);
  assert.equal(Date.parse(expires) - Date.parse(rest.request.now), 12 * 60 * 60 * 1000);
  const old = JSON.stringify({ ...rest, expires: '2020-01-01T00:00:00Z' });
  const mark = approvalsOf(Buffer.from(signingKey)).seal('ana', old);
  const { status, page } = await service.post('/approve', { plan: old, mark });
  assert.equal(status, 422);
  assert.match(page.querySelector('pre.problem').text, /plan-expired/);
});

test('what was approved is held against what stands there by now', async () => {
  const fields = await shown();
  push(service.bare, 'infra/apps/prod/payments/application.yaml', 'value: 1.7.0', 'value: 1.7.1');
  const { status, page } = await service.post('/approve', fields);
  assert.equal(status, 409);
  assert.match(page.querySelector('pre.problem').text, /plan-outdated[\s\S]*1\.7\.1[\s\S]*Plan again/);
  assert.deepEqual(await pullRequestsOf(service.fake), []);

  const again = await shown();
  push(service.bare, 'infra/README.md', '# ', '# The ');
  assert.equal((await service.post('/approve', again)).status, 200); // a change elsewhere is no reason to ask again
  assert.deepEqual(
    (await pullRequestsOf(service.fake)).map((one) => one.title),
    [title],
  );
});
