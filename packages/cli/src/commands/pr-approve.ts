import { orThrow } from '@gitops/core';
import { callOf } from '../call.js';
import type { Run } from '../invocation.js';
import { pullRequestReport } from '../pull-request/describe.js';
import { expectHead } from '../pull-request/head.js';
import { idOf } from '../pull-request/name.js';
import { openForge } from '../repository/open.js';

export const run: Run = async (invocation) => {
  const { forge } = await openForge(invocation);
  const call = callOf(invocation);
  const { id, head } = orThrow(await forge.pullRequests.get(idOf(invocation.args[0]), call));
  expectHead(id, head, invocation.options.text('head'));
  const text = invocation.options.text('message');
  orThrow(await forge.pullRequests.approve(id, { head, ...(text === null ? {} : { text }) }, call));
  return pullRequestReport(forge, id, 'approved', 'Approved', call);
};
