import { expect, it } from 'vitest';
import { redact } from './failure.js';

it.each([
  ['fetch https://ana:pa55@example.com/x.git failed', 'fetch https://example.com/x.git failed'],
  ['https://ghp_token@example.com/x', 'https://example.com/x'],
  ["'http://u:p%40ss@h:8080/x'", "'http://h:8080/x'"],
  ['https://u:p@ss@example.com/x', 'https://example.com/x'],
  ['ssh://git:pw@example.com/x', 'ssh://git@example.com/x'],
  ['ssh://git@example.com/x', 'ssh://git@example.com/x'],
  ['git@example.com:acme/x.git', 'git@example.com:acme/x.git'],
  ['https://example.com/x?private_token=abc&y=1', 'https://example.com/x?private_token=***&y=1'],
  ['Authorization: Bearer abc.def', 'Authorization: Bearer ***'],
  ['mail ana@example.com, see https://example.com/a@b', 'mail ana@example.com, see https://example.com/a@b'],
])('takes secrets out of %j', (text, expected) => {
  expect(redact(text)).toBe(expected);
});
