import { expect, it } from 'vitest';
import { systemClock } from './clock.js';

it('tells the time in seconds, and wakes a sleeper by the signal', async () => {
  expect(systemClock.now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  await systemClock.sleep(0);
  const controller = new AbortController();
  const sleeping = systemClock.sleep(1e9, controller.signal);
  controller.abort();
  await sleeping;
  await systemClock.sleep(1e9, controller.signal);
});
