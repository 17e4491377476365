import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { pullRequestsOf, startService } from './service.mjs';

/** Where the chat takes late replies, which it emits. */
async function startHooks() {
  const hooks = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    response.end('ok', () => hooks.emit('reply', JSON.parse(Buffer.concat(parts).toString()), request.url));
  }).listen(0, '127.0.0.1');
  await once(hooks, 'listening');
  return { hooks, origin: `http://127.0.0.1:${hooks.address().port}` };
}

test('what takes longer than the chat waits is answered where the chat says, and nowhere else', async () => {
  const { hooks, origin } = await startHooks();
  const service = await startService({ CHAT_PATIENCE_MS: '0', CHAT_REPLIES_TO: origin });
  try {
    const replies = [];
    hooks.on('reply', (reply) => replies.push(reply));
    const elsewhere = origin.replace('127.0.0.1', 'localhost');
    assert.match((await service.chat('status', { later: `${elsewhere}/` })).text, /^dev\n/);
    const told = once(hooks, 'reply');
    const first = await service.chat('promote dev prod', { later: `${origin}/commands/secret-of-the-reply` });
    assert.equal(first.text, 'Working on it.');
    const [late, path] = await told;
    assert.match(late.text, /^opened: Promote dev to prod/);
    assert.equal(path, '/commands/secret-of-the-reply');
    assert.equal(replies.length, 1);
    assert.equal((await pullRequestsOf(service.fake)).length, 1);
    assert.ok(!service.lines.join().includes('secret-of-the-reply'));
  } finally {
    hooks.close();
    hooks.closeAllConnections();
    await service.close();
  }
});
