import {
  findLandedByCommit,
  findLandedByPullRequest,
  findLastPromotion,
  type Landed,
  orThrow,
  problem,
} from '@gitops/core';
import { change } from '../change/carry-out.js';
import { type Asking, type RequestOf, selectionOf } from '../change/request.js';
import { fail, usage } from '../failure.js';
import { instantOf } from '../instants.js';
import type { Run } from '../invocation.js';
import { idOf } from '../pull-request/name.js';
import { findCommit } from '../repository/resolve-commit.js';

export const requestOf: RequestOf = async (asking) => {
  const { invocation, now, by } = asking;
  const { options, args } = invocation;
  const hold = options.flag('hold');
  const reason = options.text('reason');
  const until = options.text('until');
  if (!hold && (reason !== null || until !== null)) {
    return usage('--reason and --until belong to the record of a hold.', 'Add --hold, or leave them out.');
  }
  const end = instantOf(until, now);
  const { before, last, place, pullRequest, environment } = await landedOf(args[0] ?? null, asking);
  return {
    verb: 'revert',
    landed: { before, last, ...(place === undefined ? {} : { place }) },
    pullRequest,
    environment: options.text('env') ?? environment,
    selection: selectionOf(invocation),
    skipChanged: options.flag('skipChanged'),
    hold: hold ? { reason: reason ?? `Reverted ${pullRequest ?? last.slice(0, 12)}`, until: end } : null,
    now,
    by: hold ? await by() : '',
  };
};

/** What is taken back: a pull request or a commit by name, else the last promotion that still stands. */
async function landedOf(name: string | null, { invocation, opened, reading }: Asking): Promise<Landed> {
  const { forge } = opened;
  const { io, options, settings } = invocation;
  if (name === null) {
    return orThrow(await findLastPromotion(forge, options.text('env'), { ...reading, branch: settings.branch }));
  }
  const byPullRequest = await findLandedByPullRequest(forge, idOf(name), reading);
  if (byPullRequest.isOk()) return byPullRequest.value;
  if (byPullRequest.error.kind !== 'not-found') return fail(byPullRequest.error);
  const commit = await findCommit(name, { ...opened, io });
  if (commit !== null) return orThrow(await findLandedByCommit(forge, commit, reading));
  const { request } = forge.capabilities.terms;
  return fail(
    problem(
      'not-found',
      `There is no ${request} and no commit ${JSON.stringify(name)}.`,
      'gitops pr list --state merged shows what landed.',
      {
        details: { name },
      },
    ),
  );
}

export const run: Run = (invocation) => change(invocation, requestOf);
