import { environmentsOf, freezeStateOf, orThrow, type PullRequest, recentMs } from '@gitops/core';
import { callOf, nowOf } from '../call.js';
import { expectedFailure } from '../failure.js';
import type { Invocation, Run } from '../invocation.js';
import { exitCodes } from '../output/report.js';
import { look } from '../repository/look.js';
import { type Opened, openForge } from '../repository/open.js';
import { statusDocument } from '../status/document.js';
import { describeExplanation } from '../status/explain.js';
import { differencesOf } from '../status/marks.js';
import { nextSteps } from '../status/next.js';
import { describeStatus } from '../status/text.js';
import type { StatusView } from '../status/view.js';

/** What runs where, what is frozen, what is open, and what can be done next. */
export const run: Run = async (invocation) => {
  const { args, options } = invocation;
  const { fleet, source, located, opened } = await look(invocation);
  const names = args.flatMap((one) => one.split(',')).filter((one) => one !== '');
  const environments = names.length === 0 ? fleet.environments : orThrow(environmentsOf(fleet, names));
  const now = nowOf(invocation);
  const base = {
    source,
    fleet,
    place: located.kind === 'url' ? located.url : located.root,
    environments,
    differences: differencesOf(fleet, environments),
    freezes: environments.map((environment) => ({ environment, states: freezeStateOf(fleet, environment, now) })),
    open: await openPullRequests(opened, invocation),
  };
  const explain = options.flag('explain');
  const view: StatusView = { ...base, next: nextSteps(base, { explained: explain }) };
  return {
    document: () => statusDocument(view),
    text: () =>
      explain ? `${describeStatus(view, { explained: true })}\n\n${describeExplanation(view)}` : describeStatus(view),
    brief: '',
    exitCode: exitCodes.done,
  };
};

/** How long a forge may take to tell what is open: the rest of the answer is there already. */
const patienceMs = 15_000;

/** Open pull requests of the forge, where there is one that can be asked; null, with a warning, where it cannot. */
async function openPullRequests(known: Opened | null, invocation: Invocation): Promise<readonly PullRequest[] | null> {
  const { console, io } = invocation;
  try {
    const { forge } = known ?? (await openForge(invocation, { timeoutMs: patienceMs }));
    const call = { ...callOf(invocation), ...(known === null ? {} : { maxAgeMs: recentMs }) };
    return orThrow(await forge.pullRequests.list({ state: 'open', limit: 100 }, call));
  } catch (thrown) {
    const error = expectedFailure(thrown);
    if (error === null || io.signal?.aborted === true) throw thrown;
    console.warn(`Open pull requests are not shown: ${error.message}`);
    return null;
  }
}
