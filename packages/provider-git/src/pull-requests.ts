import type { CommitId, PullRequest, PullRequestPeople, PullRequestPort, PullRequestStatus } from '@gitops/core';
import { answer, fail } from '@gitops/provider-http';
import { commentsOf } from './appraise/discussion.js';
import { findingsOn } from './appraise/findings.js';
import { findReview, loadReviews, openFor, type Review, toPullRequest } from './appraise/review.js';
import { type Context, secondsNow } from './context.js';
import { approve, comment, setStatus } from './discussion.js';
import { mergePullRequest } from './merge.js';
import { branchRef } from './names.js';
import { close, open, update } from './requests.js';
import type { Repository } from './store/repository.js';
import { trialOf } from './trial.js';

export function pullRequestPort(context: Context): PullRequestPort {
  const on = context.run;
  const shown = (repository: Repository, review: Review): Promise<PullRequest> =>
    toPullRequest(repository, review, context.commandTail);
  const byName = async (repository: Repository, name: CommitId): Promise<PullRequest> =>
    shown(repository, findReview(await loadReviews(repository, secondsNow(context)), name));

  return {
    findOpen: ({ source, target }, call) =>
      answer(call, (signal) =>
        on(
          signal,
          async (repository) => {
            const found = openFor(
              await loadReviews(repository, secondsNow(context)),
              branchRef(source),
              branchRef(target),
            );
            return found === undefined ? null : shown(repository, found);
          },
          call,
        ),
      ),
    list: (query, call) =>
      answer(call, (signal) =>
        on(
          signal,
          async (repository) => {
            const prefix = `refs/heads/${query.sourcePrefix ?? ''}`;
            const wanted = (await loadReviews(repository, secondsNow(context)))
              .filter((review) => query.state === 'all' || review.state === query.state)
              .filter(
                (review) => query.sourcePrefix === undefined || review.standing.reviewRef?.startsWith(prefix) === true,
              )
              .sort(
                (a, b) =>
                  Number(b.requests[0]?.timestamp) - Number(a.requests[0]?.timestamp) || (a.name < b.name ? -1 : 1),
              )
              .slice(0, Math.max(0, query.limit));
            const found: PullRequest[] = [];
            for (const review of wanted) found.push(await shown(repository, review));
            return found;
          },
          call,
        ),
      ),
    get: (id, call) => answer(call, (signal) => on(signal, (repository) => byName(repository, id), call)),
    open: (draft, call) =>
      answer(call, (signal) =>
        on(signal, async (repository) => {
          refuseUnsupported(draft);
          const name = await open(context, repository, draft, signal);
          return byName(repository, name);
        }),
      ),
    update: (id, patch, call) =>
      answer(call, (signal) =>
        on(signal, async (repository) => {
          refuseUnsupported(patch);
          return byName(repository, await update(context, repository, id, patch, signal));
        }),
      ),
    status: (id, call) => answer(call, (signal) => on(signal, (repository) => statusOf(context, repository, id), call)),
    setStatus: (commit, check, call) =>
      answer(call, (signal) => on(signal, (repository) => setStatus(context, repository, commit, check, signal))),
    approve: (id, input, call) =>
      answer(call, (signal) => on(signal, (repository) => approve(context, repository, id, input, signal))),
    merge: (id, input, call) =>
      answer(call, (signal) => on(signal, (repository) => mergePullRequest(context, repository, id, input, signal))),
    close: (id, input, call) =>
      answer(call, (signal) => on(signal, (repository) => close(context, repository, id, input.reason, signal))),
    comment: (id, input, call) =>
      answer(call, (signal) => on(signal, (repository) => comment(context, repository, id, input, signal))),
  };
}

async function statusOf(context: Context, repository: Repository, id: string): Promise<PullRequestStatus> {
  const now = secondsNow(context);
  const review = findReview(await loadReviews(repository, now), id);
  const pullRequest = await toPullRequest(repository, review, context.commandTail);
  const { threads, verdicts, checks } = await findingsOn(repository, review, pullRequest.head, now);
  const awaits =
    review.state === 'open'
      ? [
          ...verdicts.rejections.map(({ by }) => `${by} to take back the rejection`),
          ...checks.filter((check) => check.status !== 'success').map((check) => `check ${check.agent}`),
        ]
      : [];
  return {
    pullRequest,
    ...verdicts,
    checks: checks.map(({ agent, status, url }) => ({ name: agent, state: status ?? 'pending', url: url ?? null })),
    comments: commentsOf(threads),
    ...(await trialOf(repository, review)),
    queued: false,
    awaits,
  };
}

function refuseUnsupported(asked: PullRequestPeople & { readonly draft?: boolean }): void {
  if (asked.draft === true) unsupported('drafts');
  if ((asked.labels ?? []).length > 0) unsupported('labels');
  if ((asked.assignees ?? []).length > 0) unsupported('assignees');
  if (asked.milestone !== undefined) unsupported('milestones');
}

function unsupported(what: string): never {
  return fail(
    'unsupported',
    `Pull requests of the embedded forge have no ${what}: git-appraise's format has no place for them.`,
    `Leave ${what} out (the forge's capabilities say so).`,
  );
}
