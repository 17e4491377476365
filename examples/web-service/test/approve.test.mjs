import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { git } from '../try/forge.mjs';
import { formOf, pullRequestsOf, startService } from './service.mjs';

let service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service.close();
  assert.deepEqual(service.fake.violations, []);
});

const shown = async (person) => formOf((await service.get('/', person)).page, 'dev', 'prod').fields;

test('two who approve at the same time open one pull request, with the names of both in it', async () => {
  const [ana, ben] = [await shown('ana'), await shown('ben')];
  const answers = await Promise.all([service.post('/approve', ana), service.post('/approve', ben, 'ben')]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  );
  const [only, ...more] = await pullRequestsOf(service.fake);
  assert.deepEqual(more, []);
  assert.equal(only.title, 'Promote dev to prod: payments 1.8.2');
  for (const { page } of answers) assert.equal(page.querySelector('#outcome a').getAttribute('href'), only.url);
  const changed = git(service.bare, 'diff', '--numstat', 'main', only.branch);
  assert.equal(changed, '1\t1\tinfra/apps/prod/payments/application.yaml\n');
});

test('approving once more changes nothing: no second pull request, no second comment', async () => {
  const { status, page } = await service.post('/approve', await shown('ana'));
  assert.equal(status, 200);
  assert.equal(page.querySelector('#outcome li').getAttribute('class'), 'unchanged');
  const all = await pullRequestsOf(service.fake);
  assert.deepEqual(
    all.map(({ comments }) => comments.map((text) => /Asked for by `(.*)`\./.exec(text)?.[1]).sort()),
    [['ana', 'ben']],
  );
});
