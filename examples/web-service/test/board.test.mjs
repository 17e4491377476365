import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formOf, startService } from './service.mjs';

let service;
before(async () => {
  service = await startService();
});
after(() => service.close());

const cells = (row) => row.querySelectorAll('th, td').map((cell) => cell.childNodes[0]?.text ?? '');

test('the board shows the version of every application in every environment', async () => {
  const { status, page } = await service.get('/');
  assert.equal(status, 200);
  assert.deepEqual(page.querySelectorAll('#board tr').map(cells), [
    ['Application', 'dev', 'prod'],
    ['payments', '1.8.2', '1.7.0'],
    ['users', '2.0.4', '2.0.4'],
  ]);
});

test('a promotion shows what would move, from where to where, and a button for an approver', async () => {
  const { page } = await service.get('/');
  const moves = page.querySelectorAll('section[data-from="dev"][data-to="prod"] .moves tbody tr');
  assert.deepEqual(moves.map(cells), [['payments', '1.7.0', '1.8.2', 'minor']]);
  assert.equal(page.querySelector('form button')?.text, 'Approve dev → prod');
  assert.equal(formOf(page, 'dev', 'prod')?.method, 'post');
});

test('who is no approver sees the board without a button', async () => {
  const { status, page } = await service.get('/', 'rita');
  assert.equal(status, 200);
  assert.equal(page.querySelectorAll('form, button').length, 0);
});

test('nobody is shown anything without the header of the proxy', async () => {
  for (const person of [null, '', 'ana, ben', '<b>ana</b>']) {
    const { status, page } = await service.get('/', person);
    assert.equal(status, 401);
    assert.equal(page.querySelector('#board'), null);
  }
});

test('nothing may be loaded but the own style, and no other site may frame it', async () => {
  const { headers, page } = await service.get('/');
  const policy = headers.get('content-security-policy').split('; ').sort();
  assert.deepEqual(policy, [
    "base-uri 'none'",
    "default-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "style-src 'self'",
  ]);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.equal(page.querySelectorAll('script, style, [style], [onclick]').length, 0);
  const style = await service.get(page.querySelector('link[rel=stylesheet]').getAttribute('href'));
  assert.match(style.headers.get('content-type'), /^text\/css/);
});

test('healthz needs nobody and asks no forge', async () => {
  const asked = service.fake.log.count();
  const { status, text } = await service.get('/healthz', null);
  assert.deepEqual([status, text, service.fake.log.count()], [200, 'ok', asked]);
});
