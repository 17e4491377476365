import { orThrow } from '@gitops/core';
import { callOf } from '../call.js';
import type { Run } from '../invocation.js';
import { pullRequestReport } from '../pull-request/describe.js';
import { idOf } from '../pull-request/name.js';
import { openForge } from '../repository/open.js';

export const run: Run = async (invocation) => {
  const { forge } = await openForge(invocation);
  const call = callOf(invocation);
  const { id } = orThrow(await forge.pullRequests.get(idOf(invocation.args[0]), call));
  orThrow(
    await forge.pullRequests.close(
      id,
      { reason: invocation.options.text('reason') ?? 'Closed with gitops pr close.' },
      call,
    ),
  );
  return pullRequestReport(forge, id, 'closed', 'Closed', call);
};
