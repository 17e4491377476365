import { parseDuration, problem } from '@gitops/core';
import { fail, usage } from './failure.js';

/** `2026-11-27`, `2026-11-27T09:00Z` or a duration from now (`3d`) as an instant in UTC; null stays null. */
export function instantOf(text: string | null, now: string): string | null {
  if (text === null) return null;
  const duration = parseDuration(text);
  if (duration.isOk()) return inUtc(Date.parse(now) + duration.value);
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  const hasZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(date);
  const parsed = hasZone ? Date.parse(date) : Number.NaN;
  // 2026-02-30 would be read as the 2nd of March.
  const isReal =
    hasZone && !Number.isNaN(parsed) && (!date.endsWith('Z') || inUtc(parsed).slice(0, 10) === date.slice(0, 10));
  if (isReal) return inUtc(parsed);
  return fail(
    problem(
      'until-invalid',
      `${JSON.stringify(text)} is neither a date nor a duration.`,
      'Give a date (2026-11-27), an instant with its zone (2026-11-27T09:00Z) or a duration (3d, 12h).',
      { details: { value: text } },
    ),
  );
}

function inUtc(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** `--timeout 30m` in milliseconds; undefined where nothing was given. */
export function timeoutOf(text: string | null): number | undefined {
  if (text === null) return undefined;
  const duration = parseDuration(text);
  return duration.isOk() ? duration.value : usage(`--timeout: ${duration.error.message}`, duration.error.remedy);
}
