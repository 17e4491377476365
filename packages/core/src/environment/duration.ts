import { type GitOpsError, problem } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';

const unitMilliseconds = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const form = /^([1-9][0-9]{0,5})([mhd])$/;

/**
 * A duration as `gitops.yaml` and the command line write it, in milliseconds: a whole number and one unit, `30m`, `24h`
 * or `14d`. A day is 24 hours.
 *
 * @returns the milliseconds, or `usage` with the forms that are read. A caller that knows the file puts a position to it.
 */
export function parseDuration(text: string): Result<number, GitOpsError> {
  const [, amount, unit] = form.exec(text) ?? [];
  if (amount === undefined || !isUnit(unit)) {
    return err(
      problem(
        'usage',
        `${JSON.stringify(text)} is not a duration.`,
        'Write a whole number from 1 to 999999 and one unit: 30m for minutes, 24h for hours, 14d for days.',
        { details: { value: text } },
      ),
    );
  }
  return ok(Number(amount) * unitMilliseconds[unit]);
}

function isUnit(unit: string | undefined): unit is keyof typeof unitMilliseconds {
  return unit !== undefined && Object.hasOwn(unitMilliseconds, unit);
}
