import type { Diagnosis } from '@gitops/core';

/** Where a line stands in the answer. */
export type Section = 'machine' | 'repository' | 'forge';

/** One line of the answer; `check` names are stable, so that a script can look for one. */
export interface Line extends Diagnosis {
  readonly section: Section;
}

/** Makes the lines of one section. */
export function linesOf(section: Section) {
  const make =
    (state: Diagnosis['state']) =>
    (check: string, message: string, remedy: string | null = null): Line => ({
      section,
      check,
      state,
      message,
      remedy,
    });
  return { ok: make('ok'), warn: make('warn'), bad: make('fail'), unknown: make('unknown') };
}

const seriousness = { ok: 0, unknown: 1, warn: 2, fail: 3 } as const;

/** The more serious of two lines about one thing stays; of equal ones the later, which knows the forge. */
export function withoutRepetition(lines: readonly Line[]): readonly Line[] {
  return lines.filter((one, index) => {
    const others = lines.filter(
      (other, at) => at !== index && other.check === one.check && other.section !== one.section,
    );
    return others.every((other) => {
      const difference = seriousness[one.state] - seriousness[other.state];
      return difference > 0 || (difference === 0 && lines.indexOf(other) < index);
    });
  });
}

/** The worst state of all; what could not be looked at is no worse than what is so. */
export function worstOf(lines: readonly Line[]): 'ok' | 'warn' | 'fail' {
  if (lines.some((one) => one.state === 'fail')) return 'fail';
  return lines.some((one) => one.state === 'warn') ? 'warn' : 'ok';
}
