import { problem } from '@gitops/core';
import { expect, it } from 'vitest';
import { answer, stopIfAborted } from './answer.js';
import { Failure, fail } from './failure.js';

const kindOf = async (work: (signal: AbortSignal) => Promise<unknown>, call = {}): Promise<string> =>
  (await answer(call, work)).match(
    () => 'ok',
    (error) => error.kind,
  );

/** Never settles before the signal aborts. */
const hanging = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('stop', 'AbortError'))));

it('makes values of values and of expected failures, however deep they were wrapped', async () => {
  expect((await answer(undefined, async () => 7)).unwrapOr(0)).toBe(7);
  const failed = new Failure(problem('forbidden', 'No.', 'Ask.'));
  expect(await kindOf(() => Promise.reject(failed))).toBe('forbidden');
  expect(await kindOf(() => Promise.reject(new Error('HttpError', { cause: failed })))).toBe('forbidden');
});

it.each([
  [Object.assign(new Error('open'), { code: 'EACCES', path: '/x' }), 'forbidden'],
  [Object.assign(new Error('write'), { code: 'ENOSPC' }), 'unavailable'],
  [new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) }), 'unavailable'],
  [
    new TypeError('fetch failed', {
      cause: new AggregateError([Object.assign(new Error('x'), { code: 'ENETUNREACH' })], 'several'),
    }),
    'unavailable',
  ],
  [new TypeError('terminated', { cause: Object.assign(new Error('x'), { code: 'UND_ERR_SOCKET' }) }), 'unavailable'],
  [Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }), 'unavailable'],
  [Object.assign(new Error('x'), { name: 'HTTPParserError' }), 'response-invalid'],
])('knows %s', async (error, kind) => {
  expect(await kindOf(() => Promise.reject(error))).toBe(kind);
});

it('lets defects reject', async () => {
  await expect(answer(undefined, () => Promise.reject(new RangeError('a bug')))).rejects.toThrow('a bug');
  await expect(answer(undefined, () => Promise.reject('text'))).rejects.toBe('text');
});

it('answers aborted: before the start, between steps, and while a request hangs', async () => {
  const controller = new AbortController();
  const call = { signal: controller.signal };
  const waiting = kindOf(hanging, call);
  const between = kindOf(async (signal) => {
    await hanging(signal).catch(() => undefined);
    stopIfAborted(signal);
  }, call);
  controller.abort();
  expect([await waiting, await between]).toEqual(['aborted', 'aborted']);
  let started = false;
  expect(
    await kindOf(async () => {
      started = true;
    }, call),
  ).toBe('aborted');
  expect(started).toBe(false);
});

it('takes an abort signal that is not the platform’s, and lets go of it', async () => {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
  };
  const running = kindOf(hanging, { signal });
  for (const listener of [...listeners]) listener();
  expect(await running).toBe('aborted');
  expect(listeners.size).toBe(0);
});

it('stops a call that takes too long', async () => {
  const result = await answer(undefined, hanging, { totalMs: 5 });
  expect(
    result.match(
      () => 'ok',
      (error) => error.kind,
    ),
  ).toBe('timed-out');
});

it('keeps the failure of a call that was not stopped', async () => {
  const { signal } = new AbortController();
  expect(await kindOf(async () => fail('rejected', 'No.', 'Ask.'), { signal })).toBe('rejected');
});
