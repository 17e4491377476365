import { orThrow } from '@gitops/core';
import { callOf } from '../change/plan.js';
import type { Run } from '../invocation.js';
import { pullRequestReport } from '../pull-request/describe.js';
import { openForge } from '../repository/open.js';

export const run: Run = async (invocation) => {
  const { forge } = await openForge(invocation);
  const [name = '', ...words] = invocation.args;
  const { id } = orThrow(await forge.pullRequests.get(name, callOf(invocation)));
  orThrow(await forge.pullRequests.comment(id, { text: words.join(' ') }, callOf(invocation)));
  return pullRequestReport(forge, id, 'commented', 'Commented on', callOf(invocation));
};
