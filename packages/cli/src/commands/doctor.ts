import { embeddedLines } from '../doctor/embedded.js';
import { exitCodeOf } from '../doctor/exit-code.js';
import { type Line, withoutRepetition, worstOf } from '../doctor/line.js';
import { machineLines } from '../doctor/machine.js';
import { repositoryLines } from '../doctor/repository.js';
import { describeLines, summaryOf } from '../doctor/text.js';
import type { Invocation, Run } from '../invocation.js';
import { redactAddresses } from '../output/redact.js';
import { toJson } from '../output/report.js';
import type { Chosen } from '../repository/open.js';

/** Looks at all that a run would need, and changes nothing. */
export const run: Run = async (invocation) => {
  const { lines, chosen } = await repositoryLines(invocation);
  const all = withoutRepetition([
    ...machineLines(invocation),
    ...lines,
    ...(chosen === null ? [] : await forgeLines(chosen, invocation)),
  ]);
  return {
    document: () => ({
      schema: 'gitops/doctor/1',
      state: worstOf(all),
      repository: chosen === null ? null : repositoryOf(chosen),
      provider: chosen?.choice.provider ?? null,
      checks: toJson(all),
    }),
    text: () => describeLines(all),
    brief: summaryOf(all),
    exitCode: exitCodeOf(all),
  };
};

async function forgeLines(chosen: Chosen, invocation: Invocation): Promise<readonly Line[]> {
  const { choice } = chosen;
  if (choice.provider === 'git') return embeddedLines(chosen, choice, invocation);
  const { hostedLines } = await import('../doctor/hosted.js');
  return hostedLines(choice, invocation);
}

function repositoryOf({ choice }: Chosen): string {
  if (choice.provider !== 'git') return redactAddresses(choice.repository);
  return 'path' in choice ? choice.path : redactAddresses(choice.url);
}
