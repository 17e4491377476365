import { environmentsOf, type MigrationReport, orThrow, type Plan } from '@gitops/core';
import { carryOut, checkOptions, modeOf } from '../change/carry-out.js';
import { refuseDiverged } from '../change/diverged.js';
import { planChange } from '../change/plan.js';
import { reportChange } from '../change/report.js';
import { type RequestOf, selectionOf } from '../change/request.js';
import { warnOfUncommitted } from '../change/uncommitted.js';
import { usage } from '../failure.js';
import type { Invocation, Run } from '../invocation.js';
import { columns, count } from '../output/columns.js';
import { toJson } from '../output/report.js';

/** Arguments and options as a request of the library. */
export const requestOf: RequestOf = ({ invocation, fleet, now }) => {
  const { args, options } = invocation;
  const names = args.length === 0 ? [] : orThrow(environmentsOf(fleet, args)).map(({ name }) => name);
  return {
    verb: 'migrate',
    environments: names,
    selection: { ...selectionOf(invocation), images: [] },
    from: rulesOf(invocation),
    keepAnnotations: options.flag('keepAnnotations'),
    out: options.text('out'),
    now,
    by: '',
  };
};

/** From the annotations of Image Updater to `ImageUpdater` resources, as a pull request. */
export const run: Run = async (invocation) => {
  const mode = modeOf(invocation);
  checkOptions(invocation);
  rulesOf(invocation);
  const planned = await planChange(invocation, requestOf, mode === 'apply');
  refuseDiverged(planned, invocation);
  await warnOfUncommitted(planned, invocation);
  const report =
    mode === 'apply'
      ? await carryOut(planned, invocation, null)
      : reportChange(planned, { mode, outcomes: [], closed: [] });
  const { migration } = planned.plan;
  if (migration === undefined) return report;
  return {
    ...report,
    document: () => ({ ...report.document(), migration: toJson(migration) }),
    text: () =>
      [...(mode === 'apply' ? [] : newFiles(planned.plan)), describeComparison(migration), report.text()].join(''),
  };
};

function rulesOf({ options }: Invocation): '0' | '1' | null {
  const from = options.text('from');
  if (from === null || from === '0' || from === '1') return from;
  return usage(
    `--from ${from} is no Image Updater.`,
    'Write --from 0 where 0.x reads the annotations, or --from 1 where useAnnotations does.',
  );
}

/** The new files as they would be: what a look is for. */
function newFiles({ changes }: Plan): readonly string[] {
  return changes.flatMap(({ files }) =>
    files.flatMap(({ path, before, after }) => (before === null ? [`# ${path}\n${after ?? ''}\n`] : [])),
  );
}

function describeComparison({ applications }: MigrationReport): string {
  if (applications.length === 0) return '';
  const rows = columns(
    applications.map((one) => [
      one.application,
      one.file,
      `the same for ${count(one.compared.tagLists, 'list')} of tags`,
    ]),
  );
  return `Compared · annotations and resources decide\n\n${rows.map((row) => `  ${row}`).join('\n')}\n\n`;
}
