import type { PullRequest, PullRequestPort } from '@gitops/core';
import { Failure, fail } from '@gitops/provider-http';
import type { Run } from './api.js';
import { type Context, tipOf } from './context.js';
import { failureOfGraphql, LostAnswer } from './errors.js';
import { findOpen, fromPull, whole } from './find.js';
import { checkBranchName } from './git-port.js';
import { addPeople } from './people.js';
import type { Refusal } from './refusal.js';
import * as schema from './schema.js';

type Draft = Parameters<PullRequestPort['open']>[0];
type Patch = Parameters<PullRequestPort['update']>[1];

/**
 * Opens it, then adds labels, reviewers, assignees and the milestone, one request each where they are given. Who cannot
 * be asked is left out and told to `onNotice`: the pull request is open, and its `reviewers` say who was asked.
 */
export async function open(context: Context, run: Run, draft: Draft): Promise<PullRequest> {
  checkBranchName(draft.source);
  checkBranchName(draft.target);
  if (draft.title.trim() === '') fail('rejected', 'A pull request needs a title.', 'Give one.');
  const made = await create(context, run, draft);
  const { pull, problems } = await addPeople(context, run, made, draft);
  for (const problem of problems) context.notice(`${made.url}: ${problem.message} ${problem.remedy}`);
  return pull;
}

async function create(context: Context, run: Run, draft: Draft): Promise<PullRequest> {
  for (let attempt = 1; ; attempt++) {
    try {
      const pull = await context.api.request(run, {
        to: `open a pull request from "${draft.source}" into "${draft.target}"`,
        what: 'the repository',
        route: 'POST /repos/{owner}/{repo}/pulls',
        parameters: {
          title: draft.title,
          body: draft.description,
          head: draft.source,
          base: draft.target,
          ...(draft.draft === undefined ? {} : { draft: draft.draft }),
        },
        schema: schema.pull,
        means: (refusal) => meaningOf(refusal, draft),
      });
      return fromPull(pull);
    } catch (error) {
      if (error instanceof LostAnswer) {
        // it may have been opened all the same
        const there = await findOpen(context, run, draft);
        if (there !== null && there.title === draft.title) return there;
        if (there === null && attempt === 1) continue;
        throw error;
      }
      if (!(error instanceof Failure)) throw error;
      return explainRefusal(context, run, draft, error);
    }
  }
}

function meaningOf({ status, text }: Refusal, { source, target }: Draft) {
  if (status !== 422) return undefined;
  if (/already exists/i.test(text)) {
    return {
      kind: 'already-exists',
      message: `A pull request from "${source}" into "${target}" is open already.`,
      remedy: 'Run again to update it.',
    } as const;
  }
  if (/no commits between/i.test(text)) {
    return {
      kind: 'rejected',
      message: `There is nothing to review: "${target}" holds every commit of "${source}" already.`,
      remedy: 'Commit something on the source branch first.',
    } as const;
  }
  if (/draft pull requests are not supported/i.test(text)) {
    return {
      kind: 'unsupported',
      message: 'This repository has no draft pull requests: its plan does not include them.',
      remedy: 'Open it without: pullRequest.draft: false in gitops.yaml.',
    } as const;
  }
  return undefined;
}

/** GitHub names fields (`base invalid`), people need names; and whoever opened it already is worth naming. */
async function explainRefusal(context: Context, run: Run, draft: Draft, error: Failure): Promise<never> {
  const { kind, details } = error.problem;
  if (kind === 'already-exists') {
    const there = await findOpen(context, run, draft);
    if (there === null) throw error;
    return fail(
      'already-exists',
      `The pull request ${there.id} from "${draft.source}" into "${draft.target}" is open already.`,
      `Run again to update it. See it at ${there.url}.`,
      { id: there.id, url: there.url },
    );
  }
  if (kind === 'rejected' && /\b(head|base)\b.*invalid|invalid.*\b(head|base)\b/i.test(String(details['found']))) {
    for (const branch of [draft.source, draft.target]) {
      if ((await tipOf(context, run, branch)) !== null) continue;
      fail('not-found', `There is no branch "${branch}".`, 'Make it first, or name one that is there.', { branch });
    }
  }
  throw error;
}

/** Changes text and draft state; adds people. What cannot be added is `rejected`, after everything else was done. */
export async function update(context: Context, run: Run, id: string, patch: Patch): Promise<PullRequest> {
  const standing = await whole(context, run, id);
  if (standing.state !== 'open') {
    return fail(
      'rejected',
      `The pull request ${id} is ${fromPull(standing).state}, and is not changed any more.`,
      'Run the command that made it again: a new one is opened.',
      { id },
    );
  }
  if (patch.title?.trim() === '') fail('rejected', 'A pull request needs a title.', 'Give one.');
  const title = patch.title === standing.title ? undefined : patch.title;
  const body = patch.description === (standing.body ?? '') ? undefined : patch.description;
  let now = fromPull(standing);
  if (title !== undefined || body !== undefined) {
    const changed = await context.api.request(run, {
      to: `change the pull request ${id}`,
      what: `the pull request ${id}`,
      route: 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
      parameters: {
        pull_number: standing.number,
        ...(title === undefined ? {} : { title }),
        ...(body === undefined ? {} : { body }),
      },
      schema: schema.pull,
      safe: true,
    });
    now = fromPull(changed);
  }
  if (patch.draft !== undefined && patch.draft !== standing.draft) {
    await setDraft(context, run, standing, patch.draft);
    now = { ...now, draft: patch.draft };
  }
  const { pull, problems } = await addPeople(context, run, now, patch);
  const [first, ...others] = problems;
  if (first !== undefined) throw new Failure({ ...first, also: others });
  return pull;
}

/** Only GraphQL can. */
async function setDraft(context: Context, run: Run, pull: schema.WholePull, draft: boolean): Promise<void> {
  const name = draft ? 'convertPullRequestToDraft' : 'markPullRequestReadyForReview';
  const input = draft ? 'ConvertPullRequestToDraftInput' : 'MarkPullRequestReadyForReviewInput';
  const ask = {
    to: `make the pull request ${pull.number} ${draft ? 'a draft' : 'ready for review'}`,
    what: `the pull request ${pull.number}`,
  };
  const told = await context.api.graphql(run, {
    ...ask,
    query: `mutation Draft($input: ${input}!) { ${name}(input: $input) { clientMutationId } }`,
    variables: { input: { pullRequestId: pull.node_id ?? '' } },
    schema: schema.anything,
  });
  if (told === null) {
    fail(
      'unsupported',
      'This server cannot change the draft state by its API: it has no GraphQL.',
      'Change it in the browser.',
      { id: String(pull.number) },
    );
  }
  if (told.errors.length > 0) {
    const access = await context.api.access(run.signal);
    throw failureOfGraphql(told.errors, ask, { host: context.address.host, access });
  }
}
