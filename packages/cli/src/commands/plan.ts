import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { toPlanFile } from '@gitops/core';
import { planChange } from '../change/plan.js';
import { describeOn } from '../change/report.js';
import type { RequestOf } from '../change/request.js';
import { warnOfUncommitted } from '../change/uncommitted.js';
import { usage } from '../failure.js';
import { instantOf } from '../instants.js';
import type { Run } from '../invocation.js';
import { exitCodes, type JsonDocument, toJson } from '../output/report.js';

/** Plans a verb and writes the plan down; with `-` the plan itself is the answer, in either form of output. */
export function planWith(requestOf: RequestOf): Run {
  return async (invocation) => {
    const { options, io } = invocation;
    const out = options.text('out') ?? '-';
    const planned = await planChange(invocation, requestOf, false);
    await warnOfUncommitted(planned, invocation);
    const { plan, variables, target } = planned;
    const expires = instantOf(options.text('expires'), planned.clock.now());
    const file = toJson(toPlanFile(plan, { variables, expires })) as JsonDocument;
    const text = `${JSON.stringify(file, null, 2)}\n`;
    if (out === '-') return { document: () => file, text: () => text, brief: text, exitCode: exitCodes.done };
    writePlan(resolve(io.cwd, out), text);
    const last = `Wrote ${out}. Carry it out with: gitops apply ${out}`;
    return {
      document: () => ({ schema: 'gitops/plan-written/1', file: out, plan: file }),
      text: () => `${describeOn(plan, target.branch)}\n${last}`,
      brief: last,
      exitCode: exitCodes.done,
    };
  };
}

function writePlan(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (thrown) {
    usage(
      `The plan cannot be written to ${path}: ${(thrown as NodeJS.ErrnoException).code ?? 'unknown'}.`,
      'Give another file: --out <file>, or - for standard output.',
    );
  }
}
