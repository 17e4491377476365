import { type Forge, problem } from '@gitops/core';
import { fail, usage } from '../failure.js';
import type { Invocation } from '../invocation.js';
import { type Opened, openChosen } from '../repository/open.js';

/** How a merge is asked for besides when: what `mergePullRequest` and `applyPlan` take. */
export interface MergeWishes {
  readonly auto?: boolean;
  readonly approver?: Forge;
}

/**
 * `--auto` and `--approve-with <variable>`: the forge itself merges as soon as it may; a second identity, whose token is
 * in the variable that was named, approves. The latter is always told, and off unless it is asked for.
 */
export async function mergeWishes(opened: Opened, invocation: Invocation): Promise<MergeWishes> {
  const { options } = invocation;
  const auto = options.flag('auto');
  if (auto && !opened.forge.capabilities.autoMerge) {
    return fail(
      problem(
        'unsupported',
        `${opened.forge.name} has nobody who could merge later by itself.`,
        'Leave --auto out, and wait here: --wait',
        { details: { forge: opened.forge.id } },
      ),
    );
  }
  const variable = options.text('approveWith');
  const approver = variable === null ? null : await openApprover(opened, variable, invocation);
  return { ...(auto ? { auto } : {}), ...(approver === null ? {} : { approver }) };
}

async function openApprover(opened: Opened, variable: string, invocation: Invocation): Promise<Forge> {
  const { io, console } = invocation;
  if (opened.choice.provider === 'git') {
    return usage(
      'The embedded forge knows people by their names, not by tokens: --approve-with has no meaning there.',
      'Approve as the other person: gitops pr approve',
    );
  }
  const token = tokenIn(variable, io.env);
  console.hide(token);
  console.warn(`Where an approval is missing, the account of ${variable} gives it.`);
  return openChosen(opened, invocation, { token });
}

function tokenIn(variable: string, env: Invocation['io']['env']): string {
  // what is no name of a variable may be the token itself: it is not repeated
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable) || /^(gh[opsur]_|github_pat_|gl[a-z]+-)/.test(variable)) {
    return usage(
      '--approve-with takes the name of a variable, not a token.',
      'Put the token into a variable and name that: --approve-with APPROVER_TOKEN',
    );
  }
  const token = env[variable]?.trim() ?? '';
  return token === ''
    ? usage(`The variable ${variable}, which --approve-with names, is not set.`, 'Set it to the token that approves.')
    : token;
}
