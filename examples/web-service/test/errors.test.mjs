import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errAsync, problem } from '@gitops/core';
import { appOf } from '../src/server.mjs';
import { settingsOf } from '../src/settings.mjs';

const { settings } = settingsOf({ GITOPS_REPO: 'acme/gitops', PERSON_HEADER: 'X-User', TRUSTED_PROXIES: '::1' });

/** The board of a forge whose every answer is this. */
async function boardOf(answer) {
  const port = new Proxy({}, { get: () => answer });
  const forge = { id: 'none', name: 'nowhere', capabilities: {}, git: port, pullRequests: port };
  const clock = { now: () => '2026-11-26T10:00:00Z', sleep: async () => {} };
  const lines = [];
  const app = appOf({ settings, forge, clock, log: (line) => lines.push(line), signal: new AbortController().signal });
  const incoming = { socket: { remoteAddress: '::1' }, headers: { 'x-user': 'ana' } };
  const response = await app.request('/', {}, { incoming });
  return { status: response.status, text: await response.text(), lines };
}

test('an error of each class has the status that a caller can act on, and its remedy', async () => {
  for (const [kind, wanted] of [
    ['usage', 400],
    ['not-found', 422],
    ['forbidden', 502],
    ['stale-head', 409],
    ['unavailable', 503],
    ['rate-limited', 503],
  ]) {
    const { status, text } = await boardOf(() => errAsync(problem(kind, 'It is <away>.', 'Come back later.')));
    assert.equal(status, wanted, kind);
    assert.match(text, new RegExp(`${kind}[\\s\\S]*It is &lt;away&gt;\\.[\\s\\S]*Come back later\\.`));
  }
});

test('a defect is in the log, and not on the page', async () => {
  const { status, text, lines } = await boardOf(() => {
    throw new Error('inner working');
  });
  assert.deepEqual([status, text.includes('inner working')], [500, false]);
  assert.ok(lines.some(({ level, message }) => level === 'error' && message === 'inner working'));
});
