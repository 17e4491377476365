import { expect, it } from 'vitest';
import { Failure, fail, failureIn, redact } from './failure.js';

it.each([
  ['fetch https://ana:pa55@example.com/x.git failed', 'fetch https://example.com/x.git failed'],
  ['https://ghp_token@example.com/x', 'https://example.com/x'],
  ["'http://u:p%40ss@h:8080/x'", "'http://h:8080/x'"],
  ['https://u:p@ss@example.com/x', 'https://example.com/x'],
  ['ssh://git:pw@example.com/x', 'ssh://git@example.com/x'],
  ['ssh://git@example.com/x', 'ssh://git@example.com/x'],
  ['git@example.com:acme/x.git', 'git@example.com:acme/x.git'],
  ['https://example.com/x?private_token=abc&y=1', 'https://example.com/x?private_token=***&y=1'],
  [
    'https://h/x?a=1&X-Amz-Signature=abc&X-Amz-Credential=me',
    'https://h/x?a=1&X-Amz-Signature=***&X-Amz-Credential=***',
  ],
  ['https://h/x?token=abc#y', 'https://h/x?token=***#y'],
  ['PRIVATE-TOKEN: abc', 'PRIVATE-TOKEN: ***'],
  ['the token ghp_0123456789abcdef is bad, glpat-0123456789_abc too', 'the token *** is bad, *** too'],
  ['https://example.com/?page=2&keyword=a', 'https://example.com/?page=2&keyword=a'],
  ['Authorization: Bearer abc.def', 'Authorization: Bearer ***'],
  ['mail ana@example.com, see https://example.com/a@b', 'mail ana@example.com, see https://example.com/a@b'],
])('takes secrets out of %j', (text, expected) => {
  expect(redact(text)).toBe(expected);
});

it('carries a problem without secrets, and is found in what libraries wrap around it', () => {
  let thrown: unknown;
  try {
    fail('unavailable', 'https://ana:pa55@h/ is down.', 'Run again.', { host: 'h' });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(Failure);
  expect(failureIn(new Error('outer', { cause: new TypeError('inner', { cause: thrown }) }))?.problem).toEqual({
    kind: 'unavailable',
    at: null,
    message: 'https://h/ is down.',
    remedy: 'Run again.',
    details: { host: 'h' },
    also: [],
  });
  const circle = new Error('circle');
  circle.cause = circle;
  expect([failureIn(circle), failureIn('text'), failureIn(new Error('plain'))]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
