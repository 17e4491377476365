import { expect, it } from 'vitest';
import { Failure, fail, isRetryable, makePatience, retryAfterMs, retrying, type WaitReason } from '../src/index.js';
import { fakeClock } from './fake-clock.js';

const { signal } = new AbortController();
const busy: WaitReason = { kind: 'rate-limited', text: 'The server allows no more requests.' };
const down: WaitReason = { kind: 'unavailable', text: 'The server is down.' };

const problemOf = async (work: Promise<unknown>): Promise<Failure['problem'] | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof Failure ? error.problem : undefined),
  );

it('waits and says why, until the time of the call is used up', async () => {
  const clock = fakeClock();
  const told: unknown[] = [];
  const patience = makePatience({ clock, totalMs: 10_000, onWait: (wait) => told.push(wait) });
  expect(patience.deadline).toBe(Date.parse('2026-01-01T00:00:10Z'));
  await patience.wait(6000, busy, signal);
  await patience.wait(4000, busy, signal);
  expect(await problemOf(patience.wait(1000, busy, signal))).toMatchObject({
    kind: 'rate-limited',
    remedy: expect.stringContaining('2026-01-01T00:00:11Z'),
    details: { found: 1000, expected: 0, retryAt: '2026-01-01T00:00:11Z' },
  });
  expect(clock.slept).toEqual([6000, 4000]);
  expect(told).toEqual([
    { why: busy.text, milliseconds: 6000 },
    { why: busy.text, milliseconds: 4000 },
  ]);
});

it('gives a call ten minutes where nothing else is said, or no limit', async () => {
  const clock = fakeClock();
  const patience = makePatience({ clock });
  expect(await problemOf(patience.wait(600_001, down, signal))).toMatchObject({ kind: 'unavailable' });
  await patience.wait(600_000, down, signal);
  const endless = makePatience({ clock, totalMs: null });
  expect(endless.deadline).toBeNull();
  await endless.wait(1e9, down, signal);
});

it('ends a wait with the abort', async () => {
  const controller = new AbortController();
  const clock = fakeClock();
  const waking = {
    ...clock,
    sleep: async () => controller.abort(),
  };
  const patience = makePatience({ clock: waking });
  expect(await problemOf(patience.wait(5, busy, controller.signal))).toMatchObject({ kind: 'aborted' });
  expect(await problemOf(patience.wait(5, busy, controller.signal))).toMatchObject({ kind: 'aborted' });
});

it('tries again as the server asks, else with a back-off that doubles', async () => {
  const clock = fakeClock();
  const asked = [null, 7000, null, null];
  const result = await retrying(
    async (attempt) => {
      if (attempt < 5) throw new Error(`attempt ${attempt}`);
      return `done at ${attempt}`;
    },
    {
      patience: makePatience({ clock }),
      signal,
      classify: (_, attempt) => ({ afterMs: asked[attempt - 1] ?? null, why: busy }),
      random: () => 1,
    },
  );
  expect(result).toBe('done at 5');
  expect(clock.slept).toEqual([500, 7000, 2000, 4000]);
});

it('jitters downwards, to half', async () => {
  const clock = fakeClock();
  const work = (attempt: number): Promise<number> =>
    attempt === 1 ? Promise.reject(new Error('once')) : Promise.resolve(attempt);
  const classify = () => ({ afterMs: null, why: busy });
  await retrying(work, { patience: makePatience({ clock }), signal, classify, random: () => 0 });
  expect(clock.slept).toEqual([250]);
});

it('throws what is not to be tried again, the last error, and what patience says', async () => {
  const clock = fakeClock();
  const options = { patience: makePatience({ clock, totalMs: 60_000 }), signal };
  let attempts = 0;
  const work = async (): Promise<never> => {
    attempts++;
    return fail('unavailable', `attempt ${attempts}`, 'Run again.');
  };
  expect(await problemOf(retrying(work, { ...options, classify: () => null }))).toMatchObject({ message: 'attempt 1' });
  const again = { afterMs: 1, why: down };
  const last = await problemOf(retrying(work, { ...options, classify: () => again, attempts: 3 }));
  expect(last).toMatchObject({ message: 'attempt 4' });
  const late = { afterMs: 3_600_000, why: busy };
  expect(await problemOf(retrying(work, { ...options, classify: () => late }))).toMatchObject({ kind: 'rate-limited' });
  expect(attempts).toBe(5);
});

it('does not try again after an abort', async () => {
  const controller = new AbortController();
  const work = async (): Promise<never> => {
    controller.abort();
    throw new Error('stopped');
  };
  const patience = makePatience({ clock: fakeClock() });
  const classify = () => ({ afterMs: 1, why: down });
  await expect(retrying(work, { patience, signal: controller.signal, classify })).rejects.toThrow('stopped');
});

const now = Date.parse('2026-01-01T00:00:00Z');

it.each([
  [{ 'retry-after': '30' }, 30_000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, 60_000],
  [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 5) }, 6000],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': String(now / 1000 + 5) }, 6000],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': String(now / 1000 - 5) }, 1000],
  [{ 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': String(now / 1000 + 5) }, null],
  [{ 'retry-after': 'soon' }, null],
  [{}, null],
])('reads %j', (headers, expected) => {
  expect(retryAfterMs(new Headers(headers as Record<string, string>), now)).toBe(expected);
});

it.each([
  ['GET', 429, undefined, true],
  ['POST', 429, undefined, true],
  ['GET', 503, undefined, true],
  ['DELETE', 502, undefined, true],
  ['POST', 502, undefined, false],
  ['POST', 504, true, true],
  ['PUT', 504, false, false],
  ['GET', null, undefined, true],
  ['POST', null, undefined, false],
  ['GET', 500, undefined, false],
  ['GET', 404, undefined, false],
])('%s answered with %s (idempotent: %s): %s', (method, status, idempotent, expected) => {
  expect(isRetryable({ method, status, ...(idempotent === undefined ? {} : { idempotent }) })).toBe(expected);
});
