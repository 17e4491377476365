import assert from 'node:assert/strict';
import { test } from 'node:test';
import { personOf } from '../src/people.mjs';
import { settingsOf } from '../src/settings.mjs';

const usual = {
  GITOPS_REPO: 'acme/gitops',
  PERSON_HEADER: 'X-Forwarded-User',
  TRUSTED_PROXIES: '10.0.0.0/8 fd00::/8 ::1',
};
const of = (more) => settingsOf({ ...usual, ...more });

test('what decides who may do something has no default', () => {
  const { problems } = settingsOf({});
  assert.deepEqual(
    problems.map((one) => one.split(' ')[0]),
    ['GITOPS_REPO', 'PERSON_HEADER', 'TRUSTED_PROXIES'],
  );
  const { settings } = of({});
  assert.deepEqual([settings.approvers.size, settings.chat, settings.host], [0, null, '127.0.0.1']);
});

test('what is wrong is named', () => {
  for (const [name, value] of [
    ['PERSON_HEADER', 'X User'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', 'proxy.example.com'],
    ['APPROVERS', 'ana <b>'],
    ['SIGNING_KEY', 'short'],
    ['PORT', '80a'],
    ['CHAT_PEOPLE', 'U1=ana'], // without a secret
  ]) {
    const { problems } = of({ [name]: value });
    assert.equal(problems?.length, 1, `${name}=${value}`);
    assert.ok(problems[0].startsWith(name), problems[0]);
  }
  const chat = { CHAT_SIGNING_SECRET: 's' };
  assert.match(of({ ...chat, CHAT_PEOPLE: 'ana' }).problems[0], /^CHAT_PEOPLE/);
  assert.match(of({ ...chat, CHAT_REPLIES_TO: 'https://hooks.slack.com/commands' }).problems[0], /^CHAT_REPLIES_TO/);
});

test('the header counts on a connection from the proxy alone', () => {
  const { settings } = of({});
  const asked = (remoteAddress, name) =>
    personOf(settings, { socket: { remoteAddress }, headers: { 'x-forwarded-user': name } });
  for (const proxy of ['10.1.2.3', '::ffff:10.1.2.3', 'fd00::1', '::1'])
    assert.equal(asked(proxy, 'ana'), 'ana', proxy);
  for (const other of ['11.0.0.1', '127.0.0.1', '::ffff:11.0.0.1', 'fe80::1', undefined]) {
    assert.equal(asked(other, 'ana'), null, other);
  }
  for (const name of [undefined, '', 'ana, ben', ' ana', 'a`b', '<b>', 'a'.repeat(101)])
    assert.equal(asked('::1', name), null, name);
  assert.equal(asked('::1', 'ana@example.com'), 'ana@example.com');
});
