import { fixFleet, type LintFinding, type LintReport, lintFleet } from '@gitops/core';
import { nowOf } from '../call.js';
import { usage } from '../failure.js';
import type { Invocation, Run } from '../invocation.js';
import { describeFixes, fixTree } from '../lint/fix-tree.js';
import { describeFindings, toCodeQuality, toDocument, toSarif } from '../lint/formats.js';
import { exitCodes, type Report, toJson } from '../output/report.js';
import { locate } from '../repository/locate.js';
import { type Look, look } from '../repository/look.js';
import { ownVersion } from '../version.js';

const formats = ['text', 'sarif', 'code-quality'] as const;

/** What is broken in the repository, or does not do what its writer meant; with `--fix`, what is certain is mended. */
export const run: Run = async (invocation) => {
  const { options } = invocation;
  const format = formats.find((one) => one === (options.text('format') ?? 'text'));
  if (format === undefined) {
    return usage(
      `There is no format ${JSON.stringify(options.text('format'))}.`,
      `Write one of ${formats.join(', ')}.`,
    );
  }
  if (options.flag('fix')) refuseOtherThanTree(invocation);
  else if (options.flag('dryRun'))
    return usage('lint --dry-run shows what --fix would write.', 'Write --fix --dry-run, or lint alone.');
  const seen = await look(invocation, { environments: 'optional' });
  const now = nowOf(invocation);
  if (!options.flag('fix')) return reportOf(lintFleet(seen.fleet, { now }), seen, format, invocation);
  const fixes = fixFleet(seen.fleet, { now });
  const done = await fixTree(fixes, seen.located, invocation);
  const report = reportOf(fixes.report, seen, format, invocation, done.written ? [] : fixes.fixed);
  if (format !== 'text') return report;
  return {
    ...report,
    document: () => ({ ...report.document(), ...done, fixed: fixes.fixed.map(toDocument) }),
    text: () => [describeFixes(fixes.fixed, done), report.text()].join('\n\n'),
  };
};

function reportOf(
  report: LintReport,
  { source }: Look,
  format: (typeof formats)[number],
  { options }: Invocation,
  /** Findings that the report is without, and that stand all the same: those of a dry run. */
  standing: readonly LintFinding[] = [],
): Report {
  const isWrong = [...report.findings, ...standing].some(
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
      findings: report.findings.map(toDocument),
      silenced: report.silenced.map(toDocument),
    }),
    text: printed,
    brief: format === 'text' ? (text.split('\n').at(-1) ?? '') : printed(),
    exitCode: isWrong ? exitCodes.differences : exitCodes.done,
  };
}

/** Before anything is read: an address may cost minutes. */
function refuseOtherThanTree({ io, settings, options }: Invocation): void {
  const { kind } = locate(settings.repo, io.cwd, io.env);
  if (kind !== 'working-tree') {
    const what = kind === 'bare' ? 'a bare repository' : 'an address';
    usage(`gitops lint --fix writes into a working tree, and this is ${what}.`, 'Run it in a clone, then commit it.');
  }
  if (options.text('at') !== null || settings.branch !== null) {
    usage(
      'gitops lint --fix mends the working tree as it is, and no other commit.',
      'Leave out --at and --branch (GITOPS_BRANCH), or check that commit out first.',
    );
  }
}
