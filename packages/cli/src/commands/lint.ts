import { lintFleet } from '@gitops/core';
import { nowOf } from '../call.js';
import { usage } from '../failure.js';
import type { Run } from '../invocation.js';
import { describeFindings, toCodeQuality, toSarif } from '../lint/formats.js';
import { exitCodes, toJson } from '../output/report.js';
import { look } from '../repository/look.js';
import { ownVersion } from '../version.js';

const formats = ['text', 'sarif', 'code-quality'] as const;

/** What is broken in the repository, or does not do what its writer meant. */
export const run: Run = async (invocation) => {
  const { options } = invocation;
  const format = formats.find((one) => one === (options.text('format') ?? 'text'));
  if (format === undefined) {
    return usage(
      `There is no format ${JSON.stringify(options.text('format'))}.`,
      `Write one of ${formats.join(', ')}.`,
    );
  }
  const { fleet, source } = await look(invocation);
  const report = lintFleet(fleet, { now: nowOf(invocation) });
  const isWrong = report.findings.some(
    ({ severity }) => severity === 'error' || (options.flag('strict') && severity === 'warn'),
  );
  const text = describeFindings(report);
  const printed = {
    text: () => text,
    sarif: () => JSON.stringify(toSarif(report, ownVersion()), null, 2),
    'code-quality': () => JSON.stringify(toCodeQuality(report), null, 2),
  }[format];
  return {
    document: () => ({
      schema: 'gitops/lint/1',
      source: toJson(source),
      findings: toJson(report.findings),
      silenced: toJson(report.silenced),
    }),
    text: printed,
    brief: format === 'text' ? (text.split('\n').at(-1) ?? '') : printed(),
    exitCode: isWrong ? exitCodes.differences : exitCodes.done,
  };
};
