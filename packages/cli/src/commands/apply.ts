import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { orThrow, type PlanFile, parsePlanFile, problem, toPlanFile } from '@gitops/core';
import { clockOf } from '../call.js';
import { carryOut, checkOptions, modeOf, planOfRequest } from '../change/carry-out.js';
import { fleetOfTarget, openTarget, type Planned, planOn } from '../change/plan.js';
import { reportChange } from '../change/report.js';
import { warnOfUncommitted } from '../change/uncommitted.js';
import { fail, usage } from '../failure.js';
import type { Run } from '../invocation.js';

/** Carries a plan on paper out: what was reviewed is what lands, or nothing. */
export const run: Run = async (invocation) => {
  const { io, args } = invocation;
  checkOptions(invocation);
  const name = args[0] ?? '-';
  const clock = await clockOf(invocation);
  const text = name === '-' ? await io.readInput() : readPlan(resolve(io.cwd, name), name);
  const reviewed = orThrow(parsePlanFile(text, name === '-' ? 'standard input' : name, clock.now()));
  const mode = modeOf(invocation);
  const found = await openTarget(invocation);
  const variables = reviewed.variables;
  if (mode === 'apply') return carryOut({ ...found, plan: planOfRequest(reviewed), variables }, invocation, reviewed);
  const plan = await planOn(found, await fleetOfTarget(found), reviewed.request, variables);
  const planned: Planned = { ...found, plan, variables };
  await warnOfUncommitted(planned, invocation);
  mustBeTheSame(reviewed, toPlanFile(plan), found.target.branch);
  return reportChange(planned, { mode, outcomes: [], closed: [] });
};

function readPlan(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    return usage(
      `The plan ${name} cannot be read: ${(thrown as NodeJS.ErrnoException).code ?? 'unknown'}.`,
      'Check the path; gitops plan … --out plan.json writes one.',
    );
  }
}

/** For `--dry-run` and `--check`; without them `applyPlan` compares, and more closely. */
function mustBeTheSame(reviewed: PlanFile, today: PlanFile, branch: string): void {
  const editsOf = (file: PlanFile) => JSON.stringify(file.changes.map(({ place, edits }) => ({ place, edits })));
  if (editsOf(reviewed) === editsOf(today)) return;
  fail(
    problem(
      'plan-outdated',
      `Since the plan was made, ${branch} has changed what it would do.`,
      'Plan again, and have the new plan reviewed.',
      {
        details: { reviewed: reviewed.summary, today: today.summary },
      },
    ),
  );
}
