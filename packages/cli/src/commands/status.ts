import { environmentsOf, freezeStateOf, orThrow, type PullRequest } from '@gitops/core';
import { callOf, clockOf } from '../change/plan.js';
import type { Invocation, Run } from '../invocation.js';
import { exitCodes } from '../output/report.js';
import { look } from '../repository/look.js';
import { findForge } from '../repository/open.js';
import { statusDocument } from '../status/document.js';
import { describeExplanation } from '../status/explain.js';
import { differencesOf } from '../status/marks.js';
import { nextSteps } from '../status/next.js';
import { describeStatus } from '../status/text.js';
import type { StatusView } from '../status/view.js';

/** What runs where, what is frozen, what is open, and what can be done next. */
export const run: Run = async (invocation) => {
  const { args, options } = invocation;
  const { fleet, source, located } = await look(invocation);
  const names = args.flatMap((one) => one.split(',')).filter((one) => one !== '');
  const environments = names.length === 0 ? fleet.environments : orThrow(environmentsOf(fleet, names));
  const now = (await clockOf(invocation)).now();
  const base = {
    source,
    fleet,
    place: located.kind === 'url' ? located.url : located.root,
    environments,
    differences: differencesOf(fleet, environments),
    freezes: environments.map((environment) => ({ environment, states: freezeStateOf(fleet, environment, now) })),
    open: await openPullRequests(invocation),
  };
  const view: StatusView = { ...base, next: nextSteps(base) };
  const explain = options.flag('explain');
  return {
    document: () => statusDocument(view),
    text: () => (explain ? `${describeStatus(view)}\n\n${describeExplanation(view)}` : describeStatus(view)),
    brief: '',
    exitCode: exitCodes.done,
  };
};

/** Open pull requests of the forge, where there is one that can be asked; null where there is none. */
async function openPullRequests(invocation: Invocation): Promise<readonly PullRequest[] | null> {
  const opened = await findForge(invocation);
  if (opened === null) return null;
  const list = await opened.forge.pullRequests.list({ state: 'open', limit: 100 }, callOf(invocation));
  if (list.isOk()) return list.value;
  invocation.console.warn(`Open pull requests are not shown: ${list.error.message}`);
  return null;
}
