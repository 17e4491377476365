import { count } from '../output/columns.js';
import type { Line, Section } from './line.js';

const titles: readonly (readonly [Section, string])[] = [
  ['machine', 'This machine'],
  ['repository', 'Repository'],
  ['forge', 'Forge'],
];

/** A mark, what was looked at, what is so, and under it what to do. */
export function describeLines(lines: readonly Line[]): string {
  const width = Math.max(...lines.map((one) => one.check.length));
  const sections = titles.flatMap(([section, title]) => {
    const own = lines.filter((one) => one.section === section);
    return own.length === 0 ? [] : [[title, ...own.flatMap((one) => shown(one, width))].join('\n')];
  });
  return [...sections, summaryOf(lines)].join('\n\n');
}

function shown({ state, check, message, remedy }: Line, width: number): string[] {
  const head = `  ${state.padEnd('unknown'.length)}  ${check.padEnd(width)}  `;
  return [`${head}${message}`, ...(remedy === null ? [] : [`${' '.repeat(head.length)}→ ${remedy}`])];
}

export function summaryOf(lines: readonly Line[]): string {
  const [failed, warned] = (['fail', 'warn'] as const).map(
    (state) => lines.filter((one) => one.state === state).length,
  );
  if (failed === 0 && warned === 0) return 'Nothing stands in the way.';
  const parts = [
    ...(failed ? [`${count(failed, 'check')} failed`] : []),
    ...(warned ? [count(warned, 'warning')] : []),
  ];
  return `${parts.join(', ')}.`;
}
