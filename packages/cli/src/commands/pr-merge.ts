import { type MergeMethod, type MergeOptions, mergePullRequest, orThrow } from '@gitops/core';
import { callOf, clockOf } from '../call.js';
import { usage } from '../failure.js';
import { mergeWishes } from '../forge/approver.js';
import { timeoutOf } from '../instants.js';
import type { Invocation, Run } from '../invocation.js';
import { exitCodes, type Report } from '../output/report.js';
import { pullRequestReport } from '../pull-request/describe.js';
import { expectHead } from '../pull-request/head.js';
import { idOf } from '../pull-request/name.js';
import { readingOf } from '../repository/config-path.js';
import { openForge } from '../repository/open.js';
import { forgesOfPlaces } from '../repository/places.js';

const methods: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];

export const run: Run = async (invocation): Promise<Report> => {
  const { options, settings, console, args } = invocation;
  const method = methodOf(invocation);
  const timeoutMs = timeoutOf(options.text('timeout'));
  const opened = await openForge(invocation);
  const { forge, located } = opened;
  const wishes = await mergeWishes(opened, invocation);
  const call = callOf(invocation);
  const { id, head } = orThrow(await forge.pullRequests.get(idOf(args[0]), call));
  expectHead(id, head, options.text('head'));
  const merge: MergeOptions = {
    ...readingOf(located, settings),
    ...call,
    branch: settings.branch,
    forgeOf: forgesOfPlaces(invocation),
    ...wishes,
    forge,
    clock: await clockOf(invocation),
    expectedHead: head,
    wait: options.flag('wait'),
    onProgress: ({ step, message }) =>
      console.progress(step, message, step === 'wait' || wishes.approver !== undefined),
    ...(method === null ? {} : { method }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  const answer = orThrow(await mergePullRequest(id, merge));
  if (answer.kind === 'merged') {
    return pullRequestReport(forge, id, 'merged', 'Merged', call, { as: answer.landed.last });
  }
  return pullRequestReport(forge, id, 'waiting', '', call, { waitingFor: answer.for, exitCode: exitCodes.waiting });
};

function methodOf({ options }: Invocation): MergeMethod | null {
  const given = options.text('method');
  if (given === null) return null;
  return (
    methods.find((one) => one === given) ??
    usage(`--method ${given} is not known.`, `Give one of: ${methods.join(', ')}.`)
  );
}
