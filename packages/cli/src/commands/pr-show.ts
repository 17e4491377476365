import { orThrow } from '@gitops/core';
import { callOf } from '../call.js';
import type { Run } from '../invocation.js';
import { exitCodes } from '../output/report.js';
import { readChanges } from '../pull-request/changes.js';
import { describePullRequest, pullRequestDocument } from '../pull-request/describe.js';
import { idOf } from '../pull-request/name.js';
import { openForge } from '../repository/open.js';

export const run: Run = async (invocation) => {
  const { forge } = await openForge(invocation);
  const call = callOf(invocation);
  const { id } = orThrow(await forge.pullRequests.get(idOf(invocation.args[0]), call));
  const status = orThrow(await forge.pullRequests.status(id, call));
  const files = await readChanges(forge, status.pullRequest, call);
  return {
    document: () => pullRequestDocument(forge, status, 'shown', { files }),
    text: () => describePullRequest(forge, status, files),
    brief: status.pullRequest.url,
    exitCode: exitCodes.done,
  };
};
