import { describeVersion, diffEnvironments, type EnvironmentDifference, environmentOf, orThrow } from '@gitops/core';
import type { Run } from '../invocation.js';
import { columns, count } from '../output/columns.js';
import { exitCodes, toJson } from '../output/report.js';
import { describeSource, look } from '../repository/look.js';

/** Two environments side by side: what a promotion would move, and what differs besides. */
export const run: Run = async (invocation) => {
  const { args, options } = invocation;
  const { fleet, source } = await look(invocation);
  const from = orThrow(environmentOf(fleet, args[0] ?? ''));
  const to = orThrow(environmentOf(fleet, args[1] ?? ''));
  const difference = diffEnvironments(fleet, from, to);
  const differs = difference.versions.length > 0;
  const text = describe(difference, describeSource(source));
  return {
    document: () => ({
      schema: 'gitops/diff/1',
      source: toJson(source),
      ...(toJson(difference) as Record<string, never>),
    }),
    text: () => text,
    brief: text.split('\n').at(-1) ?? '',
    exitCode: options.flag('check') && differs ? exitCodes.differences : exitCodes.done,
  };
};

function describe(difference: EnvironmentDifference, source: string): string {
  const { from, to, versions, same, onlyInFrom, onlyInTo, besides } = difference;
  const rows = columns(
    versions.map((one) => [
      one.application,
      one.image,
      `${describeVersion(one.from)} → ${describeVersion(one.to)}`,
      one.kind ?? 'no version',
    ]),
  );
  const rest = [
    ...(onlyInFrom.length > 0 ? [`  Only in ${from}: ${onlyInFrom.join(', ')}`] : []),
    ...(onlyInTo.length > 0 ? [`  Only in ${to}: ${onlyInTo.join(', ')}`] : []),
    ...besides.map((one) => `  ${one.application}: ${one.what}`),
  ];
  const last =
    versions.length === 0
      ? `No version differs; ${count(same, 'image')} the same.`
      : `${count(versions.length, 'version')} ${versions.length === 1 ? 'differs' : 'differ'}, ${same} the same. To bring them over: gitops promote ${from} ${to}`;
  return [[`${from} → ${to} · ${source}`], rows.map((row) => `  ${row}`), rest, [last]]
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}
