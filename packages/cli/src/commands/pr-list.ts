import { orThrow, type PullRequest } from '@gitops/core';
import { callOf } from '../call.js';
import { usage } from '../failure.js';
import type { Run } from '../invocation.js';
import { columns } from '../output/columns.js';
import { exitCodes, toJson } from '../output/report.js';
import { openForge } from '../repository/open.js';

const states = ['open', 'merged', 'closed', 'all'] as const;

export const run: Run = async (invocation) => {
  const { options } = invocation;
  const given = options.text('state') ?? 'open';
  const state =
    states.find((one) => one === given) ??
    usage(`--state ${given} is not known.`, `Give one of: ${states.join(', ')}.`);
  const limit = limitOf(options.text('limit') ?? '30');
  const { forge } = await openForge(invocation);
  const found = orThrow(await forge.pullRequests.list({ state, limit }, callOf(invocation)));
  const { request } = forge.capabilities.terms;
  const text = found.length === 0 ? `No ${state === 'all' ? '' : `${state} `}${request}s.` : rows(found).join('\n');
  return {
    document: () => ({ schema: 'gitops/pull-requests/1', repository: forge.name, state, pullRequests: toJson(found) }),
    text: () => text,
    brief: found.map((one) => one.id).join('\n'),
    exitCode: exitCodes.done,
  };
};

function rows(found: readonly PullRequest[]): string[] {
  return columns(
    found.map((one) => [one.id, one.state, one.createdAt.slice(0, 10), `${one.source} → ${one.target}`, one.title]),
  );
}

function limitOf(text: string): number {
  const limit = Number(text);
  return Number.isInteger(limit) && limit > 0 && limit <= 1000
    ? limit
    : usage(`--limit ${text} is no number from 1 to 1000.`, 'Give a number: --limit 30');
}
